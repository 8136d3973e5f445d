"""The production process, killed and stopped in the middle of work: every message is answered, no effect is doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.db.engine import Database
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from tests.delivery.rows import person, queue, states, update_states
from tests.sandbox.messenger import Messenger, free_port, running

pytestmark = pytest.mark.process
TOKEN = "4242:test-token"
PEOPLE = {2000 + number: f"联络员{number}" for number in range(6)}


class Process:
    """`baton run` as an operator starts it."""

    def __init__(self, messenger: Messenger, database_url: str, folder: Path) -> None:
        self._environ = {
            "PATH": os.environ["PATH"],
            "BATON_BOT_TOKEN": TOKEN,
            "BATON_BOT_API_URL": messenger.url,
            "BATON_DATABASE_URL": database_url,
            "BATON_DATA_DIR": str(folder),
        }
        self._messenger = messenger
        self.running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start and wait until it has reached the messenger."""
        before = len((await self._messenger.get("calls?method=deleteWebhook"))["calls"])
        environ = {**self._environ, "BATON_LISTEN": f"127.0.0.1:{free_port()}"}
        root = Path(__file__).parents[2]
        arguments = (sys.executable, "-m", "bot", "run")
        devnull = asyncio.subprocess.DEVNULL
        self.running = await asyncio.create_subprocess_exec(*arguments, env=environ, cwd=root, stderr=devnull)
        for _ in range(600):
            await asyncio.sleep(0.05)
            assert self.running.returncode is None
            if len((await self._messenger.get("calls?method=deleteWebhook"))["calls"]) > before:
                return
        raise AssertionError("the process does not reach the messenger")

    async def end(self, number: signal.Signals) -> int:
        assert self.running is not None
        with contextlib.suppress(ProcessLookupError):
            self.running.send_signal(number)
        return await asyncio.wait_for(self.running.wait(), 30)


@pytest.fixture
async def messenger() -> AsyncIterator[Messenger]:
    async with running() as one:
        await one.put_people(
            [{"id": number, "name": name, "role": "contact", "started": True} for number, name in PEOPLE.items()]
        )
        yield one


@pytest.fixture
async def process(messenger: Messenger, db: Database, db_url: str, tmp_path: Path) -> AsyncIterator[Process]:
    for number, name in PEOPLE.items():
        await person(db, name, Role.CONTACT, number)
    one = Process(messenger, db_url, tmp_path)
    await one.start()
    yield one
    await one.end(signal.SIGKILL)


async def until_quiet(messenger: Messenger, db: Database) -> None:
    for _ in range(600):
        await asyncio.sleep(0.1)
        waiting = (await messenger.get("updates"))["count"]
        unsettled = set((await update_states(db)).values()) - {"done", "parked"}
        unsent = set((await states(db)).values()) & {"queued", "sending"}
        if not waiting and not unsettled and not unsent:
            return
    raise AssertionError((await update_states(db), await states(db)))


async def answers(messenger: Messenger, chat: int) -> list[dict[str, Any]]:
    return [message for message in await messenger.messages(chat) if message["outgoing"]]


async def test_killed_again_and_again_every_question_is_answered_and_every_push_ends(
    messenger: Messenger, process: Process, db: Database
) -> None:
    dice = random.Random(20261120)
    asked: Counter[int] = Counter()
    for round_number in range(5):
        for _ in range(8):
            chat = dice.choice(list(PEOPLE))
            await messenger.send(chat, "/me")
            asked[chat] += 1
            await queue(db, dice.choice(list(PEOPLE)), f"通知{round_number}", kind=PushKind.DIRECTIVE)
            await asyncio.sleep(dice.random() * 0.15)
        await process.end(signal.SIGKILL)
        await process.start()
    await until_quiet(messenger, db)

    assert set((await update_states(db)).values()) == {"done"}
    sent = await states(db)
    # One in flight at each kill may be uncertain; nothing is lost, failed or left lying.
    assert set(sent.values()) <= {"sent", "uncertain"}
    assert list(sent.values()).count("uncertain") <= 5 * 3
    for chat, count in asked.items():
        said = [message["text"] for message in await answers(messenger, chat)]
        assert sum(PEOPLE[chat] in text for text in said) >= count
        notices = Counter(text for text in said if text.startswith("通知"))
        assert notices


async def test_a_term_signal_ends_it_well_and_leaves_nothing_in_flight(
    messenger: Messenger, process: Process, db: Database
) -> None:
    chat = next(iter(PEOPLE))
    await messenger.send(chat, "/me")
    await until_quiet(messenger, db)
    await messenger.post("faults", kind="latency", method="sendMessage", seconds=1.0, count=2)
    await queue(db, chat, "在路上", kind=PushKind.DIRECTIVE)
    await messenger.send(chat, "/me")
    await asyncio.sleep(1.2)
    assert await process.end(signal.SIGTERM) == 0
    assert set((await states(db)).values()) == {"sent"}
    assert set((await update_states(db)).values()) == {"done"}
