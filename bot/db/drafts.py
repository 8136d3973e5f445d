"""What a person is in the middle of: one row per person that is never deleted, so that its version only grows.

A button carries the version that it was shown with; whatever happened since makes it stale. Functions never commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import Executable

from bot.db.looking import Look, Question
from bot.db.tables import Draft
from bot.db.within import changed, look_within, written
from bot.db.writing import Inserting, Write

LIFETIME = timedelta(hours=24)
# The kind of a row whose draft came to an end; its payload says how.
IDLE = "idle"


class Ending(StrEnum):
    """How a draft came to its end."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


@dataclass(frozen=True)
class KeptDraft:
    """An open draft. `awaiting`: the field that the next typed text answers; None while it waits for a button."""

    person_id: int
    kind: str
    awaiting: str | None
    payload: dict[str, object]
    version: int
    source_message_id: int | None


@dataclass(frozen=True)
class DraftToKeep:
    """What to store; `source_message_id` is the typed message that an edit may change."""

    person_id: int
    kind: str
    payload: Mapping[str, object]
    now: datetime
    awaiting: str | None = None
    source_message_id: int | None = None


@dataclass(frozen=True)
class EndedDraft:
    """The last draft that came to an end. `version`: the one it had, which its buttons still carry."""

    kind: str
    ending: Ending
    version: int
    memory: dict[str, object]


@dataclass(frozen=True)
class _Seen:
    """A draft's row as a question sees it."""

    person_id: int
    kind: str
    awaiting: str | None
    payload: dict[str, object]
    row_version: int
    source_message_id: int | None
    expires_at: datetime


_DRAFT = Question(
    select(
        Draft.person_id,
        Draft.kind,
        Draft.awaiting,
        Draft.payload,
        Draft.row_version,
        Draft.source_message_id,
        Draft.expires_at,
    ).where(Draft.person_id == bindparam("person_id")),
    _Seen,
)


async def current(session: AsyncSession, person_id: int, now: datetime, *, lock: bool = False) -> KeptDraft | None:
    """The person's open draft; None when there is none, or it has expired. `lock`: nobody else changes it meanwhile."""
    if lock and session.get_bind().dialect.name == "postgresql":
        return _open(await _row(session, person_id, lock=True), now)
    return _open(await _seen(session, person_id), now)


async def current_and_ended(look: Look, person_id: int, now: datetime) -> tuple[KeptDraft | None, EndedDraft | None]:
    """The person's open draft and the one that came to an end; at most one of them is there."""
    row = await look.first(_DRAFT, person_id=person_id)
    return _open(row, now), _ended(row)


def _open(row: Draft | _Seen | None, now: datetime) -> KeptDraft | None:
    if row is None or row.kind == IDLE or row.expires_at <= now:
        return None
    return KeptDraft(row.person_id, row.kind, row.awaiting, dict(row.payload), row.row_version, row.source_message_id)


_TABLE = Draft.__table__
_CONTENT = ("kind", "awaiting", "payload", "created_at", "expires_at", "source_message_id")


def _put(insert: Inserting) -> Executable:
    statement = insert(Draft)
    content: dict[str, Any] = {name: statement.excluded[name] for name in _CONTENT}
    return statement.on_conflict_do_update(
        index_elements=["person_id"], set_={**content, "row_version": _TABLE.c.row_version + 1}
    ).returning(_TABLE.c.row_version)


_PUT = Write(_put, ("person_id", "row_version", *_CONTENT))
_END = Write(
    lambda _insert: (
        update(Draft)
        .where(Draft.person_id == bindparam("whose"))
        .values(kind=IDLE, awaiting=None, source_message_id=None, row_version=Draft.row_version + 1)
    ),
    ("payload",),
)


async def put(session: AsyncSession, draft: DraftToKeep) -> int:
    """Store the draft in place of whatever was there; its version for the buttons."""
    values = {
        "kind": draft.kind,
        "awaiting": draft.awaiting,
        "payload": dict(draft.payload),
        "created_at": draft.now,
        "expires_at": draft.now + LIFETIME,
        "source_message_id": draft.source_message_id,
    }
    row = await written(session, _PUT, person_id=draft.person_id, row_version=1, **values)
    assert row is not None
    return int(row[0])


async def close(
    session: AsyncSession, person_id: int, ending: Ending, memory: Mapping[str, object] | None = None
) -> None:
    """End the person's draft. `memory`: what the next typed words may refer to."""
    row = await _seen(session, person_id)
    if row is None:
        return
    kind = str(row.payload.get("kind", IDLE)) if row.kind == IDLE else row.kind
    payload = {"kind": kind, "ending": ending.value, "version": row.row_version, "memory": dict(memory or {})}
    await changed(session, _END, whose=person_id, payload=payload)


async def remember(session: AsyncSession, person_id: int, now: datetime, memory: Mapping[str, object]) -> None:
    """Leave a memory for the next typed words where no draft was needed."""
    await put(session, DraftToKeep(person_id, IDLE, {"kind": IDLE, "ending": Ending.CONFIRMED.value}, now))
    await close(session, person_id, Ending.CONFIRMED, memory)


async def ended(session: AsyncSession, person_id: int) -> EndedDraft | None:
    """The last draft that came to an end; None while one is open, and before the first."""
    return _ended(await _seen(session, person_id))


def _ended(row: Draft | _Seen | None) -> EndedDraft | None:
    if row is None or row.kind != IDLE:
        return None
    memory = row.payload.get("memory")
    version = row.payload.get("version")
    return EndedDraft(
        kind=str(row.payload.get("kind", IDLE)),
        ending=Ending(str(row.payload["ending"])),
        version=version if isinstance(version, int) else 0,
        memory=dict(memory) if isinstance(memory, dict) else {},
    )


async def _seen(session: AsyncSession, person_id: int) -> _Seen | None:
    look = await look_within(session)
    return await look.first(_DRAFT, person_id=person_id)


async def _row(session: AsyncSession, person_id: int, *, lock: bool = False) -> Draft | None:
    query = select(Draft).where(Draft.person_id == person_id)
    if lock:
        query = query.with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
