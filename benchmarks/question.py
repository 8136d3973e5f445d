"""CPU per answered question, inside one process, beside a bot that only echoes.

    make bench                                   # the sample district on a fresh SQLite file
    .venv/bin/python benchmarks/question.py --rounds 20

Six contacts and six leaders of the sample district ask four free-text questions in turn: a name, its pinyin initials,
a name with a question's words around it, and words that mean nothing. An update runs from its stored JSON through the
guard, the handlers and the services to the request to Telegram, which is answered here: neither the network nor the
receiving end is measured. Storing the update (one commit with an fsync) is not in it either. The echo is python-
telegram-bot with one handler that sends the text back, through the same requests. Both take turns, round by round, so
that a busy machine slows both; the figure to compare is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr
from sqlalchemy import event
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters
from telegram.request import BaseRequest

from bot.clock import clock_for
from bot.config import Settings
from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.updates import ReceivedUpdate
from bot.domain.period import Period
from bot.handlers import ROUTES
from bot.presenters.words import load_everything
from bot.services import sampling
from bot.tg.application import build_application
from bot.tg.context import Runtime
from bot.tg.handling import Handling
from bot.tg.limiting import Limiter

SAMPLES = Path(__file__).parents[1] / "samples"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TOKEN = "1:benchmark"
QUESTIONS = ("固定资产投资", "gdzc", "固投现在怎么样了", "今天天气真好")
ASKING = {"contact": 6, "leader": 6}
BOT = {"id": 1, "is_bot": True, "first_name": "Baton", "username": "baton_bot"}

Answer = Callable[[int, dict[str, Any]], Awaitable[None]]


class Answered(BaseRequest):
    """Telegram that takes everything at once. Counts the messages that it was given."""

    def __init__(self) -> None:
        self.messages = 0

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, *_args: Any, **_options: Any) -> tuple[int, bytes]:
        method = url.rpartition("/")[2]
        result: object = True
        if method == "getMe":
            result = BOT
        elif method == "sendMessage":
            self.messages += 1
            result = {"message_id": self.messages, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}
        return 200, orjson.dumps({"ok": True, "result": result})


class Unlimited(Limiter):
    """Nobody asks too much here."""

    def allow(self, _user_id: int, _now: datetime) -> tuple[bool, bool]:
        return True, False


def raw_update(number: int, account: int, text: str) -> dict[str, Any]:
    """A typed message as Telegram sends it."""
    person = {"id": account, "is_bot": False, "first_name": "x"}
    message = {"message_id": number, "date": int(NOW.timestamp()), "text": text, "from": person}
    return {"update_id": number, "message": {**message, "chat": {"id": account, "type": "private", "first_name": "x"}}}


async def _echo(update: Update, _context: Any) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(message.text or "")


async def echo_bot(request: Answered) -> Answer:
    """The bare library."""
    application = ApplicationBuilder().token(TOKEN).request(request).updater(None).job_queue(None).build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    await application.initialize()

    async def one(_number: int, raw: dict[str, Any]) -> None:
        await application.process_update(Update.de_json(orjson.loads(orjson.dumps(raw)), application.bot))

    return one


async def baton(db: Database, url: str, request: Answered) -> Answer:
    """The application that `baton run` runs."""
    settings = Settings(bot_token=SecretStr(TOKEN), database_url=SecretStr(url))
    runtime = Runtime(db, settings, clock_for(NOW), limiter=Unlimited())
    application: Application[Any, Any, Any, Any, Any, Any] = build_application(settings, runtime, ROUTES)
    application.bot._request = (request, request)
    await application.initialize()
    handling = Handling(application, runtime)

    async def one(number: int, raw: dict[str, Any]) -> None:
        item = ReceivedUpdate(number, raw["message"]["chat"]["id"], "message", orjson.dumps(raw).decode())
        await handling(item, False)

    return one


async def sample_district(db: Database) -> list[int]:
    """The database with the sample lists and months; the accounts of those who ask."""
    await migrate(db)
    await sampling.load_lists(db, SAMPLES, NOW.replace(month=1, day=4))
    await sampling.load_months(db, SAMPLES, Period.of(NOW.date()))
    people = await sampling.bind_everybody(db, NOW)
    return [
        account
        for role, number in ASKING.items()
        for account in [person.account for person in people if person.role == role][:number]
    ]


async def measured(one: Answer, accounts: Sequence[int], first: int) -> float:
    """CPU milliseconds per question of one round, all threads of the process."""
    asked = [(account, text) for account in accounts for text in QUESTIONS]
    started = time.process_time()
    for place, (account, text) in enumerate(asked):
        await one(first + place, raw_update(first + place, account, text))
    return (time.process_time() - started) * 1000 / len(asked)


async def run(url: str, rounds: int) -> None:
    """Measure and print."""
    load_everything()
    db = Database(url)
    accounts = await sample_district(db)
    statements = 0

    def count(*_args: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(db.engine.sync_engine, "before_cursor_execute", count)
    asked, echoed = Answered(), Answered()
    bots = {"question": await baton(db, url, asked), "echo": await echo_bot(echoed)}
    took: dict[str, list[float]] = {name: [] for name in bots}
    size = len(accounts) * len(QUESTIONS)
    for turn in range(rounds + 1):
        for name, one in bots.items():
            spent = await measured(one, accounts, 1 + turn * size)
            # The first round fills caches and is not counted.
            if turn:
                took[name].append(spent)
    await db.close()
    for name, answered in (("question", asked), ("echo", echoed)):
        if answered.messages < (rounds + 1) * size:
            sys.exit(f"{name}: only {answered.messages} answers to {(rounds + 1) * size} messages")
    question, echo = (statistics.median(took[name]) for name in ("question", "echo"))
    per_question = statements / (rounds + 1) / size
    print(f"question {question:.2f} ms (best round {min(took['question']):.2f}), {per_question:.1f} SQL statements")
    print(f"echo     {echo:.2f} ms (best round {min(took['echo']):.2f})")
    print(f"ratio    {question / echo:.1f}")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description="CPU per answered question, beside an echo.")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--database", help="an empty database; without it a fresh SQLite file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as folder:
        asyncio.run(run(options.database or f"sqlite:///{folder}/baton.db", options.rounds))


if __name__ == "__main__":
    main()
