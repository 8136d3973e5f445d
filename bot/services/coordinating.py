"""Whom a plea for coordination means: a leader's post or a unit's head, by the words typed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.indicators import KnownIndicator
from bot.db.people import holders
from bot.domain.kinds import Role
from bot.reading.named import NamedItem
from bot.reading.search import NameIndex


async def who_is_meant(
    session: AsyncSession, indicator: KnownIndicator, wanted: str | None
) -> tuple[int | None, str | None]:
    """Post and its name. Words that name nobody in office mean the indicator's responsible leader."""
    if wanted:
        held = await holders(session, roles=[Role.LEADER, Role.HEAD])
        names = {item.post_id: item.post for item in held}
        aliases = {
            item.post_id: (item.title,) if item.role is Role.LEADER else ((item.unit,) if item.unit else ())
            for item in held
            if not item.deputy
        }
        index = NameIndex(NamedItem(key, names[key], found) for key, found in aliases.items())
        winner = index.find(wanted).winner
        if winner is not None:
            return winner.item.id, names[winner.item.id]
    return indicator.responsible_post_id, indicator.responsible_post
