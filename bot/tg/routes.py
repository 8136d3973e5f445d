"""Routes: what an update must be, and which handler takes it. The guard in front of every handler is here too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from telegram import Update
from telegram.ext import Application, BaseHandler

from bot.domain.kinds import Role
from bot.presenters.actions import SEPARATOR, Action
from bot.reading.safe_text import safe_text
from bot.tg.context import Context
from bot.tg.guards import Admission, admit, recognise

A = TypeVar("A", bound=Action)
Callback = Callable[[Update, Context], Awaitable[None]]
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Command:
    """A slash command. `roles`: whose menu it is in and who may use it; `strangers`: also for unknown accounts."""

    name: str
    callback: Callback
    roles: frozenset[Role] = EVERYBODY
    strangers: bool = False


@dataclass(frozen=True)
class InGroup:
    """A slash command that is answered where it was written, also in a group; in no menu."""

    name: str
    callback: Callback
    roles: frozenset[Role]


@dataclass(frozen=True)
class Pressed(Generic[A]):
    """A typed button and its handler; mypy holds the two together."""

    action: type[A]
    callback: Callable[[Update, Context, A], Awaitable[None]]


@dataclass(frozen=True)
class Otherwise:
    """Whatever `matches` says yes to, after commands and buttons; the first that matches takes it."""

    matches: Callable[[Update], bool]
    callback: Callback


@dataclass(frozen=True)
class Unspoken:
    """An update that is no message to us and gets no answer: whoever it is about, nobody is turned away."""

    matches: Callable[[Update], bool]
    callback: Callback


Route = Command | InGroup | Pressed[Any] | Otherwise | Unspoken


def command_of(update: Update) -> tuple[str, str] | None:
    """Name (lower case, without `@bot`) and arguments of a command message."""
    message = update.message
    if message is None or not message.text or not message.text.startswith("/"):
        return None
    head, _, rest = message.text[1:].partition(" ")
    head, newline, more = head.partition("\n")
    name = head.partition("@")[0].lower()
    return (name, (more + " " + rest if newline else rest).strip()) if name else None


class Guarded(BaseHandler[Update, Context, Any]):
    """All routes behind the guard: who is it, may they, not too fast, in a private chat.

    Commands and buttons are found by their names, the other routes in order.
    """

    def __init__(self, *routes: Route) -> None:
        super().__init__(self._unused)
        self._commands: dict[str, Command | InGroup] = {}
        self._presses: dict[str, Pressed[Any]] = {}
        self._others: list[Otherwise | Unspoken] = []
        for route in routes:
            if isinstance(route, Command | InGroup):
                self._commands.setdefault(route.name, route)
            elif isinstance(route, Pressed):
                self._presses.setdefault(route.action.prefix, route)
            else:
                self._others.append(route)

    @staticmethod
    async def _unused(_update: Update, _context: Context) -> None:
        raise AssertionError("routed by handle_update")

    def check_update(self, update: object) -> tuple[Route, Any] | None:
        """None when no route matches; else the route, and what its handler gets besides update and context."""
        if not isinstance(update, Update):
            return None
        query = update.callback_query
        if query is not None and query.data:
            pressed = self._presses.get(query.data.partition(SEPARATOR)[0])
            action = pressed.action.unpack(query.data) if pressed else None
            if pressed and action:
                return pressed, action
        command = command_of(update)
        if command and command[0] in self._commands:
            return self._commands[command[0]], command[1]
        return next(((route, None) for route in self._others if route.matches(update)), None)

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, Context, Any, Any, Any, Any],  # noqa: ARG002 - the interface's
        check_result: Any,
        context: Context,
    ) -> None:
        route, found = check_result
        if isinstance(route, Unspoken):
            await recognise(update, context)
            await route.callback(update, context)
            return
        welcome = Admission(
            strangers=isinstance(route, Command) and route.strangers,
            roles=route.roles if isinstance(route, Command | InGroup) else EVERYBODY,
            groups=isinstance(route, InGroup),
            privately=isinstance(route, Command),
        )
        if not await admit(update, context, welcome):
            return
        if isinstance(route, Pressed):
            await route.callback(update, context, found)
            return
        if isinstance(route, Command):
            context.args = safe_text(found).split()
        await route.callback(update, context)
