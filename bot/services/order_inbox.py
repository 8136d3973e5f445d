"""One message a day for the office: the first request comes by itself, the others of the day join it there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.pushes import EditOfPush, enqueue_edit
from bot.db.tables import Push
from bot.domain.pushes import Act, PushKind, PushState
from bot.presenters.push_order import present_requests
from bot.services.cause import Cause
from bot.services.order_pending import waiting_requests
from bot.services.year import Year

# What a reply to such a message is about: one request, or several.
REQUEST, REQUESTS = "order_request", "order_requests"
GONE = (PushState.CANCELLED.value, PushState.EXPIRED.value, PushState.FAILED.value)
LOOK_BACK = timedelta(days=30)


async def todays_message(session: AsyncSession, year: Year, person_id: int) -> Push | None:
    """The message of today in which this person was given something to decide."""
    midnight = datetime.combine(year.today, time(), year.zone)
    query = (
        select(Push)
        .where(
            Push.person_id == person_id,
            Push.kind == PushKind.ORDER.value,
            Push.subject_kind.in_((REQUEST, REQUESTS)),
            # What came in at night or on a weekend waits for the same morning.
            Push.not_before >= midnight,
            Push.act == Act.SEND.value,
            Push.state.not_in(GONE),
        )
        .order_by(Push.id.desc())
    )
    return (await session.scalars(query)).first()


async def join(session: AsyncSession, cause: Cause, year: Year, push: Push, indicator_id: int) -> None:
    """Let another request join the message: it becomes the list of what waits."""
    push.subject_kind, push.subject_id = REQUESTS, None
    push.indicator_ids = list(dict.fromkeys([*push.indicator_ids, indicator_id]))
    await session.flush()
    await _rewrite(session, cause, year, [push])


async def rewrite_lists(session: AsyncSession, cause: Cause, year: Year, indicator_id: int) -> None:
    """Something was decided: the lists that speak of it show what is left."""
    query = select(Push).where(
        Push.kind == PushKind.ORDER.value,
        Push.subject_kind == REQUESTS,
        Push.created_at >= cause.now - LOOK_BACK,
        Push.act == Act.SEND.value,
        Push.state.not_in(GONE),
    )
    found = [push for push in (await session.scalars(query)).all() if indicator_id in push.indicator_ids]
    if found:
        await _rewrite(session, cause, year, found)


async def _rewrite(session: AsyncSession, cause: Cause, year: Year, pushes: Iterable[Push]) -> None:
    waiting = await waiting_requests(session, year)
    for push in pushes:
        reply = present_requests([item for item in waiting if item.order.indicator_id in push.indicator_ids])
        rows = [list(line) for line in reply.buttons]
        await enqueue_edit(session, EditOfPush(push.id, reply.text, rows, cause.now, update_id=cause.update_id))
