"""The link that binds with one tap."""

from __future__ import annotations

from bot.config import Settings

# What stands in the link where nobody could be asked for the bot's name.
UNKNOWN = "<bot>"


async def name_in_links(settings: Settings) -> str:
    """The bot's name for links, or the placeholder."""
    # The Telegram library is loaded by the commands that show a link: the others answer at once.
    from bot.tg.identity import bot_username

    return await bot_username(settings) or UNKNOWN


def link_for(name: str, code: str) -> str:
    """The link for a code."""
    return f"https://t.me/{name}?start={code}"
