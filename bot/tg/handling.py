"""Brings one stored update through the application, and explains one that failed for good."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import Application

from bot.db.updates import ReceivedUpdate
from bot.inbox.patience import HandlingFailed, MayPass
from bot.presenters.errors import present_failure
from bot.services.alerting import alert_administrators
from bot.services.reachability import lose_contact
from bot.tg.context import Context, Runtime
from bot.tg.errors import is_out_of_reach, is_outage, may_pass, place_of
from bot.tg.parsing import Parser
from bot.tg.request import retry_seconds

log = structlog.get_logger(__name__)
App = Application[Any, Context, Any, Any, Any, Any]


class Handling:
    """What PTB swallows comes out again."""

    def __init__(self, application: App, runtime: Runtime) -> None:
        self._application, self._runtime = application, runtime
        self._parser = Parser(application.bot)

    async def __call__(self, item: ReceivedUpdate, again: bool) -> None:
        """Handle the update; `again`: it may have had its effect already. Raises MayPass or what the handler did."""
        update = self._parse(item)
        if again:
            self._runtime.again.add(item.update_id)
        try:
            await self._application.process_update(update)
        finally:
            self._runtime.again.discard(item.update_id)
            error = self._runtime.failures.pop(item.update_id, None)
        if error is None:
            return
        if is_out_of_reach(error) and item.chat_id is not None:
            log.info("person out of reach", update_id=item.update_id)
            await lose_contact(self._runtime.db, item.chat_id, self._runtime.clock.now())
            return
        if may_pass(error):
            wait = retry_seconds(error) if isinstance(error, RetryAfter) else None
            raise MayPass(type(error).__name__, wait, outage=is_outage(error)) from error
        raise error

    def _parse(self, item: ReceivedUpdate) -> Update:
        try:
            update: Update | None = self._parser.parse(item.raw or orjson.loads(item.payload))
        except Exception as error:
            # Whatever a payload that PTB does not expect makes it raise: the next update is not held up by it.
            raise HandlingFailed(f"malformed: {type(error).__name__}") from error
        if update is None:
            raise HandlingFailed("malformed: empty")
        return update

    async def give_up(self, item: ReceivedUpdate, failure: Exception) -> None:
        """The end of a failed update: logged once with ids, the person answered, the administrators told once."""
        error = failure.__cause__ or failure
        reference = f"U{item.update_id}"
        kind, where = type(error).__name__, place_of(error)
        log.error("update failed", update_id=item.update_id, kind=kind, where=where, exc_info=error)
        now = self._runtime.clock.now()
        await alert_administrators(self._runtime.db, now, kind=kind, where=where, reference=reference)
        try:
            update = self._parse(item)
        except HandlingFailed:
            return
        if update.message is None and update.callback_query is None:
            return
        try:
            await Context.from_update(update, self._application).answer(present_failure(reference))
        except TelegramError as again:
            log.warning("person not answered", update_id=item.update_id, error=type(again).__name__)
