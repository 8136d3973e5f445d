"""The messenger's memory: one SQLite file, so that a restart loses nothing. No rules here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS people (
  id INTEGER PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, post TEXT NOT NULL,
  unit TEXT NOT NULL, hint TEXT NOT NULL, start TEXT NOT NULL, listed INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS chats (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', started INTEGER NOT NULL DEFAULT 0,
  blocked INTEGER NOT NULL DEFAULT 0, read_to INTEGER NOT NULL DEFAULT 0, keyboard TEXT);
CREATE TABLE IF NOT EXISTS members (chat INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (chat, person));
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, outgoing INTEGER NOT NULL, body TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0, reaction TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS messages_of_chat ON messages (chat, id);
CREATE TABLE IF NOT EXISTS updates (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, queue INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS callbacks (id TEXT PRIMARY KEY, at REAL NOT NULL, chat INTEGER NOT NULL, answer TEXT);
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL, size INTEGER NOT NULL,
  kind TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS commands (
  scope TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (scope, language));
"""
Row = sqlite3.Row


class Store:
    """A connection in autocommit; `transaction()` makes several statements one."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._depth = 0
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner one joins the outer one."""
        if self._depth:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        else:
            self._db.execute("COMMIT")
        finally:
            self._depth = 0

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    def one(self, sql: str, *values: Any) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[Row]:
        return self._db.execute(sql, values).fetchall()

    def number(self, sql: str, *values: Any) -> int:
        """The single number that the query gives; 0 for none."""
        row = self.one(sql, *values)
        return int(row[0] or 0) if row else 0

    def get(self, key: str, default: Any = None) -> Any:
        """A remembered JSON value."""
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return json.loads(row["value"]) if row else default

    def put(self, key: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, dumps(value))

    def next(self, key: str) -> int:
        """Counts up; the first answer is 1."""
        value = int(self.get(key, 0)) + 1
        self.put(key, value)
        return value


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
