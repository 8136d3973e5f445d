"""The audit's chain: each row is sealed by a hash over its content and the hash of the row before it.

Rows wait in their session and are chained as it commits, so that writers hold the chain's end for as short as can be.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import AuditEntry, AuditHead
from bot.db.within import changed, written
from bot.db.writing import Write

# What the first row of all follows.
GENESIS = "0" * 64
# Each fetch is a trip to the database's thread or socket.
ROWS_AT_ONCE = 2_000
SEAL, HEAD_LOST = "seal_audit", "audit_head_lost"
_WAITING = "baton_audit"
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
_AUDIT, _HEAD = AuditEntry.__table__, AuditHead.__table__
_HOLD = Write(lambda _insert: select(_HEAD.c.length, _HEAD.c.hash).with_for_update())
_MOVE = Write(lambda _insert: update(AuditHead), ("length", "hash"))
_CONTENT = tuple(
    _AUDIT.c[name]
    for name in ("at", "person_id", "action", "subject_kind", "subject_id", "before", "after", "update_id")
)


@dataclass(frozen=True, slots=True)
class Line:
    """What an audit row says: who did what, when, through which update, and what it changed."""

    at: datetime
    person_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None = None
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None
    update_id: int | None = None


_ADD = Write(lambda insert: insert(AuditEntry).inline(), (*Line.__slots__, "serial", "hash"))


def seal_of(previous: str, serial: int, line: Line) -> str:
    """The hash of the row at this place, behind the row with the hash `previous`. The same on both engines."""
    content = [
        previous,
        serial,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.person_id,
        line.action,
        line.subject_kind,
        line.subject_id,
        line.before,
        line.after,
        line.update_id,
    ]
    return sha256(orjson.dumps(content, option=_CANONICAL)).hexdigest()


def note(session: AsyncSession, line: Line) -> None:
    """Add the line to the chain when this session commits."""
    session.info.setdefault(_WAITING, []).append(line)


def noted(session: AsyncSession) -> list[str]:
    """The actions that this session is going to chain, each once."""
    return list(dict.fromkeys(line.action for line in session.info.get(_WAITING, ())))


async def append_waiting(session: AsyncSession) -> None:
    """Chain what the session noted; the last thing before it commits. Other writers wait until it has."""
    waiting: Sequence[Line] = session.info.pop(_WAITING, ())
    if not waiting:
        return
    head = await written(session, _HOLD)
    if head is None:
        length, last = await (await session.connection()).run_sync(_found_again)
        waiting = [Line(waiting[0].at, None, HEAD_LOST, "audit", after={"rows": length}), *waiting]
    else:
        length, last = head
    for row in _sealed(length, last, waiting):
        await changed(session, _ADD, **row)
        length, last = row["serial"], row["hash"]
    await changed(session, _MOVE, length=length, hash=last)


def _sealed(length: int, last: str, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The lines as rows behind the place `length` of the chain."""
    for line in lines:
        length += 1
        last = seal_of(last, length, line)
        yield {**{name: getattr(line, name) for name in Line.__slots__}, "serial": length, "hash": last}


def _found_again(connection: Connection) -> tuple[int, str]:
    """Somebody removed the chain's end: work goes on behind the last row there is."""
    query = select(_AUDIT.c.serial, _AUDIT.c.hash).where(_AUDIT.c.serial.is_not(None))
    row = connection.execute(query.order_by(_AUDIT.c.serial.desc()).limit(1)).first()
    length, last = (int(row[0]), str(row[1])) if row else (0, GENESIS)
    connection.execute(insert(AuditHead).values(id=1, length=length, hash=last))
    return length, last


def begin(connection: Connection, now: datetime) -> None:
    """Begin the chain of a database that has none; rows from before are chained too, and a line says that they were.

    Their seals prove them from this moment on, not from the moment of their writing.
    """
    if connection.execute(select(_HEAD.c.length)).first() is not None:
        return
    length, last, rows = 0, GENESIS, []
    for row in connection.execute(select(_AUDIT.c.id, *_CONTENT).order_by(_AUDIT.c.id)):
        length += 1
        last = seal_of(last, length, Line(*row[1:]))
        rows.append({"row": row[0], "to_serial": length, "to_hash": last})
    if rows:
        sealed = update(AuditEntry).where(_AUDIT.c.id == bindparam("row"))
        connection.execute(sealed.values(serial=bindparam("to_serial"), hash=bindparam("to_hash")), rows)
    connection.execute(insert(AuditHead).values(id=1, length=length, hash=last))
    if rows:
        said = next(_sealed(length, last, [Line(now, None, SEAL, "audit", after={"rows": length})]))
        connection.execute(insert(AuditEntry), said)
        connection.execute(update(AuditHead).values(length=said["serial"], hash=said["hash"]))


class FaultKind(StrEnum):
    """What can be wrong with the chain."""

    CHANGED = "changed"  # the content is not what was sealed, or the row does not follow the one before it
    MISSING = "missing"
    MOVED = "moved"  # its place is not the one at which it was written
    OUTSIDE = "outside"  # never chained
    END = "end"  # the newest rows are not those that were written last


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at the rows `first` to `last`: places in the chain; row ids for those outside of it.

    At the end: how many rows there are, and how many there should be.
    """

    kind: FaultKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows the chain has, and the hash of the last one. Noted elsewhere it proves all rows up to there."""

    length: int
    hash: str


async def head_of(session: AsyncSession) -> Head | None:
    """Where the chain ends; None where it has no end, which `migrate` gives it."""
    row = (await session.execute(select(_HEAD.c.length, _HEAD.c.hash))).first()
    return Head(*row) if row else None


async def faults(session: AsyncSession) -> AsyncIterator[Fault]:
    """All that is wrong with the chain, in its order. Rows are read as a stream: memory does not grow with them."""
    length, last, written = 0, GENESIS, 0
    query = select(_AUDIT.c.id, _AUDIT.c.serial, _AUDIT.c.hash, *_CONTENT).order_by(_AUDIT.c.serial, _AUDIT.c.id)
    stream = await session.stream(query.where(_AUDIT.c.serial.is_not(None)))
    async for rows in stream.partitions(ROWS_AT_ONCE):
        for row_id, serial, seal, *content in rows:
            if serial != length + 1:
                yield Fault(FaultKind.MISSING, length + 1, serial - 1)
            elif seal != seal_of(last, serial, Line(*content)):
                yield Fault(FaultKind.CHANGED, serial, serial)
            if row_id < written:
                yield Fault(FaultKind.MOVED, serial, serial)
            length, last, written = serial, seal, max(row_id, written)
    head = await head_of(session)
    if head is None or (head.length, head.hash) != (length, last):
        yield Fault(FaultKind.END, length, head.length if head else 0)
    for row_id in await session.scalars(select(_AUDIT.c.id).where(_AUDIT.c.serial.is_(None)).order_by(_AUDIT.c.id)):
        yield Fault(FaultKind.OUTSIDE, row_id, row_id)
