"""Who has acknowledged a notice by now, and the newest notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import notices
from bot.db.engine import Database
from bot.db.tables import Notice, Person
from bot.domain.errors import NotFound
from bot.domain.rights import Action
from bot.presenters.notice import NoticeCard, NoticeList
from bot.services.cause import Cause

SHOWN = 8


async def card(db: Database, cause: Cause, notice_id: int) -> NoticeCard:
    """Who has acknowledged by now. Raises NotAllowed for anybody but the office, NotFound."""
    cause.check(Action.SEND_NOTICE)
    async with db.read() as session:
        notice = await session.get(Notice, notice_id)
        if notice is None:
            raise NotFound(notice_id=notice_id)
        return await card_of(session, notice, asked_now=cause.now)


async def card_of(
    session: AsyncSession,
    notice: Notice,
    *,
    leaves_at: datetime | None = None,
    sent: bool = False,
    asked_now: datetime | None = None,
) -> NoticeCard:
    found = await notices.receipts(session, notice.id)
    by = await session.get_one(Person, notice.by_person_id)
    reached = [one for one in found if one.row.push_id is not None]
    return NoticeCard(
        notice_id=notice.id,
        audience=notice.audience,
        text=notice.text,
        at=notice.at,
        by=by.name,
        seen=tuple(one.who for one in reached if one.row.acknowledged_at is not None),
        unseen=tuple(one.who for one in reached if one.row.acknowledged_at is None),
        unreachable=tuple(one.who for one in found if one.row.push_id is None),
        leaves_at=leaves_at,
        sent=sent,
        asked_now=asked_now,
    )


async def listed(db: Database, cause: Cause) -> NoticeList:
    """The newest notices. Raises NotAllowed for anybody but the office."""
    cause.check(Action.SEND_NOTICE)
    async with db.read() as session:
        found = await notices.newest(session, SHOWN)
    return NoticeList(tuple((one.id, one.at, one.audience, one.text, seen, of) for one, seen, of in found))
