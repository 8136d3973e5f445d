"""Messages of all chats: writing, changing, finding, unread counts."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.store import Row, Store, dumps

PAGE = 500


class History:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, chat: int, outgoing: bool, body: dict[str, Any]) -> dict[str, Any]:
        """Keeps a message (given without number) and gives it with its `message_id`."""
        number = self._store.number("SELECT seq FROM sqlite_sequence WHERE name = 'messages'") + 1
        message = {"message_id": number, **body}
        self._store.run(
            "INSERT INTO messages (id, chat, outgoing, body, revision) VALUES (?, ?, ?, ?, ?)",
            number,
            chat,
            int(outgoing),
            dumps(message),
            self._store.next("revision"),
        )
        return message

    def change(self, message: dict[str, Any]) -> None:
        self._store.run(
            "UPDATE messages SET body = ?, revision = ? WHERE id = ?",
            dumps(message),
            self._store.next("revision"),
            message["message_id"],
        )

    def delete(self, message: int) -> None:
        self._store.run("DELETE FROM messages WHERE id = ?", message)

    def react(self, message: int, emoji: str) -> None:
        self._store.run(
            "UPDATE messages SET reaction = ?, revision = ? WHERE id = ?", emoji, self._store.next("revision"), message
        )

    def row(self, chat: int, message: int) -> Row | None:
        return self._store.one("SELECT * FROM messages WHERE chat = ? AND id = ?", chat, message)

    def find(self, chat: int, message: int) -> dict[str, Any] | None:
        row = self.row(chat, message)
        return json.loads(row["body"]) if row else None

    def is_outgoing(self, chat: int, message: int) -> bool:
        row = self.row(chat, message)
        return bool(row and row["outgoing"])

    def shown(self, chat: int, message: int) -> dict[str, Any] | None:
        """A message as the page takes it: the Bot API's object plus `outgoing`, `revision`, `reaction`."""
        row = self.row(chat, message)
        return shown(row) if row else None

    def after(self, chat: int, after: int, revision: int = 0) -> list[dict[str, Any]]:
        """Messages with a higher number (and changed after `revision`), oldest first; without `after` the newest."""
        rows = self._store.all(
            "SELECT * FROM (SELECT * FROM messages WHERE chat = ? AND id > ? AND revision > ? ORDER BY id DESC LIMIT ?)"
            " ORDER BY id",
            chat,
            after,
            revision,
            PAGE if not after else -1,
        )
        return [shown(row) for row in rows]

    def last(self, chat: int) -> dict[str, Any] | None:
        row = self._store.one("SELECT * FROM messages WHERE chat = ? ORDER BY id DESC LIMIT 1", chat)
        return shown(row) if row else None

    def read(self, chat: int) -> None:
        """The person has seen everything so far."""
        self._store.run(
            "UPDATE chats SET read_to = (SELECT coalesce(max(id), 0) FROM messages WHERE chat = ?) WHERE id = ?",
            chat,
            chat,
        )

    def unread(self) -> dict[int, int]:
        """Messages of the bot that a person has not seen, by chat."""
        rows = self._store.all(
            "SELECT m.chat, count(*) AS n FROM messages m JOIN chats c ON c.id = m.chat"
            " WHERE m.outgoing AND m.id > c.read_to GROUP BY m.chat"
        )
        return {row["chat"]: row["n"] for row in rows}

    def unread_of(self, chat: int) -> int:
        return self._store.number(
            "SELECT count(*) FROM messages m JOIN chats c ON c.id = m.chat"
            " WHERE c.id = ? AND m.outgoing AND m.id > c.read_to",
            chat,
        )


def shown(row: Row) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(row["body"])
    body["outgoing"] = bool(row["outgoing"])
    body["revision"] = row["revision"]
    if row["reaction"]:
        body["reaction"] = row["reaction"]
    return body
