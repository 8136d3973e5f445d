"""Who is there: the people of the page, their private chats with the bot, groups."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.store import Row, Store, dumps

START_IN_HINT = re.compile(r"/start\s+([A-Za-z0-9_\-]{1,64})")


class Roster:
    def __init__(self, store: Store) -> None:
        self._store = store

    def replace(self, people: list[dict[str, Any]]) -> None:
        """Sets the list of the page; who is no longer on it keeps the chat but is not shown."""
        with self._store.transaction():
            self._store.run("UPDATE people SET listed = 0")
            for place, person in enumerate(people):
                self._put(place, person)

    def _put(self, place: int, person: dict[str, Any]) -> None:
        hint = str(person.get("hint") or "")
        found = START_IN_HINT.search(hint)
        self._store.run(
            "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
            int(person["id"]),
            place,
            str(person["name"]),
            str(person.get("role") or "stranger"),
            str(person.get("post") or ""),
            str(person.get("unit") or ""),
            hint,
            str(person.get("start") or (found[1] if found else "")),
        )
        self._store.run("INSERT OR IGNORE INTO chats (id, type) VALUES (?, 'private')", int(person["id"]))
        if person.get("started"):
            self.set_started(int(person["id"]))

    def put_group(self, group: int, title: str, members: list[int]) -> None:
        with self._store.transaction():
            self._store.run(
                "INSERT INTO chats (id, type, title, started) VALUES (?, 'group', ?, 1)"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title, blocked = 0",
                group,
                title,
            )
            self._store.run("DELETE FROM members WHERE chat = ?", group)
            for person in members:
                self._store.run("INSERT OR IGNORE INTO members VALUES (?, ?)", group, person)

    def listed(self) -> list[Row]:
        return self._store.all("SELECT * FROM people WHERE listed ORDER BY place")

    def groups(self) -> list[Row]:
        return self._store.all("SELECT * FROM chats WHERE type <> 'private' ORDER BY id DESC")

    def person(self, person: int) -> Row | None:
        return self._store.one("SELECT * FROM people WHERE id = ?", person)

    def chat(self, chat: int) -> Row | None:
        return self._store.one("SELECT * FROM chats WHERE id = ?", chat)

    def members(self, group: int) -> list[int]:
        return [row["person"] for row in self._store.all("SELECT person FROM members WHERE chat = ?", group)]

    def known_chat(self, chat_id: Any) -> Row:
        """The chat a call names; refuses as Telegram does where there is none."""
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        row = self.chat(int(chat_id)) if re.fullmatch(r"-?\d{1,18}", str(chat_id).strip()) else None
        if row is None:
            raise bad_request("chat not found")
        return row

    def writable_chat(self, chat_id: Any) -> Row:
        """The chat, if the bot may write there."""
        row = self.known_chat(chat_id)
        if row["blocked"]:
            private = row["type"] == "private"
            raise forbidden("bot was blocked by the user" if private else "bot was kicked from the group chat")
        if not row["started"]:
            raise forbidden("bot can't initiate conversation with a user")
        return row

    def set_started(self, chat: int) -> None:
        self._store.run("UPDATE chats SET started = 1 WHERE id = ?", chat)

    def set_blocked(self, chat: int, blocked: bool) -> None:
        self._store.run("UPDATE chats SET blocked = ? WHERE id = ?", int(blocked), chat)

    def set_keyboard(self, chat: int, markup: dict[str, Any]) -> None:
        """The keyboard under the person's text box; `remove_keyboard` takes it away."""
        shown = None if markup.get("remove_keyboard") else dumps(markup)
        self._store.run("UPDATE chats SET keyboard = ? WHERE id = ?", shown, chat)

    def keyboard(self, chat: int) -> Any:
        row = self.chat(chat)
        return json.loads(row["keyboard"]) if row and row["keyboard"] else None


def user_object(row: Row) -> dict[str, Any]:
    return {"id": row["id"], "is_bot": False, "first_name": row["name"], "language_code": "zh-hans"}


def chat_object(chat: Row, person: Row | None) -> dict[str, Any]:
    if chat["type"] == "private":
        return {"id": chat["id"], "type": "private", "first_name": person["name"] if person else "?"}
    return {"id": chat["id"], "type": chat["type"], "title": chat["title"]}
