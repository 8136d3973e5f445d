"""Invites and binding requests. Functions take the session and never commit."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import BindingRequest, Invite


async def invite_of(session: AsyncSession, code_hash: str) -> Invite | None:
    """The invite of a code."""
    return (await session.scalars(select(Invite).where(Invite.code_hash == code_hash))).one_or_none()


async def open_request(session: AsyncSession, person_id: int, telegram_user_id: int) -> BindingRequest | None:
    """The account's request for that person which the office has not decided yet."""
    query = select(BindingRequest).where(
        BindingRequest.person_id == person_id,
        BindingRequest.telegram_user_id == telegram_user_id,
        BindingRequest.decided_at.is_(None),
    )
    return (await session.scalars(query.limit(1))).one_or_none()
