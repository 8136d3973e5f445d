"""How a year is lived for the tests, and the calendar that they hold it against."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from aiosqlite import Connection

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.sqlite_trips import TrippingConnection
from bot.domain.pushes import PushKind
from tests.year.district import LAST, District, Setting
from tests.year.habits import DAY, ZONE
from tests.year.records import Message, YearRun

EVERYTHING = Setting()
MEMORY = Path("/dev/shm")
OPEN, SHUT = time(8, 30), time(18, 0)


@contextmanager
def without_threads() -> Iterator[None]:
    """Statements run where they are asked: one person acts at a time, so nobody waits, and a third of the time is
    the way to the connection's thread and back."""

    async def here(_self: Connection, work: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return work(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrippingConnection, "_execute", here)
        yield


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for a database that nobody needs after a power cut: a year commits many thousand times."""
    folder = Path(tempfile.mkdtemp(prefix="baton-year-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _span(first: str, last: str) -> set[date]:
    day, end = date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")
    return {day + DAY * number for number in range((end - day).days + 1)}


# The State Council's plan for 2026, typed from the notice: days off, and the weekend days that are worked instead.
HOLIDAYS = set().union(
    _span("01-01", "01-03"),
    _span("02-15", "02-23"),
    _span("04-04", "04-06"),
    _span("05-01", "05-05"),
    _span("06-19", "06-21"),
    _span("09-25", "09-27"),
    _span("10-01", "10-07"),
)
MADE_UP = {date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))}


def is_workday(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def next_sending_time(at: datetime) -> datetime:
    """The moment itself in office hours of a working day, else the next working morning."""
    here = at.astimezone(ZONE)
    if is_workday(here.date()) and OPEN <= here.time() < SHUT:
        return at
    day = here.date() + DAY * (here.time() >= OPEN)
    while not is_workday(day):
        day += DAY
    return datetime.combine(day, OPEN, ZONE).astimezone(UTC)


def local_day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def live(folder: Path, until: date = LAST, rivals: int = 0, setting: Setting = EVERYTHING) -> YearRun:
    """Live on a fresh SQLite file; `rivals`: how many more processes sweep at each tick, each of them twice."""

    async def lived() -> YearRun:
        databases = [Database(f"sqlite:///{folder / 'year.db'}") for _ in range(1 + rivals)]
        await migrate(databases[0])
        sweeps = [db for db in databases for _ in range(2)] if rivals else ()
        try:
            return await District(databases[0], sweeps, setting).live(until)
        finally:
            for db in databases:
                await db.close()

    with contextlib.nullcontext() if rivals else without_threads():
        return asyncio.run(lived())


def digests(run: YearRun) -> Iterator[Message]:
    return (message for message in run.messages if message.kind == PushKind.DIGEST)
