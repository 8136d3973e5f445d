"""Routes: what an update must be, and which handler takes it. The guard in front of every handler is here too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from telegram import Update
from telegram.ext import Application, BaseHandler

from bot.domain.kinds import Role
from bot.presenters.actions import Action
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


Route = Command | Pressed[Any] | Otherwise | Unspoken


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
    """One handler behind the guard: who is it, may they, not too fast, in a private chat."""

    def __init__(self, route: Route) -> None:
        super().__init__(self._unused)
        self.route = route

    @staticmethod
    async def _unused(_update: Update, _context: Context) -> None:
        raise AssertionError("routed by handle_update")

    def check_update(self, update: object) -> Any:
        """None when the route does not match; else what the handler gets besides update and context."""
        if not isinstance(update, Update):
            return None
        route = self.route
        if isinstance(route, Command):
            command = command_of(update)
            return (command[1],) if command and command[0] == route.name else None
        if isinstance(route, Pressed):
            data = update.callback_query.data if update.callback_query else None
            return route.action.unpack(data) if data else None
        return (True,) if route.matches(update) else None

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, Context, Any, Any, Any, Any],  # noqa: ARG002 - the interface's
        check_result: Any,
        context: Context,
    ) -> None:
        route = self.route
        if isinstance(route, Unspoken):
            await recognise(update, context)
            await route.callback(update, context)
            return
        welcome = Admission(
            strangers=isinstance(route, Command) and route.strangers,
            roles=route.roles if isinstance(route, Command) else EVERYBODY,
        )
        if not await admit(update, context, welcome):
            return
        if isinstance(route, Pressed):
            await route.callback(update, context, check_result)
            return
        if isinstance(route, Command):
            context.args = check_result[0].split()
        await route.callback(update, context)
