"""Everything the messenger consists of, in one place; the calls and the page work on it."""

from __future__ import annotations

from collections import deque
from typing import Any

from bot.sandbox.callbacks import Callbacks
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.history import History
from bot.sandbox.hub import Hub
from bot.sandbox.roster import Roster, chat_object
from bot.sandbox.settings import Settings
from bot.sandbox.store import Row, Store
from bot.sandbox.updates import UpdateQueue

KEPT_CALLS = 20000


class World:
    """State in `store`; `calls` is the log of what the bot asked for, newest last, kept in memory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.state)
        self.hub = Hub()
        self.clock = Clock(settings, self.hub)
        self.roster = Roster(self.store)
        self.history = History(self.store)
        self.updates = UpdateQueue(self.store, settings)
        self.callbacks = Callbacks(self.store, settings)
        self.files = Files(self.store, settings)
        self.faults = Faults(settings.wall)
        self.faults.on_change = lambda: self.hub.tell("faults", faults=self.faults.list())
        self.calls: deque[dict[str, Any]] = deque(maxlen=KEPT_CALLS)
        self._call_number = 0

    @property
    def bot_id(self) -> int:
        """The number of the bot: that of the token seen last."""
        return int(self.store.get("bot_id", 1000000001))

    def meet_bot(self, token: str) -> None:
        number = int(token.split(":")[0])
        if self.store.get("bot_id") != number:
            self.store.put("bot_id", number)

    def bot(self) -> dict[str, Any]:
        """The bot as the sender of a message."""
        profile = self.store.get("profile", {})
        name = profile.get("name") or self.settings.bot_name
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.settings.bot_username}

    def chat_of(self, row: Row) -> dict[str, Any]:
        return chat_object(row, self.roster.person(row["id"]))

    def note_call(self, method: str, params: dict[str, Any], answer: dict[str, Any]) -> None:
        self._call_number += 1
        self.calls.append(
            {"seq": self._call_number, "at": self.settings.wall(), "method": method, "params": params, **answer}
        )

    def tell_message(self, event: str, chat: int, message: int) -> None:
        """Shows a new or changed message on every open page."""
        body = self.history.shown(chat, message)
        self.hub.tell(event, chat_id=chat, message=body, unread=self.history.unread_of(chat))

    def close(self) -> None:
        self.hub.close()
        self.updates.close()
