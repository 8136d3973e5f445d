"""What a sweep judges many indicators by, in narrow rows, and the verdicts that it writes back.

Decimals travel as whole millionths, as SQLite stores them: no object is made that nobody looks at. Functions take the
session and never commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, ColumnClause, String, cast, column, select, table, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import Executable

from bot.db.among import among
from bot.db.inserting import insert_into
from bot.db.snapshots import StoredSnapshot
from bot.db.tables import GradeOverride, Report, ScoreEvent, Snapshot, WarningOrder
from bot.db.types import SCALE, UtcDateTime
from bot.db.within import changed
from bot.db.writing import Inserting, Write

_UNIT = 10**SCALE
DEDUCTION = "deduction"


class ReportRow(NamedTuple):
    """The current report of a month. `value` in millionths; `nodes_done` as stored; `revision` from 1."""

    id: int
    value: int | None
    nodes_done: str
    revision: int
    source: str
    confirmed: bool = False


class Revision(NamedTuple):
    """An earlier version of a month's report."""

    value: int | None
    nodes_done: str
    source: str
    confirmed: bool = False


class OverrideRow(NamedTuple):
    """A grade set by the office for some months."""

    grade: str
    reason: str
    first: str
    last: str | None

    def covers(self, period: str) -> bool:
        """Whether it holds for the month."""
        return self.first <= period and (self.last is None or period <= self.last)


class VerdictRow(NamedTuple):
    """A month's verdict as a row of `snapshots`, without what the database adds. Decimals in millionths."""

    indicator_id: int
    period: str
    grade: str
    severity: int
    base_grade: str
    standing: str
    actual: int | None
    target: int | None
    pace: int | None
    progress: int | None
    gap: int | None
    expected_loss: int | None
    reason: str
    rule_id: str
    scheme_version_id: int
    report_id: int | None
    inputs: str

    def snapshot(self) -> StoredSnapshot:
        """As the rest of the product reads it."""
        values = self._asdict()
        for name in _DECIMALS:
            values[name] = decimal_of(values[name])
        values["inputs"] = orjson.loads(self.inputs)
        return StoredSnapshot(**values)


_DECIMALS = ("actual", "target", "pace", "progress", "gap", "expected_loss")
_KEY = ("indicator_id", "period")


def decimal_of(units: int | None) -> Decimal | None:
    """Millionths as a decimal, written as short as it can be."""
    if units is None:
        return None
    whole, rest = divmod(units, _UNIT)
    return Decimal(whole) if rest == 0 else Decimal(units).scaleb(-SCALE).normalize()


def units_of(value: Decimal | int | None) -> int | None:
    """A decimal in millionths. What has more places than are stored is cut."""
    return None if value is None else int(Decimal(value).scaleb(SCALE))


def _raw(session: AsyncSession, column: InstrumentedAttribute[Any]) -> Any:
    """The column as the driver gives it: millionths on SQLite, a decimal on PostgreSQL."""
    return type_coerce(column, BigInteger()) if _is_sqlite(session) else column


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


async def reports_upto(
    session: AsyncSession, ids: Sequence[int], first: str, last: str
) -> dict[int, dict[str, ReportRow]]:
    """The current reports from month `first` to `last`: by indicator, then by month."""
    query = select(
        Report.indicator_id,
        Report.period,
        Report.id,
        _raw(session, Report.value),
        _text(session, Report.nodes_done),
        Report.revision,
        Report.source,
        Report.confirmed_at.is_not(None),
    ).where(among(Report.indicator_id, ids), Report.period.between(first, last), Report.superseded_at.is_(None))
    found: dict[int, dict[str, ReportRow]] = {}
    as_units = _is_sqlite(session)
    for indicator_id, period, report_id, value, nodes, revision, source, said in await session.execute(query):
        row = ReportRow(report_id, value if as_units else units_of(value), nodes, revision, source, said)
        months = found.get(indicator_id)
        if months is None:
            found[indicator_id] = {period: row}
        else:
            months[period] = row
    return found


async def earlier_revisions(
    session: AsyncSession, ids: Sequence[int], first: str, last: str
) -> dict[tuple[int, str], list[Revision]]:
    """What was reported before the current reports of these months, oldest first, by (indicator, month)."""
    query = (
        select(
            Report.indicator_id,
            Report.period,
            _raw(session, Report.value),
            _text(session, Report.nodes_done),
            Report.source,
            Report.confirmed_at.is_not(None),
        )
        .where(Report.indicator_id.in_(ids), Report.period.between(first, last), Report.superseded_at.is_not(None))
        .order_by(Report.indicator_id, Report.period, Report.revision)
    )
    found: dict[tuple[int, str], list[Revision]] = defaultdict(list)
    as_units = _is_sqlite(session)
    for key, period, value, nodes, source, said in await session.execute(query):
        found[key, period].append(Revision(value if as_units else units_of(value), nodes, source, said))
    return found


async def base_grades(session: AsyncSession, ids: Sequence[int], first: str, last: str) -> dict[int, dict[str, str]]:
    """What the ladder alone said from month `first` to `last`: by indicator, then by month."""
    query = select(Snapshot.indicator_id, Snapshot.period, Snapshot.base_grade).where(
        among(Snapshot.indicator_id, ids), Snapshot.period.between(first, last)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for key, period, grade in await session.execute(query):
        found[key][period] = grade
    return found


async def overrides_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[OverrideRow]]:
    """The grades set by the office, the newest first."""
    query = select(
        GradeOverride.indicator_id,
        GradeOverride.grade,
        GradeOverride.reason,
        GradeOverride.from_period,
        GradeOverride.until_period,
    ).where(among(GradeOverride.indicator_id, ids))
    found: dict[int, list[OverrideRow]] = defaultdict(list)
    for row in await session.execute(query.order_by(GradeOverride.id.desc())):
        found[row[0]].append(OverrideRow(*row[1:]))
    return found


async def deductions_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[tuple[str, Decimal]]]:
    """The points lost so far, as (month, points), of the indicators that lost any."""
    query = select(ScoreEvent.indicator_id, ScoreEvent.period, ScoreEvent.points).where(
        among(ScoreEvent.indicator_id, ids), ScoreEvent.kind == DEDUCTION, ScoreEvent.cancelled_at.is_(None)
    )
    found: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for key, period, points in await session.execute(query):
        found[key].append((period, points))
    return found


async def with_open_order(session: AsyncSession, ids: Sequence[int]) -> frozenset[int]:
    """Those of the indicators that have an open order."""
    query = select(WarningOrder.indicator_id).where(
        among(WarningOrder.indicator_id, ids), WarningOrder.closed_at.is_(None)
    )
    return frozenset((await session.scalars(query)).all())


async def verdict_rows(
    session: AsyncSession, ids: Sequence[int], first: str, last: str
) -> dict[tuple[int, str], VerdictRow]:
    """The verdicts stored for the months from `first` to `last`, by (indicator, month)."""
    columns = [getattr(Snapshot, name) for name in VerdictRow._fields]
    as_units = _is_sqlite(session)
    query = select(*(_coerced(session, column) for column in columns)).where(
        among(Snapshot.indicator_id, ids), Snapshot.period.between(first, last)
    )
    rows = [VerdictRow(*row) for row in await session.execute(query)]
    if not as_units:
        rows = [_in_units(row) for row in rows]
    return {(row.indicator_id, row.period): row for row in rows}


def _coerced(session: AsyncSession, column: InstrumentedAttribute[Any]) -> Any:
    if column.key == "inputs":
        return _text(session, column)
    return _raw(session, column) if column.key in _DECIMALS else column


def _text(session: AsyncSession, column: InstrumentedAttribute[Any]) -> Any:
    """JSON as it was written; a list or an object is only made where it is looked at."""
    return type_coerce(column, String()) if _is_sqlite(session) else cast(column, String)


def _in_units(row: VerdictRow) -> VerdictRow:
    decimals: dict[str, Any] = {name: units_of(getattr(row, name)) for name in _DECIMALS}
    return row._replace(**decimals)


async def put(session: AsyncSession, rows: Sequence[VerdictRow], now: datetime) -> None:
    """Store these verdicts, new or over those of the same month."""
    if not rows:
        return
    if _is_sqlite(session):
        await _put_raw(session, rows, now)
        return
    statement = insert_into(session, Snapshot)
    kept = {
        column.name: statement.excluded[column.name]
        for column in Snapshot.__table__.c
        if column.name not in ("id", *_KEY)
    }
    items = [_typed(row) | {"computed_at": now} for row in rows]
    await session.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=kept), items)


def _typed(row: VerdictRow) -> dict[str, Any]:
    values = row._asdict()
    for name in _DECIMALS:
        values[name] = decimal_of(values[name])
    return values | {"inputs": orjson.loads(row.inputs)}


async def _put_raw(session: AsyncSession, rows: Sequence[VerdictRow], now: datetime) -> None:
    """One prepared statement; the values are in the driver's own types already."""
    if len(rows) == 1:
        await changed(session, _PUT_RAW, **rows[0]._asdict(), computed_at=now)
        return
    connection = await session.connection()
    put_raw = _PUT_RAW.on(connection.dialect)
    items = [put_raw.arguments({**row._asdict(), "computed_at": now}) for row in rows]
    await connection.exec_driver_sql(put_raw.sql, items)


def _raw_verdicts(insert: Inserting) -> Executable:
    own: list[ColumnClause[Any]] = [column(name) for name in VerdictRow._fields]
    statement = insert(table(Snapshot.__tablename__, *own, column("computed_at", UtcDateTime()))).inline()
    news = {name: statement.excluded[name] for name in _PUT_NAMES if name not in _KEY}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=news)


_PUT_NAMES = (*VerdictRow._fields, "computed_at")
_PUT_RAW = Write(_raw_verdicts, _PUT_NAMES)


def series_of(months: Mapping[str, ReportRow], upto: str) -> list[tuple[int, int]]:
    """The values reported up to that month, as (month 1..12, millionths)."""
    return [
        (MONTHS[period[5:]], row.value) for period, row in months.items() if period <= upto and row.value is not None
    ]


MONTHS = {f"{month:02d}": month for month in range(1, 13)}
