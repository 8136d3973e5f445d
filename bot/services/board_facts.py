"""The year's lights as the scoreboard and the bulletin count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import boards, indicators, snapshots
from bot.db.indicators import KnownIndicator
from bot.db.snapshots import StoredSnapshot
from bot.domain.kinds import UNREPORTED
from bot.domain.period import Period
from bot.domain.scoreboard import IndicatorForBoard
from bot.services.year import Year


@dataclass(frozen=True)
class Lights:
    """The indicators of a year and every verdict of its months, by (indicator, month)."""

    year: Year
    known: tuple[KnownIndicator, ...]
    stored: Mapping[tuple[int, str], StoredSnapshot]
    appraisals: Mapping[int, str]
    unanswered: frozenset[int]

    def newest(self) -> list[IndicatorForBoard]:
        """Each indicator with its newest light, as its card shows it, and the one of the month before that."""
        last: dict[int, str] = {}
        for key, period in self.stored:
            last[key] = max(period, last.get(key, period))
        return [self._item(item, last.get(item.id)) for item in self.known]

    def of(self, period: str, before: str | None = None) -> list[IndicatorForBoard]:
        """Each indicator with the light of that month, compared with another one: without `before`, the month earlier.

        An indicator without a light in the month counts as not reported.
        """
        return [self._item(item, period, before) for item in self.known]

    def is_judged(self, period: str) -> bool:
        """Whether anything has a light in that month."""
        return any(month == period for _, month in self.stored)

    def _item(self, item: KnownIndicator, period: str | None, earlier: str | None = None) -> IndicatorForBoard:
        now = self.stored.get((item.id, period)) if period else None
        then = earlier or (str(Period.parse(period).previous()) if period else "")
        before = self.stored.get((item.id, then))
        scheme = self.year.scheme
        grade = now.grade if now else UNREPORTED
        return IndicatorForBoard(
            id=item.id,
            grade=grade,
            severity=scheme.severity(grade),
            weight=item.facts.weight,
            units=item.lead_units,
            leader=item.responsible_post,
            category=item.category,
            appraisal=self.appraisals.get(item.id),
            before=before.grade if before else None,
            before_severity=scheme.severity(before.grade) if before else None,
            waiting=item.id in self.unanswered,
        )


async def lights_of(session: AsyncSession, year: Year, upto: Period) -> Lights:
    """All lights of the year up to a month."""
    known = await indicators.of_cycle(session, year.cycle, upto.last_day)
    first = str(Period(year.year, 1))
    return Lights(
        year=year,
        known=known,
        stored=await snapshots.stored(session, [item.id for item in known], first, str(upto)),
        appraisals=await boards.appraisals(session, year.cycle_id),
        unanswered=await boards.unanswered(session),
    )
