"""The stage of a scene: messenger, bot, command and database, driven by what people and operators can do."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from bot.db.engine import Database
from tests.chat.driver import Message
from tests.scene.processes import (
    PATIENCE_SECONDS,
    TOKEN,
    Bot,
    Outcome,
    answers,
    environment,
    eventually,
    free_port,
    start,
)

PEOPLE = {
    "区发改局联络员": 501,
    "区应急局联络员": 502,
    "区信访局联络员": 503,
    "区财政局联络员": 504,
    "常务副区长": 511,
    "区发改局主要负责人": 521,
    "区督查绩效办主任": 531,
    "陌生人": 591,
    "又一个陌生人": 592,
}
CONTACT, SAFETY, PETITIONS, FINANCE, LEADER, HEAD, OFFICE, STRANGER, OTHER_STRANGER = PEOPLE
BOUND = (CONTACT, SAFETY, PETITIONS, FINANCE, LEADER, HEAD, OFFICE)
GROUP = -700


@dataclass(frozen=True)
class Press:
    """What the phone showed after a press: the short word, and what changed in the chat."""

    toast: str
    said: list[Message]


class Ledger:
    """A look into the bot's database, for what no message shows."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._db = Database(url)

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        async def look() -> list[tuple[Any, ...]]:
            async with self._db.read() as session:
                return [tuple(row) for row in await session.execute(text(query), values)]

        return self._loop.run_until_complete(look())

    def close(self) -> None:
        self._loop.run_until_complete(self._db.close())
        self._loop.close()


class Stage:
    """One district on one engine. People are named by their posts."""

    def __init__(self, folder: Path, database_url: str, messenger_port: int) -> None:
        self.folder = folder
        self.messenger = f"http://127.0.0.1:{messenger_port}"
        self.settings = {
            "BATON_BOT_TOKEN": TOKEN,
            "BATON_BOT_API_URL": self.messenger,
            "BATON_DATABASE_URL": database_url,
            "BATON_DATA_DIR": str(folder / "data"),
        }
        self.bot = Bot(folder, self.settings)
        self.ledger = Ledger(database_url)
        self._http = httpx.Client(base_url=self.messenger, timeout=PATIENCE_SECONDS)
        self._seen: dict[int, int] = {}

    # -- operators -----------------------------------------------------------------------------------------------

    def baton(self, *arguments: str, clock: str | None = None, **settings: str) -> Outcome:
        """Run the command to its end."""
        given = self.settings | ({"BATON_CLOCK": clock} if clock else {}) | settings
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment(given), capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def both(self, *commands: tuple[str, ...], clock: str | None = None) -> list[Outcome]:
        """Run commands that do not depend on each other, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda arguments: self.baton(*arguments, clock=clock), commands))

    # -- people ----------------------------------------------------------------------------------------------------

    def open_messenger(self) -> None:
        """Everybody has the app; nobody has written to the bot yet."""
        people = [{"id": number, "name": name, "role": "contact", "post": name} for name, number in PEOPLE.items()]
        self._good(self._http.put("/sandbox/people", json=people))
        self.post("groups", id=GROUP, title="工作群", members=[PEOPLE[CONTACT], PEOPLE[LEADER]])

    def say(self, person: str, words: str, reply_to: Message | None = None) -> list[Message]:
        """Write to the bot; what it said to this person since, once it is done."""
        body: dict[str, Any] = {"text": words}
        if reply_to is not None:
            body["reply_to_message_id"] = reply_to.id
        return self.do(person, "send", **body)

    def do(self, person: str, what: str, **body: Any) -> list[Message]:
        """Do something in the app; what the bot said to this person since, once it is done."""
        self.post(f"chats/{PEOPLE[person]}/{what}", **body)
        self.settle()
        return self.new(person)

    def press(self, person: str, label: str, message: Message) -> Press:
        """Press a button by part of its label."""
        data = next((data for shown, data in message.buttons.items() if label in shown), None)
        assert data is not None, f"no button {label!r} among {list(message.buttons)} of {message.text!r}"
        return self.press_data(person, data, message)

    def press_data(self, person: str, data: str, message: Message) -> Press:
        """Press what stands, or once stood, under a message."""
        shown = self.post(f"chats/{PEOPLE[person]}/press", message_id=message.id, data=data, wait=PATIENCE_SECONDS)
        self.settle()
        assert shown["answered"], "the button kept spinning"
        return Press(shown["text"] or "", self.new(person))

    def press_twice_at_once(self, person: str, label: str, message: Message) -> list[Message]:
        """Two taps in the same instant; what the bot said to this person since."""
        data = next(data for shown, data in message.buttons.items() if label in shown)
        body = {"message_id": message.id, "data": data, "wait": PATIENCE_SECONDS}

        async def both() -> None:
            async with httpx.AsyncClient(base_url=self.messenger, timeout=PATIENCE_SECONDS) as http:
                presses = [http.post(f"/sandbox/chats/{PEOPLE[person]}/press", json=body) for _ in range(2)]
                for reply in await asyncio.gather(*presses):
                    assert self._good(reply)["answered"]

        asyncio.run(both())
        self.settle()
        return self.new(person)

    def chat(self, person: str) -> list[Message]:
        """The whole chat, oldest first."""
        shown = self.get(f"chats/{PEOPLE[person]}/messages")["messages"]
        return [Message.of(item) for item in shown]

    def new(self, person: str) -> list[Message]:
        """What the bot said (or edited) to this person since the last look."""
        number = PEOPLE[person]
        fresh = [item for item in self.chat(person) if item.raw["revision"] > self._seen.get(number, 0)]
        self._seen[number] = max([self._seen.get(number, 0), *(item.raw["revision"] for item in fresh)])
        return [item for item in fresh if item.outgoing]

    def one(self, person: str, words: str, reply_to: Message | None = None) -> Message:
        """Write to the bot; its one answer."""
        return only(self.say(person, words, reply_to))

    # -- the end of everything under way -----------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until nothing is on its way in either direction."""
        eventually(self._quiet, "the bot to have handled everything")

    def _quiet(self) -> bool | None:
        if self.get("updates")["count"] or self.ledger.rows(
            "SELECT 1 FROM inbox WHERE state IN ('received', 'effected') LIMIT 1"
        ):
            return None
        waiting = self.ledger.rows("SELECT not_before FROM pushes WHERE state IN ('queued', 'sending')")
        now = self.bot.now()[:19] if waiting else ""
        due = [moment for (moment,) in waiting if str(moment).replace(" ", "T")[:19] <= now]
        return None if due else True

    # -- the messenger's control side ----------------------------------------------------------------------------------

    def get(self, path: str) -> dict[str, Any]:
        return self._good(self._http.get(f"/sandbox/{path}"))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return self._good(self._http.post(f"/sandbox/{path}", json=body))

    def calls(self) -> list[dict[str, Any]]:
        """Every call that the bot made."""
        return list(self.get("calls")["calls"])

    @staticmethod
    def _good(reply: httpx.Response) -> dict[str, Any]:
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def close(self) -> None:
        self._http.close()
        self.ledger.close()


def only(messages: list[Message]) -> Message:
    """The one message there is."""
    assert len(messages) == 1, [item.text for item in messages]
    return messages[0]


@contextlib.contextmanager
def opened_stage(folder: Path, database_url: str) -> Iterator[Stage]:
    """A messenger on an own port, the bot not started yet; all processes end with it."""
    port = free_port()
    arguments = ["bot", "sandbox", "--bare", "--port", str(port), "--data", str(folder / "messenger")]
    messenger = start(arguments, folder, {}, folder / "messenger.log")
    stage = Stage(folder, database_url, port)
    try:
        eventually(lambda: answers(f"{stage.messenger}/sandbox/people"), "the messenger to answer")
        stage.open_messenger()
        yield stage
    finally:
        for process in (stage.bot.process, messenger):
            if process is not None:
                process.kill()
                process.wait()
        stage.close()
