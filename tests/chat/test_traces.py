"""One id leads through the log: from the update that a contact sent to the message that the leader got."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import orjson
import pytest
import structlog
from sqlalchemy import select

from bot.db.tables import InboxUpdate, Push
from bot.logs import set_up_logging
from bot.measures import MEASURES
from tests.chat.driver import Chat
from tests.chat.test_reporting_chat import CONTACT, LEADER, SCENE, said


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What production logs, as JSON."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    before = structlog.get_config()
    set_up_logging("debug", "json")
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    structlog.configure(**before)


async def test_a_report_is_followed_to_the_leaders_message(sqlite_chat: Chat, log: io.StringIO) -> None:
    await sqlite_chat.bind(CONTACT, LEADER)
    preview = await said(sqlite_chat, CONTACT, SCENE)
    counted = MEASURES.updates["callback_query", "done"]
    await sqlite_chat.press(CONTACT, "确认", preview)
    await sqlite_chat.settle()
    assert MEASURES.updates["callback_query", "done"] == counted + 1
    async with sqlite_chat.db.read() as session:
        press = await session.scalar(select(InboxUpdate.update_id).where(InboxUpdate.kind == "callback_query"))
        trace = f"u{press}"
        caused = (await session.scalars(select(Push).where(Push.trace == trace))).all()
    assert caused
    assert {push.state for push in caused} <= {"sent", "queued"}
    lines = [orjson.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]
    of_press = [line for line in lines if line.get("trace") == trace]
    assert any(line["event"] == "changed" and "report" in line["actions"] for line in of_press)
    queued = {push for line in of_press if line["event"] == "pushes queued" for push in line["pushes"]}
    sent = {line["push"] for line in of_press if line["event"] == "push sent"}
    assert {push.id for push in caused} == queued
    assert {push.id for push in caused if push.state == "sent"} == sent
