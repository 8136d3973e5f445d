"""The same questions and reports inside one process, for a profile and for counting statements; measures no network.

    .venv/bin/python -m benchmarks.inside question FOLDER            # a folder that district.py built
    .venv/bin/python -m benchmarks.inside report FOLDER --profile tottime
    .venv/bin/python -m benchmarks.inside report FOLDER --statements

The updates go through the inbox, the handlers and the services to the request to Telegram, which is answered here.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import pstats
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from telegram.request import BaseRequest

from bot.app import Baton
from bot.config import Settings
from bot.db.looking import SqliteLook
from bot.db.within import SqliteWithin
from bot.logs import set_up_logging
from bot.tg.request import _body

TOKEN = "1:benchmark"
BOT = {"id": 1, "is_bot": True, "first_name": "Baton", "username": "baton_bot"}


class Answered(BaseRequest):
    """Telegram that takes everything at once, and remembers the buttons that it was given."""

    def __init__(self) -> None:
        self.messages = 0
        self.confirm: dict[int, str] = {}

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, request_data: Any = None, **_rest: Any) -> tuple[int, bytes]:
        method = url.rpartition("/")[2]
        result: object = True
        if method == "getMe":
            result = BOT
        elif method == "sendMessage":
            self.messages += 1
            body = _body(request_data)
            self.confirm.update(_confirming(orjson.loads(body[0] if isinstance(body, tuple) else body)))
            result = {"message_id": self.messages, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}
        return 200, orjson.dumps({"ok": True, "result": result})


def _confirming(params: dict[str, Any]) -> dict[int, str]:
    markup = params.get("reply_markup") or {}
    rows = (orjson.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    found = (button.get("callback_data") or "" for row in rows for button in row)
    return {int(params["chat_id"]): data for data in found if data.startswith("ok:")}


def typed(number: int, chat: int, text: str) -> dict[str, Any]:
    """A typed message as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "x"}
    where = {"id": chat, "type": "private", "first_name": "x"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1, "text": text, "from": person, "chat": where},
    }


def pressed(number: int, chat: int, data: str) -> dict[str, Any]:
    """A pressed button as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "x"}
    shown = {"message_id": number, "date": 1, "text": "x", "chat": {"id": chat, "type": "private", "first_name": "x"}}
    query = {"id": str(number), "from": person, "chat_instance": "x", "data": data, "message": shown}
    return {"update_id": number, "callback_query": query}


class Statements:
    """What is asked of the database, by its words."""

    def __init__(self, baton: Baton) -> None:
        self.seen: Counter[str] = Counter()
        event.listen(Engine, "before_cursor_execute", self._on_execute)
        for look in (SqliteLook, SqliteWithin):
            for name in ("all", "first"):
                setattr(look, name, self._counting(getattr(look, name), baton.db.engine.dialect))
        SqliteWithin.write = self._counting(SqliteWithin.write, baton.db.engine.dialect)  # type: ignore[method-assign]

    def _on_execute(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.seen["session: " + " ".join(statement.split())] += 1

    def _counting(self, real: Callable[..., Any], dialect: Dialect) -> Callable[..., Any]:
        async def counted(look: object, question: Any, *written: Any, **values: Any) -> Any:
            self.seen[" ".join(question.on(dialect).sql.split())] += 1
            return await real(look, question, *written, **values)

        return counted


async def handled(baton: Baton, raw: dict[str, Any]) -> None:
    """One update from its arrival to its end."""
    baton.dispatcher.submit(await baton.inbox.accept([raw]))
    await baton.dispatcher.idle()


def questions(plan: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Accounts and what they ask, for ever."""
    turn = 0
    while True:
        for person in plan["people"]:
            yield person["account"], person["questions"][turn % len(person["questions"])]["text"]
        turn += 1


def reports(plan: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Contacts, one of each unit, and the values that they type, each indicator once."""
    contacts = [one for one in plan["people"] if one["role"] == "contact"][::3]
    for turn in range(len(contacts[0]["questions"])):
        for person in contacts:
            yield person["account"], f"{person['questions'][turn]['name']} {1150 + turn}"


async def run(options: argparse.Namespace) -> None:
    """Do it, and tell what it took."""
    set_up_logging("warning")
    folder = Path(tempfile.mkdtemp(prefix="baton-inside-"))
    shutil.copy(options.folder / "baton.db", folder)
    plan = orjson.loads((options.folder / "plan.json").read_bytes())
    url = SecretStr(f"sqlite:///{folder / 'baton.db'}")
    baton = Baton(Settings(bot_token=SecretStr(TOKEN), database_url=url, clock=datetime.fromisoformat(plan["clock"]),
                           bot_api_url="http://127.0.0.1:1"))  # fmt: skip
    telegram = Answered()
    baton.application.bot._request = (telegram, telegram)
    await baton.application.initialize()
    worker = asyncio.create_task(baton.dispatcher.run())
    gc.freeze()
    source = questions(plan) if options.what == "question" else reports(plan)
    numbers = iter(range(1, 1_000_000))

    async def some(count: int) -> None:
        for _ in range(count):
            account, text = next(source)
            await handled(baton, typed(next(numbers), account, text))
            if options.what == "report":
                await handled(baton, pressed(next(numbers), account, telegram.confirm.pop(account)))

    await some(options.count // 4)
    statements = Statements(baton) if options.statements else None
    # The CPU of the event loop's thread: waiting is not counted.
    profile = cProfile.Profile(time.thread_time)
    began = time.process_time()
    if options.profile:
        profile.enable()
    await some(options.count)
    profile.disable()
    spent = (time.process_time() - began) * 1000 / options.count
    worker.cancel()
    await baton.db.close()
    shutil.rmtree(folder)
    print(f"{options.what}: {spent:.2f} ms of CPU each, {telegram.messages} messages")
    if statements:
        print(f"{sum(statements.seen.values()) / options.count:.1f} statements each")
        for words, times in statements.seen.most_common():
            print(f"{times / options.count:6.2f}  {words[: options.width]}")
    if options.profile:
        pstats.Stats(profile, stream=sys.stdout).sort_stats(options.profile).print_stats(options.lines)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description="Questions and reports inside one process.")
    parser.add_argument("what", choices=("question", "report"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--width", type=int, default=150)
    parser.add_argument("--profile", choices=("tottime", "cumtime"))
    parser.add_argument("--lines", type=int, default=45)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
