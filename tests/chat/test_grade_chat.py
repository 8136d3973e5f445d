"""评级 by the office: shown with what it changes, set by 确认, lifted again; nobody else's words are taken for it."""

from __future__ import annotations

from tests.chat.driver import Chat

OFFICE, CONTACT = "区督查绩效办主任", "区发改局联络员"


async def test_the_office_sets_and_lifts_a_grade_by_words(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    (usage,) = await chat.send(OFFICE, "评级")
    assert "评级 指标名 等级 原因" in usage.text
    (unknown,) = await chat.send(OFFICE, "评级 不存在的指标 警示 理由")
    assert "没有名称含“不存在的指标”的指标" in unknown.text
    (missing,) = await chat.send(OFFICE, "评级 一般公共预算收入 严重")
    assert "请写明原因" in missing.text
    (shown,) = await chat.send(OFFICE, "评级 一般公共预算收入 严重 至12月，审计发现虚报")
    assert "→ 严重" in shown.text
    assert "至12月止" in shown.text
    assert "原因：审计发现虚报" in shown.text
    found = await chat.send(OFFICE, "确认")
    assert any("一般公共预算收入：严重" in item.text for item in found)
    (card,) = await chat.send(OFFICE, "查 一般公共预算收入")
    assert "绩效办认定：审计发现虚报" in card.text
    (lifting,) = await chat.send(OFFICE, "取消评级 一般公共预算收入")
    assert "取消绩效办评级" in lifting.text
    await chat.press(OFFICE, "确认评级", lifting)
    (card,) = await chat.send(OFFICE, "查 一般公共预算收入")
    assert "绩效办认定" not in card.text


async def test_a_contact_cannot_grade(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    found = await chat.send(CONTACT, "评级 固定资产投资 正常 没问题")
    assert not any("确认评级" in item.buttons for item in found)
