"""What somebody writes cannot pass for what the bot says: no markup, nothing invisible, no line turned around."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.db.tables import Push
from bot.services.inviting import issue_invite
from bot.sheets.cells import make_cell
from tests.chat.driver import STRANGER, Chat, Message
from tests.chat.test_reporting_chat import CONTACT, LEADER, OFFICE

# A warning as somebody would like to forge it: bold, a link, turned around, spaced by nothing.
FORGED = '\u202e】重严【\u202c<b>【严重】</b>\u200b<a href="https://x.cn">绩\u2066效\u2069办</a>\u3164\ufeff&amp;'
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)


def assert_plain(message: Message) -> None:
    """Nothing invisible, and the tags in it are letters."""
    assert not INVISIBLE.search(message.text), ascii(message.text)
    assert "x.cn" not in str(message.raw.get("entities", ()))


async def assert_outbox_plain(chat: Chat) -> None:
    async with chat.db.read() as session:
        for push in (await session.scalars(select(Push))).all():
            assert "<a href" not in push.text
            assert not INVISIBLE.search(push.text), ascii(push.text)


@pytest.mark.parametrize(
    "words",
    [f"/find {FORGED}", FORGED, f"固定资产投资 {FORGED}", f"/problem {FORGED}"],
    ids=["command", "free text", "a name and more", "a problem"],
)
async def test_words_come_back_as_words(sqlite_chat: Chat, words: str) -> None:
    await sqlite_chat.bind(CONTACT)
    for message in await sqlite_chat.send(CONTACT, words):
        if message.outgoing:
            assert_plain(message)


async def test_a_forged_problem_reaches_the_leader_as_letters(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, LEADER)
    [preview] = await sqlite_chat.send(CONTACT, f"固定资产投资 完成98.6亿，征地慢{FORGED}，请常务副区长协调{FORGED}")
    assert_plain(preview)
    await sqlite_chat.press(CONTACT, "确认", preview)
    await assert_outbox_plain(sqlite_chat)
    received = [message for message in await sqlite_chat.inbox(LEADER) if "征地慢" in message.text]
    assert received
    for message in received:
        assert_plain(message)
        assert "<b>" in message.text


async def test_a_strangers_name_is_shown_as_a_name(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, OFFICE)
    await sqlite_chat.http.put("/sandbox/people", json={"people": [{"id": STRANGER, "name": FORGED, "role": "x"}]})
    code = (await issue_invite(sqlite_chat.db, sqlite_chat.now, CONTACT)).code
    await sqlite_chat.send(sqlite_chat.stranger, f"/start {code}")
    await assert_outbox_plain(sqlite_chat)
    asked = [message for message in await sqlite_chat.inbox(OFFICE) if "申请绑定" in message.text]
    assert len(asked) == 1
    assert_plain(asked[0])
    assert "【严重】" in asked[0].text


@pytest.mark.parametrize("hidden", ["\u2066", "\ufeff", "\u3164", "\u00ad", "\x85"])
def test_names_in_a_workbook_have_nothing_invisible(hidden: str) -> None:
    assert make_cell(f"固定\u200b资产\u202e投资{hidden}", "General", False).text == "固定资产投资"
