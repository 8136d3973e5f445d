"""What a person is in the middle of saying about an order, as it is kept between two messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.domain.answers import Answer
from bot.domain.errors import Expired
from bot.services.cause import Cause

KIND = "order"
# What the next typed words are: a field of an answer, or the words of another step.
ANSWER, EXTENSION, RETURN, BASIS, CHOICE = "answer", "extension", "return", "basis", "choice"


def packed(answer: Answer) -> dict[str, object]:
    """The answer as it is stored in a draft."""
    day = answer.recovery.isoformat() if answer.recovery else ""
    return {"cause": answer.cause, "measure": answer.measure, "recovery": day, "help": answer.help}


def unpacked(payload: Mapping[str, object]) -> Answer:
    """The answer of a draft."""
    day = str(payload.get("recovery") or "")
    return Answer(
        cause=str(payload.get("cause") or ""),
        measure=str(payload.get("measure") or ""),
        recovery=date.fromisoformat(day) if day else None,
        help=str(payload.get("help") or ""),
    )


async def keep(session: AsyncSession, cause: Cause, payload: Mapping[str, object], awaiting: str | None) -> int:
    """Store the draft; its version."""
    return await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting=awaiting))


async def kept(session: AsyncSession, cause: Cause, version: int | None = None) -> KeptDraft:
    """The open draft about an order. Raises Expired where there is none, or it is not the one shown."""
    found = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if found is None or found.kind != KIND or (version is not None and version != found.version):
        raise Expired
    return found


async def finish(session: AsyncSession, cause: Cause) -> None:
    """The draft did what it was for; nothing happens where none is open."""
    found = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if found is not None and found.kind == KIND:
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
