"""Answers as people really give them: nothing happened, nothing changed anywhere, a month that is not asked for."""

from __future__ import annotations

from decimal import Decimal

from tests.chat.driver import Chat
from tests.chat.test_reporting_chat import reported, said

CONTACT, PEACE, SAFETY = "区发改局联络员", "区委政法委联络员", "区应急局联络员"


async def test_an_incident_that_did_not_happen_is_reported_as_zero(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(PEACE)
    preview = await said(sqlite_chat, PEACE, "重大群体性事件 零发生")
    assert "0起" in preview.text
    assert "问题" not in preview.text
    await sqlite_chat.press(PEACE, "确认", preview)
    (report,) = await reported(sqlite_chat, "重大群体性事件")
    assert (report.value, report.problem) == (Decimal(0), None)


async def test_a_bare_no_answers_the_only_open_report_and_a_fall_is_doubted(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(SAFETY)
    preview = await said(sqlite_chat, SAFETY, "没有")
    assert "生产安全事故死亡人数" in preview.text
    assert "0人" in preview.text
    assert "确认无误" in preview.buttons


async def test_everything_unchanged_is_one_preview_of_all(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    preview = await said(sqlite_chat, CONTACT, "全部无变化")
    assert "固定资产投资" in preview.text
    assert "常住人口城镇化率" in preview.text
    assert any("全部确认" in label for label in preview.buttons)
    assert await reported(sqlite_chat) == []
    await sqlite_chat.press(CONTACT, "全部确认", preview)
    (report,) = await reported(sqlite_chat)
    assert report.no_change


async def test_no_change_said_twice_asks_again_which_is_meant(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    for words in ("无变化", "同上月"):
        asked = await said(sqlite_chat, CONTACT, words)
        assert "固定资产投资" in asked.buttons


async def test_a_value_of_another_month_is_asked_about(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    doubted = await said(sqlite_chat, CONTACT, "1-10月固定资产投资完成100亿")
    assert "您写的是10月的数，现在填报的是11月" in doubted.text
    assert "确认无误" in doubted.buttons
    plain = await said(sqlite_chat, CONTACT, "固定资产投资 1-11月 100亿")
    assert "您写的是" not in plain.text
    assert "确认" in plain.buttons


async def test_a_yes_to_the_question_which_indicator_is_no_confirmation(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, "无变化")
    answer = await said(sqlite_chat, CONTACT, "好的")
    assert "先点选" in answer.text
    assert answer.buttons == {}


async def test_a_correction_in_so_many_words_begins_at_once(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    for words in ("固投 98.6亿", "确认", "GDP 6.9", "/cancel"):
        await sqlite_chat.send(CONTACT, words)
    preview = await said(sqlite_chat, CONTACT, "更正 固投 99.1亿，征地慢")
    assert "原报98.6亿元" in preview.text
    assert "99.1亿元" in preview.text


async def test_a_short_name_after_the_month_is_understood(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    preview = await said(sqlite_chat, CONTACT, "1-11月 固投 98.6亿")
    assert preview.text.startswith("固定资产投资")
    assert "您写的是" not in preview.text
