"""Nothing that a failing run emits holds the token, the webhook secret, the database password, or anybody's words."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from bot.app import Baton, TokenRefused
from bot.config import Settings
from bot.logs import set_up_logging
from tests.sandbox.messenger import LI, PEOPLE, Messenger, free_port, running

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRETS = ("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "hidden-webhook-secret", "hidden-password", "hidden-proxy", "私密的话")


def settings_for(url: str, database_url: str, **more: Any) -> Settings:
    return Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=url,
        database_url=SecretStr(database_url),
        webhook_secret=SecretStr("hidden-webhook-secret"),
        **more,
    )


def assert_no_secret(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


class Emitted(io.StringIO):
    """What went to standard error."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(params=[True, False], ids=["terminal", "elsewhere"])
def emitted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emitted]:
    """Our own logging as in production, with all that it writes."""
    stream = Emitted(request.param)
    monkeypatch.setattr(sys, "stderr", stream)
    handlers = logging.root.handlers[:]
    logging.root.handlers.clear()
    set_up_logging()
    # A cached logger would write to this test's stream for ever.
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


async def test_a_failing_run_shows_no_secret(
    sqlite_url: str,
    emitted: Emitted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.tg.answering.PAUSES", (0.01,))
    monkeypatch.setattr("bot.tg.polling.PAUSES", (0.01,))
    async with running() as messenger:
        await messenger.put_people(PEOPLE)
        baton = Baton(settings_for(messenger.url, sqlite_url))
        baton.dispatcher.pauses = (0.01,)
        async with baton.started():
            monkeypatch.setattr("bot.tg.guards.identify", _broken)
            loops = [asyncio.create_task(loop) for loop in (baton.dispatcher.run(), baton.outbox.run())]
            await asyncio.wait_for(_make_trouble(messenger, baton), 20)
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            shown = repr(baton.settings) + str(baton.application.bot_data) + repr(vars(baton.runtime))
    assert "update failed" in emitted.getvalue()
    assert_no_secret(emitted.getvalue() + shown)


async def _broken(_db: object, _user: int) -> None:
    local_secret = TOKEN
    raise RuntimeError(len(local_secret))


async def _make_trouble(messenger: Messenger, baton: Baton) -> None:
    await messenger.send(LI, "私密的话")
    await baton.poller.poll_once(0)
    await baton.dispatcher.idle()
    for kind in ("server_error", "reset", "bad_request", "flood", "timeout", "forbidden"):
        await messenger.post("faults", kind=kind, count=3, seconds=0.1, retry_after=0)
        poll = asyncio.create_task(baton.poller.run())
        await messenger.send(LI, "私密的话")
        await asyncio.sleep(0.15)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    await baton.dispatcher.idle()


async def test_a_refused_token_is_not_repeated(sqlite_url: str) -> None:
    async with running(token="4242:another-token") as messenger:
        baton = Baton(settings_for(messenger.url, sqlite_url))
        with pytest.raises(TokenRefused) as caught:
            async with baton.started():
                pass
    assert caught.value.__suppress_context__
    assert_no_secret(str(caught.value))


@pytest.mark.process
def test_a_process_that_cannot_run_shows_no_secret(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin:/bin",
        "BATON_BOT_TOKEN": TOKEN,
        "BATON_BOT_API_URL": f"http://127.0.0.1:{free_port()}",
        "BATON_DATABASE_URL": "postgresql://baton:hidden-password@127.0.0.1:1/baton",
        "BATON_PROXY": "http://user:hidden-proxy@127.0.0.1:1",
        "BATON_WEBHOOK_SECRET": "hidden-webhook-secret",
        "BATON_DATA_DIR": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env=environ,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert_no_secret(ended.stdout + ended.stderr)
