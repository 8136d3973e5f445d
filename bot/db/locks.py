"""Turns that writers take in one transaction. SQLite has one writer anyway; PostgreSQL takes an advisory lock."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


class Turn(IntEnum):
    """What only one transaction at a time may do. The numbers are the lock's key and never reused."""

    EVALUATION = 71_001
    ORDER_NUMBER = 71_002
    ACKNOWLEDGEMENT = 71_003
    IMPORT = 71_004
    BINDING = 71_005
    SENDING = 71_006


async def serialise(session: AsyncSession, turn: Turn) -> None:
    """Wait for the turn; it is given back at the end of the transaction."""
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(select(func.pg_advisory_xact_lock(int(turn))))
