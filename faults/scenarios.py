"""What is done to the bot while people talk to it. Each scenario hurts a ground and leaves it mended."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from faults.engines import Postgres
from faults.ground import Ground, Plan
from faults.processes import Bot
from faults.steps import NO_SUCH_STEP, STEPS, Step

Hurting = Callable[[Ground, "Dose"], Awaitable[None]]
BOTH_ENGINES = ("sqlite", "postgresql")
BOTH_MODES = ("polling", "webhook")


@dataclass(frozen=True)
class Dose:
    """How much: `kills` for the scenario of random kills, `rounds` for the others."""

    kills: int = 50
    rounds: int = 2
    seed: int = 20261120


@dataclass(frozen=True)
class Scenario:
    """A row of the table for each pair of engine and mode."""

    name: str
    meaning: str
    hurt: Hurting
    grounds: tuple[tuple[str, str], ...]
    plan: Plan = field(default_factory=Plan)
    # A small disk of its own that can be filled.
    small_disk: bool = False


async def warm_up(ground: Ground, seconds: float = 2.0) -> None:
    """Start the bot and let people talk for a moment."""
    await ground.start()
    ground.talk()
    await asyncio.sleep(seconds)


# -- processes ---------------------------------------------------------------------------------------------------------


async def random_kills(ground: Ground, dose: Dose) -> None:
    """kill -9 at any moment: in the middle of work, and now and then in the middle of starting."""
    dice = random.Random(dose.seed)
    await warm_up(ground)
    hurt_at: float | None = None
    for _ in range(dose.kills):
        await asyncio.sleep(dice.random() * 2.0)
        if hurt_at is not None and (arrival := ground.tap.first_after(hurt_at)):
            ground.recoveries.append(arrival.at - hurt_at)
            hurt_at = None
        await ground.bot.kill()
        ground.faults += 1
        hurt_at = hurt_at or time.monotonic()
        if dice.random() < 0.25:
            await ground.bot.start()
            await asyncio.sleep(dice.random())
        else:
            await ground.start()
    assert hurt_at is not None
    if not ground.bot.is_alive:
        await ground.start()
    await ground.recovered(hurt_at)


async def kills_at_steps(ground: Ground, dose: Dose) -> None:
    """kill -9 at every named step, at its first and at a later time."""
    dice = random.Random(dose.seed)
    await warm_up(ground)
    await ground.bot.kill()
    for step in STEPS * dose.rounds:
        await die_at(ground, step, dice.choice((1, 2, 5)))
        # What dies again and again over the same update is not this scenario: each step meets a bot without backlog.
        await ground.caught_up(20.0)
        await ground.bot.kill()
    await ground.start()


async def die_at(ground: Ground, step: Step, count: int) -> None:
    """Start a bot that kills itself at that step, and after its death one that does not."""
    ground.bot.extra = {"FAULTS_STEP": step.name, "FAULTS_COUNT": str(count)}
    await ground.bot.start()
    reached = await ground.bot.died(30)
    killed = time.monotonic()
    assert ground.bot.running is not None
    if ground.bot.running.returncode == NO_SUCH_STEP:
        raise LookupError(f"the step {step.name!r} names {step.target}, which is not there")
    if not reached:
        await ground.bot.kill()
        ground.crowd.troubles.append(f"the step {step.name!r} was never reached")
    ground.faults += 1
    ground.bot.extra = {}
    await ground.start()
    await ground.recovered(killed)


async def two_of_each(ground: Ground, dose: Dose) -> None:
    """Two senders and two schedulers; the active sender is killed, and its twin takes over."""
    ground.bot.roles = "web,inbox"
    senders = [ground.another(f"sender{number}", "sender") for number in (1, 2)]
    jobs = [ground.another(f"jobs{number}", "jobs") for number in (1, 2)]
    for bot in (*senders, *jobs):
        await bot.start()
    await warm_up(ground, 4.0)
    for bot in senders:
        await ground.until(partial(runs, bot), "the senders to run", 60)
    for turn in range(dose.rounds * 3):
        victim = senders[turn % 2]
        await victim.kill()
        ground.faults += 1
        await notice_arrives(ground, time.monotonic())
        await victim.start()
        await ground.until(partial(runs, victim), "the twin to run", 60)
        # It asks for the lease every second.
        await asyncio.sleep(2.0)


def runs(bot: Bot) -> bool:
    """Whether it says so since its last start."""
    return bot.says_running() == bot.starts


async def notice_arrives(ground: Ground, since: float) -> None:
    """Wait for a push, not an answer, and note how long it took."""
    while not any(one.at > since and one.text.startswith("通知") for one in ground.tap.arrivals[-200:]):
        if time.monotonic() - since > 60:
            raise TimeoutError("no sender took over")
        await asyncio.sleep(0.02)
    ground.recoveries.append(time.monotonic() - since)


async def two_pollers(ground: Ground, dose: Dose) -> None:
    """Two whole bots with one token on one database: 409 in turn; then one of them dies."""
    await warm_up(ground)
    twin = ground.another("twin")
    for _ in range(dose.rounds):
        await ground.start(twin)
        ground.faults += 1
        await asyncio.sleep(6.0)
        await twin.kill()
        await ground.recovered()


# -- the database ------------------------------------------------------------------------------------------------------


async def database_killed(ground: Ground, dose: Dose) -> None:
    """kill -9 of PostgreSQL, a few seconds without it, and a start."""
    engine = ground.engine
    assert isinstance(engine, Postgres)
    await warm_up(ground)
    for turn in range(dose.rounds):
        await asyncio.to_thread(engine.kill)
        ground.faults += 1
        await asyncio.sleep(1.0 + 3.0 * turn)
        await asyncio.to_thread(engine.start)
        await ground.recovered()
        await asyncio.sleep(2.0)


async def database_locked(ground: Ground, dose: Dose) -> None:
    """Somebody else holds the database for longer than the bot waits for it."""
    await warm_up(ground)
    for _ in range(dose.rounds):
        await hold_lock(ground, 18.0)
        ground.faults += 1
        await ground.recovered()


async def hold_lock(ground: Ground, seconds: float) -> None:
    """Hold what keeps everybody else from writing."""
    from sqlalchemy import text

    async with ground.db.write() as session:
        if ground.engine.name == "postgresql":
            await session.execute(text("LOCK TABLE inbox, pushes, reports IN ACCESS EXCLUSIVE MODE"))
        await asyncio.sleep(seconds)


async def disk_full(ground: Ground, dose: Dose) -> None:
    """Not a byte is left on the disk of the database for a few seconds."""
    await warm_up(ground)
    filler = ground.folder / "filler"
    for _ in range(dose.rounds):
        await asyncio.to_thread(fill, ground, filler)
        ground.faults += 1
        await asyncio.sleep(5.0)
        filler.unlink()
        await ground.recovered()
        await asyncio.sleep(2.0)


def fill(ground: Ground, filler: object) -> None:
    """Write until nothing more fits."""
    from pathlib import Path

    assert isinstance(filler, Path)
    assert ground.folder.stat().st_dev != ground.folder.parent.stat().st_dev, "not a disk of its own"
    with filler.open("wb", buffering=0) as stream:
        for size in (65536, 512):
            try:
                while True:
                    stream.write(b"\0" * size)
            except OSError:
                continue


# -- the network -------------------------------------------------------------------------------------------------------


async def network_fault(ground: Ground, lasting: float, **fault: object) -> None:
    """A fault of the messenger for so many seconds, and the time until the next message after it."""
    ground.world.faults.add({"count": None, **fault})
    ground.faults += 1
    await asyncio.sleep(lasting)
    ground.world.faults.clear()
    await ground.recovered()
    await asyncio.sleep(1.0)


async def answers_lost(ground: Ground, dose: Dose) -> None:
    """The messenger does what it was asked and the answer gets lost, for one message in four."""
    dice = random.Random(dose.seed)
    await warm_up(ground)
    for _ in range(dose.rounds * 30):
        ground.world.faults.add({"kind": "timeout", "method": "sendMessage", "count": 1, "seconds": 0.2})
        ground.faults += 1
        await asyncio.sleep(0.1 + 0.3 * dice.random())
    await ground.recovered()


async def flood(ground: Ground, dose: Dose) -> None:
    """429 with retry_after to everything for as long as that says."""
    await warm_up(ground)
    for turn in range(dose.rounds):
        await network_fault(ground, 3.0 + turn, kind="flood", method="sendMessage", retry_after=3 + turn)


async def server_errors(ground: Ground, dose: Dose) -> None:
    """500, 502 and 503 for a few seconds each."""
    await warm_up(ground)
    for code in (500, 502, 503) * dose.rounds:
        await network_fault(ground, 2.0, kind="server_error", code=code)


async def resets(ground: Ground, dose: Dose) -> None:
    """Every connection is cut in the middle of a request, for a few seconds."""
    await warm_up(ground)
    for _ in range(dose.rounds):
        await network_fault(ground, 3.0, kind="reset")


async def outage(ground: Ground, dose: Dose) -> None:
    """The messenger is away for a while."""
    await warm_up(ground)
    for _ in range(dose.rounds):
        await network_fault(ground, 10.0, kind="outage", seconds=10.0)


async def slow(ground: Ground, dose: Dose) -> None:
    """Every answer takes a second and a half."""
    await warm_up(ground)
    for _ in range(dose.rounds):
        await network_fault(ground, 6.0, kind="latency", seconds=1.5)


async def half_open(ground: Ground, dose: Dose) -> None:
    """All open connections go dead without a word; new ones work."""
    await warm_up(ground)
    for _ in range(dose.rounds):
        ground.wire.freeze()
        ground.faults += 1
        await ground.recovered()
        await asyncio.sleep(3.0)


# -- the clock and the content -----------------------------------------------------------------------------------------


async def clock_steps(ground: Ground, dose: Dose) -> None:
    """The machine's clock jumps ten minutes forward, half an hour back, and is put right."""
    offset = ground.folder / "offset"
    offset.write_text("0")
    ground.bot.extra = {"FAULTS_CLOCK": str(offset)}
    await warm_up(ground)
    for seconds in (600, -1200, 0) * dose.rounds:
        offset.write_text(str(seconds))
        ground.faults += 1
        await ground.recovered()
        await asyncio.sleep(4.0)


POISON = "毒药"


async def poison(ground: Ground, dose: Dose) -> None:
    """Every fiftieth update cannot be handled: no update at all, or one at which our own code raises."""
    dice = random.Random(dose.seed)
    ground.bot.extra = {"FAULTS_POISON": POISON}
    await warm_up(ground)
    chats = [person.account for person in ground.crowd.people]
    given = 0
    deadline = time.monotonic() + 12.0 * dose.rounds
    while time.monotonic() < deadline:
        if len(ground.updates) // 50 > given:
            given += 1
            ground.faults += 1
            ground.poisoned.add(give_poison(ground, dice.choice(chats), whole=given % 2 == 0))
        await asyncio.sleep(0.05)
    await ground.recovered()


def give_poison(ground: Ground, chat: int, *, whole: bool) -> int:
    """One poisonous update; its number."""
    if whole:
        return ground.crowd.say(chat, POISON)
    number = ground.world.updates.push("message", {"message_id": "x", "chat": {"id": chat}, "date": []}, chat)
    assert number is not None
    return number


def everywhere(modes: tuple[str, ...] = ("polling",)) -> tuple[tuple[str, str], ...]:
    """Both engines with these modes."""
    return tuple((engine, mode) for engine in BOTH_ENGINES for mode in modes)


SCENARIOS = (
    Scenario("kills", "kill -9 at random moments", random_kills, everywhere(BOTH_MODES), Plan(patience=240.0)),
    Scenario(
        "steps",
        "kill -9 at each named step",
        kills_at_steps,
        (("sqlite", "polling"), ("postgresql", "webhook")),
        Plan(pause=4.0, patience=240.0),
    ),
    Scenario(
        "database",
        "PostgreSQL killed and started",
        database_killed,
        (("postgresql", "polling"), ("postgresql", "webhook")),
    ),
    Scenario("disk", "disk full for 5 s", disk_full, (("sqlite", "polling"),), small_disk=True),
    Scenario("locked", "database locked for 18 s", database_locked, everywhere()),
    Scenario("answers", "response lost after acceptance", answers_lost, everywhere()),
    Scenario("flood", "429 storm with retry_after", flood, everywhere()),
    Scenario("errors", "500, 502, 503", server_errors, everywhere()),
    Scenario("resets", "connections reset", resets, everywhere()),
    Scenario("outage", "messenger away for 10 s", outage, (("sqlite", "polling"), ("postgresql", "webhook"))),
    Scenario("slow", "answers take 1.5 s", slow, (("sqlite", "webhook"), ("postgresql", "polling"))),
    Scenario(
        "half-open",
        "dead connections",
        half_open,
        (("sqlite", "polling"), ("postgresql", "webhook")),
        Plan(relayed=True),
    ),
    Scenario("clock", "clock stepped +10 min, −30 min, right", clock_steps, everywhere()),
    Scenario("poison", "every 50th update is poison", poison, (("sqlite", "webhook"), ("postgresql", "polling"))),
    Scenario("twins", "two senders, two schedulers", two_of_each, (("postgresql", "polling"),)),
    Scenario("pollers", "two pollers with one token", two_pollers, (("postgresql", "polling"),)),
)
