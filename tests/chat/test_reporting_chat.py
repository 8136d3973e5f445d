"""Reporting from a phone: typed, in reply to a push, by a button, corrected, confirmed twice."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditEntry, Indicator, PeriodRow, Problem, Push, Report, WarningOrder
from bot.domain.period import Period
from bot.presenters.report_said import Confirmed
from bot.services import reporting
from bot.services.actors import identify
from bot.services.cause import Cause
from bot.services.hearing import Heard
from bot.services.listening import understand
from tests.chat.driver import Chat, Message, running_chat

CONTACT, LEADER, OFFICE, ROADS = "区发改局联络员", "常务副区长", "区督查绩效办主任", "区交通局联络员"
INVESTMENT = "固定资产投资"
SCENE = "固定资产投资 完成98.6亿，征地慢，请常务副区长协调"
NOVEMBER = "2026-11"


async def said(chat: Chat, person: str, text: str, reply_to: Message | None = None) -> Message:
    """The newest of the answers to a typed text, pushes left out."""
    answers = await chat.send(person, text, reply_to)
    return next(item for item in answers if "也可签收" not in item.text)


async def reported(chat: Chat, name: str = INVESTMENT, period: str = NOVEMBER) -> list[Report]:
    """All revisions of an indicator's report of a month."""
    async with chat.db.read() as session:
        query = (
            select(Report)
            .join(Indicator, Indicator.id == Report.indicator_id)
            .where(Indicator.name == name, Report.period == period)
            .order_by(Report.revision)
        )
        return list((await session.scalars(query)).all())


async def count(chat: Chat, table: type) -> int:
    async with chat.db.read() as session:
        return len((await session.scalars(select(table))).all())


async def test_a_typed_report_is_previewed_and_counts_when_confirmed(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER)
    preview = await said(chat, CONTACT, SCENE)
    for words in (
        "98.6亿元",
        "60.86%",
        "91.67%",
        "落后30.80个百分点",
        "【严重】",
        "增加1.5亿元",
    ):
        assert words in preview.text
    assert list(preview.buttons) == ["确认", "改数", "改问题", "改需协调", "取消"]
    assert await reported(chat) == []
    answers = await chat.press(CONTACT, "确认", preview)
    assert "✓ 已报" in answers[0].text
    assert "下一项" in answers[0].text
    (report,) = await reported(chat)
    assert (report.value, report.problem, report.revision) == (Decimal("98.6"), "征地慢", 1)
    pushes = await chat.inbox(LEADER)
    assert sum(INVESTMENT in push.text for push in pushes) == 1
    async with chat.db.read() as session:
        (problem,) = (await session.scalars(select(Problem).where(Problem.report_id == report.id))).all()
        orders = (
            await session.scalars(select(WarningOrder).where(WarningOrder.indicator_id == report.indicator_id))
        ).all()
        audited = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "report"))).all()
    assert problem.text == "征地慢"
    assert [order.grade for order in orders if order.closed_at is None] == ["serious"]
    assert audited[-1].subject_id == report.id


async def test_the_next_one_is_reported_by_one_tap(chat: Chat) -> None:
    await chat.bind(CONTACT)
    await said(chat, CONTACT, SCENE)
    await chat.press(CONTACT, "确认")
    answer = (await chat.press(CONTACT, "无变化"))[0]
    assert "✓ 已报 11月 地区生产总值增速：6.9%" in answer.text
    (report,) = await reported(chat, "地区生产总值增速")
    assert (report.no_change, report.value) == (True, Decimal("6.9"))
    assert "更正" in answer.buttons


async def test_the_typed_twin_of_no_change_means_the_one_offered(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, SCENE)
    await said(sqlite_chat, CONTACT, "确认")
    answer = await said(sqlite_chat, CONTACT, "同上月")
    assert "✓ 已报 11月 地区生产总值增速" in answer.text


async def test_a_reply_to_the_reminder_is_a_report(chat: Chat) -> None:
    await chat.bind(CONTACT)
    await chat.at("2026-11-23T09:00")
    digest = next(item for item in await chat.inbox(CONTACT) if "填报" in item.text)
    await chat.new(CONTACT)
    preview = await said(chat, CONTACT, SCENE, digest)
    assert "98.6亿元" in preview.text
    assert "✓ 已报" in (await said(chat, CONTACT, "确认")).text
    which = await said(chat, CONTACT, "7.1%", digest)
    assert "是哪个指标" in which.text
    assert "地区生产总值增速" in which.buttons
    (preview,) = await chat.press(CONTACT, "地区生产总值增速", which)
    assert "7.1%" in preview.text


async def test_two_taps_report_once(chat: Chat) -> None:
    await chat.bind(CONTACT)
    preview = await said(chat, CONTACT, SCENE)
    known = await identify(chat.db, chat.who(CONTACT))
    version = int(preview.buttons["确认"].split(":")[1])
    causes = [Cause(chat.now, known) for _ in range(2)]
    done = await asyncio.gather(*(reporting.confirm(chat.db, cause, version) for cause in causes))
    assert sorted(type(item).__name__ for item in done) == ["Confirmed", "Told"]
    assert len(await reported(chat)) == 1
    assert "已经确认过" in (await chat.press(CONTACT, "确认", preview))[0].text


async def test_two_taps_on_no_change_report_once(chat: Chat) -> None:
    await chat.bind(CONTACT)
    known = await identify(chat.db, chat.who(CONTACT))
    card = await said(chat, CONTACT, INVESTMENT)
    indicator_id = int(card.buttons["无变化"].split(":")[1])
    causes = [Cause(chat.now, known) for _ in range(2)]
    done = await asyncio.gather(
        *(reporting.no_change(chat.db, cause, indicator_id, Period(2026, 11)) for cause in causes)
    )
    assert sorted(type(item).__name__ for item in done) == ["Confirmed", "Told"]
    assert len(await reported(chat)) == 1


async def test_a_draft_survives_a_restart(chat: Chat, district_url: str) -> None:
    await chat.bind(CONTACT)
    await said(chat, CONTACT, SCENE)
    anew = Database(district_url)
    known = await identify(anew, chat.who(CONTACT))
    done = await understand(anew, Cause(chat.now, known), Heard("确认", chat.who(CONTACT), 99_999))
    await anew.close()
    assert isinstance(done, Confirmed)
    assert [report.problem for report in await reported(chat)] == ["征地慢"]


async def test_a_preview_that_was_replaced_is_stale(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    first = await said(sqlite_chat, CONTACT, SCENE)
    second = await said(sqlite_chat, CONTACT, "99亿")
    assert "99亿元" in second.text
    assert "征地慢" in second.text
    assert "以最新一条为准" in (await sqlite_chat.press(CONTACT, "确认", first))[0].text
    assert await reported(sqlite_chat) == []
    await sqlite_chat.press(CONTACT, "确认", second)
    assert [report.value for report in await reported(sqlite_chat)] == [Decimal(99)]


async def test_a_correction_keeps_the_history(chat: Chat) -> None:
    await chat.bind(CONTACT)
    await said(chat, CONTACT, SCENE)
    await chat.press(CONTACT, "确认")
    assert "现报：98.6亿元" in (await chat.press(CONTACT, "更正"))[0].text
    preview = await said(chat, CONTACT, "121亿")
    assert "121亿元（原报98.6亿元）" in preview.text
    assert len(await reported(chat)) == 1
    assert "✓ 已更正" in (await chat.press(CONTACT, "确认", preview))[0].text
    old, new = await reported(chat)
    assert (old.value, new.value, new.revision) == (Decimal("98.6"), Decimal(121), 2)
    assert old.superseded_at is not None
    assert await count(chat, Problem) == 1, "the same plea is not raised again"


async def test_an_edited_message_is_read_anew_while_the_draft_is_open(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, SCENE)
    message = await sqlite_chat.own(CONTACT)
    (preview,) = await sqlite_chat.edit(CONTACT, message, "固定资产投资 完成99.6亿，征地慢")
    assert "99.6亿元" in preview.text
    assert "原报" not in preview.text


async def test_an_edited_message_offers_the_correction_after_confirmation(chat: Chat) -> None:
    await chat.bind(CONTACT)
    await said(chat, CONTACT, SCENE)
    message = await chat.own(CONTACT)
    await said(chat, CONTACT, "确认")
    (preview,) = await chat.edit(CONTACT, message, SCENE.replace("98.6", "99.6"))
    assert "99.6亿元（原报98.6亿元）" in preview.text
    assert [report.value for report in await reported(chat)] == [Decimal("98.6")]
    await said(chat, CONTACT, "确认")
    assert [report.value for report in await reported(chat)] == [Decimal("98.6"), Decimal("99.6")]


async def test_an_edit_of_something_else_changes_nothing(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, "gdzc")
    (answer,) = await sqlite_chat.edit(CONTACT, await sqlite_chat.own(CONTACT), "固定资产投资 99亿")
    assert "没有对应的填报" in answer.text


async def test_several_lines_are_several_reports(chat: Chat) -> None:
    await chat.bind(CONTACT)
    preview = await said(chat, CONTACT, "固定资产投资 99.1亿\n地区生产总值增速 7.1%\n第三产业增加值增速 6个")
    assert "共2项" in preview.text or "请核对" in preview.text
    assert "未收：第三产业增加值增速的单位是%" in preview.text
    again = await said(chat, CONTACT, "地区生产总值增速 7.2%")
    assert "7.2%" in again.text
    assert "99.1亿元" in again.text
    answer = (await chat.press(CONTACT, "全部确认（2项）", again))[0]
    assert "已报2项" in answer.text
    assert len(await reported(chat)) == len(await reported(chat, "地区生产总值增速")) == 1
    assert await reported(chat, "第三产业增加值增速") == []


async def test_nodes_are_ticked_by_words_and_by_taps(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind("区农业农村局联络员")
    name = "现代农业全产业链招商"
    preview = await said(sqlite_chat, "区农业农村局联络员", f"{name} 开工1个了")
    assert "✓ 12月 开工1个" in preview.buttons
    (preview,) = await sqlite_chat.press("区农业农村局联络员", "✓ 12月", preview)
    assert preview.edited
    assert "○ 12月 开工1个" in preview.buttons
    await sqlite_chat.press("区农业农村局联络员", "确认", preview)
    (report,) = await reported(sqlite_chat, name)
    assert report.value == Decimal("66.666667")


async def test_a_doubtful_value_is_asked_about(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    for typed, question in (
        ("固定资产投资 985亿", "十倍以上"),
        ("固定资产投资 50亿", "少了"),
        ("固定资产投资 9.6亿", "十分之一"),
        ("固定资产投资 -5", "负数"),
        ("固定资产投资 600亿", "几倍"),
    ):
        preview = await said(sqlite_chat, CONTACT, typed)
        assert question in preview.text, typed
        assert "确认无误" in preview.buttons


async def test_units_are_converted_or_asked_for(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    for typed in ("固定资产投资 986000万元", "固定资产投资 ９８．６亿元", "固定资产投资 九十八点六亿"):
        assert "98.6亿元" in (await said(sqlite_chat, CONTACT, typed)).text
    refused = await said(sqlite_chat, CONTACT, "固定资产投资 98个")
    assert "单位是亿元" in refused.text
    assert "60.25%" in (await said(sqlite_chat, CONTACT, "97.6亿")).text
    assert await reported(sqlite_chat) == []


async def test_a_report_ahead_of_time_says_so(sqlite_district_url: str) -> None:
    async with running_chat(sqlite_district_url, "2026-11-10T10:00") as chat:
        await chat.bind("区财政局联络员")
        listed = await said(chat, "区财政局联络员", "/report")
        assert "目前没有要报的" in listed.text
        preview = await said(chat, "区财政局联络员", "一般公共预算收入 19.9亿")
        assert "提前填报" in preview.text
        assert "11月" in preview.text


async def test_a_month_that_is_owed_comes_first(sqlite_district_url: str) -> None:
    async with running_chat(sqlite_district_url, "2026-11-10T10:00") as chat:
        await chat.bind(CONTACT)
        listed = await said(chat, CONTACT, "/report")
        assert "10月填报" in listed.text
        assert "逾期" in listed.text
        await said(chat, CONTACT, SCENE)
        await said(chat, CONTACT, "确认")
        assert len(await reported(chat, period="2026-10")) == 1


async def test_the_list_counts_down_to_all_reported(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(ROADS)
    assert "还有1项" in (await said(sqlite_chat, ROADS, "填报")).text
    (prompt,) = await sqlite_chat.press(ROADS, "107国道绕城段建成通车")
    (done, *_) = await sqlite_chat.press(ROADS, "确认", prompt)
    assert "全部报完" in done.text
    listed = await said(sqlite_chat, ROADS, "/report")
    assert "已全部报完" in listed.text
    assert any("更正" in name for name in listed.buttons)


async def test_the_office_reports_for_a_unit(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    assert "代报" in (await said(sqlite_chat, OFFICE, "城镇登记失业率 3.9%")).text
    await said(sqlite_chat, OFFICE, "确认")
    (report,) = await reported(sqlite_chat, "城镇登记失业率")
    async with sqlite_chat.db.read() as session:
        assert report.reporter_post_id is not None
        assert (await session.get(Indicator, report.indicator_id)) is not None


async def test_a_colleague_who_reported_meanwhile_is_not_overwritten(chat: Chat) -> None:
    head = "区发改局主要负责人"
    await chat.bind(CONTACT, head)
    await said(chat, CONTACT, SCENE)
    await said(chat, head, "固定资产投资 120亿")
    await said(chat, head, "确认")
    again = await said(chat, CONTACT, "确认")
    assert "刚才有人已报" in again.text
    assert "原报120亿元" in again.text
    assert [report.value for report in await reported(chat)] == [Decimal(120)]
    await said(chat, CONTACT, "确认")
    assert [report.value for report in await reported(chat)] == [Decimal(120), Decimal("98.6")]


async def test_after_the_month_is_closed_nothing_changes(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, SCENE)
    message = await sqlite_chat.own(CONTACT)
    await said(sqlite_chat, CONTACT, "确认")
    async with sqlite_chat.db.write() as session:
        cycle_id = await session.scalar(select(Indicator.cycle_id).limit(1))
        existing = (await session.scalars(select(PeriodRow).where(PeriodRow.period == NOVEMBER))).one_or_none()
        row = existing or PeriodRow(cycle_id=cycle_id, period=NOVEMBER, opened_at=sqlite_chat.now)
        row.closed_at = sqlite_chat.now
        session.add(row)
    assert "已经封存" in (await sqlite_chat.press(CONTACT, "更正"))[0].text
    (answer,) = await sqlite_chat.edit(CONTACT, message, SCENE.replace("98.6", "99.6"))
    assert "已经封存" in answer.text
    assert len(await reported(sqlite_chat)) == 1


async def test_cancelling_says_what_is_dropped(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    preview = await said(sqlite_chat, CONTACT, SCENE)
    assert "未上报：固定资产投资" in (await said(sqlite_chat, CONTACT, "/cancel")).text
    assert "已经取消" in (await sqlite_chat.press(CONTACT, "确认", preview))[0].text
    assert "没有正在办理" in (await said(sqlite_chat, CONTACT, "取消")).text
    assert await reported(sqlite_chat) == []


async def test_words_are_kept_as_typed_and_shown_harmless(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    preview = await said(sqlite_chat, CONTACT, "固定资产投资 98.6亿，<b>征地</b>&慢\u202e得很")
    assert "<b>征地</b>&慢得很" in preview.text
    await sqlite_chat.press(CONTACT, "改问题", preview)
    preview = await said(sqlite_chat, CONTACT, "<script>alert(1)</script> 用地手续未批")
    assert "<script>" in preview.text
    await sqlite_chat.press(CONTACT, "确认", preview)
    assert "<script>" in (await said(sqlite_chat, CONTACT, "gdzc")).text


async def test_no_push_of_a_report_goes_to_the_reporter_twice(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, SCENE)
    await said(sqlite_chat, CONTACT, "确认")
    async with sqlite_chat.db.read() as session:
        keys = (await session.scalars(select(Push.dedupe_key))).all()
    assert len(keys) == len(set(keys))


async def test_the_buttons_of_a_preview_have_words(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await said(sqlite_chat, CONTACT, SCENE)
    assert "存在的问题" in (await said(sqlite_chat, CONTACT, "改问题")).text
    assert "问题：用地手续未批" in (await said(sqlite_chat, CONTACT, "用地手续未批")).text
    await said(sqlite_chat, CONTACT, "改需协调")
    assert "将送：区住建局主要负责人" in (await said(sqlite_chat, CONTACT, "请区住建局协调")).text
    await said(sqlite_chat, CONTACT, "改问题")
    assert "问题：" not in (await said(sqlite_chat, CONTACT, "无")).text
    assert "请发1月至11月累计数" in (await said(sqlite_chat, CONTACT, "改数")).text
    assert "121亿元" in (await said(sqlite_chat, CONTACT, "121亿")).text
    assert "✓ 已报" in (await said(sqlite_chat, CONTACT, "确认无误")).text


async def test_a_list_opened_from_a_reminder_leaves_it_as_it_is(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await sqlite_chat.at("2026-11-23T09:00")
    digest = next(item for item in await sqlite_chat.inbox(CONTACT) if "填报" in item.text)
    await sqlite_chat.new(CONTACT)
    (listed,) = await sqlite_chat.press(CONTACT, "填报", digest)
    assert listed.id != digest.id
    assert not listed.edited
