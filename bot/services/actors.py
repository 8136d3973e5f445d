"""Who speaks: from a messenger account to an actor."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.db.people import KnownActor, actor_of_user
from bot.db.tables import Account, SchemeVersion
from bot.domain.kinds import Role
from bot.services.year import parsed_scheme


async def identify(db: Database, telegram_user_id: int) -> KnownActor | None:
    """The person behind an account; None for an account that is not bound."""
    async with db.read() as session:
        return await actor_of_user(session, telegram_user_id, await _main_leaders(session))


async def _main_leaders(session: AsyncSession) -> frozenset[str]:
    """The titles that the newest scheme calls main leaders; none before there is a scheme."""
    newest = select(SchemeVersion.body).order_by(SchemeVersion.effective_from.desc(), SchemeVersion.id.desc()).limit(1)
    body = await session.scalar(newest)
    return frozenset(parsed_scheme(body).main_leader_titles) if body is not None else frozenset()


async def note_menu(db: Database, person_id: int, role: Role) -> None:
    """Remember that the person's chat shows the command menu of this role."""
    async with db.write() as session:
        await session.execute(
            update(Account)
            .where(Account.person_id == person_id, Account.unbound_at.is_(None))
            .values(menu_role=role.value)
        )
