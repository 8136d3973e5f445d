"""Which failures of the database may pass: it is away, busy or restarting, and the same work can succeed later."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# First two characters of PostgreSQL's error codes: connection, rollback (deadlock), resources, operator intervention.
_PASSING_CLASSES = ("08", "40", "53", "57")


def is_trouble(error: BaseException) -> bool:
    """Whether the error says that the database cannot be used now, rather than that the request is wrong."""
    if _is_wrong_sql(error):
        return False
    # A look raises the driver's own errors.
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout, OSError, sqlite3.OperationalError)):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _passes(error.orig)
    return _passes(error)


def _is_wrong_sql(error: BaseException) -> bool:
    # SQLite calls a statement that it does not understand (no such column) an operational error as well.
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _passes(error: BaseException | None) -> bool:
    # asyncpg's own errors come through unwrapped while connecting.
    code = getattr(error, "sqlstate", None)
    return isinstance(code, str) and code.startswith(_PASSING_CLASSES)
