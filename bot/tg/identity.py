"""Who the bot is at Telegram: the name that links to it need."""

from __future__ import annotations

from telegram import Bot
from telegram.error import TelegramError

from bot.config import Settings
from bot.tg.request import AiohttpRequest

SECONDS = 5.0


async def bot_username(settings: Settings) -> str | None:
    """The bot's user name; None without a token, or where Telegram does not answer in time."""
    if settings.bot_token is None:
        return None
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    bot = Bot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=AiohttpRequest(read_timeout=SECONDS, connect_timeout=SECONDS, proxy=proxy),
        get_updates_request=AiohttpRequest(read_timeout=SECONDS, connect_timeout=SECONDS, proxy=proxy),
    )
    try:
        async with bot:
            return bot.username
    except TelegramError:
        return None
