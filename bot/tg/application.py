"""Builds python-telegram-bot's Application over our connection layer, with all routes behind the guard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes

from bot.config import Settings
from bot.db.updates import ReceivedUpdate
from bot.domain.kinds import Role
from bot.inbox.dispatching import HandlingFailed, MayPass
from bot.tg.context import Context, Runtime
from bot.tg.errors import explain_failure, may_pass, on_error
from bot.tg.request import AiohttpRequest
from bot.tg.routes import Command, Guarded, Route

App = Application[Any, Context, Any, Any, Any, Any]
# A long poll is answered after this many seconds at the latest.
POLL_SECONDS = 25
MENU_ORDER_LIMIT = 100


def menus(routes: Sequence[Route]) -> dict[Role, list[str]]:
    """The command menu of each role, in the order of the routes."""
    return {
        role: [route.name for route in routes if isinstance(route, Command) and role in route.roles][:MENU_ORDER_LIMIT]
        for role in Role
    }


def build_application(settings: Settings, runtime: Runtime, routes: Sequence[Route]) -> App:
    """The application, not initialised yet. Raises ValueError without a token."""
    if settings.bot_token is None:
        raise ValueError("a bot token is needed")
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    application: App = (
        ApplicationBuilder()
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{settings.bot_api_url}/bot")
        .base_file_url(f"{settings.bot_api_url}/file/bot")
        .request(AiohttpRequest(proxy=proxy))
        .get_updates_request(AiohttpRequest(read_timeout=POLL_SECONDS + 15, proxy=proxy))
        .context_types(ContextTypes(context=Context))
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.bot_data["runtime"] = runtime
    application.bot_data["menus"] = menus(routes)
    application.add_handlers([Guarded(route) for route in routes])
    application.add_error_handler(on_error)
    return application


class Handling:
    """Brings one stored update through the application; what PTB swallows comes out as MayPass or HandlingFailed."""

    def __init__(self, application: App, runtime: Runtime) -> None:
        self._application, self._runtime = application, runtime
        self._attempts: dict[int, int] = {}

    async def __call__(self, item: ReceivedUpdate) -> None:
        """Handle the update. Raises MayPass for a cause that may pass, HandlingFailed otherwise."""
        update = Update.de_json(orjson.loads(item.payload), self._application.bot)
        if update is None:
            raise HandlingFailed("not an update")
        await self._application.process_update(update)
        error = self._runtime.failures.pop(item.update_id, None)
        if error is None:
            self._attempts.pop(item.update_id, None)
            return
        tried = self._attempts[item.update_id] = self._attempts.get(item.update_id, 0) + 1
        if may_pass(error) and tried < 3:
            raise MayPass(type(error).__name__) from error
        self._attempts.pop(item.update_id, None)
        context = Context.from_update(update, self._application)
        await explain_failure(context, error, item.update_id)
        raise HandlingFailed(f"{type(error).__name__}: {error}") from error
