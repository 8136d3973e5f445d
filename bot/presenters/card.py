"""The card of an indicator: where it stands, how it came there, who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.db.card_rows import NoteLine
from bot.db.indicators import KnownIndicator
from bot.db.reports import StoredReport
from bot.db.snapshots import StoredSnapshot
from bot.domain.kinds import Kind, Standing
from bot.domain.period import Period
from bot.presenters.actions import Acknowledge, ReportNoChange, StartDirective, StartReport
from bot.presenters.order_actions import ShowOrder
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.report_said import NodeMark
from bot.presenters.rule_words import rule_sentence
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

NAME_LENGTH = 120
PROBLEM_LENGTH = 300
PACED = frozenset({Kind.CUMULATIVE, Kind.MILESTONE})


@dataclass(frozen=True)
class TrendMonth:
    """A month of the trend."""

    period: str
    actual: Decimal | None
    progress: Decimal | None
    grade_word: str
    severity: int


@dataclass(frozen=True)
class OpenOrder:
    """The order that is open for the indicator. `mine`: whether this person still has to acknowledge it."""

    order_id: int
    number: tuple[int, int]
    state: str
    grade_word: str
    severity: int
    issued_at: datetime
    reply_due: date | None
    mine: bool
    waiting: int


@dataclass(frozen=True)
class Card:
    """Everything on a card. `now`: the newest verdict; None before the first.

    `asked`: the month that this person may report; `repeats`: 无变化 means something for it.
    """

    indicator: KnownIndicator
    kind: Kind
    now: StoredSnapshot | None
    grade_word: str
    base_word: str
    trend: tuple[TrendMonth, ...]
    nodes: tuple[NodeMark, ...]
    contacts: tuple[str, ...]
    leader: str | None
    last: StoredReport | None
    order: OpenOrder | None
    asked: Period | None
    reported: bool
    repeats: bool
    today: date
    may_direct: bool
    notes: tuple[NoteLine, ...] = ()


def present_card(card: Card) -> Reply:
    """The card with the buttons of what this person may do."""
    now = card.now
    text = render(
        "reply/card",
        card=card,
        now=now,
        kind=card.kind.value,
        paced=card.kind in PACED,
        title=shortened(card.indicator.name, NAME_LENGTH),
        unit=card.indicator.unit or "",
        standing=label(f"kinds.standing.{now.standing}") if now else "",
        warned=now is not None and now.severity > 0,
        rule=rule_sentence(now, card.base_word) if now is not None and now.severity > 0 else "",
        lead=some_names(card.indicator.lead_units),
        cooperating=some_names(card.indicator.cooperating_units),
        contacts=some_names(card.contacts),
        number=order_number(*card.order.number) if card.order else "",
        state=label(f"card.state.{card.order.state}") if card.order else "",
        problem=shortened(card.last.problem or "", PROBLEM_LENGTH) if card.last else "",
        measure=shortened(card.last.measure or "", PROBLEM_LENGTH) if card.last else "",
        coordinate=shortened(card.last.coordinate or "", PROBLEM_LENGTH) if card.last else "",
        ask_whom=_whom(card),
        unreported=now is not None and now.standing == Standing.UNREPORTED,
    )
    return Reply(text, rows(_report_buttons(card), _order_buttons(card)))


def _whom(card: Card) -> str:
    """The post that a plea went to, unless the plea names it itself."""
    post = card.last.coordinate_post if card.last else None
    said = (card.last.coordinate or "") if card.last else ""
    return post if post and post not in said else ""


def _report_buttons(card: Card) -> list[Button]:
    if card.asked is None:
        return []
    key = card.indicator.id
    found = [
        Button(label("report.button.correct" if card.reported else "report.button.report"), StartReport(key).pack())
    ]
    if card.repeats and not card.reported:
        found.insert(0, Button(label("report.button.no_change"), _same(key, card.asked)))
    return found


def _same(indicator_id: int, period: Period) -> str:
    return ReportNoChange(indicator_id, period.year, period.month).pack()


def _order_buttons(card: Card) -> list[Button]:
    found = []
    if card.order is not None and card.order.mine:
        found.append(Button(label("warning.acknowledge"), Acknowledge(card.order.order_id, card.order.severity).pack()))
    if card.order is not None:
        found.append(Button(label("order.show"), ShowOrder(card.order.order_id).pack()))
    if card.may_direct:
        found.append(Button(label("warning.direct"), StartDirective(card.indicator.id).pack()))
    return found
