"""Units and posts on demand: lists name them before anybody has entered them, and the roster meets them by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import lists
from bot.db.tables import Post, Unit
from bot.domain.kinds import Role
from bot.services.listed import post_name
from bot.sheets.records import PersonRow


@dataclass
class Places:
    """The units and posts that one import speaks of; missing ones are added."""

    session: AsyncSession
    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    async def meet(self, units: Iterable[str], posts: Iterable[str]) -> None:
        """Load what there is of these, in two queries."""
        self.units |= await lists.by_name(self.session, Unit, set(units) - set(self.units))
        self.posts |= await lists.by_name(self.session, Post, set(posts) - set(self.posts))

    async def unit(self, name: str) -> Unit:
        """The unit of that name."""
        if name not in self.units:
            unit = Unit(name=name, comparison_group=None, township=False)
            self.session.add(unit)
            await self.session.flush()
            self.units[name] = unit
        return self.units[name]

    async def leader_post(self, name: str) -> Post:
        """The post that a list names as the responsible leader; nobody need hold it."""
        return await self._post(name, None, Role.LEADER, name)

    async def post_of(self, row: PersonRow) -> Post:
        """The post of a line of the roster, brought to what the line says of it."""
        unit = await self.unit(row.unit) if row.unit else None
        if unit is not None:
            unit.township, unit.comparison_group, unit.closed_at = row.township, row.group, None
        post = await self._post(post_name(row), unit, row.role, row.title)
        post.unit_id = unit.id if unit else None
        post.role, post.title, post.deputy, post.closed_at = row.role.value, row.title, row.deputy, None
        return post

    async def _post(self, name: str, unit: Unit | None, role: Role, title: str) -> Post:
        if name not in self.posts:
            post = Post(name=name, unit_id=unit.id if unit else None, role=role.value, title=title, deputy=False)
            self.session.add(post)
            await self.session.flush()
            self.posts[name] = post
        return self.posts[name]
