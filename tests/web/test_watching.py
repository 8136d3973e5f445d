"""Readiness, figures and the heartbeat, over real sockets and real databases."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, select, update

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import InboxUpdate, JobRun, Push
from bot.domain.kinds import Role
from bot.domain.pushes import Priority
from bot.jobs.heartbeat import Heartbeat
from bot.measures import Measures
from bot.services.cause import Cause, Change, audit
from bot.services.watching import Auditor, tell_what_stands_still
from bot.web.metrics import Scraped, exposition
from bot.web.watching import Watch
from tests.delivery.fakes import NOW
from tests.delivery.rows import person, queue
from tests.sandbox.messenger import free_port
from tests.services.warned_district import at, small_district, sweep

ALL = ("web", "inbox", "jobs", "sender")


class Standing:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def watch(db: Database, now: datetime, *own: str, roles: tuple[str, ...] = ALL) -> Watch:
    async def known() -> list[str]:
        return list(own)

    return Watch(db, Standing(now), roles, known)


def samples(document: bytes) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and label values."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(document.decode())
        for sample in family.samples
    }


async def test_all_is_well(sqlite_db: Database) -> None:
    assert await watch(sqlite_db, NOW).failing() == []
    assert await watch(sqlite_db, NOW).unwell() == []


async def test_what_only_the_process_knows_is_named(sqlite_db: Database) -> None:
    assert await watch(sqlite_db, NOW, "telegram", "stopping").failing() == ["telegram", "stopping"]


async def test_a_database_of_another_revision_is_named(sqlite_db: Database) -> None:
    await migrate(sqlite_db, "0001")
    assert await watch(sqlite_db, NOW).failing() == ["migrations"]


async def test_a_database_that_is_away_is_named_and_the_figures_still_come() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    try:
        assert await watch(away, NOW).failing() == ["database"]
        shown = samples(await watch(away, NOW).metrics())
        assert (shown["baton_database_up", ()], shown["baton_failing", ("database",)]) == (0, 1)
    finally:
        await away.close()


async def test_a_late_sweep_makes_those_unready_that_sweep(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await sweep(district, "2026-11-24 08:31")
    async with sqlite_db.write() as session:
        await session.execute(update(Push).values(state="cancelled"))
    assert await watch(sqlite_db, at("2026-11-25 08:04")).failing() == []
    late = at("2026-11-25 08:36")
    assert await watch(sqlite_db, late).failing() == ["sweeps"]
    assert await watch(sqlite_db, late, roles=("web",)).failing() == []
    assert samples(await watch(sqlite_db, late, roles=("web",)).metrics())["baton_jobs_overdue", ()] >= 2
    await sweep(district, "2026-11-25 08:36")
    assert await watch(sqlite_db, late).failing() == []
    shown = samples(await watch(sqlite_db, late).metrics())
    assert shown["baton_job_lateness_seconds", ("digest",)] == 360
    async with sqlite_db.write() as session:
        # What the first release swept says nothing of lateness.
        await session.execute(delete(JobRun))
    assert await watch(sqlite_db, at("2026-11-26 12:00")).failing() == []


async def test_the_figures_are_what_is_in_the_database(db: Database) -> None:
    for priority, age in ((Priority.RED, 30), (Priority.ROUTINE, 90), (Priority.ROUTINE, -60)):
        await queue(db, 5, priority=priority, not_before=NOW - timedelta(seconds=age))
    async with db.write() as session:
        audit(session, Cause(NOW), Change("report", "report"))
        update_row = {"kind": "message", "payload": "{}", "received_at": NOW - timedelta(seconds=7)}
        session.add(InboxUpdate(update_id=1, state="received", **update_row))
    shown = samples(await watch(db, NOW).metrics())
    assert shown["baton_outbox_pushes", ("routine", "queued")] == 2
    assert shown["baton_outbox_oldest_due_age_seconds", ("red",)] == 30
    assert shown["baton_outbox_oldest_due_age_seconds", ("routine",)] == 90
    assert shown["baton_outbox_uncertain_pushes", ()] == 0
    assert (shown["baton_inbox_updates", ("received",)], shown["baton_inbox_oldest_age_seconds", ()]) == (1, 7)
    assert shown["baton_audit_chain_length", ()] == 1
    assert 0 < shown["baton_audit_chain_head", ()] < 2**48
    assert shown["baton_ready", ()] == 1
    assert shown["baton_database_transaction_seconds_count", ("write",)] > 0
    assert "process_resident_memory_bytes" in {name for name, _ in shown}


def test_what_was_counted_is_shown_and_nothing_else_becomes_a_label() -> None:
    measures = Measures()
    measures.update_ended("message", "done", 0.004)
    measures.update_ended("message", "done", 99.0)
    measures.update_ended("<script>张三</script>", "parked", 0.1)
    measures.push_tried("digest", "sent", 0.2)
    with pytest.raises(OSError), measures.sweep():
        raise OSError
    shown = samples(exposition(measures, Scraped("1", ALL)))
    assert shown["baton_updates_total", ("message", "done")] == 2
    assert shown["baton_updates_total", ("other", "parked")] == 1
    assert shown["baton_update_handling_seconds_bucket", ("message", "0.005")] == 1
    assert shown["baton_update_handling_seconds_bucket", ("message", "30.0")] == 1
    assert shown["baton_update_handling_seconds_bucket", ("message", "+Inf")] == 2
    assert shown["baton_sends_total", ("digest", "sent")] == 1
    assert shown["baton_sweeps_failed_total", ()] == 1


class Watcher:
    """Somebody elsewhere who waits for the heartbeat."""

    def __init__(self) -> None:
        self.beats = 0
        self.status = 200
        self.delay = 0.0

    async def _get(self, _request: web.Request) -> web.Response:
        await asyncio.sleep(self.delay)
        self.beats += 1
        return web.Response(status=self.status)

    @contextlib.asynccontextmanager
    async def listening(self) -> Any:
        app = web.Application()
        app.router.add_get("/ping", self._get)
        runner, port = web.AppRunner(app), free_port()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}/ping"
        await runner.cleanup()


async def beaten(heartbeat: Heartbeat, times: int = 1) -> None:
    task = asyncio.create_task(heartbeat.run())
    for _ in range(times):
        heartbeat.beat()
        await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_heart_beats_while_all_is_well_and_not_too_often() -> None:
    watcher, unwell = Watcher(), ["sweeps"]

    async def known() -> list[str]:
        return unwell

    async with watcher.listening() as url:
        await beaten(Heartbeat(url, known))
        assert watcher.beats == 0
        unwell.clear()
        await beaten(Heartbeat(url, known), times=3)
        assert watcher.beats == 1
        await beaten(Heartbeat(url, known, pause=0.0), times=3)
        assert watcher.beats == 4
        watcher.status = 500
        await beaten(Heartbeat(url, known), times=2)
        assert watcher.beats == 6


async def test_a_watcher_that_hangs_or_is_away_holds_up_nobody() -> None:
    async def well() -> list[str]:
        return []

    watcher = Watcher()
    watcher.delay = 60.0
    async with asyncio.timeout(2):
        await beaten(Heartbeat(f"http://127.0.0.1:{free_port()}/ping", well), times=2)
        heartbeat = Heartbeat("http://127.0.0.1:1/ping", well)
        heartbeat.beat()


async def test_what_stands_still_is_told_to_the_administrators_once(sqlite_db: Database) -> None:
    await person(sqlite_db, "管理员", Role.ADMIN, 9001)
    await queue(sqlite_db, 5, not_before=NOW - timedelta(hours=1))
    assert await watch(sqlite_db, NOW).unwell() == ["E019"]
    for minutes in (0, 10, 20):
        await tell_what_stands_still(sqlite_db, NOW + timedelta(minutes=minutes))
    async with sqlite_db.read() as session:
        told = (await session.scalars(select(Push).where(Push.chat_id == 9001))).all()
    # The first alert has not left either after ten minutes: the finding grows, the message does not.
    assert [push.kind for push in told] == ["alert"]
    assert "1 条推送" in told[0].text
    assert "baton.db.E019" in told[0].text


async def test_the_auditor_gives_a_process_time_to_catch_up(sqlite_db: Database) -> None:
    await person(sqlite_db, "管理员", Role.ADMIN, 9001)
    await queue(sqlite_db, 5, not_before=NOW - timedelta(hours=1))
    for pause, alerts in ((600.0, 0), (0.0, 1)):
        await Auditor(sqlite_db, pause).look(NOW)
        async with sqlite_db.read() as session:
            told = (await session.scalars(select(Push).where(Push.chat_id == 9001))).all()
        assert len(told) == alerts
