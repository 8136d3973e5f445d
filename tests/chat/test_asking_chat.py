"""Asking from a phone: one's own indicators, the warnings, the card, the search."""

from __future__ import annotations

import pytest

from bot.db.tables import Indicator
from tests.chat.driver import Chat, Message

CONTACT, LEADER, OFFICE = "区发改局联络员", "常务副区长", "区督查绩效办主任"
INVESTMENT = "固定资产投资"


async def said(chat: Chat, person: str, text: str) -> Message:
    """The one answer to a typed text."""
    (answer,) = await chat.send(person, text)
    return answer


@pytest.mark.parametrize("typed", ["gdzc", "投资怎么样", "固投", "guding zichan touzi", "固定资产头资", "/find gdzctz"])
async def test_a_leader_gets_the_card_however_it_is_typed(sqlite_chat: Chat, typed: str) -> None:
    await sqlite_chat.bind(LEADER)
    card = await said(sqlite_chat, LEADER, typed)
    for words in (INVESTMENT, "162亿元", "近6个月", "牵头单位：区发改局", "责任领导：常务副区长", "最近填报"):
        assert words in card.text
    assert "批示" in card.buttons


async def test_the_card_offers_what_the_person_may_do(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER, OFFICE)
    assert list((await said(chat, CONTACT, INVESTMENT)).buttons)[:2] == ["无变化", "填报"]
    assert "填报" not in (await said(chat, LEADER, INVESTMENT)).buttons
    assert "批示" not in (await said(chat, OFFICE, INVESTMENT)).buttons


async def test_the_card_of_a_milestone_shows_its_nodes(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind("区交通局联络员")
    card = await said(sqlite_chat, "区交通局联络员", "107国道")
    assert "✓ 3月 完成征拆" in card.text
    assert "○ 12月 建成通车" in card.text


async def test_a_limit_is_shown_as_a_limit(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    card = await said(sqlite_chat, OFFICE, "失业率")
    assert "限值 4.5%" in card.text
    assert "不设进度" in card.text


async def test_my_indicators_come_worst_first_and_page(chat: Chat) -> None:
    await chat.bind(CONTACT)
    first = await said(chat, CONTACT, "/mine")
    grades = [line[1:3] for line in first.text.splitlines() if line.startswith("【")]
    order = ["严重", "警示", "提醒", "未报", "正常"]
    assert grades == sorted(grades, key=order.index)
    assert len(grades) == 8
    assert "共9项" in first.text
    (second,) = await chat.press(CONTACT, "下一页")
    assert second.edited
    assert "第2/2页" in second.text
    (first_again,) = await chat.press(CONTACT, "上一页")
    assert first_again.text == first.text


async def test_a_leader_sees_the_own_warnings_before_the_districts(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(LEADER)
    answer = await said(sqlite_chat, LEADER, "预警")
    assert "全区" in answer.text
    (second,) = await sqlite_chat.press(LEADER, "下一页")
    assert "第2/" in second.text


async def test_a_contact_sees_only_the_own_warnings(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    answer = await said(sqlite_chat, CONTACT, "/warnings")
    assert "全区" not in answer.text
    assert "工业技改投资" in answer.text
    assert "进出口总额增速" not in answer.text


async def test_what_is_out_of_range_is_named_but_not_shown(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    answer = await said(sqlite_chat, CONTACT, "进出口总额增速")
    assert "不在您的查看范围" in answer.text
    assert "15%" not in answer.text
    assert answer.buttons == {}


async def test_a_card_button_of_somebody_else_shows_nothing(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, LEADER)
    hits = await said(sqlite_chat, LEADER, "/warnings")
    foreign = next(data for name, data in hits.buttons.items() if "进出口总额" in name)
    await said(sqlite_chat, CONTACT, "/mine")
    own = (await sqlite_chat.inbox(CONTACT))[-1]
    assert await sqlite_chat.press(CONTACT, foreign, own.id) == []
    assert "没有办理这项的权限" in sqlite_chat.toast


async def test_several_hits_are_a_short_list(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    answer = await said(sqlite_chat, OFFICE, "项目")
    assert "请点选" in answer.text
    assert 1 < len(answer.buttons) <= 9
    (card,) = await sqlite_chat.press(OFFICE, next(iter(answer.buttons)))
    assert "牵头单位" in card.text


async def test_nothing_found_says_what_can_be_asked(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    answer = await said(sqlite_chat, CONTACT, "今天天气怎么样")
    assert "没有找到" in answer.text
    assert INVESTMENT in answer.text


async def test_a_new_name_is_found_at_once(sqlite_chat: Chat) -> None:
    """The index is made from the names themselves, so it cannot be older than they are."""
    await sqlite_chat.bind(OFFICE)
    assert "没有找到" in (await said(sqlite_chat, OFFICE, "绿道里程")).text
    async with sqlite_chat.db.write() as session:
        row = await session.get(Indicator, 1)
        assert row is not None
        row.name = "城市绿道里程"
    assert "城市绿道里程" in (await said(sqlite_chat, OFFICE, "绿道里程")).text


async def test_help_speaks_of_the_role(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, LEADER, OFFICE)
    assert "/report" in (await said(sqlite_chat, CONTACT, "/help")).text
    assert "批示" in (await said(sqlite_chat, LEADER, "帮助")).text
    assert "/remind" in (await said(sqlite_chat, OFFICE, "?")).text
