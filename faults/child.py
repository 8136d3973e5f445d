"""`python -m faults.child run`: the bot's own command, in a process that can be hurt from inside.

FAULTS_STEP and FAULTS_COUNT: kill -9 at the n-th time that step is reached. FAULTS_CLOCK: a file whose number of
seconds is added to every reading of the clock. FAULTS_POISON: handling a message with this word raises.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from faults.steps import NO_SUCH_STEP, Step, named


def die() -> None:
    """What `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def wrapped(function: Callable[..., Any], before: Callable[..., None], after: Callable[..., None]) -> Any:
    """The function with something before and after it, whether it is a coroutine function or not."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaiting(*args: Any, **kwargs: Any) -> Any:
            before(*args, **kwargs)
            result = await function(*args, **kwargs)
            after(*args, **kwargs)
            return result

        return awaiting

    @functools.wraps(function)
    def calling(*args: Any, **kwargs: Any) -> Any:
        before(*args, **kwargs)
        result = function(*args, **kwargs)
        after(*args, **kwargs)
        return result

    return calling


def patch(target: str, before: Callable[..., None], after: Callable[..., None]) -> None:
    """Wrap the function wherever a module of the bot has it by its name."""
    module_name, _, path = target.partition(":")
    holder: Any = importlib.import_module(module_name)
    *way, name = path.split(".")
    try:
        for part in way:
            holder = getattr(holder, part)
        original = getattr(holder, name)
    except AttributeError:
        sys.stderr.write(f"there is no {target}\n")
        raise SystemExit(NO_SUCH_STEP) from None
    made = wrapped(original, before, after)
    setattr(holder, name, made)
    for module in [module for key, module in sys.modules.items() if key.startswith("bot.")]:
        for key, value in list(vars(module).items()):
            if value is original:
                setattr(module, key, made)


def nothing(*_args: Any, **_kwargs: Any) -> None:
    """The other side of a step."""


def kill_at(step: Step, count: int) -> None:
    """Die when the step is reached for the `count`-th time."""
    left = [count]

    def reached(*_args: Any, **_kwargs: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            die()

    patch(step.target, *((reached, nothing) if step.when == "before" else (nothing, reached)))


def bend_clock(path: Path) -> None:
    """Add what stands in the file to every reading of the clock."""
    from bot import clock

    def bent(kind: type[Any]) -> None:
        now = kind.now

        def reading(self: Any) -> datetime:
            moment: datetime = now(self)
            return moment + timedelta(seconds=float(path.read_text() or 0))

        kind.now = reading

    bent(clock.SystemClock)
    bent(clock.RehearsalClock)


def poison(word: str) -> None:
    """Let the handling of a message with this word raise, as a mistake of ours would."""

    def check(_self: Any, update: Any, *_rest: Any, **_more: Any) -> None:
        text = update.message.text if update.message else None
        if text and word in text:
            raise ZeroDivisionError("poison")

    patch("bot.tg.routes:Guarded.handle_update", check, nothing)


def main() -> None:
    """Load the whole bot, hurt it as the environment says, run its command."""
    importlib.import_module("bot.app")
    importlib.import_module("bot.console.running")
    environ = os.environ
    if name := environ.get("FAULTS_STEP"):
        kill_at(named(name), int(environ.get("FAULTS_COUNT", "1")))
    if path := environ.get("FAULTS_CLOCK"):
        bend_clock(Path(path))
    if word := environ.get("FAULTS_POISON"):
        poison(word)
    from bot.cli import main as command

    command()


if __name__ == "__main__":
    main()
