"""包干清单 and 三点清单 from the phone: who sees what, a point done, a risk that came true, bad input."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.db.tables import Indicator, IndicatorUnit, Point, Unit
from tests.chat.driver import Chat

OFFICE, CONTACT, OTHER, LEADER = "区督查绩效办主任", "区发改局联络员", "区财政局联络员", "常务副区长"
# A point that does not exist.
NONE = 999_999


async def point_of(chat: Chat, kind: str, unit: str = "区发改局") -> tuple[int, str]:
    """The first point of this kind that the unit answers for: its number and its indicator."""
    async with chat.db.read() as session:
        query = (
            select(Point.id, Indicator.name)
            .join(Indicator, Indicator.id == Point.indicator_id)
            .join(IndicatorUnit, IndicatorUnit.indicator_id == Indicator.id)
            .join(Unit, Unit.id == IndicatorUnit.unit_id)
            .where(Unit.name == unit, IndicatorUnit.side == "lead", Point.kind == kind)
            .order_by(Point.id)
        )
        row = (await session.execute(query)).first()
    assert row is not None
    return row[0], row[1]


async def test_a_unit_sees_its_points_and_marks_one_done(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, OTHER, OFFICE, LEADER)
    number, _ = await point_of(chat, "score")
    (mine,) = await chat.send(CONTACT, "三点清单")
    assert "三点清单</b>" not in mine.text
    assert "区发改局" in mine.text
    assert re.search(r"\d+号 得分点", mine.text)
    (done,) = await chat.send(CONTACT, f"完成 {number}号 已开工，见区发改〔2026〕3号")
    assert f"✓ {number}号得分点已完成" in done.text
    (again,) = await chat.send(CONTACT, f"完成 {number}号 再报一次")
    assert "已经完成，无需再报" in again.text
    (seen,) = await chat.send(OFFICE, "三点清单 区发改局")
    assert "已完成1" in seen.text
    (refused,) = await chat.send(OTHER, "三点清单 区发改局")
    assert "号 得分点" not in refused.text
    (leaders,) = await chat.send(LEADER, "包干清单")
    assert LEADER in leaders.text
    (all_leaders,) = await chat.send(OFFICE, "包干清单")
    assert all_leaders.text.count("项") > 1


async def test_a_risk_that_came_true_raises_the_grade_with_its_reason(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, OFFICE, OTHER)
    number, name = await point_of(chat, "risk")
    (refused,) = await chat.send(OTHER, f"风险成真 {number}号 试一试")
    assert "请核对风险成真" not in refused.text
    (preview,) = await chat.send(CONTACT, f"风险成真 {number}号 项目业主退出")
    assert "请核对风险成真" in preview.text
    assert "→" in preview.text
    noted = await chat.press(CONTACT, "确认", preview)
    assert any("已登记风险成真" in item.text for item in noted)
    *_, card = await chat.send(OFFICE, f"查 {name}")
    assert "项目业主退出" in card.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"完成 {NONE}号 好了", f"没有{NONE}号"),
        ("完成 得分点", "请这样写"),
        ("风险成真", "请这样写"),
        ("风险成真 不存在的指标 原因", "没有风险点"),
        ("三点清单 不存在的局", "没有找到叫“不存在的局”的单位"),
        ("包干清单 不存在的领导", "没有责任领导叫“不存在的领导”"),
    ],
)
async def test_bad_words_get_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE)
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text
