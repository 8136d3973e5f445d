"""The bot as real processes: started, killed, and started again where the clock has come to meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from faults.engines import ROOT, START

TOKEN = "110201543:faults-faults-faults-faults-faults"
SECRET = "faults-webhook-secret"
END_SECONDS = 40.0


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bot:
    """One process of `baton run`. `extra` are settings of the moment (a step to die at, a bent clock)."""

    folder: Path
    settings: dict[str, str]
    roles: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    born: float = field(default_factory=time.monotonic)
    name: str = "bot"
    running: asyncio.subprocess.Process | None = None
    starts: int = 0

    async def start(self) -> None:
        """Start it; back at once."""
        arguments: Sequence[str] = ("-m", "faults.child" if self.extra else "bot", "run")
        if self.roles:
            arguments = (*arguments, "--only", self.roles)
        moment = START + timedelta(seconds=time.monotonic() - self.born)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
        environ = outside | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "BATON_LISTEN": f"127.0.0.1:{self.port}",
            "BATON_CLOCK": moment.isoformat(),
            **self.settings,
            **self.extra,
        }
        with self.log.open("ab") as log:
            self.running = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=self.folder, env=environ, stdout=log, stderr=log
            )
        self.starts += 1

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / f"{self.name}.log"

    def says_running(self) -> int:
        """How many times it has said that it runs."""
        return sum("] running " in line or '"running"' in line for line in self.log.read_text("utf-8").splitlines())

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.running is not None
        return self.running.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.running is not None and self.running.returncode is None

    async def kill(self) -> None:
        """kill -9."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal it and wait for its end; its status."""
        assert self.running is not None
        with contextlib.suppress(ProcessLookupError):
            self.running.send_signal(number)
        try:
            return await asyncio.wait_for(self.running.wait(), END_SECONDS)
        except TimeoutError:
            self.running.kill()
            return await self.running.wait()

    async def died(self, patience: float) -> bool:
        """Whether it ended by itself within so many seconds."""
        assert self.running is not None
        try:
            await asyncio.wait_for(self.running.wait(), patience)
        except TimeoutError:
            return False
        return True
