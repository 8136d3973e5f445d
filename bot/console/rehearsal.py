"""A rehearsal on one machine: the messenger in this process, the production bot in a second one pointed at it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from rich.console import Console

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.domain.period import Period
from bot.presenters.words import label
from bot.sandbox.server import Server, create_server
from bot.sandbox.settings import Settings as MessengerSettings
from bot.services import sampling
from bot.services.inviting import issue_invite
from bot.services.rehearsing import latest_moment
from bot.services.year import office_zone

SAMPLES = Path(__file__).parents[2] / "samples"
# A token of the right shape; the sandbox takes any.
TOKEN = "110201543:sandbox-sandbox-sandbox-sandbox-sand"
HOST = "127.0.0.1"
STRANGER = 9_999
RESTART_SECONDS = 1.0
out = Console()


@dataclass(frozen=True)
class SandboxPlan:
    """What `baton sandbox` was asked for."""

    port: int
    data: Path
    fresh: bool
    clock: str


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def run_bare(port: int, state: Path | None) -> None:
    """The messenger alone, until Ctrl-C."""
    if state is not None:
        state.parent.mkdir(parents=True, exist_ok=True)
    server = create_server(MessengerSettings(port=port, state=str(state) if state else ":memory:"))
    out.print(label("rehearsal.bare_ready", url=f"http://{HOST}:{port}"))
    asyncio.run(server.serve())


def run_sandbox(plan: SandboxPlan) -> None:
    """Messenger, sample district and bot, until Ctrl-C."""
    if plan.fresh:
        shutil.rmtree(plan.data, ignore_errors=True)
    plan.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(_Rehearsal(plan).run())


class _Rehearsal:
    def __init__(self, plan: SandboxPlan) -> None:
        self.plan = plan
        self.bot_port = free_port()
        self.database_url = f"sqlite:///{(plan.data / 'baton.db').absolute()}"
        self.stopped = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopped.set)
        start, people = await self._prepare()
        messenger = self._messenger(start)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(messenger.serve())
            # uvicorn says that it listens by a flag only.
            while not messenger.started and not serving.done():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await self._show(people)
            bot = group.create_task(self._keep_bot(start))
            out.print(label("rehearsal.sandbox_ready", url=f"http://{HOST}:{self.plan.port}"))
            await self.stopped.wait()
            bot.cancel()
            messenger.should_exit = True

    def _messenger(self, start: datetime) -> Server:
        return create_server(
            MessengerSettings(
                port=self.plan.port,
                state=str(self.plan.data / "messenger.db"),
                clock_upstream=f"http://{HOST}:{self.bot_port}/rehearsal/clock",
                clock_start=start.timestamp(),
            ),
            signals=False,
        )

    async def _prepare(self) -> tuple[datetime, list[dict[str, object]]]:
        """The database with the sample district; where its clock stands; the people for the messenger's list."""
        db = Database(self.database_url)
        await migrate(db)
        start = datetime.fromisoformat(self.plan.clock)
        start = start.replace(tzinfo=office_zone()) if start.tzinfo is None else start
        if await sampling.has_lists(db):
            last = await latest_moment(db)
            start = max(start, last + timedelta(seconds=1)) if last else start
        else:
            out.print(label("rehearsal.sandbox_loading"))
            period = Period.of(start.astimezone(office_zone()).date())
            await sampling.load_lists(db, SAMPLES, start.replace(month=1, day=4))
            await sampling.load_months(db, SAMPLES, period)
            await sampling.bind_everybody(db, start, but=[label("rehearsal.unbound_post")])
        people = await self._people(db, start)
        await db.close()
        return start, people

    async def _people(self, db: Database, now: datetime) -> list[dict[str, object]]:
        cards: list[dict[str, object]] = []
        for person in await sampling.bind_everybody(db, now, but=[label("rehearsal.unbound_post")]):
            card: dict[str, object] = {
                "id": person.account,
                "name": person.name,
                "role": person.role,
                "post": person.post,
                "unit": person.unit or "",
                "hint": "",
                "started": True,
            }
            if person.post == label("rehearsal.unbound_post"):
                code = (await issue_invite(db, now, person.post)).code
                card |= {"hint": label("rehearsal.unbound_hint", code=code), "started": False}
            cards.append(card)
        cards.append(
            {
                "id": STRANGER,
                "name": label("rehearsal.stranger"),
                "role": "stranger",
                "post": "",
                "unit": "",
                "hint": label("rehearsal.stranger_hint"),
            }
        )
        return cards

    async def _show(self, people: list[dict[str, object]]) -> None:
        url = f"http://{HOST}:{self.plan.port}/sandbox/people"
        async with aiohttp.ClientSession() as session, session.put(url, json=people) as answer:
            answer.raise_for_status()

    async def _keep_bot(self, start: datetime) -> None:
        """The production process; when it dies it is started again, as a service manager would."""
        while True:
            environ = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
            environ |= {
                "BATON_BOT_TOKEN": TOKEN,
                "BATON_BOT_API_URL": f"http://{HOST}:{self.plan.port}",
                "BATON_DATABASE_URL": self.database_url,
                "BATON_DATA_DIR": str(self.plan.data / "files"),
                "BATON_LISTEN": f"{HOST}:{self.bot_port}",
                "BATON_CLOCK": start.isoformat(),
            }
            process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environ)
            try:
                await process.wait()
            except asyncio.CancelledError:
                process.terminate()
                await process.wait()
                raise
            await asyncio.sleep(RESTART_SECONDS)
            db = Database(self.database_url)
            start = (await latest_moment(db) or start) + timedelta(seconds=1)
            await db.close()
