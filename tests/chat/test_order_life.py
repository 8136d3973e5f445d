"""One order from its first day to its relapse, on the rehearsal clock: who is told what, and who is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.db.engine import Database
from tests.chat.driver import Chat, running_chat
from tests.services.warned_district import CAST, INVESTMENT, District, small_district

CONTACT, HEAD, LEADER, DIRECTOR, CLERK = (CAST[who][0] for who in ("contact", "head", "leader", "director", "clerk"))
EVERYBODY = (CONTACT, HEAD, LEADER, DIRECTOR, CLERK)


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[tuple[Chat, District]]:
    """The small district in April, nothing reported yet."""
    db = Database(sqlite_url)
    district = await small_district(db, unbound=tuple(CAST))
    async with running_chat(sqlite_url, "2026-04-22T10:00") as chat:
        await chat.bind(*EVERYBODY)
        yield chat, district
    await db.close()


async def news(chat: Chat, person: str, words: str) -> list[str]:
    """What the bot said to this person since the last look, of what holds these words."""
    return [item.text for item in await chat.new(person) if words in item.text]


async def test_an_order_from_red_to_closed_and_back(life: tuple[Chat, District]) -> None:
    chat, district = life
    await chat.send(CONTACT, f"{INVESTMENT} 完成20亿，征地慢")
    await chat.press(CONTACT, "确认")
    for person in (LEADER, DIRECTOR):
        await chat.press(person, "签收")
    for person in EVERYBODY:
        await chat.new(person)

    # Who has acknowledged is left alone; the others are reminded, then the next superior hears because of whom.
    await chat.at("2026-04-23T08:31")
    assert await news(chat, HEAD, "待签收")
    assert not await news(chat, LEADER, "待签收")
    await chat.at("2026-04-24T08:31")
    (up,) = await news(chat, LEADER, "请您过问")
    assert "因某04未签收" in up
    (up,) = await news(chat, HEAD, "请您过问")
    assert "因某05未签收" in up
    assert not await news(chat, CLERK, "请您过问")

    # An answer with a date, which the office accepts.
    await chat.send(CONTACT, "反馈 原因征地慢；措施每周调度，倒排工期；5月恢复")
    (asked,) = [item for item in await chat.new(DIRECTOR) if item.text.startswith("【反馈待审】")]
    await chat.press(DIRECTOR, "同意", asked)
    view = (await chat.send(HEAD, "预警单"))[-1]
    assert "整改中" in view.text
    assert "承诺5月31日前恢复" in view.text
    await chat.press(HEAD, "签收", view)

    # The day passes without recovery: the order asks again by itself, and goes up.
    await district.report(INVESTMENT, "2026-05", "30", "2026-05-22 10:00")
    await chat.at("2026-05-29T08:31", live=False)
    for person in EVERYBODY:
        await chat.new(person)
    await chat.at("2026-06-01T08:31")
    (broken,) = await news(chat, CONTACT, "承诺未兑现")
    assert "承诺5月31日前恢复，目前仍为【严重】" in broken
    assert "于6月4日前重新反馈" in broken
    (up,) = await news(chat, HEAD, "请您过问")
    assert "因承诺未兑现" in up
    assert "建议约谈" in up

    # Recovery for as long as the grade asks, review, close-out. Of two who close at once one wins.
    await district.report(INVESTMENT, "2026-06", "100", "2026-06-22 10:00")
    await chat.at("2026-06-23T08:31", live=False)
    (early,) = [item for item in await chat.send(CONTACT, "申请销号") if "✓" not in item.text]
    assert "须连续2个月正常才能销号" in early.text
    await district.report(INVESTMENT, "2026-07", "120", "2026-07-22 10:00")
    await chat.at("2026-07-23T09:00", live=False)
    found = await chat.send(CONTACT, "申请销号 6月、7月均超序时")
    assert any("销号申请已提交" in item.text for item in found)
    requests = {}
    for who in (DIRECTOR, CLERK):
        (requests[who],) = [item for item in await chat.new(who) if "【申请销号】" in item.text]
    await chat.press(DIRECTOR, "同意销号", requests[DIRECTOR])
    await chat.press(CLERK, requests[CLERK].buttons["同意销号"], requests[CLERK])
    assert "已经销号" in chat.toast
    assert await news(chat, CONTACT, "已销号")

    # A relapse within sixty days goes on under its number.
    await district.report(INVESTMENT, "2026-08", "90", "2026-08-24 10:00")
    (order,) = [one for one in await district.orders() if one.indicator_id == district.indicators[INVESTMENT]]
    assert (order.serial, order.closed_at) == (1, None)
    view = (await chat.send(CONTACT, "预警单 1"))[-1]
    assert "销号后再次预警【警示】，沿用原编号" in view.text
