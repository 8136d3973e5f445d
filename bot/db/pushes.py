"""Outbox rows: enqueue in the caller's transaction, claim, settle. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.inserting import insert_into
from bot.db.locks import Turn, serialise
from bot.db.tables import Push
from bot.domain.pushes import Priority, PushKind, PushState

# Rows of one insert: PostgreSQL takes 32,767 parameters, a row has twenty.
BATCH = 200


@dataclass(frozen=True)
class PushToSend:
    """A rendered push. `dedupe_key` makes it exist at most once; `buttons` as in the presenters' rows."""

    kind: PushKind
    chat_id: int
    text: str
    dedupe_key: str
    reason: str
    now: datetime
    person_id: int | None = None
    post_id: int | None = None
    priority: Priority = Priority.ROUTINE
    grade: str | None = None
    buttons: Sequence[Sequence[object]] = ()
    indicator_ids: Sequence[int] = ()
    subject_kind: str | None = None
    subject_id: int | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    update_id: int | None = None


def _button(button: object) -> dict[str, str]:
    return {key: value for key in ("text", "data", "url") if (value := getattr(button, key, None)) is not None}


async def enqueue(session: AsyncSession, push: PushToSend) -> int | None:
    """Add the push to the outbox; its id, or None when one with the same dedupe key is there already."""
    return (await enqueue_all(session, [push])).get(push.dedupe_key)


async def enqueue_all(session: AsyncSession, pushes: Sequence[PushToSend]) -> dict[str, int]:
    """Add the pushes to the outbox; their ids by dedupe key, without those that were there already."""
    made: dict[str, int] = {}
    for batch in (pushes[start : start + BATCH] for start in range(0, len(pushes), BATCH)):
        statement = insert_into(session, Push).values([_values(push) for push in batch])
        fresh = statement.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Push.dedupe_key, Push.id)
        made |= {row[0]: row[1] for row in await session.execute(fresh)}
    return made


def _values(push: PushToSend) -> dict[str, object]:
    return {
        "kind": push.kind.value,
        "person_id": push.person_id,
        "post_id": push.post_id,
        "chat_id": push.chat_id,
        "priority": int(push.priority),
        "grade": push.grade,
        "text": push.text,
        "buttons": [[_button(button) for button in row] for row in push.buttons],
        "indicator_ids": list(push.indicator_ids),
        "subject_kind": push.subject_kind,
        "subject_id": push.subject_id,
        "dedupe_key": push.dedupe_key,
        "reason": push.reason,
        "created_at": push.now,
        "not_before": push.not_before or push.now,
        "expires_at": push.expires_at,
        "state": PushState.QUEUED.value,
        "attempts": 0,
        "update_id": push.update_id,
    }


def _heads(now: datetime, waiting: Collection[int]) -> Subquery:
    """The first push of each chat: what is due or waits for another try, urgent first, then in order.

    A push that waits for another try holds back those behind it; one that is only planned for later does not.
    """
    busy = select(Push.chat_id).where(Push.state == PushState.SENDING.value)
    rank = func.row_number().over(partition_by=Push.chat_id, order_by=(Push.priority, Push.id))
    lined_up = (
        select(Push.id, Push.priority, Push.not_before, rank.label("place"))
        .where(
            Push.state == PushState.QUEUED.value,
            or_(Push.not_before <= now, Push.claimed_at.is_not(None)),
            Push.chat_id.not_in(busy),
        )
        .subquery()
    )
    heads = select(lined_up.c.id, lined_up.c.priority).where(lined_up.c.place == 1, lined_up.c.not_before <= now)
    if waiting:
        heads = heads.join(Push, Push.id == lined_up.c.id).where(Push.chat_id.not_in(waiting))
    return heads.subquery()


async def any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether a push could leave now if no limit held it back."""
    heads = _heads(now, ())
    return await session.scalar(select(heads.c.id).limit(1)) is not None


@dataclass(frozen=True)
class Claim:
    """Who claims how much: `waiting` are chats at their limit; `urgent_only` leaves the routine ones lying."""

    now: datetime
    by: str
    limit: int
    waiting: Collection[int] = ()
    urgent_only: bool = False


async def claim(session: AsyncSession, wanted: Claim) -> list[Push]:
    """Take due pushes, urgent first, at most one of a chat so that its order is kept. What is too late expires."""
    await serialise(session, Turn.SENDING)
    await session.execute(
        update(Push)
        .where(Push.state == PushState.QUEUED.value, Push.expires_at <= wanted.now)
        .values(state=PushState.EXPIRED.value)
    )
    heads = _heads(wanted.now, wanted.waiting)
    ids = select(heads.c.id).order_by(heads.c.priority, heads.c.id).limit(wanted.limit)
    if wanted.urgent_only:
        ids = ids.where(heads.c.priority <= Priority.RED)
    # The state is asked again: a push may have been cancelled while its row was looked for.
    query = (
        select(Push)
        .where(Push.id.in_(ids.scalar_subquery()), Push.state == PushState.QUEUED.value)
        .order_by(Push.priority, Push.id)
        .with_for_update(skip_locked=True)
    )
    taken = list((await session.scalars(query)).all())
    for push in taken:
        push.state, push.claimed_by, push.claimed_at = PushState.SENDING.value, wanted.by, wanted.now
        push.attempts += 1
    return taken


async def sending(session: AsyncSession) -> list[Push]:
    """Pushes that some sender has claimed and not settled."""
    query = select(Push).where(Push.state == PushState.SENDING.value).order_by(Push.id).with_for_update()
    return list((await session.scalars(query)).all())


async def settle_sent(session: AsyncSession, push_id: int, claimed_by: str, message_id: int, now: datetime) -> None:
    """Note that the push arrived, unless somebody else has claimed it in the meantime."""
    open_states = (PushState.SENDING.value, PushState.UNCERTAIN.value, PushState.QUEUED.value)
    await session.execute(
        update(Push)
        .where(Push.id == push_id, Push.claimed_by == claimed_by, Push.state.in_(open_states))
        .values(state=PushState.SENT.value, sent_at=now, message_id=message_id, error=None)
    )


async def cancel_chat(session: AsyncSession, chat_id: int, reason: str) -> list[int]:
    """Cancel all that is queued for a chat; the priorities of what was cancelled."""
    statement = (
        update(Push)
        .where(Push.chat_id == chat_id, Push.state == PushState.QUEUED.value)
        .values(state=PushState.CANCELLED.value, error=reason)
        .returning(Push.priority)
    )
    return list((await session.scalars(statement)).all())


async def move_chat(session: AsyncSession, chat_id: int, to: int) -> None:
    """Send what is queued for a chat to the id that it has now."""
    await session.execute(
        update(Push).where(Push.chat_id == chat_id, Push.state == PushState.QUEUED.value).values(chat_id=to)
    )


async def cancel_queued(session: AsyncSession, *, subject_kind: str, subject_id: int) -> int:
    """Cancel what has not left yet about a subject; the number cancelled."""
    statement = (
        update(Push)
        .where(
            Push.state == PushState.QUEUED.value,
            Push.subject_kind == subject_kind,
            Push.subject_id == subject_id,
        )
        .values(state=PushState.CANCELLED.value)
        .returning(Push.id)
    )
    return len((await session.execute(statement)).all())


async def by_message(session: AsyncSession, chat_id: int, message_id: int) -> Push | None:
    """The push that stands in a chat as this message, if it is one."""
    return (
        await session.scalars(select(Push).where(Push.chat_id == chat_id, Push.message_id == message_id))
    ).one_or_none()
