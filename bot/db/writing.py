"""The prepared twin of a `Question`: an INSERT or UPDATE that is compiled once and executed with plain values.

A use case writes a few known rows. Through the session's unit of work each costs more than all that SQLite does with
it; through a `Write` it is the statement itself, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Inserting = Callable[[Any], SqliteInsert]


class _Prepared:
    """A write in the words of one engine."""

    def __init__(self, statement: Any, columns: Collection[str], dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(columns))
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError("a prepared write gives every value itself")
        self.sql = str(compiled)
        self._parameters = []
        for name in compiled.positiontup or ():
            encode = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            # A constant of the statement; what the caller gives has no value yet.
            self._parameters.append((name, compiled.params[name], encode))

    def arguments(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the statement's parameters, as the driver takes them."""
        found = ((values.get(name, constant), encode) for name, constant, encode in self._parameters)
        return tuple(value if encode is None else encode(value) for value, encode in found)


class Write:
    """A statement that changes or locks rows. `columns`: those whose values the caller gives by their names.

    Values of its WHERE are `bindparam`s with names of their own. `build` is given the engine's own `insert`, which
    knows ON CONFLICT.
    """

    def __init__(self, build: Callable[[Inserting], Executable], columns: Collection[str] = ()) -> None:
        self._build, self._columns = build, columns
        self._prepared: dict[str, _Prepared] = {}

    def on(self, dialect: Dialect) -> _Prepared:
        """The statement for that engine."""
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            inserting: Any = sqlite_insert if dialect.name == "sqlite" else postgresql_insert
            prepared = _Prepared(self._build(inserting), self._columns, dialect)
            self._prepared[dialect.name] = prepared
        return prepared
