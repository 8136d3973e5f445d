"""What a single report is judged by, in narrow rows: the same as in `judging`, asked by prepared statements.

A sweep asks a few statements about thousands of indicators; a report asks them all about one, and building them would
take longer than answering them. For SQLite, where decimals are whole millionths and JSON is text. Reads only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, BindParameter, SQLColumnExpression, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.judging import DEDUCTION, OverrideRow, ReportRow, VerdictRow
from bot.db.looking import Look, Question
from bot.db.tables import GradeOverride, Report, ScoreEvent, Snapshot, WarningOrder


def _raw(column: InstrumentedAttribute[Any]) -> SQLColumnExpression[int]:
    return type_coerce(column, BigInteger())


def _text(column: InstrumentedAttribute[Any]) -> SQLColumnExpression[str]:
    return type_coerce(column, String())


_ID: BindParameter[int] = bindparam("indicator_id", type_=BigInteger())
_SPAN: tuple[BindParameter[str], BindParameter[str]] = (bindparam("first"), bindparam("last"))
_DECIMALS = frozenset({"actual", "target", "pace", "progress", "gap", "expected_loss"})


def _verdict_columns() -> list[Any]:
    found = [getattr(Snapshot, name) for name in VerdictRow._fields]
    return [_raw(one) if one.key in _DECIMALS else _text(one) if one.key == "inputs" else one for one in found]


_REPORTS: Question[tuple[str, ReportRow]] = Question(
    select(
        Report.period,
        Report.id,
        _raw(Report.value),
        _text(Report.nodes_done),
        Report.revision,
        Report.source,
        Report.confirmed_at.is_not(None),
    ).where(Report.indicator_id == _ID, Report.period.between(*_SPAN), Report.superseded_at.is_(None)),
    lambda period, *row: (period, ReportRow(*row)),
)
_VERDICTS = Question(
    select(*_verdict_columns()).where(Snapshot.indicator_id == _ID, Snapshot.period.between(*_SPAN)), VerdictRow
)
_BASES: Question[tuple[str, str]] = Question(
    select(Snapshot.period, Snapshot.base_grade).where(Snapshot.indicator_id == _ID, Snapshot.period.between(*_SPAN)),
    lambda *row: row,
)
_OVERRIDES = Question(
    select(GradeOverride.grade, GradeOverride.reason, GradeOverride.from_period, GradeOverride.until_period)
    .where(GradeOverride.indicator_id == _ID)
    .order_by(GradeOverride.id.desc()),
    OverrideRow,
)
_DEDUCTIONS: Question[tuple[str, Decimal]] = Question(
    select(ScoreEvent.period, ScoreEvent.points).where(
        ScoreEvent.indicator_id == _ID, ScoreEvent.kind == DEDUCTION, ScoreEvent.cancelled_at.is_(None)
    ),
    lambda *row: row,
)
_NEWEST: Question[str | None] = Question(
    select(func.max(Snapshot.period)).where(Snapshot.indicator_id == _ID), lambda period: period
)
_OPEN_ORDER = Question(
    select(WarningOrder.id).where(WarningOrder.indicator_id == _ID, WarningOrder.closed_at.is_(None)), int
)


async def reports(look: Look, indicator_id: int, first: str, last: str) -> dict[str, ReportRow]:
    """The current reports from month `first` to `last`, by month."""
    return dict(await look.all(_REPORTS, indicator_id=indicator_id, first=first, last=last))


async def verdicts(look: Look, indicator_id: int, first: str, last: str) -> list[VerdictRow]:
    """The verdicts stored for the months from `first` to `last`."""
    return await look.all(_VERDICTS, indicator_id=indicator_id, first=first, last=last)


async def bases(look: Look, indicator_id: int, first: str, last: str) -> dict[str, str]:
    """What the ladder alone said from month `first` to `last`, by month."""
    return dict(await look.all(_BASES, indicator_id=indicator_id, first=first, last=last))


async def overrides(look: Look, indicator_id: int) -> list[OverrideRow]:
    """The grades set by the office, the newest first."""
    return await look.all(_OVERRIDES, indicator_id=indicator_id)


async def deductions(look: Look, indicator_id: int) -> list[tuple[str, Decimal]]:
    """The points lost so far, as (month, points)."""
    return await look.all(_DEDUCTIONS, indicator_id=indicator_id)


async def newest_month(look: Look, indicator_id: int) -> str | None:
    """The newest month that has a verdict."""
    return await look.first(_NEWEST, indicator_id=indicator_id)


async def has_open_order(look: Look, indicator_id: int) -> bool:
    """Whether the indicator has an open order."""
    return await look.first(_OPEN_ORDER, indicator_id=indicator_id) is not None
