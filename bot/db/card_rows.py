"""The rows that the card of one indicator is made of, each question through an index. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Text, bindparam, func, or_, select

from bot.db.looking import Among, Look, Question
from bot.db.reports import StoredReport
from bot.db.snapshots import COLUMNS, StoredSnapshot
from bot.db.tables import (
    IndicatorUnit,
    OrderRecipient,
    PeriodRow,
    Person,
    Post,
    Report,
    ReportNote,
    Snapshot,
    Tenure,
    WarningOrder,
)
from bot.domain.kinds import Role, Side

NOTES_SHOWN = 3
_THIS: BindParameter[int] = bindparam("indicator_id", type_=BigInteger)
_MONTHS: tuple[BindParameter[str], BindParameter[str]] = (bindparam("first", type_=Text), bindparam("last", type_=Text))


@dataclass(frozen=True)
class MonthRow:
    """A month's verdict as far as the trend shows it."""

    period: str
    actual: Decimal | None
    progress: Decimal | None
    grade: str
    severity: int


_NEWEST = Question(
    select(*COLUMNS)
    .where(Snapshot.indicator_id == _THIS, Snapshot.period.between(*_MONTHS))
    .order_by(Snapshot.period.desc())
    .limit(1),
    StoredSnapshot,
)
_TREND = Question(
    select(Snapshot.period, Snapshot.actual, Snapshot.progress, Snapshot.grade, Snapshot.severity)
    .where(Snapshot.indicator_id == _THIS, Snapshot.period.between(*_MONTHS))
    .order_by(Snapshot.period.desc())
    .limit(bindparam("count")),
    MonthRow,
)


async def verdicts(
    look: Look, indicator_id: int, first: str, last: str, count: int
) -> tuple[StoredSnapshot | None, list[MonthRow]]:
    """The newest verdict from month `first` to `last`, and the last `count` of them, oldest first."""
    newest = await look.first(_NEWEST, indicator_id=indicator_id, first=first, last=last)
    if newest is None:
        return None, []
    trend = await look.all(_TREND, indicator_id=indicator_id, first=first, last=last, count=count)
    return newest, trend[::-1]


@dataclass(frozen=True)
class VerdictRow:
    """An indicator's newest verdict as far as a list shows it."""

    indicator_id: int
    period: str
    grade: str
    progress: Decimal | None
    gap: Decimal | None
    inputs: dict[str, object]


_later = Snapshot.__table__.alias("later")
_LATEST = Question(
    select(
        Snapshot.indicator_id, Snapshot.period, Snapshot.grade, Snapshot.progress, Snapshot.gap, Snapshot.inputs
    ).where(
        Among(Snapshot.indicator_id, "ids"),
        Snapshot.period
        == select(func.max(_later.c.period))
        .where(_later.c.indicator_id == Snapshot.indicator_id, _later.c.period <= _MONTHS[1])
        .scalar_subquery(),
    ),
    VerdictRow,
)


async def latest(look: Look, indicator_ids: Sequence[int], last: str) -> dict[int, VerdictRow]:
    """The newest verdict of each indicator, of month `last` or before it."""
    return {row.indicator_id: row for row in await look.all(_LATEST, ids=indicator_ids, last=last)}


def _report(nodes_done: list[int], *row: Any) -> StoredReport:
    return StoredReport(*row[:5], tuple(nodes_done), *row[5:])  # type: ignore[call-arg]


_asked, _reporting = Post.__table__.alias("asked"), Post.__table__.alias("reporting")
_REPORTS = Question(
    select(
        Report.nodes_done,
        Report.id,
        Report.indicator_id,
        Report.period,
        Report.revision,
        Report.value,
        Report.no_change,
        Report.problem,
        Report.measure,
        Report.coordinate_text,
        _asked.c.name,
        Report.coordinate_post_id,
        Person.name,
        _reporting.c.name,
        Report.reported_at,
        Report.confirmed_at,
        Report.returned_at,
        Report.returned_reason,
    )
    .outerjoin(_asked, _asked.c.id == Report.coordinate_post_id)
    .outerjoin(Person, Person.id == Report.reporter_id)
    .outerjoin(_reporting, _reporting.c.id == Report.reporter_post_id)
    .where(Report.indicator_id == _THIS, Report.superseded_at.is_(None), Report.period.between(*_MONTHS))
    .order_by(Report.period.desc())
    .limit(bindparam("count")),
    _report,
)


async def newest_reports(look: Look, indicator_id: int, first: str, last: str, count: int) -> list[StoredReport]:
    """The current reports of the last `count` reported months from `first` to `last`, oldest first."""
    found = await look.all(_REPORTS, indicator_id=indicator_id, first=first, last=last, count=count)
    return found[::-1]


@dataclass(frozen=True)
class NoteLine:
    """What a unit that takes part has added (补充)."""

    text: str
    post: str | None
    at: datetime


_NOTES = Question(
    select(ReportNote.text, Post.name, ReportNote.at)
    .outerjoin(Post, Post.id == ReportNote.post_id)
    .where(ReportNote.indicator_id == _THIS, ReportNote.period >= bindparam("first"))
    .order_by(ReportNote.id.desc())
    .limit(NOTES_SHOWN),
    NoteLine,
)


async def notes(look: Look, indicator_id: int, first: str) -> list[NoteLine]:
    """The newest notes since month `first`, oldest first."""
    return (await look.all(_NOTES, indicator_id=indicator_id, first=first))[::-1]


_CLOSED = Question(
    select(PeriodRow.period).where(PeriodRow.cycle_id == bindparam("cycle_id"), PeriodRow.closed_at.is_not(None)), str
)


async def closed_periods(look: Look, cycle_id: int) -> frozenset[str]:
    """The months whose reports are frozen."""
    return frozenset(await look.all(_CLOSED, cycle_id=cycle_id))


_IN_OFFICE = (Tenure.until.is_(None), Person.closed_at.is_(None), Post.closed_at.is_(None))
_CONTACTS = Question(
    select(Person.name)
    .select_from(IndicatorUnit)
    .join(Post, Post.unit_id == IndicatorUnit.unit_id)
    .join(Tenure, Tenure.post_id == Post.id)
    .join(Person, Person.id == Tenure.person_id)
    .where(
        IndicatorUnit.indicator_id == _THIS,
        IndicatorUnit.side == Side.LEAD.value,
        Post.role == Role.CONTACT.value,
        *_IN_OFFICE,
    )
    .order_by(IndicatorUnit.position, Post.id, Person.id),
    str,
)
_HOLDERS = Question(
    select(Person.name)
    .select_from(Post)
    .join(Tenure, Tenure.post_id == Post.id)
    .join(Person, Person.id == Tenure.person_id)
    .where(Post.id == bindparam("post_id"), *_IN_OFFICE)
    .order_by(Post.id, Person.id),
    str,
)


async def contacts(look: Look, indicator_id: int) -> tuple[str, ...]:
    """The contacts of the lead units, in the order of the list."""
    return tuple(await look.all(_CONTACTS, indicator_id=indicator_id))


async def holder(look: Look, post_id: int | None) -> str | None:
    """Who holds the post; None for a vacant one."""
    if post_id is None:
        return None
    return await look.first(_HOLDERS, post_id=post_id)


@dataclass(frozen=True)
class OrderRow:
    """The open order of an indicator."""

    id: int
    number: tuple[int, int]
    state: str
    grade: str
    severity: int
    issued_at: datetime
    reply_due: date | None


def _order(id_: int, year: int, serial: int, *rest: Any) -> OrderRow:
    return OrderRow(id_, (year, serial), *rest)


_ORDER = Question(
    select(
        WarningOrder.id,
        WarningOrder.year,
        WarningOrder.serial,
        WarningOrder.state,
        WarningOrder.grade,
        WarningOrder.severity,
        WarningOrder.issued_at,
        WarningOrder.reply_due,
    ).where(WarningOrder.indicator_id == _THIS, WarningOrder.closed_at.is_(None)),
    _order,
)
# Whose acknowledgement, at the severity that the order has now, is not in.
_SILENT = Question(
    select(OrderRecipient.person_id)
    .where(
        OrderRecipient.order_id == bindparam("order_id"),
        OrderRecipient.digest_only.is_(False),
        or_(
            OrderRecipient.acknowledged_severity.is_(None),
            OrderRecipient.acknowledged_severity < bindparam("severity"),
        ),
    )
    .order_by(OrderRecipient.id),
    int,
)


async def open_order(look: Look, indicator_id: int) -> tuple[OrderRow | None, list[int]]:
    """The open order, and the persons who have not acknowledged it as it stands now."""
    order = await look.first(_ORDER, indicator_id=indicator_id)
    if order is None:
        return None, []
    return order, await look.all(_SILENT, order_id=order.id, severity=order.severity)
