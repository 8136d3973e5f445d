"""What is measured, each alone: a function of a `Bench` that gives a record of plain numbers."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.driver import Command, Expects, Flood, RunningBot, first_button, median, message, press, says

ROOT = Path(__file__).parents[1]
BATON = ROOT / ".venv" / "bin" / "python"
PEERS = Path(__file__).parent / "peers"
SLOW = 0.05
Record = dict[str, Any]


@dataclass
class Bench:
    """How much is measured, and where the databases are kept while it runs."""

    rounds: int
    quick: bool
    folder: Path

    def amount(self, full: int) -> int:
        """Fewer in a quick run."""
        return max(full // 5, 20) if self.quick else full

    def district(self, units: int = 250, each: int = 4, staffed: int = 250) -> Path:
        """A folder with baton.db and plan.json, built once in a run."""
        folder = self.folder / f"d{units}x{each}"
        if not (folder / "plan.json").exists():
            self.tell(f"building a district of {units * each} indicators")
            sizes = ["--units", str(units), "--each", str(each), "--staffed", str(staffed)]
            in_baton("district.py", "build", str(folder), *sizes)
        return folder

    def copy(self, district: Path) -> Path:
        """A copy of its database for one process."""
        copy = self.folder / "now"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(district, copy)
        return copy

    @staticmethod
    def tell(words: str) -> None:
        """Progress, apart from the result."""
        print(words, file=sys.stderr, flush=True)


def in_baton(script: str, *args: str) -> str:
    """Run a script of this folder with Baton's environment; what it printed."""
    line = [str(BATON), str(Path(__file__).parent / script), *args]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, env=_environ())
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def baton(folder: Path, only: str = "") -> Command:
    """`baton run` on that database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        **_environ(),
        "BATON_DATABASE_URL": f"sqlite:///{folder / 'baton.db'}",
        "BATON_CLOCK": plan_of(folder)["clock"],
        "BATON_LISTEN": f"127.0.0.1:{port}",
        "BATON_DATA_DIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "",
        "BENCH_LOG": str(folder / "log"),
    }
    roles = ["--only", only] if only else []
    return Command("baton", [str(BATON), "-m", "bot", "run", *roles], environ, ROOT)


def peer(name: str) -> Command:
    """One of the bare libraries."""
    return Command(
        name, [sys.executable, str(PEERS / f"{name}_echo.py")], {"BENCH_LOG": f"{tempfile.gettempdir()}/{name}.log"}
    )


def plan_of(folder: Path) -> Record:
    """Who may ask what in that district."""
    plan: Record = orjson.loads((folder / "plan.json").read_bytes())
    return plan


Question = tuple[int, str, Expects]


def questions_of(plan: Record) -> Iterator[Question]:
    """Every person's questions in turn, for ever: account, text, what the answer must say."""
    turn = 0
    while True:
        for person in plan["people"]:
            asked = person["questions"][turn % len(person["questions"])]
            yield person["account"], asked["text"], says(asked["name"])
        turn += 1


def echoes() -> Iterator[Question]:
    """The same for an echo: a thousand chats."""
    number = 0
    while True:
        number += 1
        text = f"青云镇重点投资完成额{number}"
        yield 1_000_000 + number % 1000, text, says(text)


def asking(bot: RunningBot, source: Iterator[Question], count: int) -> Callable[[], None]:
    """Put so many questions in at once."""

    def put() -> None:
        for _ in range(count):
            bot.say(*next(source))

    return put


def asking_one(bot: RunningBot, source: Iterator[Question]) -> Callable[[int], None]:
    """Put the next question in."""
    return lambda _turn: bot.say(*next(source))


def _complain(name: str, flood: Flood, bot: RunningBot) -> None:
    if flood.lost:
        Bench.tell(f"{name}: {flood.lost} unanswered; e.g. {bot.unexpected.most_common(2)}")


# -- questions -------------------------------------------------------------------------------------------------------


async def _flooded(name: str, command: Command, source: Iterator[Question], counts: tuple[int, int]) -> Record:
    """Start-up, memory, floods at no latency and at 50 ms."""
    async with RunningBot(command) as bot:
        memory = bot.memory()
        _complain(name, await bot.flood(asking(bot, source, 300)), bot)
        fast = await bot.flood(asking(bot, source, counts[0]))
        _complain(name, fast, bot)
        bot.standin.latency = SLOW
        slow = await bot.flood(asking(bot, source, counts[1]))
        _complain(name, slow, bot)
        return {
            "start": bot.startup,
            "memory": memory,
            "memory_after": bot.memory(),
            "cpu": fast.cpu_ms,
            "rate": fast.per_second,
            "slow_rate": slow.per_second,
            "slow_cpu": slow.cpu_ms,
            "lost": fast.lost + slow.lost,
        }


async def questions(bench: Bench) -> Record:
    """CPU per question and questions per second, beside both echoes, interleaved."""
    district = bench.district()
    plan = plan_of(district)
    rounds: list[dict[str, Record]] = []
    many = bench.amount(2500)
    for turn in range(bench.rounds):
        found = {
            "ptb": await _flooded("ptb", peer("ptb"), echoes(), (many, 60)),
            "aiogram": await _flooded("aiogram", peer("aiogram"), echoes(), (many, many)),
            "baton": await _flooded("baton", baton(bench.copy(district)), questions_of(plan), (many, many)),
        }
        rounds.append(found)
        line = "  ".join(
            f"{name} {one['cpu']:.2f} ms {one['rate']:.0f}/s {one['slow_rate']:.0f}/s" for name, one in found.items()
        )
        bench.tell(f"questions, round {turn + 1}: {line}")
    middle = {name: {key: median([one[name][key] for one in rounds]) for key in rounds[0][name]} for name in rounds[0]}
    return {
        **middle,
        "cpu_ratio": median([one["baton"]["cpu"] / one["ptb"]["cpu"] for one in rounds]),
        "rate_ratio": median([one["baton"]["rate"] / one["aiogram"]["rate"] for one in rounds]),
        "slow_ratio": median([one["baton"]["slow_rate"] / one["aiogram"]["slow_rate"] for one in rounds]),
    }


# -- reports ---------------------------------------------------------------------------------------------------------


class _Reporting(RunningBot):
    """Each contact types a value, waits for the preview, presses 确认, and goes on with the next indicator."""

    def begin(self, people: list[Record], each: int) -> None:
        self._plans = {one["account"]: [item["name"] for item in one["questions"][:each]] for one in people}
        self._shown: dict[int, str] = {}
        for account in self._plans:
            self._type(account)

    def _type(self, account: int) -> None:
        if names := self._plans[account]:
            self._shown[account] = names.pop(0)
            text = f"{self._shown[account]} {1150 + len(names)}"
            self.say(account, text, lambda _method, params: first_button(params, "ok:") is not None)

    def answered(self, chat: int, params: Record) -> None:
        data = first_button(params, "ok:")
        if data is None:
            self._type(chat)
            return
        self.ask(chat, press(chat, self.number(), data), says(self._shown[chat]))


async def _reported(command: Command, people: list[Record]) -> Record:
    async with _Reporting(command) as bot:
        warm = [one for one in people if one["role"] == "contact"][::3]
        half = len(warm) // 5
        await bot.flood(lambda: bot.begin(warm[:half], 4))
        flood = await bot.flood(lambda: bot.begin(warm[half:], 4))
        _complain("reports", flood, bot)
        return {
            "cpu": flood.cpu_ms * 2,
            "reports": flood.answers // 2,
            "rate": flood.per_second / 2,
            "lost": flood.lost,
        }


async def reports(bench: Bench) -> Record:
    """CPU per confirmed report, which is two updates and two answers, beside the default echo."""
    district = bench.district()
    people = plan_of(district)["people"]
    people = people[: len(people) // (5 if bench.quick else 1)]
    rounds = []
    for turn in range(bench.rounds):
        echo = await _flooded("ptb", peer("ptb"), echoes(), (bench.amount(2500), 20))
        one = await _reported(baton(bench.copy(district)), people)
        rounds.append({**one, "echo": echo["cpu"]})
        shown = f"{one['cpu']:.2f} ms for each of {one['reports']} reports, echo {echo['cpu']:.2f} ms"
        bench.tell(f"reports, round {turn + 1}: {shown}")
    return {
        **{key: median([one[key] for one in rounds]) for key in rounds[0]},
        "ratio": median([one["cpu"] / one["echo"] for one in rounds]),
    }


# -- latency ---------------------------------------------------------------------------------------------------------


async def paced(bench: Bench) -> Record:
    """200 questions a second with 50 ms of API latency: from the update's arrival to the answer's departure."""
    district = bench.district()
    rounds = []
    for turn in range(bench.rounds):
        source = questions_of(plan_of(district))
        async with RunningBot(baton(bench.copy(district))) as bot:
            await bot.flood(asking(bot, source, 500))
            bot.standin.latency = SLOW
            await asyncio.sleep(0.5)
            flood = await bot.paced(200, 3 if bench.quick else 8, asking_one(bot, source))
            _complain("paced", flood, bot)
        rounds.append({"p50": flood.percentile(0.5), "p99": flood.percentile(0.99), "lost": flood.lost})
        bench.tell(f"paced, round {turn + 1}: p50 {rounds[-1]['p50']:.1f} ms p99 {rounds[-1]['p99']:.1f} ms")
    return {key: median([one[key] for one in rounds]) for key in rounds[0]}


# -- pushes ----------------------------------------------------------------------------------------------------------

PUSH = "今日事项"


async def _until_sent(bot: RunningBot, count: int, seconds: float) -> list[float]:
    """When each push arrived, without those that were refused."""
    end = time.perf_counter() + seconds
    while bot.standin.counts["sendMessage"] - bot.standin.refused < count and time.perf_counter() < end:
        await asyncio.sleep(0.05)
    return [at for at, _, method, params in bot.heard if method == "sendMessage" and PUSH in params.get("text", "")]


async def fanout(bench: Bench) -> Record:
    """Pushes to as many chats, against the time that 30 a second would take."""
    count = bench.amount(1000)
    copy = bench.copy(bench.district())
    in_baton("district.py", "pushes", str(copy / "baton.db"), "--count", str(count), "--chats", str(count))
    bot = RunningBot(baton(copy), limits=True)
    bot.keep_heard, bot.standin.latency = True, SLOW
    async with bot:
        times = await _until_sent(bot, count, count / 10 + 20)
        refused, cpu = bot.standin.refused, bot.cpu()
    took, ideal = times[-1] - times[0], (count - 1) / 30
    per_second = max(Counter(int(at - times[0]) for at in times).values())
    bench.tell(f"fan-out: {len(times)} of {count} in {took:.1f} s, ideal {ideal:.1f} s, refused {refused}")
    chats = len({chat for _, chat, method, _ in bot.heard if method == "sendMessage"})
    share = ideal / took * (len(times) - refused >= count)
    return {"count": count, "took": took, "ideal": ideal, "share": share, "refused": refused, "peak": per_second,
            "chats": chats, "cpu": cpu}  # fmt: skip


async def urgent(bench: Bench) -> Record:
    """Red pushes while 3,000 routine ones wait: from the commit, by another process, to the wire."""
    count = 30 if not bench.quick else 8
    copy = bench.copy(bench.district())
    in_baton("district.py", "pushes", str(copy / "baton.db"), "--count", "3000", "--chats", "1000")
    bot = RunningBot(baton(copy), limits=True)
    bot.keep_heard, bot.standin.latency = True, SLOW
    async with bot:
        line = [str(BATON), str(Path(__file__).parent / "district.py"), "urgent", str(copy / "baton.db")]
        helper = await asyncio.create_subprocess_exec(
            *line, "--count", str(count), "--every", "1.0", env=_environ(), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await helper.communicate()
        await asyncio.sleep(3)
        refused = bot.standin.refused
    sent = {chat: at for at, chat, method, _ in reversed(bot.heard) if method == "sendMessage"}
    # What it logs stands between its lines.
    rows = [row.split() for row in out.decode().splitlines() if len(row.split()) == 2]
    committed = {int(chat): float(at) for chat, at in rows if chat.isdigit()}
    waits = sorted(sent[chat] - at for chat, at in committed.items() if chat in sent)
    bench.tell(f"urgent: {len(waits)} of {count}, longest {waits[-1] if waits else 0:.2f} s, refused {refused}")
    p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))] if waits else float("nan")
    return {"count": count, "sent": len(waits), "p50": median(waits), "p99": p99, "refused": refused}


# -- size ------------------------------------------------------------------------------------------------------------


async def startup(bench: Bench) -> Record:
    """From spawning to the first poll, and the memory then, with more than 100,000 rows in the database."""
    district = bench.district(1300, 10, 100)
    rounds = []
    for _ in range(max(bench.rounds, 3)):
        async with RunningBot(baton(bench.copy(district))) as bot:
            await asyncio.sleep(1.0)
            rounds.append({"seconds": bot.startup, "memory": bot.memory(), "cpu": bot.cpu()})
    middle = {key: median([one[key] for one in rounds]) for key in rounds[0]}
    bench.tell(f"start-up: {middle['seconds']:.2f} s, {middle['memory']:.0f} MB")
    return {"rows": plan_of(district)["rows"], **middle}


async def flatness(bench: Bench) -> Record:
    """Latency of one question at a time as the number of indicators grows."""
    curve = []
    for units in (100, 1000) if bench.quick else (100, 1000, 10_000):
        district = bench.district(units, 10, 100)
        source = questions_of(plan_of(district))
        async with RunningBot(baton(bench.copy(district), "web,inbox,sender")) as bot:
            first = await bot.flood(asking(bot, source, 1))
            if first.lost:
                raise SystemExit(f"no answer, but {bot.unexpected}")
            await bot.flood(asking(bot, source, 400))
            pings = [await bot.flood(asking(bot, source, 1)) for _ in range(bench.amount(500))]
            lost = sum(one.lost for one in pings)
            times = [one.latencies[0] * 1000 for one in pings if one.latencies]
            flood = await bot.flood(asking(bot, source, bench.amount(2000)))
            curve.append({"indicators": units * 10, "p50": median(times), "cpu": flood.cpu_ms, "memory": bot.memory(),
                          "first": first.percentile(0.5), "lost": lost + flood.lost})  # fmt: skip
            bench.tell(f"flatness: {curve[-1]}")
    ratio = curve[-1]["p50"] / curve[0]["p50"]
    return {"curve": curve, "ratio": ratio, "cpu_ratio": curve[-1]["cpu"] / curve[0]["cpu"]}


async def evaluation(bench: Bench) -> Record:
    """Evaluating and storing all indicators of a month, on one core; see evaluation.py."""
    sizes = ("1000", "10000") if bench.quick else ("1000", "10000", "100000")
    curve = [orjson.loads(in_baton("evaluation.py", "--one", size)) for size in sizes]
    bench.tell(f"evaluation: {curve}")
    return {"curve": curve}


MEASURES = {
    "questions": questions,
    "reports": reports,
    "paced": paced,
    "fanout": fanout,
    "urgent": urgent,
    "startup": startup,
    "flatness": flatness,
    "evaluation": evaluation,
}
__all__ = ["MEASURES", "Bench", "message"]
