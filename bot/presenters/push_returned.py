"""A report that was given back: to who has to report it again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.presenters.actions import CorrectReport, ShowCard
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render


@dataclass(frozen=True)
class ReturnedNote:
    """`value`: as it was reported; `who` gave it back."""

    report_id: int
    indicator_id: int
    name: str
    month: int
    value: Decimal | None
    unit: str
    reason: str
    who: str


def present_returned_note(note: ReturnedNote) -> Reply:
    """What was given back and why, with the button that corrects it."""
    return Reply(
        render("push/returned", note=note, title=shortened(note.name)),
        rows(
            [
                Button(label("report.button.correct"), CorrectReport(note.report_id).pack()),
                Button(label("report.button.card"), ShowCard(note.indicator_id).pack()),
            ]
        ),
    )
