"""Update numbers come back: with the same content it is a repetition, with other content another update."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.clock import RehearsalClock
from bot.db import updates
from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate
from bot.domain.pushes import UpdateState
from bot.inbox.receiving import Inbox

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def said(text: str, update_id: int = 7) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"message_id": 1, "chat": {"id": 5}, "text": text}}


async def end(inbox: Inbox, *ended: ReceivedUpdate) -> None:
    for item in ended:
        inbox.end(item, UpdateState.DONE)
    await inbox.flush()


async def test_the_same_update_again_is_not_handled_again(db: Database) -> None:
    inbox = Inbox(db, RehearsalClock(NOW))
    await end(inbox, *await inbox.accept([said("one")]))
    assert await inbox.accept([said("one")]) == []


async def test_an_old_number_with_other_content_is_another_update(db: Database) -> None:
    inbox = Inbox(db, RehearsalClock(NOW))
    await end(inbox, *await inbox.accept([said("one")]))
    (again,) = await inbox.accept([said("two")])
    assert "two" in again.payload
    async with db.write() as session:
        assert await updates.claim_effect(session, 7)


async def test_an_update_in_hand_is_never_overwritten(db: Database) -> None:
    inbox = Inbox(db, RehearsalClock(NOW))
    await inbox.accept([said("one")])
    assert await inbox.accept([said("two")]) == []
    (waiting,) = await inbox.intake.take_up([7])
    assert "one" in waiting.payload
