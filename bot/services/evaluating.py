"""Grades indicators for a month: a preview that stores nothing, and the evaluation that stores, orders and pushes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.snapshots import StoredSnapshot
from bot.domain.ladder import Decision
from bot.domain.measure import Measure
from bot.domain.period import Period
from bot.services.cause import Cause


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one indicator for one month. `previous`: the month before, as stored; None without one."""

    indicator_id: int
    period: Period
    actual: Decimal | None
    nodes_done: tuple[int, ...]
    target: Decimal | None
    measure: Measure
    decision: Decision
    previous: StoredSnapshot | None


async def judge(
    session: AsyncSession,
    indicator_id: int,
    period: Period,
    value: Decimal | None,
    nodes_done: Sequence[int],
    now: datetime,
) -> Verdict:
    """The verdict if this value (and these milestone nodes) were reported. Stores nothing. Raises NotFound."""
    raise NotImplementedError


async def evaluate(session: AsyncSession, cause: Cause, indicator_ids: Iterable[int], period: Period) -> list[Verdict]:
    """Grade these indicators and set in motion what the grades ask for, in the caller's transaction."""
    raise NotImplementedError
