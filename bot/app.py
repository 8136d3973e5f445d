"""Composition root: the only module that sees every layer. It builds the parts, starts them, stops them; no logic."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime
from typing import Any

import structlog
from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.clock import Clock, RehearsalClock, clock_for
from bot.config import Settings
from bot.db.engine import Database
from bot.db.migrate import current_revision, migrate
from bot.db.telling import set_administrators_channel
from bot.domain.pushes import Channel
from bot.handlers import ROUTES
from bot.inbox.dispatching import Dispatcher
from bot.inbox.receiving import Inbox
from bot.jobs.heartbeat import Heartbeat
from bot.jobs.ticking import Ticker
from bot.measures import MEASURES
from bot.outbox.limits import Limits
from bot.outbox.pacing import Pacing
from bot.outbox.second_channel import SecondChannel, administrators_urls
from bot.outbox.worker import Outbox, Sender
from bot.presenters.errors import mark_repeated
from bot.presenters.words import load_everything, set_zone
from bot.services.alerting import alert_administrators
from bot.services.cause import Cause
from bot.services.holding import hold_until_morning
from bot.services.name_index import keep_names
from bot.services.reaching import reach_otherwise
from bot.services.redeciding import redecide
from bot.services.sweeping import run_due
from bot.services.watching import Auditor
from bot.services.year import set_office_zone
from bot.tg.application import build_application, close
from bot.tg.contact import Contact
from bot.tg.context import Runtime
from bot.tg.errors import place_of
from bot.tg.handling import Handling
from bot.tg.polling import ALLOWED, Poller
from bot.tg.request import retry_seconds
from bot.tg.transport import TelegramTransport
from bot.tracing import trace_of_moment, tracing
from bot.web.rehearsal import Rehearsal
from bot.web.server import Doors, HttpServer, create_app, http_server
from bot.web.watching import Watch

log = structlog.get_logger(__name__)
ROLES = ("web", "inbox", "jobs", "sender")
RETRY_SECONDS = 3.0
STOP_SECONDS, DRAIN_SECONDS = 10.0, 1.5


class TokenRefused(Exception):
    """Telegram does not know the bot token: compare BATON_BOT_TOKEN with what @BotFather shows."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class Baton:
    """One process: its database, its Telegram application and the loops of its roles."""

    def __init__(self, settings: Settings, roles: tuple[str, ...] = ROLES) -> None:
        set_zone(settings.zone)
        load_everything()
        set_office_zone(settings.zone)
        self.settings, self.roles = settings, roles
        self.clock: Clock = clock_for(settings.clock)
        self.db = Database(settings.database_url.get_secret_value())
        # One account of Telegram's limits: answers are counted, pushes take what they leave over.
        self.limits = Limits()
        self.runtime = Runtime(self.db, settings, self.clock, self.limits)
        self.application = build_application(settings, self.runtime, ROUTES)
        # Unique among all processes ever: in a container the process number is always the same.
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        transport = TelegramTransport(self.application.bot, self.limits)
        sender = Sender(self.name, mark_repeated, self._redecide)
        self.outbox = Outbox(self.db, transport, self.clock, sender, self.limits)
        self.pacing = Pacing(self.db, self.limits, self.name)
        self.second = self._second_lane()
        self.db.on_outbox = self._wake_senders
        self.inbox = Inbox(self.db, self.clock)
        self.dispatcher = Dispatcher(self.inbox, Handling(self.application, self.runtime))
        self.poller = Poller(self.application.bot, self.inbox, self._submit)
        self.ticker = Ticker(self.clock, self.sweep, self._report)
        polls = "inbox" in roles and settings.mode == "polling"
        self.contact = Contact(self.application.bot, self.poller if polls else None)
        self.watch = Watch(self.db, self.clock, roles, self._own_troubles)
        url = settings.heartbeat_url
        self.heartbeat = Heartbeat(url.get_secret_value(), self.watch.unwell) if url else None
        # A clock that leaps makes everything look late.
        self.auditor = None if isinstance(self.clock, RehearsalClock) else Auditor(self.db)
        self.rehearsal = (
            Rehearsal(self.db, self.clock, settings.zone, self.sweep, self.outbox.drain)
            if isinstance(self.clock, RehearsalClock)
            else None
        )
        self.figures: HttpServer | None = None
        self.stop = asyncio.Event()

    def _second_lane(self) -> Outbox:
        given = self.settings.fallback_urls
        administrators = administrators_urls(given.get_secret_value() if given else None)
        set_administrators_channel(bool(administrators))
        sender = Sender(self.name, mark_repeated, self._redecide, Channel.SECOND)
        return Outbox(self.db, SecondChannel(self.db, administrators), self.clock, sender, Limits.unbounded())

    @staticmethod
    async def _redecide(db: Database, now: datetime) -> int:
        return await redecide(db, Cause(now))

    def _wake_senders(self) -> None:
        self.outbox.wake()
        self.second.wake()

    def _submit(self, received: Any) -> None:
        self.dispatcher.submit(received)

    async def sweep(self, now: datetime) -> None:
        """Do what is due, and see to what stands still."""
        with tracing(trace_of_moment("s", now)), MEASURES.sweep():
            await run_due(self.db, now, claimed_by=self.name)
            await hold_until_morning(self.db, now)
            await keep_names(self.db)
            await reach_otherwise(self.db, now)
            if self.auditor is not None:
                await self.auditor.look(now)
        if self.heartbeat is not None:
            self.heartbeat.beat()

    async def _report(self, error: Exception) -> None:
        """A sweep failed: the administrators hear of it once an hour."""
        kind, now = type(error).__name__, self.clock.now()
        await alert_administrators(self.db, now, kind=kind, where=place_of(error), reference=f"T{now:%d%H%M}")

    async def take_update(self, raw: dict[str, Any]) -> None:
        """One update from the webhook: on disk when this returns."""
        self._submit(await self.inbox.accept([raw]))

    async def _own_troubles(self) -> list[str]:
        """What only this process can know of itself."""
        stuck = ["sweeps"] if "jobs" in self.roles and self.ticker.is_stuck else []
        return [*stuck, *await self.contact.missing(), *(["stopping"] if self.stop.is_set() else [])]

    @property
    def _handles(self) -> bool:
        """Whether updates are handled here: by who fetches them, and by who is given them."""
        return "inbox" in self.roles or ("web" in self.roles and self.settings.mode == "webhook")

    # -- life ----------------------------------------------------------------------------------------------------

    def _doors(self) -> Doors:
        secret = self.settings.webhook_secret
        rehearsal = self.rehearsal
        return Doors(
            ready=self.watch.failing,
            metrics=self.watch.metrics,
            take_update=self.take_update if self.settings.mode == "webhook" else None,
            webhook_secret=secret.get_secret_value() if secret else None,
            rehearsal_stops=rehearsal.stops if rehearsal else None,
            rehearse=rehearsal.go if rehearsal else None,
        )

    async def _connect(self) -> None:
        """Reach Telegram, however long that takes, or until we are told to stop. Raises TokenRefused."""
        while not self.stop.is_set():
            wait = RETRY_SECONDS
            try:
                await self.application.initialize()
                await self._choose_mode()
                return
            except InvalidToken:
                # The library's own error shows the token.
                raise TokenRefused from None
            except RetryAfter as error:
                wait = retry_seconds(error)
            except NetworkError as error:
                log.warning("telegram not reached", error=type(error).__name__, retry_seconds=wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), wait)

    async def _choose_mode(self) -> None:
        bot = self.application.bot
        if "inbox" not in self.roles and "web" not in self.roles:
            return
        if self.settings.mode == "webhook":
            secret = self.settings.webhook_secret
            await bot.set_webhook(
                f"{self.settings.public_url}/telegram",
                secret_token=secret.get_secret_value() if secret else None,
                allowed_updates=list(ALLOWED),
            )
        else:
            await bot.delete_webhook()

    @contextlib.asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Database migrated, Telegram reached; closed again at the end."""
        if await current_revision(self.db) is None:
            await migrate(self.db)
        try:
            await self._connect()
            yield
        finally:
            await close(self.application)
            await self.db.close()

    def _loops(self, server: HttpServer) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs until the end, by role."""
        loops: dict[str, Coroutine[Any, Any, None]] = {}
        if "web" in self.roles:
            loops["web"] = server.serve()
        if self._handles:
            loops["dispatcher"] = self.dispatcher.run()
        if "inbox" in self.roles and self.settings.mode == "polling":
            loops["poller"] = self.poller.run()
        if "sender" in self.roles:
            loops["sender"] = self.outbox.run()
            loops["second"] = self.second.run()
        loops["pacing"] = self.pacing.run()
        if address := self.settings.metrics_address:
            self.figures = http_server(create_app(Doors(self.watch.failing, metrics=self.watch.metrics)), *address)
            loops["metrics"] = self.figures.serve()
        if "jobs" in self.roles and self.heartbeat is not None:
            loops["heartbeat"] = self.heartbeat.run()
        if "jobs" in self.roles:
            # What became due while we were away runs now, once, late.
            loops["first tick"] = self.ticker.tick()
        return loops

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then stop taking, finish what is in hand, close."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop.set)
        # What no update and no sweep sets in motion is caused by this run.
        with tracing(trace_of_moment("r", self.clock.now())):
            await self._run()

    async def _run(self) -> None:
        async with self.started():
            if self.stop.is_set():
                return
            server = http_server(create_app(self._doors()), *self.settings.listen_address)
            if self._handles:
                await self.dispatcher.resume()
            await hold_until_morning(self.db, self.clock.now())
            tasks = {name: asyncio.create_task(loop, name=name) for name, loop in self._loops(server).items()}
            waiter = asyncio.create_task(self.stop.wait())
            if "jobs" in self.roles:
                self.ticker.start()
            log.info("running", roles=self.roles, name=self.name)
            try:
                await self._until_over([*tasks.values()], waiter)
            finally:
                waiter.cancel()
                await self._wind_up(tasks, server)

    async def _wind_up(self, tasks: dict[str, asyncio.Task[None]], server: HttpServer) -> None:
        """Take nothing more and finish what is in hand; what does not end in time is resumed at the next start."""
        self.stop.set()
        self.ticker.stop()
        if poller := tasks.get("poller"):
            poller.cancel()
        if "web" in tasks and self.settings.mode == "webhook":
            # Whoever balances the load sees /readyz and sends its requests elsewhere, before the door closes.
            await asyncio.sleep(DRAIN_SECONDS)
        for door in (server, self.figures) if self.figures is not None else (server,):
            door.should_exit = True
        ending = [tasks[name] for name in ("web", "metrics", "first tick") if name in tasks]
        if "dispatcher" in tasks and not tasks["dispatcher"].done():
            ending.append(asyncio.create_task(self.dispatcher.idle()))
        if ending:
            await asyncio.wait(ending, timeout=STOP_SECONDS)
        self.outbox.stop()
        self.second.stop()
        if senders := [tasks[name] for name in ("sender", "second") if name in tasks]:
            await asyncio.wait(senders, timeout=STOP_SECONDS)
        for task in (*tasks.values(), *ending):
            task.cancel()
        await asyncio.gather(*tasks.values(), *ending, return_exceptions=True)

    @staticmethod
    async def _until_over(tasks: list[asyncio.Task[None]], waiter: asyncio.Task[Any]) -> None:
        running: set[asyncio.Task[Any]] = {*tasks, waiter}
        while not waiter.done():
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {waiter}:
                if error := task.exception():
                    raise error
