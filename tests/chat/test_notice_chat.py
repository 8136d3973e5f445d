"""通知: whom it reaches, 收到 by button and by word, who has not, reminding only those; the bulletin to the units."""

from __future__ import annotations

import pytest

from tests.chat.driver import Chat

OFFICE, CONTACT, OTHER, LEADER = "区督查绩效办主任", "区发改局联络员", "区财政局联络员", "常务副区长"


async def test_a_notice_is_acknowledged_and_only_the_others_are_reminded(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT, OTHER)
    (preview,) = await chat.send(OFFICE, "通知 联络员 明天上午9点开调度会，<请准时>")
    assert "发给：联络员（2人）" in preview.text
    assert "收不到（未绑定或已停用）" in preview.text
    (sent,) = await chat.press(OFFICE, "发送（2）", preview)
    assert "已签收0人，未签收2人" in sent.text
    (notice,) = await chat.new(CONTACT)
    assert "【通知】明天上午9点开调度会，<请准时>" in notice.text
    (seen,) = await chat.press(CONTACT, "收到", notice)
    assert "签收" in seen.text
    assert not seen.buttons
    (other,) = await chat.new(OTHER)
    (refreshed,) = await chat.press(OFFICE, "刷新", sent)
    assert "已签收1人，未签收1人" in refreshed.text
    assert "未签收：区财政局" in refreshed.text
    (soon,) = await chat.press(OFFICE, "再提醒", refreshed)
    assert "一小时内" in soon.text
    await chat.at("2026-11-20T10:30", live=False)
    (told,) = await chat.press(OFFICE, "再提醒", refreshed)
    assert "已再次提醒1人" in told.text
    assert not await chat.new(CONTACT)
    (again,) = await chat.new(OTHER)
    assert "【请签收】" in again.text
    (typed,) = await chat.send(OTHER, "收到", reply_to=again)
    assert "已于11月20日 10:30签收" in typed.text
    (listed,) = await chat.send(OFFICE, "通知")
    assert "签收2/2" in listed.text
    assert other.id != again.id


async def test_a_bare_word_acknowledges_when_nothing_else_waits(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.send(OFFICE, "通知 区发改局 请报送材料")
    await chat.send(OFFICE, "确认")
    assert len(await chat.new(CONTACT)) == 1
    (seen,) = await chat.send(CONTACT, "收到")
    assert "签收" in seen.text


async def test_the_bulletin_goes_to_the_leaders_with_its_picture(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, LEADER)
    (bulletin,) = await chat.send(OFFICE, "/bulletin")
    shown = await chat.press(OFFICE, "发区领导", bulletin)
    preview = next(item for item in shown if any("发送" in key for key in item.buttons))
    assert any("发给：区领导（1人" in item.text for item in shown)
    await chat.press(OFFICE, "发送（1）", preview)
    got = await chat.new(LEADER)
    assert any("通报" in item.text for item in got)
    assert any("photo" in item.raw for item in got)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("通知 不存在的局 开会", "没有看出发给谁"),
        ("通知 联络员", "请这样写"),
        ("通知 全区群 开会", "还没有绑定群"),
        ("通知 全体 " + "长" * 1501, "通知最多1500个字"),
    ],
)
async def test_a_bad_notice_gets_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE)
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text


async def test_nobody_else_sends_or_sees_notices(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT, OTHER)
    await chat.send(OFFICE, "通知 区发改局 内部事项")
    await chat.press(OFFICE, "发送（1）")
    (own,) = await chat.send(OTHER, "/tasks")
    for data in ("nshow:1", "nack:1", "nrep:1", "nsend:1", "bsend:units:2026:10", "bgo:1:2026:10"):
        answers = await chat.press(OTHER, data, own)
        assert all("内部事项" not in answer.text and "通报" not in answer.text for answer in answers)
    for typed in ("通知", "通知 联络员 开会"):
        assert all("发给" not in answer.text for answer in await chat.send(OTHER, typed))
