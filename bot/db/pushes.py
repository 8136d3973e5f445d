"""Outbox rows: enqueue, edit, cancel and find them in the caller's transaction. Functions never commit."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import OUTBOX_CHANGED
from bot.db.inserting import insert_into
from bot.db.tables import Group, Push, PushFile, PushMessage
from bot.domain.pushes import Act, Channel, Priority, PushKind, PushState
from bot.tracing import current_trace

log = structlog.get_logger(__name__)
# Rows of one insert: PostgreSQL takes 32,767 parameters, a row has about thirty.
BATCH = 200
# What may still be rewritten where it lies: it has not left, or nobody knows whether it did.
_NOT_LEFT = (PushState.QUEUED.value, PushState.UNCERTAIN.value)
_LEFT = (PushState.SENDING.value, PushState.SENT.value)


class File(Protocol):
    """A file to send along, as the presenters give it."""

    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def photo(self) -> bool: ...


@dataclass(frozen=True)
class PushToSend:
    """A rendered push. `dedupe_key` makes it exist at most once; `buttons` as in the presenters' rows.

    On the second channel `chat_id` is the address's id, or 0 for the administrators' own addresses.
    """

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
    channel: Channel = Channel.TELEGRAM
    files: Sequence[File] = ()


def stored_rows(buttons: Sequence[Sequence[object]]) -> list[object]:
    """Button rows as they are stored with a push."""
    return [[_button(button) for button in row] for row in buttons]


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
    log.debug("pushes queued", pushes=list(made.values()))
    files = [
        {
            "push_id": made[push.dedupe_key],
            "position": n,
            "name": file.name,
            "photo": file.photo,
            "content": file.content,
        }
        for push in pushes
        if push.dedupe_key in made
        for n, file in enumerate(push.files)
    ]
    if files:
        await session.execute(insert(PushFile), files)
    if made:
        session.info[OUTBOX_CHANGED] = True
    return made


def _values(push: PushToSend) -> dict[str, object]:
    planned = push.not_before or push.now
    return {
        "kind": push.kind.value,
        "person_id": push.person_id,
        "post_id": push.post_id,
        "chat_id": push.chat_id,
        "priority": int(push.priority),
        "grade": push.grade,
        "text": push.text,
        "buttons": stored_rows(push.buttons),
        "indicator_ids": list(push.indicator_ids),
        "subject_kind": push.subject_kind,
        "subject_id": push.subject_id,
        "dedupe_key": push.dedupe_key,
        "reason": push.reason,
        "created_at": push.now,
        "not_before": planned,
        "expires_at": push.expires_at,
        "state": PushState.QUEUED.value,
        "attempts": 0,
        "update_id": push.update_id,
        "trace": current_trace(),
        "channel": push.channel.value,
        "act": Act.SEND.value,
        "decided_at": max(planned, push.now),
        "repeated": False,
        "files": len(push.files),
    }


@dataclass(frozen=True)
class EditOfPush:
    """New words and buttons for the message of a push."""

    push_id: int
    text: str
    buttons: Sequence[Sequence[object]]
    now: datetime
    reason: str = "edited"
    priority: Priority = Priority.ROUTINE
    update_id: int | None = None


async def enqueue_edit(session: AsyncSession, edit: EditOfPush) -> int | None:
    """Change the message of a push in place; the id of the row that carries the words, None where none is left to.

    A push that has not left is rewritten where it lies. Of several edits that wait for the same message only the last
    one's words are kept, and leave once.
    """
    query = select(Push).where(Push.id == edit.push_id).with_for_update()
    push = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if push is None or push.channel != Channel.TELEGRAM.value or push.act != Act.SEND.value:
        return None
    if push.state in _NOT_LEFT:
        push.text, push.buttons = edit.text, stored_rows(edit.buttons)
        return push.id
    if push.state not in _LEFT:
        return None
    session.info[OUTBOX_CHANGED] = True
    waiting = select(Push).where(Push.edits_id == push.id, Push.state == PushState.QUEUED.value).with_for_update()
    row = (await session.scalars(waiting.execution_options(populate_existing=True))).first()
    if row is None:
        row = _edit_row(push, edit)
        session.add(row)
    else:
        row.text, row.buttons, row.update_id = edit.text, stored_rows(edit.buttons), edit.update_id
        row.priority, row.decided_at = min(row.priority, int(edit.priority)), edit.now
    await session.flush()
    return row.id


def _edit_row(push: Push, edit: EditOfPush) -> Push:
    return Push(
        kind=push.kind,
        person_id=push.person_id,
        post_id=push.post_id,
        chat_id=push.chat_id,
        priority=int(edit.priority),
        grade=push.grade,
        text=edit.text,
        buttons=stored_rows(edit.buttons),
        indicator_ids=push.indicator_ids,
        subject_kind=push.subject_kind,
        subject_id=push.subject_id,
        dedupe_key=f"edit:{push.id}:{secrets.token_hex(8)}",
        reason=edit.reason,
        created_at=edit.now,
        not_before=edit.now,
        state=PushState.QUEUED.value,
        update_id=edit.update_id,
        trace=current_trace(),
        act=Act.EDIT.value,
        edits_id=push.id,
        decided_at=edit.now,
    )


async def words_now(session: AsyncSession, push: Push) -> tuple[str, list[object]]:
    """Text and buttons with which a push stands in its chat: those of the last edit that was made."""
    query = (
        select(Push.text, Push.buttons)
        .where(Push.edits_id == push.id, Push.state == PushState.SENT.value)
        .order_by(Push.id.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row else (push.text, push.buttons)


async def by_message(session: AsyncSession, chat_id: int, message_id: int) -> Push | None:
    """The push that stands in a chat as this message, or of which this message is a part."""
    query = select(Push).where(
        Push.chat_id == chat_id, Push.message_id == message_id, Push.channel == Channel.TELEGRAM.value
    )
    found = (await session.scalars(query)).first()
    if found is not None:
        return found
    parts = select(PushMessage.push_id).where(PushMessage.chat_id == chat_id, PushMessage.message_id == message_id)
    return (await session.scalars(select(Push).where(Push.id.in_(parts)))).first()


async def cancel_chat(session: AsyncSession, chat_id: int, reason: str) -> list[int]:
    """Cancel all that is queued for a chat; the priorities of the messages that it will not get."""
    statement = (
        update(Push)
        .where(
            Push.chat_id == chat_id,
            Push.channel == Channel.TELEGRAM.value,
            Push.state == PushState.QUEUED.value,
        )
        .values(state=PushState.CANCELLED.value, error=reason)
        .returning(Push.priority, Push.act)
    )
    return [priority for priority, act in await session.execute(statement) if act == Act.SEND.value]


async def move_chat(session: AsyncSession, chat_id: int, to: int) -> None:
    """Send what is queued for a chat to the id that it has now; a bound group stays bound."""
    moved = update(Group).where(Group.chat_id == chat_id, Group.ended_at.is_(None))
    await session.execute(moved.values(chat_id=to))
    await session.execute(
        update(Push)
        .where(
            Push.chat_id == chat_id,
            Push.channel == Channel.TELEGRAM.value,
            Push.state == PushState.QUEUED.value,
        )
        .values(chat_id=to)
    )


async def cancel_queued(session: AsyncSession, *, subject_kind: str, subject_id: int) -> int:
    """Cancel what has not left yet about a subject; the number cancelled."""
    statement = (
        update(Push)
        .where(
            Push.state == PushState.QUEUED.value,
            Push.subject_kind == subject_kind,
            Push.subject_id == subject_id,
            # A message that stands is corrected all the same.
            Push.act == Act.SEND.value,
        )
        .values(state=PushState.CANCELLED.value)
        .returning(Push.id)
    )
    return len((await session.execute(statement)).all())
