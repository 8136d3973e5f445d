"""What an operator does about updates that could not be handled: looks at them, puts them back, drops them."""

from __future__ import annotations

from bot.db import parked as rows
from bot.db.engine import Database
from bot.db.parked import ParkedUpdate
from bot.domain.errors import NotFound
from bot.services.cause import Cause, Change, audit, effect


async def parked_updates(db: Database) -> list[ParkedUpdate]:
    """All of them, oldest first."""
    async with db.read() as session:
        return await rows.parked(session)


async def replay(db: Database, cause: Cause, update_id: int | None) -> list[int]:
    """Put one back, or all (None), to be handled by whichever process runs; their numbers.

    Raises NotFound for a number that is not parked.
    """
    async with effect(db, cause) as session:
        found = await rows.parked(session, update_id)
        if update_id is not None and not found:
            raise NotFound(f"update {update_id} is not parked")
        numbers = [item.update_id for item in found]
        if numbers:
            await rows.put_back(session, numbers)
        for item in found:
            audit(session, cause, Change("update.replay", "update", item.update_id, before=_failure(item)))
    return numbers


async def drop(db: Database, cause: Cause, update_id: int, reason: str) -> None:
    """Give one up, with the reason in the audit. Raises NotFound for a number that is not parked."""
    async with effect(db, cause) as session:
        found = await rows.parked(session, update_id)
        if not found or not await rows.drop(session, update_id, cause.now):
            raise NotFound(f"update {update_id} is not parked")
        change = Change("update.drop", "update", update_id, before=_failure(found[0]), after={"reason": reason})
        audit(session, cause, change)


def _failure(item: ParkedUpdate) -> dict[str, object]:
    return {"error": item.error, "had_effect": item.had_effect}
