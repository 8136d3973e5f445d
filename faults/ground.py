"""One trial's ground: a messenger, a database with the district, one or more bot processes, and people who talk."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.tables import InboxUpdate, Push
from bot.db.trouble import is_trouble
from bot.domain.pushes import PushState, UpdateState
from bot.sandbox.server import Server, create_server
from bot.sandbox.settings import Settings
from bot.sandbox.world import World
from bot.services import sampling
from faults.engines import START, Engine
from faults.ledger import Wiretap
from faults.notices import Notices
from faults.people import Crowd, indicators_of
from faults.processes import SECRET, TOKEN, Bot, free_port
from faults.verdict import Trial, Verdict, judge, read_rows
from faults.wire import Wire

OPEN = (UpdateState.RECEIVED.value, UpdateState.EFFECTED.value)
READY_SECONDS = 60.0
REST_SECONDS = 240.0


@dataclass
class Ground:
    """What a scenario works on."""

    engine: Engine
    mode: str
    folder: Path
    url: str
    db: Database
    server: Server
    world: World
    tap: Wiretap
    wire: Wire
    crowd: Crowd
    notices: Notices
    bot: Bot
    others: list[Bot] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)
    poisoned: set[int] = field(default_factory=set)
    born: float = field(default_factory=time.monotonic)
    faults: int = 0
    recoveries: list[float] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _load: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment at which the bot believes to be."""
        return START + timedelta(seconds=time.monotonic() - self.born)

    # -- processes -----------------------------------------------------------------------------------------------

    def another(self, name: str, roles: str | None = None) -> Bot:
        """One more process on the same database and token, not started yet."""
        bot = Bot(self.bot.folder, dict(self.bot.settings), roles, born=self.born, name=name)
        self.others.append(bot)
        return bot

    async def start(self, bot: Bot | None = None) -> None:
        """Start a process; back when it has reached the messenger."""
        bot = bot or self.bot
        before = self.tap.starts
        await bot.start()
        await self.until(lambda: self.tap.starts > before or not bot.is_alive, "the bot to start", READY_SECONDS)
        if not bot.is_alive:
            raise RuntimeError(bot.log.read_text(encoding="utf-8")[-3000:])

    async def until(self, true: Callable[[], bool], what: str, patience: float) -> None:
        """Wait for it. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {patience:.0f} s for {what}")
            await asyncio.sleep(0.02)

    # -- load ------------------------------------------------------------------------------------------------------

    def talk(self) -> None:
        """Everybody begins to talk; notices are queued."""
        self._load = [
            asyncio.create_task(self.crowd.run(self._stop)),
            asyncio.create_task(self.notices.run(self._stop)),
        ]

    async def recovered(self, since: float | None = None, patience: float = 120.0) -> None:
        """The fault is over (now, or since then): wait for the next message to anybody and note how long it took."""
        since = time.monotonic() if since is None else since
        while (arrival := self.tap.first_after(since)) is None:
            if time.monotonic() - since > patience:
                raise TimeoutError("nothing arrived any more")
            await asyncio.sleep(0.02)
        self.recoveries.append(arrival.at - since)

    async def caught_up(self, patience: float) -> None:
        """Wait until nothing older than a moment is unfinished, or patience is over."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            number = self.updates[-1] if self.updates else 0
            await asyncio.sleep(0.5)
            if await self._all_ended(number):
                return

    async def _all_ended(self, number: int) -> bool:
        """Whether every update up to this number has come to its end."""
        ended = select(func.count()).select_from(InboxUpdate)
        ended = ended.where(InboxUpdate.update_id <= number, InboxUpdate.state.not_in(OPEN))
        async with self.db.read() as session:
            return (await session.scalar(ended) or 0) >= sum(one <= number for one in self.updates)

    async def rest(self) -> None:
        """Nobody says anything new; wait until everything has come to its end."""
        self._stop.set()
        await asyncio.gather(*self._load)
        deadline = time.monotonic() + REST_SECONDS
        while not await self.is_quiet():
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.2)

    async def is_quiet(self) -> bool:
        """Whether nothing is on its way in either direction."""
        if self.world.updates.count():
            return False
        unfinished = select(func.count()).select_from(InboxUpdate)
        unfinished = unfinished.where(InboxUpdate.state.in_(OPEN))
        unsent = select(func.count()).select_from(Push).where(Push.not_before <= self.now)
        unsent = unsent.where(Push.state.in_([PushState.QUEUED.value, PushState.SENDING.value]))
        try:
            async with self.db.read() as session:
                return not (await session.scalar(unfinished) or await session.scalar(unsent))
        except Exception as error:
            if not is_trouble(error):
                raise
            return False

    async def verdict(self) -> Verdict:
        """What the trial has come to."""
        rows = await read_rows(self.db)
        trial = Trial(rows, self.tap, self.crowd, self.notices, self.updates, self.now, self.poisoned)
        return judge(trial)


def count_updates(world: World, numbers: list[int]) -> None:
    """Note the number of every update that the messenger makes."""
    push = world.updates.push

    def counted(kind: str, payload: dict[str, Any], queue: int) -> int | None:
        number = push(kind, payload, queue)
        if number is not None:
            numbers.append(number)
        return number

    world.updates.push = counted  # type: ignore[method-assign]


def bot_settings(folder: Path, url: str, mode: str, api_port: int, own_port: int) -> dict[str, str]:
    """The environment of the bot."""
    settings = {
        "BATON_BOT_TOKEN": TOKEN,
        "BATON_BOT_API_URL": f"http://127.0.0.1:{api_port}",
        "BATON_DATABASE_URL": url,
        "BATON_DATA_DIR": str(folder / "files"),
        "BATON_MODE": mode,
    }
    if mode == "webhook":
        settings |= {"BATON_PUBLIC_URL": f"http://127.0.0.1:{own_port}", "BATON_WEBHOOK_SECRET": SECRET}
    return settings


@dataclass(frozen=True)
class Plan:
    """What ground a scenario wants. `pause`: seconds between a person's conversations."""

    mode: str = "polling"
    relayed: bool = False
    pause: float = 2.0
    notice_pause: float = 0.15
    patience: float = 60.0
    disk: Path | None = None


@contextlib.asynccontextmanager
async def ground(engine: Engine, folder: Path, plan: Plan) -> AsyncIterator[Ground]:
    """A fresh ground; the bot is not started yet. SQLite's file lies in a folder of its own."""
    disk = plan.disk or folder / "disk"
    disk.mkdir(exist_ok=True)
    url = engine.fresh(disk)
    server = create_server(Settings(port=free_port()), signals=False)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    world: World = server.config.app.state.world  # type: ignore[union-attr]
    wire = Wire(server.config.port)
    await wire.open()
    db = Database(url)
    people = await sampling.bind_everybody(db, START)
    world.roster.replace(
        [{"id": one.account, "name": one.name, "role": one.role, "post": one.post, "started": True} for one in people]
    )
    tap = Wiretap(world)
    port = free_port()
    api_port = wire.port if plan.relayed else server.config.port
    bot = Bot(folder, bot_settings(folder, url, plan.mode, api_port, port), port=port)
    made = Ground(
        engine=engine,
        mode=plan.mode,
        folder=disk,
        url=url,
        db=db,
        server=server,
        world=world,
        tap=tap,
        wire=wire,
        crowd=Crowd(world, tap, people, await indicators_of(db), plan.pause, plan.patience),
        notices=Notices(db, [one.account for one in people], plan.notice_pause),
        bot=bot,
    )
    made.born = bot.born
    count_updates(world, made.updates)
    try:
        yield made
    finally:
        for process in (bot, *made.others):
            if process.is_alive:
                await process.kill()
        for task in made._load:
            task.cancel()
        await asyncio.gather(*made._load, return_exceptions=True)
        await wire.close()
        await db.close()
        server.should_exit = True
        await serving
