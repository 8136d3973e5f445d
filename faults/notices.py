"""Pushes with numbers in their words, queued beside the real ones: what became of each can be counted outside."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field

from bot.db.engine import Database
from bot.db.pushes import PushToSend, enqueue
from bot.db.trouble import is_trouble
from bot.domain.pushes import Priority, PushKind
from faults.engines import START

WORDS = re.compile(r"通知第(\d+)号")
RED_SHARE = 0.2


@dataclass
class Notices:
    """Queues a notice for somebody every `pause` seconds until told to stop. `queued`: number -> (chat, is red)."""

    db: Database
    chats: list[int]
    pause: float = 0.15
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    queued: dict[int, tuple[int, bool]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Queue until `stop`; while the database is away nothing is queued, and nothing counted."""
        number = 0
        while not stop.is_set():
            number += 1
            red = self.dice.random() < RED_SHARE
            try:
                await self.queue(number, self.dice.choice(self.chats), red)
            except Exception as error:
                if not is_trouble(error):
                    raise
                # Whether it was committed is not known: its number is not used again, and it may arrive.
                await asyncio.sleep(0.5)
            await asyncio.sleep(self.pause)

    async def queue(self, number: int, chat: int, red: bool) -> None:
        """Queue one; it counts once its transaction is committed."""
        push = PushToSend(
            kind=PushKind.BINDING_DECIDED,
            chat_id=chat,
            text=f"通知第{number}号",
            dedupe_key=f"faults:{number}",
            reason="faults",
            now=START,
            priority=Priority.RED if red else Priority.ROUTINE,
        )
        async with self.db.write() as session:
            await enqueue(session, push)
        self.queued[number] = (chat, red)
