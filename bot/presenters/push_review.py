"""Reports that wait for the office's word, told once a month."""

from __future__ import annotations

from bot.presenters.reply import Button, Reply, rows
from bot.presenters.review_actions import PreviewBatch, ShowReviewQueue
from bot.presenters.words import label, render


def present_waiting_reports(*, month: int, total: int, plain: int, unsigned: int) -> Reply:
    """How many wait, how many of them are unremarkable, and the two ways to go on."""
    text = render("push/review", month=month, total=total, plain=plain, unsigned=unsigned)
    batch = [Button(label("review.button.batch_approve", count=plain), PreviewBatch(0).pack())] if plain > 1 else []
    return Reply(text, rows([Button(label("review.button.queue", count=total), ShowReviewQueue(0).pack())], batch))
