"""Telegram's JSON as the library's objects; for a typed message without the hundred attributes that it does not have.

The library sets every attribute of an update, a message, a user and a chat one by one: as much work as half of an
answer. Here a typed message gets those that are in it, and shows for the others what an empty message shows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from telegram import Bot, Chat, Message, MessageEntity, Update, User

# What a typed message consists of; one with anything else in it is left to the library.
NEEDED = {"message_id", "from", "chat", "date", "text"}
KNOWN = NEEDED | {"entities"}
REMEMBERED = 4_000
_EMPTY_MESSAGE = Message(0, datetime(1970, 1, 1, tzinfo=UTC), Chat(0, "private"))
_EMPTY_UPDATE = Update(0)
_put = object.__setattr__


class _Typed(Message):
    """A message of which only what it has was set."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(_EMPTY_MESSAGE, name)


class _Plain(Update):
    """An update of which only what it has was set."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(_EMPTY_UPDATE, name)


class Parser:
    """Parses updates for a bot. People and chats seen before are the same objects again: nothing can change them."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._people: dict[tuple[Any, ...], User] = {}
        self._chats: dict[tuple[Any, ...], Chat] = {}

    def parse(self, raw: dict[str, Any]) -> Update:
        """The update. Raises whatever the library raises for what it does not expect."""
        message = raw.get("message")
        if len(raw) == 2 and isinstance(message, dict) and NEEDED <= message.keys() <= KNOWN and _is_plain(message):
            return self._typed(raw["update_id"], message)
        return Update.de_json(raw, self._bot)

    def _typed(self, update_id: int, raw: dict[str, Any]) -> Update:
        message, update = _Typed.__new__(_Typed), _Plain.__new__(_Plain)
        chat = self._seen(self._chats, raw["chat"], Chat)
        _put(message, "message_id", raw["message_id"])
        _put(message, "date", datetime.fromtimestamp(raw["date"], UTC))
        _put(message, "chat", chat)
        _put(message, "from_user", self._seen(self._people, raw["from"], User))
        _put(message, "text", raw["text"])
        if "entities" in raw:
            _put(message, "entities", MessageEntity.de_list(raw["entities"], self._bot))
        _put(message, "_id_attrs", (raw["message_id"], chat))
        _put(update, "update_id", update_id)
        _put(update, "message", message)
        _put(update, "_id_attrs", (update_id,))
        for made in (message, update):
            _put(made, "_bot", self._bot)
            _put(made, "_frozen", True)
        return update

    def _seen(self, known: dict[tuple[Any, ...], Any], raw: dict[str, Any], kind: type[User] | type[Chat]) -> Any:
        key = tuple(raw.items())
        found = known.get(key)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[key] = kind.de_json(raw, self._bot)
        return found


def _is_plain(message: dict[str, Any]) -> bool:
    """Whether each part is of the kind that Telegram sends: what is odd is judged by the library."""
    return (
        type(message["message_id"]) is int
        and type(message["date"]) is int
        and isinstance(message["text"], str)
        and _is_flat(message["from"])
        and _is_flat(message["chat"])
        and isinstance(message.get("entities", []), list)
    )


def _is_flat(raw: Any) -> bool:
    return isinstance(raw, dict) and all(isinstance(value, str | int | bool) for value in raw.values())
