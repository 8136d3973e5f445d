"""Starts a bot against the stand-in, talks to it, and measures: start-up, memory, CPU of the process tree, answers."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
import psutil

from benchmarks.standin import StandIn

TOKEN = "123456789:AAbenchAAbenchAAbenchAAbenchAAbenchAAb"
START_SECONDS = 120.0
# The bot is lost when nothing was answered for so long.
SILENT_SECONDS = 20.0
Expects = Callable[[str, dict[str, Any]], bool]


@dataclass(frozen=True)
class Command:
    """How a bot is started."""

    name: str
    line: Sequence[str]
    environ: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None


@dataclass(frozen=True)
class Flood:
    """What a flood showed: answers per second, CPU milliseconds per answer, latencies in seconds, what was lost."""

    answers: int
    per_second: float
    cpu_ms: float
    latencies: list[float]
    lost: int

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


def message(chat: int, number: int, text: str) -> dict[str, Any]:
    """A typed message as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "x", "language_code": "zh-hans"}
    where = {"id": chat, "type": "private", "first_name": "x"}
    return {"message": {"message_id": number, "date": int(time.time()), "text": text, "from": person, "chat": where}}


def press(chat: int, number: int, data: str) -> dict[str, Any]:
    """A pressed button as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "x", "language_code": "zh-hans"}
    where = {"id": chat, "type": "private", "first_name": "x"}
    shown = {"message_id": number, "date": int(time.time()), "text": "x", "chat": where}
    return {"callback_query": {"id": str(number), "from": person, "chat_instance": "x", "data": data, "message": shown}}


def is_answer(method: str, _params: dict[str, Any]) -> bool:
    """Whatever shows a text."""
    return method in ("sendMessage", "editMessageText")


def says(words: str) -> Expects:
    """An answer with these words in it."""
    return lambda method, params: is_answer(method, params) and words in params.get("text", "")


class RunningBot:
    """A bot process on its own core, and the stand-in that it talks to."""

    def __init__(self, command: Command, *, limits: bool = False) -> None:
        self._command = command
        self.standin = StandIn(limits=limits)
        self.startup = float("nan")
        self._waiting: dict[int, deque[tuple[float, Expects]]] = {}
        self._latencies: list[float] = []
        self._asked = self._numbers = 0
        self._last = 0.0
        self._done = asyncio.Event()
        self.heard: list[tuple[float, int, str, dict[str, Any]]] = []
        self.keep_heard = False
        self.unexpected: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        base = await self.standin.start()
        self.standin.on_call = self._called
        environ = {**os.environ, "BOT_TOKEN": TOKEN, "BOT_API_URL": base, **self._command.environ}
        environ |= {"BATON_BOT_TOKEN": TOKEN, "BATON_BOT_API_URL": base}
        self.log = Path(self._command.environ.get("BENCH_LOG", os.devnull))
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        began = time.perf_counter()
        with self.log.open("w") as out:
            self._process = subprocess.Popen(
                list(self._command.line), env=environ, cwd=self._command.cwd, stdout=out, stderr=subprocess.STDOUT
            )
        if len(cores) > 1:
            os.sched_setaffinity(self._process.pid, set(cores[:-1]))
        self._tree = psutil.Process(self._process.pid)
        while self.standin.first_poll is None:
            await asyncio.sleep(0.002)
            if self._process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                raise SystemExit(f"{self._command.name} did not start: {self.log.read_text()[-3000:]}")
        self.startup = self.standin.first_poll - began
        await asyncio.sleep(0.3)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._process.terminate()
        for _ in range(150):
            await asyncio.sleep(0.1)
            if self._process.poll() is not None:
                break
        else:
            self._process.kill()
            self._process.wait()
        self.standin.stop()

    def memory(self) -> float:
        """MB of the process and its children."""
        return sum(one.memory_info().rss for one in (self._tree, *self._tree.children(True))) / 2**20

    def cpu(self) -> float:
        """Seconds of the process and its children."""
        return sum(sum(one.cpu_times()[:2]) for one in (self._tree, *self._tree.children(True)))

    # -- asking ------------------------------------------------------------------------------------------------------

    def ask(self, chat: int, update: dict[str, Any], expects: Expects = is_answer) -> None:
        """Queue an update whose answer is awaited."""
        self._asked += 1
        self._waiting.setdefault(chat, deque()).append((time.perf_counter(), expects))
        self.standin.push(update)

    def number(self) -> int:
        """A fresh message number."""
        self._numbers += 1
        return self._numbers

    def say(self, chat: int, text: str, expects: Expects = is_answer) -> None:
        """Type something."""
        self.ask(chat, message(chat, self.number(), text), expects)

    def _called(self, method: str, params: dict[str, Any], at: float) -> None:
        chat = int(params.get("chat_id") or 0)
        if self.keep_heard:
            self.heard.append((at, chat, method, params))
        line = self._waiting.get(chat)
        if not line:
            return
        asked, expects = line[0]
        if not expects(method, params):
            if is_answer(method, params):
                self.unexpected[params.get("text", "")[:200]] += 1
            return
        line.popleft()
        self._latencies.append(at - asked)
        self._last = at
        self.answered(chat, params)
        if len(self._latencies) == self._asked:
            self._done.set()

    def answered(self, chat: int, params: dict[str, Any]) -> None:
        """Called with every awaited answer."""

    async def flood(self, questions: Callable[[], None]) -> Flood:
        """Put questions in and wait for the answers."""
        self._latencies, self._asked, self._waiting = [], 0, {}
        self._done.clear()
        cpu, began = self.cpu(), time.perf_counter()
        self._last = began
        questions()
        await self._until_answered()
        return self._result(cpu, began)

    async def paced(self, rate: float, seconds: float, one: Callable[[int], None]) -> Flood:
        """Ask at an even pace."""
        self._latencies, self._asked, self._waiting = [], 0, {}
        cpu, began = self.cpu(), time.perf_counter()
        for turn in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + turn / rate - time.perf_counter()))
            one(turn)
        self._done.clear()
        await self._until_answered()
        return self._result(cpu, began)

    async def _until_answered(self) -> None:
        while len(self._latencies) < self._asked:
            try:
                await asyncio.wait_for(self._done.wait(), 0.5)
            except TimeoutError:
                if self._process.poll() is not None or time.perf_counter() - self._last > SILENT_SECONDS:
                    return

    def _result(self, cpu: float, began: float) -> Flood:
        answers, took = len(self._latencies), max(self._last - began, 1e-9)
        spent = (self.cpu() - cpu) * 1000 / max(answers, 1)
        return Flood(answers, answers / took, spent, list(self._latencies), self._asked - answers)


def first_button(params: dict[str, Any], prefix: str) -> str | None:
    """The data of the first button of a message that begins so."""
    markup = params.get("reply_markup")
    if not markup:
        return None
    rows = (orjson.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    found = (button.get("callback_data", "") for row in rows for button in row)
    return next((data for data in found if data.startswith(prefix)), None)


def median(values: Sequence[float]) -> float:
    """The middle one; nan of nothing."""
    return statistics.median(values) if values else float("nan")
