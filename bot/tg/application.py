"""Builds python-telegram-bot's Application over our connection layer, with all routes behind the guard."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from telegram.error import TelegramError
from telegram.ext import ApplicationBuilder, ContextTypes

from bot.config import Settings
from bot.domain.kinds import Role
from bot.tg.context import Context, Runtime
from bot.tg.errors import on_error
from bot.tg.handling import App
from bot.tg.request import AiohttpRequest
from bot.tg.routes import Command, Guarded, Route

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
    application.add_handler(Guarded(*routes))
    application.add_error_handler(on_error)
    return application


async def close(application: App) -> None:
    """Close the application and its connections, also where it never came to be initialised."""
    with contextlib.suppress(TelegramError):
        await application.shutdown()
    for request in application.bot._request:
        await request.shutdown()
