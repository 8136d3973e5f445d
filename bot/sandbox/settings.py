"""What the messenger is started with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

DAY = 24 * 3600


@dataclass(frozen=True)
class Settings:
    """`state` is the path of the SQLite file or ":memory:"; `wall` gives seconds since the epoch (tests set it).

    With `token` only that token is served (others get 401), without it any token of the right form.
    `clock_upstream` is the URL of the bot's rehearsal endpoint; until it answers, messages are stamped from
    `clock_start` on (seconds since the epoch).
    """

    host: str = "127.0.0.1"
    port: int = 8081
    state: str = ":memory:"
    clock_upstream: str | None = None
    clock_start: float | None = None
    token: str | None = None
    bot_username: str = "baton_sandbox_bot"
    bot_name: str = "Baton"
    # In which the page shows dates and times.
    timezone: str = "Asia/Shanghai"
    wall: Callable[[], float] = time.time
    # A press can be answered for this long; afterwards Telegram says the query is too old.
    callback_seconds: float = 150.0
    # Telegram keeps what a bot has not fetched for this long.
    update_seconds: float = DAY
    max_upload: int = 50 * 1024 * 1024
    max_download: int = 20 * 1024 * 1024
