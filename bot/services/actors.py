"""Who speaks: from a messenger account to an actor."""

from __future__ import annotations

from sqlalchemy import update

from bot.db import years
from bot.db.engine import Database
from bot.db.looking import Look
from bot.db.people import KnownActor, actor_of_user
from bot.db.tables import Account
from bot.domain.kinds import Role
from bot.services.year import scheme_of


async def identify(db: Database, telegram_user_id: int) -> KnownActor | None:
    """The person behind an account; None for an account that is not bound."""
    async with db.look() as look:
        return await actor_of_user(look, telegram_user_id, await _main_leaders(look))


async def _main_leaders(look: Look) -> frozenset[str]:
    """The titles that the newest scheme calls main leaders; none before there is a scheme."""
    newest = await years.newest_scheme(look)
    return frozenset((await scheme_of(look, newest)).main_leader_titles) if newest else frozenset()


async def note_menu(db: Database, person_id: int, role: Role) -> None:
    """Remember that the person's chat shows the command menu of this role."""
    async with db.write() as session:
        await session.execute(
            update(Account)
            .where(Account.person_id == person_id, Account.unbound_at.is_(None))
            .values(menu_role=role.value)
        )
