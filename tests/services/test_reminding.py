"""/remind: who has not reported, choosing, sending, and asking again within the hour."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.db.tables import Push, Urge
from bot.domain.errors import NotAllowed, Stale
from bot.domain.period import Period
from bot.presenters.remind import EverybodyReported, NobodyChosen, RemindList, UrgeSent, present_remind
from bot.services.reminding import open_remind, send_urges, toggle, turn_page
from bot.services.withdrawing import on_reported
from tests.services.warned_district import INVESTMENT, ROAD, UPGRADES, District, small_district


async def opened(district: District, moment: str = "2026-10-27 10:00", who: str = "clerk") -> RemindList:
    found = await open_remind(district.db, await district.cause(moment, who))
    assert isinstance(found, RemindList)
    return found


async def test_the_office_sees_who_owes_what_and_since_when(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district)
    assert [(row.unit, row.indicators, row.chosen) for row in found.rows] == [
        ("区发改局", (INVESTMENT, ROAD), True),
        ("区工信局", (UPGRADES,), True),
    ]
    reply = present_remind(found)
    assert "未填报</b>：3项，已逾期1天" in reply.text
    assert [button.text for row in reply.buttons for button in row] == [
        "☑ 区发改局 某05",
        "☑ 区工信局 某08",
        "发送（2人）",
        "取消",
        "附言",
        "定时",
        "催办记录",
        "预警单",
        "任务",
        "台账",
    ]


async def test_only_those_chosen_get_it(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district)
    cause = await district.cause("2026-10-27 10:01", "clerk")
    found = await toggle(db, cause, district.persons["contact"], found.version)
    assert isinstance(found, RemindList)
    sent = await send_urges(db, cause, found.version, again=False)
    assert isinstance(sent, UrgeSent)
    assert {push.person_id for push in await district.pushes(kind="urge")} == {district.persons["other contact"]}
    assert [row.reason for row in await district.decisions("contact")] == ["not_chosen", "not_chosen"]
    text = present_remind(sent).text
    assert "催报已发出（1人）：区工信局 某08" in text
    assert "未催：区发改局 某05" in text


async def test_the_urging_can_be_answered_where_it_stands(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-09", "20", "2026-09-22 10:00")
    found = await opened(district)
    await send_urges(db, await district.cause("2026-10-27 10:01", "clerk"), found.version, again=False)
    (push,) = await district.pushes("other contact", "urge")
    assert "10月还有1项未填报，已逾期1天" in push.text
    assert [button["data"] for row in push.buttons for button in row] == ["same:2:2026:10", "todo:0"]


async def test_within_the_hour_it_says_so_and_asks_again(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district)
    await send_urges(db, await district.cause("2026-10-27 10:01", "clerk"), found.version, again=False)
    second = await opened(district, "2026-10-27 10:30", "director")
    assert second.recent is not None
    assert (second.recent.by, second.recent.count) == ("某10", 2)
    reply = present_remind(second)
    assert "某10已于10月27日 10:01催报2人" in reply.text
    assert "今日已催" in reply.text
    assert "再次催报（2人）" in [button.text for row in reply.buttons for button in row]
    cause = await district.cause("2026-10-27 10:31", "director")
    asked = await send_urges(db, cause, second.version, again=False)
    assert isinstance(asked, RemindList)
    assert isinstance(await send_urges(db, cause, asked.version, again=True), UrgeSent)
    assert await district.count(Urge) == 2
    third = await opened(district, "2026-10-27 12:00")
    assert third.recent is None


async def test_a_second_press_of_send_sends_nothing(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district)
    cause = await district.cause("2026-10-27 10:01", "clerk")
    await send_urges(db, cause, found.version, again=False)
    with pytest.raises(Stale):
        await send_urges(db, cause, found.version, again=False)
    with pytest.raises(Stale):
        await toggle(db, cause, 1, found.version)
    assert await district.count(Push) == 2


async def test_who_reports_before_it_leaves_gets_nothing(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district, "2026-10-27 19:00")
    await send_urges(db, await district.cause("2026-10-27 19:01", "clerk"), found.version, again=False)
    async with db.write() as session:
        cause = await district.cause("2026-10-27 20:00", "contact")
        for name in (UPGRADES, ROAD):
            await on_reported(session, cause, district.indicators[name], Period(2026, 10))
    (gone,) = await district.pushes("other contact")
    (left,) = await district.pushes("contact")
    assert (gone.state, left.state) == ("cancelled", "queued")
    assert "还有1项" in left.text
    assert ROAD not in left.text


async def test_the_unbound_are_listed_and_cannot_be_chosen(db: Database) -> None:
    district = await small_district(db, unbound=("contact",))
    found = await opened(district)
    reply = present_remind(found)
    assert "（未绑定）" in reply.text
    assert reply.buttons[0][0].text == "☑ 区工信局 某08"
    cause = await district.cause("2026-10-27 10:01", "clerk")
    sent = await send_urges(db, cause, found.version, again=False)
    assert isinstance(sent, UrgeSent)
    assert sent.unbound == ("区发改局 某05",)


async def test_a_unit_without_a_contact_is_named(db: Database) -> None:
    district = await small_district(db, vacant=("contact",))
    assert "区发改局：固定资产投资、绕城公路（无联络员）" in present_remind(await opened(district)).text


async def test_when_everybody_reported_there_is_nobody_to_urge(db: Database) -> None:
    district = await small_district(db)
    for name in (INVESTMENT, UPGRADES):
        await district.report(name, "2026-10", "20", "2026-10-22 10:00")
    await district.report(ROAD, "2026-10", None, "2026-10-22 10:00", nodes_done=[1, 2, 3])
    found = await open_remind(db, await district.cause("2026-10-27 10:00", "clerk"))
    assert isinstance(found, EverybodyReported)
    assert "10月已全部填报" in present_remind(found).text


async def test_with_everybody_taken_off_nothing_is_sent(db: Database) -> None:
    district = await small_district(db)
    found: object = await opened(district)
    cause = await district.cause("2026-10-27 10:01", "clerk")
    for who in ("contact", "other contact"):
        assert isinstance(found, RemindList)
        found = await toggle(db, cause, district.persons[who], found.version)
    assert isinstance(found, RemindList)
    assert "发送（0人）" not in [button.text for row in present_remind(found).buttons for button in row]
    assert isinstance(await send_urges(db, cause, found.version, again=False), NobodyChosen)


async def test_only_the_office_may(db: Database) -> None:
    district = await small_district(db)
    for who in ("leader", "head", "contact"):
        with pytest.raises(NotAllowed):
            await open_remind(db, await district.cause("2026-10-27 10:00", who))


async def test_a_page_that_does_not_exist_shows_the_last(db: Database) -> None:
    district = await small_district(db)
    found = await opened(district)
    turned = await turn_page(db, await district.cause("2026-10-27 10:01", "clerk"), 99, found.version)
    assert present_remind(turned).text == present_remind(found).text
