"""Warnings, directives and urging from the phone: what is pushed, pressed, typed, and what then stands in the chat."""

from __future__ import annotations

from tests.chat.driver import Chat

CONTACT, LEADER, OFFICE, CLERK = "区发改局联络员", "常务副区长", "区督查绩效办主任", "区督查绩效办干事"
INVESTMENT = "固定资产投资"
SCENE = "固定资产投资 完成98.6亿，征地慢，请常务副区长协调"


async def warned(chat: Chat) -> None:
    """The contact's report makes the indicator grave."""
    await chat.at("2026-11-23T10:00", live=False)
    await chat.send(CONTACT, SCENE)
    await chat.press(CONTACT, "确认")


async def test_the_leader_gets_one_push_and_acknowledges_it(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER)
    await warned(chat)
    (push,) = [item for item in await chat.new(LEADER) if INVESTMENT in item.text]
    assert push.text.startswith("【严重】")
    for words in ("98.6亿元", "162亿元", "征地慢", "请常务副区长协调", "区发改局", "预警依据"):
        assert words in push.text
    assert list(push.buttons) == ["签收", "详情", "批示"]
    (edited,) = await chat.press(LEADER, "签收")
    assert edited.id == push.id
    assert "✓ 已签收 11月23日 10:0" in edited.text
    assert list(edited.buttons) == ["详情", "批示"]
    assert chat.toast == "已签收"
    again = await chat.press(LEADER, f"{push.buttons['签收']}", push)
    assert all("已签收" in item.text for item in again)


async def test_received_typed_in_reply_acknowledges(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER)
    await warned(chat)
    (push,) = [item for item in await chat.new(LEADER) if item.text.startswith("【严重】")]
    (answer,) = await chat.send(LEADER, "收到", reply_to=push)
    assert "已签收" in answer.text
    (second,) = await chat.send(LEADER, "收到", reply_to=push)
    assert "此前已签收" in second.text


async def test_a_directive_by_button_and_by_words(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER, OFFICE)
    await warned(chat)
    (push,) = [item for item in await chat.new(LEADER) if item.text.startswith("【严重】")]
    await chat.new(CONTACT)
    (prompt,) = await chat.press(LEADER, "批示", push)
    assert "请输入" in prompt.text
    (given,) = await chat.send(LEADER, "尽快解决征地问题，周五前报我")
    assert "批示已记录" in given.text
    assert any("尽快解决征地问题，周五前报我" in item.text for item in await chat.new(CONTACT))
    (second,) = await chat.send(LEADER, "批示：再催一次", reply_to=push)
    assert "再催一次" in second.text
    assert any("再催一次" in item.text for item in await chat.new(OFFICE))


async def test_the_office_urges_those_it_chose(chat: Chat) -> None:
    await chat.bind(CONTACT, "区工信局联络员", OFFICE)
    await chat.at("2026-11-23T10:00", live=False)
    for person in (CONTACT, "区工信局联络员"):
        await chat.new(person)
    (listed,) = await chat.send(OFFICE, "/remind")
    assert "未填报" in listed.text
    assert "（未绑定）" in listed.text
    assert "发送（2人）" in listed.buttons
    (fewer,) = await chat.press(OFFICE, "区工信局")
    assert "发送（1人）" in fewer.buttons
    (sent,) = await chat.press(OFFICE, "发送")
    assert "催报已发出（1人）" in sent.text
    assert any("【催报】" in item.text for item in await chat.new(CONTACT))
    assert not await chat.new("区工信局联络员")
    (again,) = await chat.send(OFFICE, "催报")
    assert "是否再次催报" in again.text
    assert any(text.startswith("再次催报") for text in again.buttons)
    (dropped,) = await chat.press(OFFICE, "取消", again)
    assert dropped.text


async def test_the_morning_of_the_26th_reminds_only_those_who_owe(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, "区工信局联络员", LEADER)
    await chat.at("2026-11-23T10:00", live=False)
    await chat.send("区工信局联络员", "无变化")
    await chat.at("2026-11-26T08:31")
    late = [item for item in await chat.inbox(CONTACT) if "填报已逾期" in item.text]
    assert len(late) == 1
    assert "逾期1天" in late[0].text
    assert not [item for item in await chat.inbox(LEADER) if "填报已逾期" in item.text]
