"""What becomes of a push after it was tried: the rows that change, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import pushes, reachability
from bot.db.tables import Push
from bot.db.telling import Notice, tell
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind, PushState
from bot.outbox.delivery import DeliveryError, FailureKind, after_failure
from bot.presenters.errors import present_alert
from bot.presenters.push_unreachable import TOLD, unreachable_notice

UNREACHABLE = (FailureKind.BLOCKED, FailureKind.GONE)
# Turns the text of a push that may have arrived into the words of its repetition; the same text when it is one.
Again = Callable[[str], str]


async def settle_failure(session: AsyncSession, push: Push, error: DeliveryError, now: datetime, again: Again) -> None:
    """Note a failed attempt of a push that `push.claimed_by` claimed, with all that follows from it."""
    query = select(Push).where(Push.id == push.id, Push.claimed_by == push.claimed_by).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None or row.state != PushState.SENDING.value:
        return
    verdict = after_failure(error, row.attempts)
    row.error = str(error)
    if verdict.delay is not None:
        row.state, row.not_before = PushState.QUEUED.value, now + timedelta(seconds=verdict.delay)
        row.attempts -= not verdict.counts
    elif verdict.state is PushState.UNCERTAIN:
        settle_uncertain(row, now, again)
    else:
        row.state = PushState.FAILED.value
    await session.flush()
    if error.kind is FailureKind.MIGRATED and error.moved_to is not None:
        await pushes.move_chat(session, push.chat_id, error.moved_to)
    elif error.kind in UNREACHABLE:
        await _lose(session, row, now)
    elif row.state == PushState.FAILED.value and row.kind != PushKind.ALERT.value:
        await _alert(session, row, error, now)


def settle_uncertain(push: Push, now: datetime, again: Again) -> None:
    """A push that may have arrived: one repetition if it is urgent, marked as one; else uncertain."""
    words = again(push.text)
    if push.priority <= Priority.RED and words != push.text:
        push.text, push.state, push.not_before = words, PushState.QUEUED.value, now
    else:
        push.state = PushState.UNCERTAIN.value


async def _lose(session: AsyncSession, push: Push, now: datetime) -> None:
    lost = await reachability.lose(session, push.chat_id, now)
    if lost is None:
        return
    await tell(session, TOLD, unreachable_notice(lost, now, urgent_too=int(push.priority <= Priority.RED)))


async def _alert(session: AsyncSession, push: Push, error: DeliveryError, now: datetime) -> None:
    kind = error.kind.value
    notice = Notice(
        kind=PushKind.ALERT,
        text=present_alert(f"P{push.id}", kind, f"outbox:{push.kind}").text,
        key=f"alert:outbox:{push.kind}:{kind}:{now:%Y-%m-%dT%H}",
        reason="failure",
        now=now,
    )
    await tell(session, (Role.ADMIN, Role.OFFICE), notice)
