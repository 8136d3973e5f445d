"""审核 of reports: the queue, one report, what was approved or given back, and the months that are frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.presenters.actions import CancelDraft, ShowCard
from bot.presenters.order_actions import ShowOrder
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.review_actions import (
    ApproveBatch,
    ApproveReport,
    PreviewBatch,
    ReturnReport,
    SetPeriod,
    ShowReview,
    ShowReviewQueue,
)
from bot.presenters.review_said import (
    Approved,
    BatchPreview,
    NoteAdded,
    PeriodDone,
    PeriodPreview,
    ReasonWanted,
    Returned,
    ReviewCard,
    ReviewQueue,
    ReviewRow,
    ReviewTold,
)
from bot.presenters.shortening import shortened
from bot.presenters.words import label, plain_number, render

BUTTON_NAME = 8


def present_queue(found: ReviewQueue) -> Reply:
    """What waits, the worst first, each with the two words that can be said and the way to read more."""
    orders = [
        (label(f"order.request.{one.what}"), order_number(*one.order.number), shortened(one.order.name), one)
        for one in (found.orders.rows if found.orders else ())
    ]
    order_buttons = [
        [Button(label("order.review_one", what=what, name=shortened(name, 16)), ShowOrder(one.order.order_id).pack())]
        for what, _, name, one in orders
    ]
    batch = []
    if found.plain > 1:
        batch = [
            Button(label(f"review.button.batch_{_verb(found)}", count=found.plain), PreviewBatch(found.page).pack())
        ]
    text = render("reply/review_queue", found=found, orders=orders, items=[(row, _lines(row)) for row in found.rows])
    report_buttons = [_decide(row, signing=found.signing, named=True) for row in found.rows]
    return Reply(text, rows(*order_buttons, *report_buttons, batch, _pages(found)))


def _verb(found: ReviewQueue | ReviewCard | BatchPreview | Approved) -> str:
    return "sign" if found.signing else "approve"


def _decide(row: ReviewRow, *, signing: bool, named: bool = False) -> list[Button]:
    verb = "sign" if signing else "approve"
    name = shortened(row.name, BUTTON_NAME)
    accept = label(f"review.button.{verb}_one", name=name) if named else label(f"review.button.{verb}")
    return [
        Button(accept, ApproveReport(row.report_id).pack()),
        Button(label("review.button.return"), ReturnReport(row.report_id).pack()),
        Button(label("review.button.details"), ShowReview(row.report_id).pack()),
    ]


def _pages(found: ReviewQueue) -> list[Button]:
    pages = []
    if found.page > 0:
        pages.append(Button(label("report.button.back"), ShowReviewQueue(found.page - 1).pack()))
    if found.page + 1 < found.pages:
        pages.append(Button(label("report.button.on"), ShowReviewQueue(found.page + 1).pack()))
    return pages


def _lines(row: ReviewRow) -> list[str]:
    """What is doubtful and what is remarkable, in sentences."""
    values = {"unit": row.unit, "last": plain_number(row.last_value), "target": plain_number(row.target)}
    doubts = [label(f"report.doubt.{code}", **values) for code in row.doubts]
    told = {"corrected": label("review.remark.corrected", old=plain_number(row.old), unit=row.unit)}
    found = [
        told.get(remark, label(f"review.remark.{remark}"))
        for remark in row.remarks
        if remark not in ("doubted", "problem", "grade")
    ]
    held = [label("review.held")] if row.held else []
    return [*doubts, *found, *held]


def present_card(card: ReviewCard) -> Reply:
    """One report, to be read by itself."""
    row = card.row
    text = render("reply/review_card", card=card, row=row, lines=_lines(row), title=shortened(row.name, 120))
    decide = [] if card.own else _decide(row, signing=card.signing)[:2]
    more = [Button(label("review.button.card"), ShowCard(row.indicator_id).pack()), _queue(card.left)]
    return Reply(text, rows(decide, more))


def _queue(count: int) -> Button:
    return Button(label("review.button.queue", count=count), ShowReviewQueue(0).pack())


def present_batch(found: BatchPreview) -> Reply:
    """What would be approved at once, by name and value."""
    text = render("reply/review_batch", found=found)
    accept = Button(
        label(f"review.button.batch_{_verb(found)}_now", count=found.total), ApproveBatch(found.version).pack()
    )
    cancel = Button(label("report.button.cancel"), CancelDraft(found.version).pack())
    return Reply(text, rows([accept, cancel]))


def present_approved(done: Approved) -> Reply:
    """What holds now, and the next one that waits."""
    text = render("reply/review_approved", done=done, next=done.next, lines=_lines(done.next) if done.next else [])
    return Reply(text, rows(*_following(done.next, done.left, signing=done.signing)))


def _following(row: ReviewRow | None, left: int, *, signing: bool) -> Sequence[list[Button]]:
    if row is not None:
        return [_decide(row, signing=signing), [_queue(left)] if left > 1 else []]
    return [[_queue(left)]] if left else []


def present_wanted(found: ReasonWanted) -> Reply:
    """The question for the reason."""
    text = label("review.reason", name=shortened(found.name), month=found.month)
    return Reply(text, rows([Button(label("report.button.cancel"), CancelDraft(found.version).pack())]))


def present_returned(done: Returned) -> Reply:
    """Who hears of it, and the next one that waits."""
    text = render("reply/review_returned", done=done, next=done.next, lines=_lines(done.next) if done.next else [])
    return Reply(text, rows(*_following(done.next, done.left, signing=False)))


def present_told(told: ReviewTold) -> Reply:
    """One sentence."""
    return Reply(label(f"review.told.{told.code}", name=shortened(told.name), who=told.who, month=told.month))


def present_period(found: PeriodPreview) -> Reply:
    """What freezing a month, or opening it again, means."""
    text = render("reply/review_period", found=found)
    verb = "reopen" if found.reopens else "close"
    buttons = [
        Button(label(f"review.button.{verb}"), SetPeriod(found.version).pack()),
        Button(label("report.button.cancel"), CancelDraft(found.version).pack()),
    ]
    return Reply(text, rows(buttons))


def present_period_done(done: PeriodDone) -> Reply:
    """What holds now."""
    return Reply(label("review.reopened" if done.reopens else "review.closed", month=done.month, reason=done.reason))


def present_note(done: NoteAdded) -> Reply:
    """Where the words stand now."""
    text = label("review.noted", name=shortened(done.name), month=done.month, text=shortened(done.text, 300))
    return Reply(text, rows([Button(label("review.button.card"), ShowCard(done.indicator_id).pack())]))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    ReviewQueue: present_queue,
    ReviewCard: present_card,
    BatchPreview: present_batch,
    Approved: present_approved,
    ReasonWanted: present_wanted,
    Returned: present_returned,
    ReviewTold: present_told,
    PeriodPreview: present_period,
    PeriodDone: present_period_done,
    NoteAdded: present_note,
}
