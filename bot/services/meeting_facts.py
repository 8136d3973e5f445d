"""What a meeting looks at: the indicators in its scope with their lights, and who is responsible for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.indicators import KnownIndicator
from bot.db.snapshots import StoredSnapshot
from bot.domain.meeting import MeetingKind
from bot.domain.scoreboard import IndicatorForBoard
from bot.services.board_facts import Lights, lights_of
from bot.services.year import Year


@dataclass(frozen=True)
class Scope:
    """Indicators in scope, worst first, each with its newest verdict."""

    year: Year
    lights: Lights
    known: tuple[KnownIndicator, ...]
    items: tuple[IndicatorForBoard, ...]
    newest: dict[int, StoredSnapshot]

    @property
    def behind(self) -> list[KnownIndicator]:
        """Those with a warning, worst first."""
        found = [item for item in self.known if self._severity(item) > 0]
        return sorted(found, key=lambda item: (-self._severity(item), -(self.newest[item.id].gap or 0), item.id))

    def _severity(self, item: KnownIndicator) -> int:
        return self.newest[item.id].severity if item.id in self.newest else 0

    def word(self, item: KnownIndicator) -> str:
        """The word of its grade."""
        return self.year.scheme.grade(self.newest[item.id].grade).word


async def whole(session: AsyncSession, year: Year) -> Scope:
    """All indicators of the year."""
    lights = await lights_of(session, year, year.period)
    newest: dict[int, StoredSnapshot] = {}
    for (key, period), found in sorted(lights.stored.items(), key=lambda pair: pair[0][1]):
        newest[key] = found if period else newest[key]
    return Scope(year, lights, lights.known, tuple(lights.newest()), newest)


def narrowed(scope: Scope, kind: str, unit_ids: Collection[int], post_ids: Collection[int]) -> Scope:
    """Those of the units, or, at a quarterly meeting, those of the leaders; of the units where no leader is named."""
    by_leader = kind == MeetingKind.QUARTERLY and bool(post_ids)
    known = tuple(
        item
        for item in scope.known
        if (item.responsible_post_id in post_ids if by_leader else set(item.lead_unit_ids) & set(unit_ids))
    )
    wanted = {item.id for item in known}
    return Scope(scope.year, scope.lights, known, tuple(one for one in scope.items if one.id in wanted), scope.newest)
