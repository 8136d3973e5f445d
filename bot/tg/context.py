"""What a handler is given: the running Baton, who speaks, what caused it, and a way to answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, CallbackContext

from bot.clock import Clock
from bot.config import Settings
from bot.db.engine import Database
from bot.db.people import KnownActor
from bot.domain.binding import Tries
from bot.outbox.limits import Limits
from bot.presenters.reply import Reply
from bot.services.cause import Cause
from bot.tg.answering import answer, answer_in
from bot.tg.limiting import Limiter


@dataclass
class Runtime:
    """The parts of a running Baton that handlers need; built by the composition root."""

    db: Database
    settings: Settings
    clock: Clock
    # What this process does to Telegram's sending limits.
    limits: Limits = field(default_factory=Limits)
    limiter: Limiter = field(default_factory=Limiter)
    tries: Tries = field(default_factory=Tries)
    # How handling an update failed, for whoever brought the update in.
    failures: dict[int, BaseException] = field(default_factory=dict)
    # Updates that are handled once more, after a failure or a restart: they may have had their effect.
    again: set[int] = field(default_factory=set)


class Context(CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with what the guard found out. `actor` is None only for handlers that welcome strangers."""

    event: Update | None = None
    known: KnownActor | None = None
    # The chat that the answer goes to instead of the one that asked: what is asked in a group is answered in private.
    answers_to: int | None = None
    cause: Cause

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]) -> Context:
        context = super().from_update(update, application)
        context.event = update if isinstance(update, Update) else None
        return context

    @property
    def runtime(self) -> Runtime:
        """The running Baton."""
        runtime = self.application.bot_data["runtime"]
        assert isinstance(runtime, Runtime)
        return runtime

    @property
    def db(self) -> Database:
        """The database."""
        return self.runtime.db

    @property
    def actor(self) -> KnownActor:
        """Who speaks. Raises NotAllowed for a stranger."""
        return self.cause.actor

    async def answer(self, reply: Reply, *, alert: bool = False) -> int | None:
        """Answer the one who asked, where they asked; the id of the message that was sent or edited.

        `alert`: over a pressed button a short text is a notice to be closed, not a message.
        """
        if self.answers_to is not None:
            return await answer_in(self.bot, self.answers_to, reply, self.runtime.limits)
        return await answer(self.bot, self.event, reply, alert=alert, limits=self.runtime.limits)
