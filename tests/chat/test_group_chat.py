"""Groups: bound by the office alone, they get what is sent there; members are answered in private; leaving ends it."""

from __future__ import annotations

import re

import pytest

from bot.services.group_binding import move_group
from tests.chat.driver import Chat

OFFICE, CONTACT = "区督查绩效办主任", "区发改局联络员"
GROUP, SUPER = -700, -1_000_700


async def say(chat: Chat, person: str, text: str) -> list[str]:
    """A person writes in the group; what the bot said there."""
    await chat.http.post(f"/sandbox/chats/{GROUP}/send", json={"text": text, "from": chat.who(person)})
    await chat.settle()
    return [item.text for item in await chat.new(GROUP)]


@pytest.fixture
async def grouped(sqlite_chat: Chat) -> Chat:
    """A group with somebody of the office and a contact in it; nothing is bound."""
    await sqlite_chat.bind(OFFICE, CONTACT)
    members = [sqlite_chat.who(OFFICE), sqlite_chat.who(CONTACT)]
    await sqlite_chat.http.post("/sandbox/groups", json={"id": GROUP, "title": "发改工作群", "members": members})
    await sqlite_chat.settle()
    return sqlite_chat


async def test_a_bound_group_gets_only_what_the_office_sends_there(grouped: Chat) -> None:
    chat = grouped
    (issued,) = await chat.send(OFFICE, "绑定群 区发改局")
    found = re.search(r"/bindgroup (\w+)", issued.text)
    assert found
    (refused,) = await say(chat, CONTACT, f"/bindgroup {found[1]}")
    assert "不属于您的岗位" in refused
    (bound,) = await say(chat, OFFICE, f"/bindgroup {found[1]}")
    assert "已绑定为“区发改局”群" in bound
    (again,) = await say(chat, OFFICE, f"/bindgroup {found[1]}")
    assert "已用过" in again
    (preview,) = await chat.send(OFFICE, "通知 区发改局群 明天上午开会")
    assert "发改工作群" in preview.text
    await chat.press(OFFICE, "发送（1）", preview)
    (notice,) = await chat.new(GROUP)
    assert "【通知】明天上午开会" in notice.text
    assert not notice.buttons
    # A member's command is answered in private, and what they say to each other not at all.
    assert await say(chat, CONTACT, "/mine") == []
    assert any("固定资产投资" in item.text for item in await chat.new(CONTACT))
    assert await say(chat, CONTACT, "大家好") == []


async def test_a_group_that_moves_stays_bound_and_one_that_is_left_ends(grouped: Chat) -> None:
    chat = grouped
    await say(chat, OFFICE, "/bindgroup 全区")
    await chat.block(GROUP)
    (gone,) = [item for item in await chat.new(OFFICE) if "移出群" in item.text]
    assert "发改工作群" in gone.text
    await chat.unblock(GROUP)
    await say(chat, OFFICE, "/bindgroup 区发改局")
    await move_group(chat.db, GROUP, SUPER, chat.now)
    (listed,) = await chat.send(OFFICE, "群列表")
    assert "发改工作群（区发改局）" in listed.text
    (unbound,) = await chat.press(OFFICE, "解绑", listed)
    assert "已解绑" in unbound.text
    (empty,) = await chat.send(OFFICE, "群列表")
    assert "还没有绑定群" in empty.text


async def test_a_code_lives_fifteen_minutes_and_nobody_else_gets_one(grouped: Chat) -> None:
    chat = grouped
    (issued,) = await chat.send(OFFICE, "绑定群 全区")
    found = re.search(r"/bindgroup (\w+)", issued.text)
    assert found
    await chat.at("2026-11-20T09:16", live=False)
    (late,) = await say(chat, OFFICE, f"/bindgroup {found[1]}")
    assert "15分钟" in late
    assert all("bindgroup" not in item.text for item in await chat.send(CONTACT, "绑定群 区发改局"))
    (unknown,) = await chat.send(OFFICE, "绑定群 不存在的局")
    assert "没有找到叫“不存在的局”的单位" in unknown.text
