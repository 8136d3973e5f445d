"""The inbox's own connection: a batch of updates, or of their ends, in one commit and as few trips as there can be.

The session of the engine would need five trips and a dozen objects for each update; on this path that is most of the
cost of an answer. What several processes may not do at the same time, handle one chat, is decided here as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate
from bot.domain.pushes import UpdateState

# Telegram numbers updates anew at random after a quiet week, and another Bot API server counts on its own: a number
# that comes back with other content is another update, and takes the row of one that has come to its end.
ON_KNOWN_NUMBER = """
ON CONFLICT (update_id) DO UPDATE SET chat_id = excluded.chat_id, kind = excluded.kind, payload = excluded.payload,
received_at = excluded.received_at, state = 'received', had_effect = false, attempts = 0, error = NULL,
settled_at = NULL
WHERE inbox.state IN ('done', 'parked', 'dropped') AND inbox.payload <> excluded.payload
"""
OPEN = "state IN ('received', 'effected')"


@dataclass(frozen=True)
class EndedUpdate:
    """The end of an update's handling. `error` names a failure by its kind only."""

    update_id: int
    chat_id: int | None
    state: UpdateState
    at: datetime
    error: str | None = None


def left_over(row: Sequence[Any]) -> ReceivedUpdate:
    """An update that was taken up, from its row: number, chat, kind, payload and starts."""
    update_id, chat_id, kind, payload, starts = row
    return ReceivedUpdate(update_id, chat_id, kind, payload, resumed=True, starts=starts)


class Intake(Protocol):
    """Each call is one transaction or none. All of them raise what the driver raises."""

    # Whether other processes work on the same inbox. Where not, every chat is ours.
    shared: bool

    async def record(self, received: Sequence[ReceivedUpdate], ended: Sequence[EndedUpdate], now: datetime) -> set[int]:
        """Write arrivals and ends in one commit; the numbers that were new."""
        ...

    async def unfinished(self, chats: Collection[int | None] | None = None) -> list[tuple[int, int | None]]:
        """Numbers and chats of what has not come to an end, of these chats or of all, in order."""
        ...

    async def take_up(self, update_ids: Sequence[int]) -> list[ReceivedUpdate]:
        """Those of these updates that are not at an end, in order; that one more process has them is counted.

        What several processes did not finish is not counted here: see `count_start`.
        """
        ...

    async def count_start(self, update_id: int) -> int:
        """Count one more process for an update that is about to be handled; how many it has had."""
        ...

    async def hold(self, chats: Collection[int | None]) -> set[int | None]:
        """Make these chats ours; those that are now. A chat stays ours until we let go, or die."""
        ...

    async def let_go(self, chats: Collection[int | None]) -> None:
        """Give chats free for any process."""
        ...

    def lost(self) -> set[int | None]:
        """Chats that were ours until the connection broke and are not any more; each is named once."""
        ...

    async def close(self) -> None:
        """Close the connection; all chats are free."""
        ...


def intake_of(db: Database) -> Intake:
    """The inbox's connection to this database; it opens with its first use and closes with the database."""
    intake: Intake
    if db.is_sqlite:
        from bot.db.intake_sqlite import SqliteIntake

        intake = SqliteIntake(db)
    else:
        # Only PostgreSQL needs its driver.
        from bot.db.intake_postgresql import PostgresIntake

        intake = PostgresIntake(db)
    db.at_close(intake.close)
    return intake
