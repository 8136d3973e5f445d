"""Accounts that messages cannot reach any more, and those that can again. Functions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import holders
from bot.db.pushes import cancel_chat
from bot.db.tables import Account, Person
from bot.domain.pushes import Priority

REASON = "unreachable"


@dataclass(frozen=True)
class LostContact:
    """Somebody who has just become unreachable, and what had been queued for them."""

    account_id: int
    person: str
    post: str | None
    cancelled: int
    urgent: int


async def lose(session: AsyncSession, chat_id: int, now: datetime) -> LostContact | None:
    """Mark the chat's account unreachable and cancel what is queued for it; None when that is no news."""
    priorities = await cancel_chat(session, chat_id, REASON)
    account = (
        await session.scalars(
            select(Account)
            .where(Account.chat_id == chat_id, Account.unbound_at.is_(None), Account.unreachable_since.is_(None))
            .with_for_update()
        )
    ).one_or_none()
    if account is None:
        return None
    account.unreachable_since = now
    person = (await session.scalars(select(Person.name).where(Person.id == account.person_id))).one()
    posts = [item.post for item in await holders(session, person_ids=[account.person_id])]
    urgent = sum(priority <= Priority.RED for priority in priorities)
    return LostContact(account.id, person, posts[0] if posts else None, len(priorities), urgent)


async def regain(session: AsyncSession, telegram_user_id: int) -> None:
    """The person is there again."""
    await session.execute(
        update(Account)
        .where(Account.telegram_user_id == telegram_user_id, Account.unbound_at.is_(None))
        .values(unreachable_since=None)
    )
