"""What becomes of a push after it was tried: the rows that change, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import claims, pushes, reachability
from bot.db.claims import Arrived
from bot.db.tables import Push
from bot.db.telling import Notice, tell
from bot.domain.kinds import Role
from bot.domain.pushes import Act, Channel, Priority, PushKind, PushState
from bot.outbox.delivery import BACKOFF, Again, DeliveryError, FailureKind, after_failure
from bot.presenters.errors import present_alert
from bot.presenters.push_unreachable import TOLD, unreachable_notice
from bot.presenters.uncertain import uncertain_notice

UNREACHABLE = (FailureKind.BLOCKED, FailureKind.GONE)
# An urgent push that was in flight at so many deaths, or got no answer so often, is left to the office.
MOST_URGENT_TRIES = 6
# What happened to these is told to nobody: they were about trouble themselves.
UNSPOKEN = (PushKind.ALERT.value, PushKind.UNCERTAIN.value)


async def settle_arrived(session: AsyncSession, push: Push, done: Arrived) -> None:
    """Note that a push arrived; where that was not as it was written, the administrators hear of it."""
    await claims.settle_sent(session, done)
    if done.remark is not None and push.kind not in UNSPOKEN:
        await _alert(session, push, done.remark, done.now)


async def settle_failure(session: AsyncSession, push: Push, error: DeliveryError, now: datetime, again: Again) -> None:
    """Note a failed attempt of a push that `push.claimed_by` claimed, with all that follows from it."""
    query = select(Push).where(Push.id == push.id, Push.claimed_by == push.claimed_by).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None or row.state != PushState.SENDING.value:
        return
    verdict = after_failure(error, row.attempts, Act(row.act))
    row.error = str(error)
    if verdict.delay is not None:
        row.state, row.not_before = PushState.QUEUED.value, now + timedelta(seconds=verdict.delay)
        row.attempts -= not verdict.counts
    elif verdict.state is PushState.UNCERTAIN:
        await settle_uncertain(session, row, now, again)
    else:
        assert verdict.state is not None
        row.state = verdict.state.value
    await session.flush()
    if row.channel == Channel.SECOND.value:
        if row.state == PushState.FAILED.value and row.kind not in UNSPOKEN:
            await _alert(session, row, f"{row.channel}:{error.kind.value}", now)
    elif error.kind is FailureKind.MIGRATED and error.moved_to is not None:
        await pushes.move_chat(session, push.chat_id, error.moved_to)
    elif error.kind in UNREACHABLE:
        await _lose(session, row, now)
    elif row.state == PushState.FAILED.value and row.kind not in UNSPOKEN:
        await _alert(session, row, error.kind.value, now)


async def settle_uncertain(session: AsyncSession, push: Push, now: datetime, again: Again) -> None:
    """A push that may have arrived: repeated if it is urgent, and marked as that; else uncertain, for the office.

    The first repetition leaves at once, those after it with growing pauses. An edit is simply made again.
    """
    if push.act == Act.EDIT.value:
        push.state, push.not_before = PushState.QUEUED.value, now
    elif push.priority <= Priority.RED and push.attempts < MOST_URGENT_TRIES:
        pause = BACKOFF[min(push.attempts, len(BACKOFF)) - 1] if push.repeated else 0.0
        push.text, push.repeated = again(push.text), True
        push.state, push.not_before = PushState.QUEUED.value, now + timedelta(seconds=pause)
    else:
        push.state = PushState.UNCERTAIN.value
        if push.kind not in UNSPOKEN:
            await tell(session, (Role.OFFICE, Role.ADMIN), uncertain_notice(now))


async def _lose(session: AsyncSession, push: Push, now: datetime) -> None:
    lost = await reachability.lose(session, push.chat_id, now)
    if lost is None:
        return
    urgent = push.priority <= Priority.RED and push.act == Act.SEND.value
    await tell(session, TOLD, unreachable_notice(lost, now, urgent_too=int(urgent)))


async def _alert(session: AsyncSession, push: Push, kind: str, now: datetime) -> None:
    notice = Notice(
        kind=PushKind.ALERT,
        text=present_alert(f"P{push.id}", kind, f"outbox:{push.kind}").text,
        key=f"alert:outbox:{push.kind}:{kind}:{now:%Y-%m-%dT%H}",
        reason="failure",
        now=now,
        second=True,
    )
    await tell(session, (Role.ADMIN, Role.OFFICE), notice)
