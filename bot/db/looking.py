"""Narrow reads for the path on which every question waits: no object graph, no trip to another thread.

A `Question` is a SELECT that is compiled once, and the record that each of its rows becomes. A `Look` answers them:

- On SQLite in the event loop itself. In WAL mode a reader waits for no writer, and a row that an index leads to takes
  some ten microseconds, where handing the statement to a thread and back takes a hundred. What keeps the loop safe: a
  question reads a bounded number of rows and scans no table that grows (a test reads the plan of every one of them),
  and the connection cannot write. All questions of one look see the same state of the database.
- On PostgreSQL through the driver alone; each question sees the newest committed state.

What a look sees is committed: rights and facts are those of the moment of the question. Nothing is kept here but open
connections. Errors are the driver's own; `trouble.is_trouble` knows them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

import orjson
from sqlalchemy import JSON, Boolean, ColumnElement, Select, SQLColumnExpression, TypeDecorator, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

R = TypeVar("R")
Value = int | str | Sequence[int] | Sequence[str]
# Seconds. A reader waits only while a database is recovered after a crash; the update is handled again then.
LOCKED_SECONDS = 1.0
# Connections that are kept open for looks; more than one is in use only where a handler waits in the middle of one.
KEPT = 4


class Among(ColumnElement[bool]):
    """`column` is one of the values that are given as a list under `name`: one parameter, so one statement."""

    inherit_cache = False
    type = Boolean()
    _is_implicitly_boolean = True

    def __init__(self, column: SQLColumnExpression[Any], name: str) -> None:
        self.column: Any = column
        self.values: Any = bindparam(name)


@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _among_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY({compiler.process(element.values, **options)})"


class _Prepared(Generic[R]):
    """A question in the words of one engine."""

    def __init__(self, statement: Select[*tuple[Any, ...]], record: Callable[..., R], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._record = record
        self._parameters = [(name, compiled.params[name]) for name in compiled.positiontup or ()]
        decoders = [_decoder(column.type, dialect) for column in statement.selected_columns]
        self._decoded = [(place, decode) for place, decode in enumerate(decoders) if decode is not None]
        self._lists_as_text = dialect.name == "sqlite"

    def arguments(self, values: dict[str, Value]) -> list[Any]:
        """The values in the order of the statement's parameters."""
        found: list[Any] = [values.get(name, constant) for name, constant in self._parameters]
        if self._lists_as_text:
            return [orjson.dumps(value).decode() if isinstance(value, (list, tuple)) else value for value in found]
        return found

    def records(self, rows: Sequence[Sequence[Any]]) -> list[R]:
        """What the rows become."""
        record, decoded = self._record, self._decoded
        if not decoded:
            return [record(*row) for row in rows]
        found = []
        for row in rows:
            cells = list(row)
            for place, decode in decoded:
                cells[place] = decode(cells[place])
            found.append(record(*cells))
        return found


def _decoder(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """From what the driver gives to what the column means; None where they are the same."""
    if dialect.name == "sqlite" or isinstance(type_, JSON):
        decoder: Callable[[Any], Any] | None = type_.dialect_impl(dialect).result_processor(dialect, None)
        return decoder
    if isinstance(type_, TypeDecorator):
        # asyncpg gives exact decimals and aware times by itself.
        return lambda value: type_.process_result_value(value, dialect)
    return None


class Question(Generic[R]):
    """A SELECT with named parameters (whole numbers, texts, lists of one of them) and the record of a row."""

    # Every question there is, so that a test can read their plans.
    known: list[Question[Any]] = []  # noqa: RUF012 - filled while modules are imported

    def __init__(self, statement: Select[*tuple[Any, ...]], record: Callable[..., R]) -> None:
        self.statement, self.record = statement, record
        self._prepared: dict[str, _Prepared[R]] = {}
        self.known.append(self)

    def on(self, dialect: Dialect) -> _Prepared[R]:
        """The question for that engine."""
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = self._prepared[dialect.name] = _Prepared(self.statement, self.record, dialect)
        return prepared


class Look(Protocol):
    """Answers questions. `async with db.look() as look: rows = await look.all(QUESTION, indicator_id=5)`."""

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        """Every row."""

    async def first(self, question: Question[R], **values: Value) -> R | None:
        """The first row; None without any."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SqliteLooks:
    """The reading connections of one file, used in the event loop's thread only."""

    def __init__(self, path: str, dialect: Dialect) -> None:
        self._path, self.dialect = path, dialect
        self._idle: list[sqlite3.Connection] = []

    def look(self) -> SqliteLook:
        """A look on one of them."""
        return SqliteLook(self)

    def take(self) -> sqlite3.Connection:
        """A connection that nobody uses."""
        if self._idle:
            return self._idle.pop()
        connection = sqlite3.connect(
            self._path, timeout=LOCKED_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA query_only=ON")
        return connection

    def give_back(self, connection: sqlite3.Connection, *, broken: bool) -> None:
        """Keep it for the next look, unless something went wrong on it."""
        if broken or len(self._idle) >= KEPT:
            connection.close()
        else:
            self._idle.append(connection)

    async def close(self) -> None:
        """Close what is open."""
        while self._idle:
            self._idle.pop().close()


class SqliteLook:
    """One consistent look at a SQLite database. Never gives up the loop."""

    def __init__(self, looks: SqliteLooks) -> None:
        self._looks = looks

    async def __aenter__(self) -> Self:
        self._connection = self._looks.take()
        self._connection.execute("BEGIN")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        broken = kind is not None and issubclass(kind, sqlite3.Error)
        if not broken:
            self._connection.execute("ROLLBACK")
        self._looks.give_back(self._connection, broken=broken)

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        prepared = question.on(self._looks.dialect)
        rows = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchall()
        return prepared.records(rows)

    async def first(self, question: Question[R], **values: Value) -> R | None:
        prepared = question.on(self._looks.dialect)
        row = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return prepared.records([row])[0] if row is not None else None


class PostgresLooks:
    """Looks on connections of a pool of their own.

    Whoever looks may have to open a session beside it. From one pool both could never come, once as many look as it
    has connections: each would hold one and wait for another's.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    def look(self) -> PostgresLook:
        """A look on one of them."""
        return PostgresLook(self.engine)

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()


class PostgresLook:
    """A look at a PostgreSQL database, outside of any transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def __aenter__(self) -> Self:
        self._checked_out: AsyncConnection = await self._engine.connect()
        self._connection: Any = (await self._checked_out.get_raw_connection()).driver_connection
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._checked_out.close()

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        prepared = question.on(self._engine.dialect)
        return prepared.records(await self._connection.fetch(prepared.sql, *prepared.arguments(values)))

    async def first(self, question: Question[R], **values: Value) -> R | None:
        prepared = question.on(self._engine.dialect)
        row = await self._connection.fetchrow(prepared.sql, *prepared.arguments(values))
        return prepared.records([row])[0] if row is not None else None
