"""What went over the wire, in order: every message that arrived at somebody's phone, and when."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.world import World

# Stands for the number of a message where there is none.
TOAST = -1
SHOWN = ("sendmessage", "editmessagetext", "senddocument", "sendphoto")


@dataclass(frozen=True)
class Arrival:
    """A message as a phone shows it. `buttons` are pairs of label and data; `at` is monotonic."""

    number: int
    at: float
    chat: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    edited: bool

    def button(self, label: str) -> str | None:
        """The data under the first button whose label holds these words."""
        return next((data for shown, data in self.buttons if label in shown), None)


class Wiretap:
    """Listens to every call that the messenger answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.arrivals: list[Arrival] = []
        self.by_chat: dict[int, list[Arrival]] = defaultdict(list)
        self.calls: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        self.starts = 0
        self._news: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._note = world.note_call
        world.note_call = self._heard  # type: ignore[method-assign]

    def _heard(self, method: str, params: dict[str, Any], answer: dict[str, Any]) -> None:
        self._note(method, params, answer)
        name = method.lower()
        self.calls[name] += 1
        if name in ("deletewebhook", "setwebhook"):
            self.starts += 1
        if not answer.get("ok"):
            self.refused[int(answer.get("error_code", 0))] += 1
        elif name == "answercallbackquery" and params.get("text"):
            self._toast(str(params["callback_query_id"]), str(params["text"]))
        elif name in SHOWN and isinstance(answer.get("result"), dict):
            self._arrived(answer["result"], name.startswith("edit"))

    def _arrived(self, message: dict[str, Any], edited: bool) -> None:
        chat = int(message["chat"]["id"])
        markup = message.get("reply_markup", {})
        markup = json.loads(markup) if isinstance(markup, str) else markup
        keys = [key for row in markup.get("inline_keyboard", []) for key in row]
        text = message.get("text") or message.get("caption") or ""
        buttons = tuple((key["text"], key.get("callback_data", "")) for key in keys)
        self._add(
            Arrival(len(self.arrivals), time.monotonic(), chat, int(message["message_id"]), text, buttons, edited)
        )

    def _toast(self, query: str, text: str) -> None:
        """The short word over a pressed button, as if it were a message."""
        row = self._world.store.one("SELECT chat FROM callbacks WHERE id = ?", query)
        if row is not None:
            self._add(Arrival(len(self.arrivals), time.monotonic(), row["chat"], TOAST, text, (), edited=True))

    def _add(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        self.by_chat[arrival.chat].append(arrival)
        self._news[arrival.chat].set()

    async def expect(self, chat: int, wanted: Callable[[Arrival], bool], since: int, patience: float) -> Arrival | None:
        """The first arrival in the chat from number `since` on that is wanted; None when patience is over."""
        deadline = time.monotonic() + patience
        place = 0
        while True:
            self._news[chat].clear()
            heard = self.by_chat[chat]
            while place < len(heard):
                if heard[place].number >= since and wanted(heard[place]):
                    return heard[place]
                place += 1
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                await asyncio.wait_for(self._news[chat].wait(), left)
            except TimeoutError:
                return None

    def first_after(self, moment: float) -> Arrival | None:
        """The first message that arrived anywhere after that moment."""
        # Looked for from the end: it is always near it.
        found = None
        for arrival in reversed(self.arrivals):
            if arrival.at <= moment:
                break
            found = arrival
        return found
