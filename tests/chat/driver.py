"""Drives the whole bot through a real messenger by what a person can do; every action is lived through to its end."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import Baton
from bot.clock import RehearsalClock
from bot.config import Settings
from bot.db.people import Holder, holders
from bot.db.tables import Account
from bot.outbox.limits import Limits
from bot.sandbox.server import create_server
from bot.sandbox.settings import Settings as MessengerSettings
from bot.services.sampling import account_of
from bot.services.year import office_zone

TOKEN = "110201543:chat-chat-chat-chat-chat-chat-chat"
STRANGER = 9_999
START = "2026-11-20T09:00"
BUTTON_WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Message:
    """A message as the person's phone shows it. `buttons`: label -> callback data (or address)."""

    id: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    outgoing: bool = True
    edited: bool = False
    document: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, shown: dict[str, Any]) -> Message:
        keys = [key for line in shown.get("reply_markup", {}).get("inline_keyboard", []) for key in line]
        return cls(
            id=shown["message_id"],
            text=shown.get("text") or shown.get("caption") or "",
            buttons={key["text"]: key.get("callback_data") or key.get("url", "") for key in keys},
            outgoing=bool(shown["outgoing"]),
            edited="edit_date" in shown,
            document=shown.get("document", {}).get("file_name"),
            raw=shown,
        )


Person = str | int


class Chat:
    """One district's bot and its messenger. A person is named by post, by name, or by messenger id."""

    stranger = STRANGER

    def __init__(self, baton: Baton, http: httpx.AsyncClient, people: list[Holder]) -> None:
        self.baton, self.http, self.db = baton, http, baton.db
        self._people = people
        self._seen: dict[int, int] = {}
        self._started: set[int] = set()
        # What the last press showed as a toast.
        self.toast = ""

    # -- people ------------------------------------------------------------------------------------------------

    def who(self, person: Person) -> int:
        """The messenger id of a person of the roster."""
        if isinstance(person, int):
            return person
        found = {item.person_id for item in self._people if person in (item.post, item.person)}
        assert len(found) == 1, f"{person} names {len(found)} persons of the roster"
        return account_of(found.pop())

    async def bind(self, *people: Person) -> None:
        """Give these persons bound accounts and open their chats, as if they had used their codes long ago."""
        async with self.db.write() as session:
            bound = set(await session.scalars(select(Account.telegram_user_id).where(Account.unbound_at.is_(None))))
            by_account = {account_of(item.person_id): item.person_id for item in self._people}
            for account in {self.who(person) for person in people} - bound:
                session.add(
                    Account(
                        person_id=by_account[account],
                        telegram_user_id=account,
                        chat_id=account,
                        bound_at=self.now,
                        menu_role=None,
                    )
                )
        self._started |= {self.who(person) for person in people}
        await self._show_people()

    async def bind_everybody(self) -> None:
        """Bind the whole roster."""
        await self.bind(*{account_of(item.person_id) for item in self._people})

    async def _show_people(self) -> None:
        cards = {
            account_of(item.person_id): {"name": item.person, "role": str(item.role), "post": item.post}
            for item in self._people
        }
        cards[STRANGER] = {"name": "陌生人", "role": "stranger", "post": ""}
        people = [{"id": number, **card, "started": number in self._started} for number, card in cards.items()]
        (await self.http.put("/sandbox/people", json=people)).raise_for_status()

    # -- what a person does ------------------------------------------------------------------------------------

    async def send(self, person: Person, text: str, reply_to: Message | int | None = None) -> list[Message]:
        """Write to the bot; what it said to this person since."""
        body: dict[str, Any] = {"text": text}
        if reply_to is not None:
            body["reply_to_message_id"] = reply_to.id if isinstance(reply_to, Message) else reply_to
        return await self._do(person, "send", body)

    async def sticker(self, person: Person) -> list[Message]:
        """Send a sticker."""
        return await self._do(person, "send", {"kind": "sticker"})

    async def photo(self, person: Person, caption: str | None = None) -> list[Message]:
        """Send a picture."""
        return await self._do(person, "send", {"kind": "photo", "caption": caption or ""})

    async def document(self, person: Person, name: str, content: bytes, caption: str = "") -> list[Message]:
        """Send a file."""
        return await self._do(person, "send", {"kind": "document", "caption": caption} | _file(name, content))

    async def edit(self, person: Person, message: Message | int, text: str) -> list[Message]:
        """Correct an own message."""
        number = message.id if isinstance(message, Message) else message
        return await self._do(person, "edit", {"message_id": number, "text": text})

    async def block(self, person: Person) -> None:
        """Block the bot."""
        await self._do(person, "block", {})

    async def unblock(self, person: Person) -> None:
        """Unblock the bot."""
        await self._do(person, "unblock", {})

    async def press(self, person: Person, button: str, message: Message | int | None = None) -> list[Message]:
        """Press a button by part of its label or by its data: of `message`, else of the newest that has it.

        What changed since in the person's chat comes back, edited messages included; `toast` is the short word.
        """
        number, data = await self._button(person, button, message)
        pressing = asyncio.create_task(
            self._post(f"chats/{self.who(person)}/press", message_id=number, data=data, wait=BUTTON_WAIT_SECONDS)
        )
        while not await self.baton.poller.poll_once(0):
            await asyncio.sleep(0.005)
        await self.settle()
        self.toast = (await pressing)["text"]
        return await self.new(person)

    async def own(self, person: Person) -> Message:
        """The newest message that the person wrote."""
        return next(item for item in reversed(await self.all(person)) if not item.outgoing)

    async def _button(self, person: Person, wanted: str, message: Message | int | None) -> tuple[int, str]:
        number = message.id if isinstance(message, Message) else message
        for shown in reversed(await self.all(person)):
            if not shown.outgoing or (number is not None and shown.id != number):
                continue
            for text, data in shown.buttons.items():
                if wanted in (text, data) or wanted in text:
                    return shown.id, data
        if number is not None:
            return number, wanted  # a button that stood there once
        raise AssertionError(f"no button {wanted!r} in the chat of {person}")

    async def _do(self, person: Person, what: str, body: dict[str, Any]) -> list[Message]:
        await self._post(f"chats/{self.who(person)}/{what}", **body)
        await self.settle()
        return await self.new(person)

    # -- what a person sees ------------------------------------------------------------------------------------

    async def all(self, person: Person) -> list[Message]:
        """The whole chat, oldest first."""
        shown = (await self._get(f"chats/{self.who(person)}/messages"))["messages"]
        return [Message.of(item) for item in shown]

    async def inbox(self, person: Person) -> list[Message]:
        """Everything that the bot said to this person."""
        return [item for item in await self.all(person) if item.outgoing]

    async def new(self, person: Person) -> list[Message]:
        """What the bot said (or edited) to this person since the last look."""
        chat = self.who(person)
        shown = [item for item in await self.all(person) if item.raw["revision"] > self._seen.get(chat, 0)]
        self._seen[chat] = max([self._seen.get(chat, 0), *(item.raw["revision"] for item in shown)])
        return [item for item in shown if item.outgoing]

    # -- time ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The bot's present."""
        return self.baton.clock.now()

    async def at(self, moment: str, live: bool = True) -> None:
        """Go on to an office time: live through the mornings on the way, or (`live=False`) only set the clock."""
        to = datetime.fromisoformat(moment)
        to = to.replace(tzinfo=office_zone()) if to.tzinfo is None else to
        if live:
            assert self.baton.rehearsal is not None
            await self.baton.rehearsal.go(to.isoformat())
        else:
            assert isinstance(self.baton.clock, RehearsalClock)
            self.baton.clock.set(to)
        await self.settle()

    async def settle(self) -> None:
        """Live until nothing is on its way in either direction."""
        while await self.baton.poller.poll_once(0):
            pass
        await self.baton.dispatcher.idle()
        await self.baton.outbox.drain()

    # -- the messenger ------------------------------------------------------------------------------------------

    async def fault(self, kind: str, **rule: Any) -> None:
        """Make trouble: see the faults of the sandbox messenger."""
        await self._post("faults", kind=kind, **rule)

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """What the bot called so far."""
        return list((await self._get(f"calls?method={method}"))["calls"])

    async def _get(self, path: str) -> dict[str, Any]:
        reply = await self.http.get(f"/sandbox/{path}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        reply = await self.http.post(f"/sandbox/{path}", json=body)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"file": {"name": name, "base64": base64.b64encode(content).decode()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def running_messenger(wall: Callable[[], float]) -> AsyncIterator[str]:
    """The sandbox messenger on a free port of loopback; its address."""
    server = create_server(MessengerSettings(port=free_port(), wall=wall), signals=False)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
        assert not task.done()
    try:
        yield f"http://127.0.0.1:{server.config.port}"
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="baton-data-") as folder:
        yield Path(folder)


@contextlib.asynccontextmanager
async def running_chat(database_url: str, start: str = START) -> AsyncIterator[Chat]:
    """The production bot on this database with its own messenger, driven by hand."""
    now = datetime.fromisoformat(start)
    clock = RehearsalClock(now.replace(tzinfo=office_zone()) if now.tzinfo is None else now)
    async with _folder() as folder, running_messenger(lambda: clock.now().timestamp()) as url:
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            database_url=SecretStr(database_url),
            clock=clock.now(),
            data_dir=folder,
        )
        baton = Baton(settings)
        assert isinstance(baton.clock, RehearsalClock)
        clock = baton.clock
        baton.outbox.limits = Limits.unbounded()
        async with baton.started(), httpx.AsyncClient(base_url=url, timeout=30) as http:
            working = asyncio.create_task(baton.dispatcher.run())
            async with baton.db.read() as session:
                people = await holders(session)
            chat = Chat(baton, http, people)
            await chat.bind()
            try:
                yield chat
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
