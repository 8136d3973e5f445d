"""A process that was told to stop ends, also before it ever reached Telegram."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from pydantic import SecretStr

from bot.app import Baton
from bot.config import Settings


async def test_it_stops_while_telegram_cannot_be_reached(tmp_path: Path) -> None:
    with socket.socket() as taken:
        # Nobody accepts here: every connection is refused.
        taken.bind(("127.0.0.1", 0))
        settings = Settings(
            bot_token=SecretStr("110201543:stop-stop-stop-stop-stop-stop-stop"),
            bot_api_url=f"http://127.0.0.1:{taken.getsockname()[1]}",
            database_url=SecretStr(f"sqlite:///{tmp_path / 'baton.db'}"),
            data_dir=tmp_path,
        )
        baton = Baton(settings)
        running = asyncio.create_task(baton.run())
        await asyncio.sleep(0.3)
        baton.stop.set()
        await asyncio.wait_for(running, 10)
