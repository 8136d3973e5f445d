"""Outbox rows: enqueue in the caller's transaction, claim, settle. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Push
from bot.domain.pushes import Priority, PushKind, PushState


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
    values = {
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
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Push).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Push.id)
    return (await session.execute(statement)).scalar_one_or_none()


def _due(now: datetime, limit: int) -> Select[Push]:
    busy = select(Push.chat_id).where(Push.state == PushState.SENDING.value)
    return (
        select(Push)
        .where(Push.state == PushState.QUEUED.value, Push.not_before <= now, Push.chat_id.not_in(busy))
        .order_by(Push.priority, Push.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


async def claim(session: AsyncSession, now: datetime, claimed_by: str, limit: int) -> list[Push]:
    """Take up to `limit` due pushes, urgent first, at most one of a chat so that its order is kept."""
    taken: list[Push] = []
    chats: set[int] = set()
    for push in (await session.scalars(_due(now, limit * 3))).all():
        if push.expires_at and push.expires_at <= now:
            push.state = PushState.EXPIRED.value
            continue
        if push.chat_id in chats or len(taken) >= limit:
            continue
        chats.add(push.chat_id)
        push.state, push.claimed_by, push.claimed_at = PushState.SENDING.value, claimed_by, now
        push.attempts += 1
        taken.append(push)
    return taken


async def abandoned(session: AsyncSession) -> list[Push]:
    """Pushes that were being sent when their sender died."""
    return list((await session.scalars(select(Push).where(Push.state == PushState.SENDING.value))).all())


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


async def count_by_state(session: AsyncSession) -> dict[str, int]:
    """How many pushes are in each state."""
    rows = await session.execute(select(Push.state, func.count()).group_by(Push.state))
    return {row[0]: row[1] for row in rows}
