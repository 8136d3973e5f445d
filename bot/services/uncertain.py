"""The office's word on messages without a receipt: sent again, marked as a repetition, or left as they are."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import OUTBOX_CHANGED, Database
from bot.db.tables import Person, Post, Push
from bot.domain.errors import NotFound, Stale
from bot.domain.pushes import PushState
from bot.domain.rights import Action
from bot.presenters.errors import mark_repeated
from bot.presenters.uncertain import UncertainList, UncertainPush
from bot.services.cause import Cause, Change, audit, effect

SHOWN = 6


async def list_uncertain(db: Database, cause: Cause) -> UncertainList:
    """The messages without a receipt, oldest first. Raises NotAllowed."""
    cause.check(Action.SETTLE_UNCERTAIN)
    async with db.read() as session:
        return await _listed(session)


async def settle_uncertain(db: Database, cause: Cause, push_id: int, *, again: bool) -> UncertainList:
    """Send it again, or leave it; the list as it is then.

    Raises NotAllowed, NotFound, and Stale for one about which a colleague was quicker.
    """
    cause.check(Action.SETTLE_UNCERTAIN)
    async with effect(db, cause) as session:
        query = select(Push).where(Push.id == push_id).with_for_update()
        push = (await session.scalars(query)).one_or_none()
        if push is None:
            raise NotFound(push_id=push_id)
        if push.state != PushState.UNCERTAIN.value:
            raise Stale(push_id=push_id)
        if again:
            push.state, push.text, push.repeated = PushState.QUEUED.value, mark_repeated(push.text), True
            push.not_before = push.decided_at = cause.now
            # The office wants it to arrive now, however late it is.
            push.expires_at = push.claimed_at = None
            session.info[OUTBOX_CHANGED] = True
        else:
            push.state = PushState.CANCELLED.value
        action = "push_again" if again else "push_left"
        audit(session, cause, Change(action, "push", push_id, {"state": "uncertain"}, {"state": push.state}))
        await session.flush()
        return replace(await _listed(session), settled=(push_id, again))


async def _listed(session: AsyncSession) -> UncertainList:
    query = (
        select(Push, Person.name, Post.name)
        .outerjoin(Person, Person.id == Push.person_id)
        .outerjoin(Post, Post.id == Push.post_id)
        .where(Push.state == PushState.UNCERTAIN.value)
        .order_by(Push.id)
    )
    count = await session.scalar(select(func.count(Push.id)).where(Push.state == PushState.UNCERTAIN.value)) or 0
    found = [
        UncertainPush(push.id, push.kind, person, post, push.text, push.claimed_at or push.created_at)
        for push, person, post in await session.execute(query.limit(SHOWN))
    ]
    return UncertainList(tuple(found), int(count) - len(found))
