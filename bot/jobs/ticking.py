"""APScheduler only ticks: what is due is read from the database, and whoever claims an occurrence does it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock

if TYPE_CHECKING:
    from apscheduler.events import JobExecutionEvent
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)
TICK_SECONDS = 20
STUCK_SECONDS = 180.0


class Ticker:
    """Calls `sweep(now)` every twenty seconds, never twice at once. The job store is memory: nothing to restore."""

    def __init__(
        self,
        clock: Clock,
        sweep: Callable[[datetime], Awaitable[object]],
        report: Callable[[Exception], Awaitable[object]],
    ) -> None:
        self._clock, self._sweep, self._report = clock, sweep, report
        self._scheduler: AsyncIOScheduler | None = None
        self._last_end = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether no tick has come to its end for so long that something is wrong with ticking itself."""
        return time.monotonic() - self._last_end > STUCK_SECONDS

    async def tick(self) -> None:
        """One look at what is due; the scheduler does not say when it was meant, so the clock is read here.

        A sweep that fails is reported and tried again at the next tick.
        """
        try:
            await self._sweep(self._clock.now())
        except Exception as error:
            log.error("sweep failed", kind=type(error).__name__, exc_info=error)
            await self._tell(error)
        finally:
            self._last_end = time.monotonic()

    async def _tell(self, error: Exception) -> None:
        try:
            await self._report(error)
        except Exception as again:  # noqa: BLE001 - outer rim: the database may be what failed
            log.error("failed sweep not reported", kind=type(again).__name__)

    def start(self) -> None:
        """Start ticking on the running loop."""
        # Loaded when the bot has begun to listen: it need not wait for that.
        from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.interval import IntervalTrigger

        # The default grace of one second drops a late tick silently; None never drops it.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_listener(self._listen, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._scheduler.add_job(self.tick, IntervalTrigger(seconds=TICK_SECONDS), id="tick")
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a sweep in progress ends by itself."""
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    @staticmethod
    def _listen(event: JobExecutionEvent) -> None:
        if event.exception is not None:
            log.error("tick failed", kind=type(event.exception).__name__, exc_info=event.exception)
        else:
            log.error("tick missed", planned=str(event.scheduled_run_time))
