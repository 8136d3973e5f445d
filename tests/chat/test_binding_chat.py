"""Binding as people live through it: a code from the office, a wrong one, a second phone."""

from __future__ import annotations

from datetime import timedelta

from bot.services.inviting import issue_invite
from tests.chat.driver import Chat

OFFICE = "区督查绩效办主任"
CONTACT = "区发改局联络员"


async def code_for(chat: Chat, who: str) -> str:
    return (await issue_invite(chat.db, chat.now, who)).code


async def test_a_contact_binds_and_is_known_from_then_on(chat: Chat):
    [bound] = await chat.send(CONTACT, f"/start {await code_for(chat, CONTACT)}")
    assert "绑定成功" in bound.text
    assert CONTACT in bound.text
    [me] = await chat.send(CONTACT, "/me")
    assert "区发改局" in me.text
    assert "联络员" in me.text
    [welcome] = await chat.send(CONTACT, "/start")
    assert CONTACT in welcome.text
    menus = await chat.calls("setMyCommands")
    assert any("report" in str(call) for call in menus)


async def test_codes_that_do_not_work_say_what_to_do_next(chat: Chat):
    [wrong] = await chat.send(chat.stranger, "/start abcdefghijk")
    assert "不正确" in wrong.text
    old = await code_for(chat, CONTACT)
    new = await code_for(chat, CONTACT)
    [replaced] = await chat.send(chat.stranger, f"/start {old}")
    assert "作废" in replaced.text
    await chat.send(CONTACT, f"/start {new}")
    [used] = await chat.send(chat.stranger, f"/start {new}")
    assert "使用过" in used.text
    late = await code_for(chat, "区商务局联络员")
    await chat.at((chat.now + timedelta(hours=73)).isoformat(), live=False)
    [expired] = await chat.send(chat.stranger, f"/start {late}")
    assert "过期" in expired.text


async def test_guessing_codes_is_met_with_one_sentence_and_silence(chat: Chat):
    for number in range(5):
        [wrong] = await chat.send(chat.stranger, f"/start guess{number}")
        assert "不正确" in wrong.text
    [stop] = await chat.send(chat.stranger, "/start guess6")
    assert "次数过多" in stop.text
    assert await chat.send(chat.stranger, f"/start {await code_for(chat, CONTACT)}") == []
    await chat.at((chat.now + timedelta(minutes=11)).isoformat(), live=False)
    [bound] = await chat.send(chat.stranger, f"/start {await code_for(chat, CONTACT)}")
    assert "绑定成功" in bound.text


async def test_the_office_approves_a_second_phone(chat: Chat):
    await chat.bind(OFFICE, CONTACT)
    [asks] = await chat.send(chat.stranger, f"/start {await code_for(chat, CONTACT)}")
    assert "审核" in asks.text
    [question] = await chat.new(OFFICE)
    assert "换绑申请" in question.text
    assert len(question.buttons) == 2
    [decided] = await chat.press(OFFICE, "同意", question)
    assert decided.edited
    assert "已同意" in decided.text
    assert decided.buttons == {}
    [told] = await chat.new(CONTACT)
    assert "解除绑定" in told.text
    [approved] = await chat.new(chat.stranger)
    assert "已通过" in approved.text
    [me] = await chat.send(chat.stranger, "/me")
    assert CONTACT in me.text
    [again] = await chat.press(OFFICE, question.buttons["❌ 拒绝"], question)
    assert "已由" in again.text
    assert "已同意" in again.text


async def test_the_office_refuses_a_second_phone(chat: Chat):
    await chat.bind(OFFICE, CONTACT)
    code = await code_for(chat, CONTACT)
    await chat.send(chat.stranger, f"/start {code}")
    [waiting] = await chat.send(chat.stranger, f"/start {code}")
    assert "正在等待" in waiting.text
    await chat.press(OFFICE, "拒绝")
    [refused] = await chat.new(chat.stranger)
    assert "未通过" in refused.text
    [me] = await chat.send(CONTACT, "/me")
    assert CONTACT in me.text


async def test_a_request_made_at_night_reaches_the_office_in_the_morning(chat: Chat):
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-20T22:00", live=False)
    await chat.send(chat.stranger, f"/start {await code_for(chat, CONTACT)}")
    assert await chat.new(OFFICE) == []
    await chat.at("2026-11-23T08:30", live=False)
    assert any("换绑申请" in message.text for message in await chat.new(OFFICE))


async def test_an_account_of_somebody_else_cannot_take_a_second_person(chat: Chat):
    await chat.bind(CONTACT)
    [taken] = await chat.send(CONTACT, f"/start {await code_for(chat, '区商务局联络员')}")
    assert "已绑定" in taken.text
    assert CONTACT in taken.text
