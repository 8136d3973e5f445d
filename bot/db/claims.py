"""What the sender does to outbox rows: claim what is due, settle what was tried. Functions never commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db.locks import Turn, serialise
from bot.db.tables import Push, PushFile, PushMessage
from bot.db.types import UtcDateTime
from bot.domain.pushes import REDECIDE_AFTER, Act, Channel, Priority, PushState

# As literals, so that both engines use the indexes of what is still to be done.
_QUEUED: ColumnElement[str] = literal_column(f"'{PushState.QUEUED.value}'")
_SENDING: ColumnElement[str] = literal_column(f"'{PushState.SENDING.value}'")
# Why an edit did not leave: its words went into the push itself, or there is no message to change.
MERGED = "merged"
NEVER_SENT = "never_sent"


@dataclass(frozen=True)
class Claim:
    """Who claims how much: `waiting` are chats at their limit; `urgent_only` leaves the routine ones lying."""

    now: datetime
    by: str
    limit: int
    waiting: Collection[int] = ()
    urgent_only: bool = False
    channel: Channel = Channel.TELEGRAM


@dataclass(frozen=True)
class Claimed:
    """A push to be sent. `target`: the messages that an edit changes; `files`: what goes with it."""

    push: Push
    target: tuple[int, ...] = ()
    files: tuple[PushFile, ...] = ()


# The parameters of the statements below, which are built once: building them costs more than running them.
_NOW = bindparam("now", type_=UtcDateTime())
# Whatever was decided at or before this moment is decided anew first.
_SINCE = bindparam("since", type_=UtcDateTime())


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "since": now - REDECIDE_AFTER}


def _lives(row: Any) -> ColumnElement[bool]:
    return or_(row.expires_at.is_(None), row.expires_at > _NOW)


def _fresh(row: Any) -> ColumnElement[bool]:
    return func.coalesce(row.decided_at, row.created_at) > _SINCE


@lru_cache
def _heads(channel: Channel, *, urgent_only: bool = False, fresh_only: bool = True) -> Select[int]:
    """The first push of each chat that is not `waiting`, urgent first, then in order; at most `most`.

    A push that waits for another try holds back those behind it; one that is only planned for later does not.
    """
    row, ahead, busy = aliased(Push), aliased(Push), aliased(Push)
    before = or_(ahead.priority < row.priority, and_(ahead.priority == row.priority, ahead.id < row.id))
    held_back = exists().where(
        ahead.state == _QUEUED,
        ahead.channel == row.channel,
        ahead.chat_id == row.chat_id,
        or_(ahead.not_before <= _NOW, ahead.claimed_at.is_not(None)),
        _lives(ahead),
        before,
    )
    in_flight = exists().where(busy.state == _SENDING, busy.channel == row.channel, busy.chat_id == row.chat_id)
    query = select(row.id).where(
        row.state == _QUEUED,
        row.channel == channel.value,
        row.not_before <= _NOW,
        _lives(row),
        ~held_back,
        ~in_flight,
        row.chat_id.not_in(bindparam("waiting", expanding=True)),
    )
    if urgent_only:
        query = query.where(row.priority <= int(Priority.RED))
    if fresh_only:
        query = query.where(_fresh(row))
    return query.order_by(row.priority, row.id).limit(bindparam("most", type_=Integer()))


async def any_due(session: AsyncSession, now: datetime, channel: Channel = Channel.TELEGRAM) -> bool:
    """Whether a push could leave now if no limit held it back."""
    values = {**_moments(now), "waiting": (), "most": 1}
    return await session.scalar(_heads(channel, fresh_only=False), values) is not None


@lru_cache
def _expired() -> Select[int]:
    return select(Push.id).where(Push.state == _QUEUED, Push.expires_at <= _NOW).limit(1)


@lru_cache
def _stale() -> Select[int]:
    return select(Push.id).where(Push.state == _QUEUED, Push.not_before <= _NOW, _lives(Push), ~_fresh(Push)).limit(1)


async def any_expired(session: AsyncSession, now: datetime) -> bool:
    """Whether something is too late."""
    return await session.scalar(_expired(), {"now": now}) is not None


async def any_stale(session: AsyncSession, now: datetime) -> bool:
    """Whether a push that is due was decided so long ago that it may not be true any more."""
    return await session.scalar(_stale(), _moments(now)) is not None


async def stale(session: AsyncSession, now: datetime, limit: int) -> list[Push]:
    """Pushes that are due and were decided long ago, oldest first."""
    query = (
        select(Push)
        .where(Push.state == _QUEUED, Push.not_before <= _NOW, _lives(Push), ~_fresh(Push))
        .order_by(Push.id)
        .limit(limit)
        .with_for_update()
    )
    return list((await session.scalars(query, _moments(now))).all())


async def expire(session: AsyncSession, now: datetime) -> None:
    """Give up what is too late."""
    await session.execute(
        update(Push)
        .where(Push.state == _QUEUED, Push.expires_at <= now)
        .values(state=PushState.EXPIRED.value)
        .execution_options(synchronize_session=False)
    )


async def claim(session: AsyncSession, wanted: Claim) -> list[Claimed]:
    """Take due pushes, urgent first, at most one of a chat so that its order is kept."""
    await serialise(session, Turn.SENDING)
    values = {**_moments(wanted.now), "waiting": tuple(wanted.waiting), "most": wanted.limit}
    ids = list((await session.scalars(_heads(wanted.channel, urgent_only=wanted.urgent_only), values)).all())
    if not ids:
        return []
    # The state is asked again: a push may have been cancelled while its row was looked for.
    query = (
        select(Push)
        .where(Push.id.in_(ids), Push.state == PushState.QUEUED.value)
        .order_by(Push.priority, Push.id)
        .with_for_update(skip_locked=True)
    )
    taken = []
    for push in (await session.scalars(query)).all():
        found = await _target(session, push) if push.act == Act.EDIT.value else ()
        if found is None:
            continue
        push.state, push.claimed_by, push.claimed_at = PushState.SENDING.value, wanted.by, wanted.now
        push.attempts += 1
        taken.append(Claimed(push, found, await _files(session, push)))
    return taken


async def _target(session: AsyncSession, edit: Push) -> tuple[int, ...] | None:
    """The messages that the edit changes. None, with the edit settled, where its push never became a message."""
    push = (await session.scalars(select(Push).where(Push.id == edit.edits_id).with_for_update())).one()
    if push.state == PushState.SENT.value and push.message_id is not None:
        return await messages_of(session, push)
    edit.state, edit.error = PushState.CANCELLED.value, NEVER_SENT
    if push.state in (PushState.QUEUED.value, PushState.UNCERTAIN.value):
        push.text, push.buttons, edit.error = edit.text, edit.buttons, MERGED
    return None


async def messages_of(session: AsyncSession, push: Push) -> tuple[int, ...]:
    """The messages as which a push stands in its chat, in order."""
    query = select(PushMessage.message_id).where(PushMessage.push_id == push.id).order_by(PushMessage.position)
    parts = tuple((await session.scalars(query)).all())
    return parts or ((push.message_id,) if push.message_id is not None else ())


async def _files(session: AsyncSession, push: Push) -> tuple[PushFile, ...]:
    if not push.files:
        return ()
    query = select(PushFile).where(PushFile.push_id == push.id).order_by(PushFile.position)
    return tuple((await session.scalars(query)).all())


async def sending(session: AsyncSession, channel: Channel = Channel.TELEGRAM) -> list[Push]:
    """Pushes that some sender has claimed and not settled."""
    query = (
        select(Push)
        .where(Push.state == PushState.SENDING.value, Push.channel == channel.value)
        .order_by(Push.id)
        .with_for_update()
    )
    return list((await session.scalars(query)).all())


@dataclass(frozen=True)
class Arrived:
    """A push arrived: as which messages, with which words, and what is remarkable about it."""

    push_id: int
    claimed_by: str
    message_ids: Sequence[int]
    text: str
    now: datetime
    remark: str | None = None


async def settle_sent(session: AsyncSession, done: Arrived) -> None:
    """Note that the push arrived, unless somebody else has claimed it in the meantime."""
    open_states = (PushState.SENDING.value, PushState.UNCERTAIN.value, PushState.QUEUED.value)
    statement = (
        update(Push)
        .where(Push.id == done.push_id, Push.claimed_by == done.claimed_by, Push.state.in_(open_states))
        .values(
            state=PushState.SENT.value,
            sent_at=done.now,
            message_id=done.message_ids[-1] if done.message_ids else None,
            text=done.text,
            error=done.remark,
        )
        .returning(Push.chat_id)
        .execution_options(synchronize_session=False)
    )
    chat_id = await session.scalar(statement)
    if chat_id is not None and len(done.message_ids) > 1:
        parts = [
            {"push_id": done.push_id, "position": position, "chat_id": chat_id, "message_id": message_id}
            for position, message_id in enumerate(done.message_ids)
        ]
        await session.execute(insert(PushMessage), parts)
