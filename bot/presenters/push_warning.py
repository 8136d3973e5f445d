"""The notice of a grave warning: what, how far behind, since when, why, who answers, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.db.snapshots import StoredSnapshot
from bot.domain.kinds import Kind
from bot.presenters.actions import Acknowledge, AcknowledgeAll, ShowCard, ShowWarnings, StartDirective
from bot.presenters.order_actions import StartAnswer, StartExtension
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.rule_words import rule_sentence
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

PROBLEM_LENGTH = 600
NAME_LENGTH = 120
LINES = 20
# Buttons of single orders in one message; all of them have 全部签收.
EACH = 8
BUTTON_NAME = 14
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class WarningNotice:
    """Everything that the notice says. `number`: (year, serial). `since`: the first month of the run, "2026-08"."""

    order_id: int
    indicator_id: int
    name: str
    unit: str
    number: tuple[int, int]
    severity: int
    grade_word: str
    snapshot: StoredSnapshot
    base_word: str
    since: str
    months_in_a_row: int
    responsible: str | None
    lead_units: tuple[str, ...]
    cooperating_units: tuple[str, ...]
    contacts: tuple[str, ...]
    problem: str | None
    coordinate: str | None
    asked: str
    acknowledge_by: date | None
    reply_by: date | None
    for_unit: bool
    may_direct: bool
    told_at: datetime = EPOCH


def present_warning(notice: WarningNotice) -> Reply:
    """The notice with its buttons: acknowledge, details, and a directive for those who may give one."""
    text = render(
        "push/warning",
        notice=notice,
        snapshot=notice.snapshot,
        kind=notice.snapshot.inputs["kind"],
        allowed=_allowed_by_now(notice.snapshot),
        title=shortened(notice.name, NAME_LENGTH),
        number=order_number(*notice.number),
        rule=rule_sentence(notice.snapshot, notice.base_word),
        lead=some_names(notice.lead_units),
        cooperating=some_names(notice.cooperating_units),
        contacts=some_names(notice.contacts),
        problem=shortened(notice.problem or "", PROBLEM_LENGTH),
        coordinate=shortened(notice.coordinate or "", PROBLEM_LENGTH),
        asked=label(f"warning.asked.{notice.asked}"),
    )
    directive = [Button(label("warning.direct"), StartDirective(notice.indicator_id).pack())]
    answers = [
        Button(label("order.answer"), StartAnswer(notice.order_id).pack()),
        Button(label("order.extend"), StartExtension(notice.order_id).pack()),
    ]
    return Reply(
        text,
        rows(
            [
                Button(label("warning.acknowledge"), Acknowledge(notice.order_id, notice.severity).pack()),
                Button(label("warning.details"), ShowCard(notice.indicator_id).pack()),
                *(directive if notice.may_direct else []),
            ],
            answers if notice.for_unit and notice.reply_by else [],
        ),
    )


def present_warnings(notices: Sequence[WarningNotice]) -> Reply:
    """Several notices in one message, worst first: a line each, and each with its own 签收."""
    shown = notices[:LINES]
    text = render(
        "push/warnings",
        lines=[(notice, rule_sentence(notice.snapshot, notice.base_word)) for notice in shown],
        more=len(notices) - len(shown),
        total=len(notices),
        worst=notices[0].grade_word,
        acknowledge_by=min((one.acknowledge_by for one in notices if one.acknowledge_by), default=None),
        reply_by=min((one.reply_by for one in notices if one.reply_by), default=None),
        asked=label(f"warning.asked.{notices[0].asked}"),
        for_unit=notices[0].for_unit,
        short=shortened,
        number=order_number,
    )
    each = [
        [
            Button(
                label("warning.acknowledge_one", name=shortened(one.name, BUTTON_NAME)),
                Acknowledge(one.order_id, one.severity).pack(),
            )
        ]
        for one in notices[:EACH]
    ]
    everything = Button(
        label("warning.acknowledge_all", count=len(notices)), AcknowledgeAll(int(notices[0].told_at.timestamp())).pack()
    )
    return Reply(text, rows(*each, [everything], [Button(label("push.show_warnings"), ShowWarnings(0).pack())]))


def _allowed_by_now(snapshot: StoredSnapshot) -> Decimal | None:
    """What a yearly limit allows up to this month; None for what has no such share."""
    shares = snapshot.inputs["kind"] == Kind.CONTROL_CUMULATIVE and None not in (snapshot.target, snapshot.pace)
    return (snapshot.target or Decimal(0)) * (snapshot.pace or Decimal(0)) / 100 if shares else None


def order_number(year: int, serial: int) -> str:
    """The number of an order as the office writes it."""
    return label("warning.number", year=year, serial=serial)
