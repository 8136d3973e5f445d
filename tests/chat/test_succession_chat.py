"""换人: the post, its open orders and its draft go to the new person; the predecessor is out at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.db.people import holders
from bot.db.tables import AuditEntry
from tests.chat.driver import Chat

OFFICE, CONTACT, OTHER = "区督查绩效办主任", "区发改局联络员", "区财政局联络员"
NEW = 5_555


async def test_a_post_goes_to_a_new_person_with_all_that_belongs_to_it(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.send(OFFICE, "督办 区发改局 12-15前 完成用地报批")
    await chat.press(OFFICE, "下达")
    (preview,) = await chat.send(OFFICE, "换人 区发改局联络员 张新任")
    assert "张新任（新增人员）" in preview.text
    assert "交办事项1件" in preview.text
    (done,) = await chat.press(OFFICE, "确认换人", preview)
    code = re.search(r"/start (\S+)", done.text)
    assert code
    assert "https://t.me/" in done.text
    # The predecessor is a stranger from now on.
    for answer in await chat.send(CONTACT, "/mine"):
        assert "固定资产投资" not in answer.text
    await chat.http.put("/sandbox/people", json=[{"id": NEW, "name": "张新任", "role": "contact", "post": CONTACT}])
    await chat.http.post(f"/sandbox/chats/{NEW}/send", json={"start": code[1]})
    await chat.settle()
    assert any("区发改局联络员" in item.text for item in await chat.new(NEW))
    (tasks,) = await chat.send(NEW, "待办")
    assert "完成用地报批" in tasks.text
    async with chat.db.read() as session:
        held = [item for item in await holders(session) if item.post == CONTACT]
        changed = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "change_post"))).all()
    assert [item.person for item in held] == ["张新任"]
    assert len(changed) == 1
    assert await chat.press(OFFICE, "确认换人", preview) != []


async def test_somebody_who_is_bound_takes_a_second_post_by_a_typed_word(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, OTHER)
    async with chat.db.read() as session:
        name = next(item.person for item in await holders(session) if item.post == OTHER)
    (preview,) = await chat.send(OFFICE, f"换人 区发改局联络员 {name}")
    assert f"名册中已有：{OTHER}" in preview.text
    (done,) = await chat.send(OFFICE, "确认")
    assert "即刻生效" in done.text
    (mine,) = await chat.send(OTHER, "/me")
    assert "区发改局联络员" in mine.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("换人", "请这样写"),
        ("换人 不存在的岗位 张三", "没有叫“不存在的岗位”的岗位"),
        ("换人 区督查绩效办主任 张三", "不能换掉您自己的岗位"),
    ],
)
async def test_a_bad_change_gets_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE)
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text


async def test_nobody_else_changes_a_post(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE, CONTACT, OTHER)
    await sqlite_chat.send(OFFICE, "换人 区发改局联络员 张新任")
    (own,) = await sqlite_chat.send(OTHER, "/tasks")
    for answer in [
        *await sqlite_chat.press(OTHER, "succ:1", own),
        *await sqlite_chat.send(OTHER, "换人 区发改局联络员 张新任"),
    ]:
        assert "张新任（新增" not in answer.text
        assert "/start" not in answer.text
    (mine,) = await sqlite_chat.send(CONTACT, "/me")
    assert "区发改局联络员" in mine.text


async def test_a_leave_is_ended_early_from_the_list(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE)
    async with chat.db.read() as session:
        by_post = {item.post: item.person for item in await holders(session)}
    contact, other = by_post[CONTACT], by_post["区发改局主要负责人"]
    await chat.send(OFFICE, f"{contact} 请假 11-20至11-25 由{other}代")
    (listed,) = await chat.send(OFFICE, "请假名单")
    (ended,) = await chat.press(OFFICE, "提前结束", listed)
    assert "已取消" in ended.text
    (empty,) = await chat.send(OFFICE, "请假名单")
    assert "目前没有请假登记" in empty.text
