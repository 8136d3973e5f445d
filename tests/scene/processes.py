"""Real processes on free ports of loopback: the messenger, the bot, the command. Nothing of the bot is imported."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

ROOT = Path(__file__).parents[2]
TOKEN = "110201543:scene-scene-scene-scene-scene-scene"
# A slow machine that others use too: a deadline is there to end a hang, not to measure.
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.02
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], T | None], what: str, patience: float = PATIENCE_SECONDS) -> T:
    """What `look` finds as soon as it finds something."""
    deadline = time.monotonic() + patience
    while True:
        if (found := look()) is not None:
            return found
        assert time.monotonic() < deadline, f"waited {patience:.0f} s for {what}"
        time.sleep(POLL_SECONDS)


def environment(settings: dict[str, str]) -> dict[str, str]:
    """This process's environment with these `BATON_` settings and no others."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
    return outside | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | settings


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


def start(arguments: list[str], folder: Path, settings: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A process that writes into `log`."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=folder, env=environment(settings), stdout=stream, stderr=stream
        )


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    """Signal it, wait for its end; its status."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        return process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def answers(url: str) -> bool | None:
    """Whether somebody answers there with 200; None while not."""
    try:
        return httpx.get(url, timeout=5).status_code == 200 or None
    except httpx.TransportError:
        return None


@dataclass
class Bot:
    """The bot as one process, which may be killed and started again."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, clock: str) -> None:
        """Start it at this moment; back when it is ready."""
        listen = {"BATON_LISTEN": f"127.0.0.1:{self.port}", "BATON_CLOCK": clock}
        self.process = start(["bot", "run"], self.folder, self.settings | listen, self.folder / "bot.log")
        eventually(self._ready, "the bot to be ready")

    def _ready(self) -> bool | None:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "bot.log").read_text(encoding="utf-8")[-4000:]
        return answers(f"{self.url}/readyz")

    def now(self) -> str:
        """The moment at which it believes to be, ISO."""
        return str(httpx.get(f"{self.url}/rehearsal/clock", timeout=30).json()["now"])

    def go_to(self, moment: str) -> None:
        """Move its clock: a day's jobs run each morning on the way."""
        reply = httpx.post(f"{self.url}/rehearsal/clock", json={"to": moment}, timeout=PATIENCE_SECONDS)
        assert reply.status_code == 200, reply.text

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        stop(self.process, signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, as a service manager does; its status."""
        assert self.process is not None
        return stop(self.process)
