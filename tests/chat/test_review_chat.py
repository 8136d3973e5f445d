"""审核 of reports in chat: the queue, one after the other, all at once, given back and reported again."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.tables import AuditEntry, Indicator, IndicatorUnit, Report, Unit
from tests.chat.driver import Chat, Message

OFFICE, CONTACT, PARTNER = "区督查绩效办主任", "区发改局联络员", "区住建局联络员"
INVESTMENT = "固定资产投资"
NOVEMBER = "2026-11"


async def said(chat: Chat, person: str, text: str, reply_to: Message | None = None) -> Message:
    """The answer to a typed text, pushes left out."""
    return (await chat.send(person, text, reply_to))[0]


async def reports(chat: Chat, name: str) -> list[Report]:
    async with chat.db.read() as session:
        query = select(Report).join(Indicator, Indicator.id == Report.indicator_id)
        query = query.where(Indicator.name == name, Report.period == NOVEMBER).order_by(Report.revision)
        return list((await session.scalars(query)).all())


async def report(chat: Chat, text: str) -> None:
    await chat.send(CONTACT, text)
    await chat.send(CONTACT, "确认")
    for person in (CONTACT, OFFICE):
        await chat.new(person)


async def test_a_report_is_given_back_and_comes_again(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    assert "没有待审核" in (await said(chat, OFFICE, "/review")).text
    await report(chat, f"{INVESTMENT} 98.6亿")
    queue = await said(chat, OFFICE, "审核")
    for words in ("【严重】固定资产投资　11月　98.6亿元", "增加1.5亿元", "完成60.86%，序时91.67%"):
        assert words in queue.text
    assert list(queue.buttons) == ["通过 固定资产投资", "退回", "详情"]
    asked = (await chat.press(OFFICE, "退回", queue))[0]
    assert "请写明退回" in asked.text
    done = await said(chat, OFFICE, "数据口径不对")
    assert "✓ 已退回 固定资产投资 11月填报：数据口径不对" in done.text
    push = (await chat.inbox(CONTACT))[-1]
    assert "填报退回" in push.text
    assert "原因：数据口径不对" in push.text
    assert list(push.buttons) == ["更正", "详情"]
    await chat.new(CONTACT)
    assert "固定资产投资，已退回，请更正" in (await said(chat, CONTACT, "/report")).text
    preview = await said(chat, CONTACT, "97.1", push)
    assert "原报98.6亿元" in preview.text
    await chat.press(CONTACT, "确认", preview)
    await chat.new(CONTACT)
    await chat.new(OFFICE)
    first, second = await reports(chat, INVESTMENT)
    assert (first.returned_reason, str(second.value)) == ("数据口径不对", "97.1")
    done = await said(chat, OFFICE, f"通过 {INVESTMENT}")
    assert "✓ 已通过 固定资产投资" in done.text
    assert (await reports(chat, INVESTMENT))[-1].confirmed_at is not None
    # The contact hears only of what is given back.
    assert await chat.new(CONTACT) == []
    (again,) = await chat.press(OFFICE, f"rok:{second.id}", queue)
    assert "已由绩效办01审核通过" in again.text
    assert "更正过" in (await chat.press(OFFICE, f"rok:{first.id}", queue))[0].text


async def test_what_is_unremarkable_is_approved_at_once(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    await report(chat, "全部无变化")
    queue = await said(chat, OFFICE, "/review")
    assert "填报待审核</b>" not in queue.text
    assert "填报待审核　6项" in queue.text
    assert "通过无异常的4项" in queue.buttons
    preview = await said(chat, OFFICE, "全部通过")
    assert "以下4项符合方案中“无异常”的条件" in preview.text
    assert "其余2项须逐项审核" in preview.text
    assert all(not one.confirmed_at for one in await reports(chat, "常住人口城镇化率"))
    done = await said(chat, OFFICE, "确认")
    assert "✓ 已通过4项" in done.text
    assert (await reports(chat, "常住人口城镇化率"))[0].confirmed_at is not None
    # The rest one after the other: each answer brings the next.
    (queue,) = await chat.press(OFFICE, "待审核（2）", done)
    (done,) = await chat.press(OFFICE, "通过 固定资产投资", queue)
    assert "下一项（还有1项）" in done.text
    (card,) = await chat.press(OFFICE, "详情", done)
    assert "11月填报：6.9%" in card.text
    (done,) = await chat.press(OFFICE, "通过", card)
    assert "没有待审核的填报了" in done.text
    assert "没有待审核" in (await said(chat, OFFICE, "全部通过")).text
    async with chat.db.read() as session:
        audited = list(await session.scalars(select(AuditEntry.action)))
    assert audited.count("confirm_report") == 6
    assert await chat.new(CONTACT) == []


async def test_nobody_approves_what_they_reported(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    await chat.send(OFFICE, f"{INVESTMENT} 150亿")
    await chat.send(OFFICE, "确认")
    assert "您本人填报的，请由其他同事审核" in (await said(chat, OFFICE, f"通过 {INVESTMENT}")).text
    assert (await reports(chat, INVESTMENT))[0].confirmed_at is None


async def test_a_month_is_frozen_and_opened_again(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    shown = await said(chat, OFFICE, "封存 10月")
    assert "已报63项，共65项（2项未报，封存后不能补报）" in shown.text
    assert "10月数据已封存" in (await said(chat, OFFICE, "确认")).text
    assert "请写明月份和原因" in (await said(chat, OFFICE, "重开 10月")).text
    shown = await said(chat, OFFICE, "重开 10月 统计局调整口径")
    assert "牵头单位的联络员、负责人和督查绩效办可以更正10月数据" in shown.text
    (done,) = await chat.press(OFFICE, "确认重开", shown)
    assert "10月数据已重开" in done.text
    # An approved or imported value of that month is given back by name; the contact corrects that month.
    returned = await said(chat, OFFICE, "退回 地区生产总值增速 10月 口径调整后请重报")
    assert "✓ 已退回 地区生产总值增速" in returned.text
    push = (await chat.inbox(CONTACT))[-1]
    assert "口径调整后请重报" in push.text
    await chat.new(CONTACT)
    assert "地区生产总值增速　10月更正" in (await said(chat, CONTACT, "6.8%", push)).text
    assert "9月没有封存" in (await said(chat, OFFICE, "重开 9月 原因")).text
    assert "还没有到" in (await said(chat, OFFICE, "封存 12月")).text
    assert "封存" not in str((await said(chat, CONTACT, "封存 10月")).buttons)


async def test_words_of_a_unit_that_takes_part_stand_on_the_card(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(PARTNER)
    await chat.at("2026-11-23T10:00", live=False)
    assert "请这样发：补充" in (await said(chat, PARTNER, "补充")).text
    added = await said(chat, PARTNER, f"补充 {INVESTMENT} 我局3个项目已入库")
    assert "✓ 已补充" in added.text
    (card,) = await chat.press(PARTNER, "指标卡片", added)
    assert "补充（区住建局联络员，11月23日）：我局3个项目已入库" in card.text
    assert await reports(chat, INVESTMENT) == []
    assert "您参与的指标里没有" in (await said(chat, PARTNER, "补充 不存在的指标 一句话")).text


async def give_three_more(chat: Chat) -> None:
    """Let the unit of the contact lead nine indicators instead of six."""
    async with chat.db.write() as session:
        unit = await session.scalar(select(Unit.id).where(Unit.name == "区发改局"))
        led = select(IndicatorUnit.indicator_id).where(IndicatorUnit.unit_id == unit)
        more = select(Indicator.id).where(Indicator.kind == "cumulative", Indicator.id.not_in(led)).limit(3)
        for key in (await session.scalars(more)).all():
            session.add(IndicatorUnit(indicator_id=key, unit_id=unit, side="lead", position=9))


async def test_a_unit_with_nine_indicators_reports_in_twelve_taps(sqlite_chat: Chat) -> None:
    """As in the field: most have not changed, one is left for later, two have new values."""
    chat = sqlite_chat
    await give_three_more(chat)
    await chat.bind(CONTACT)
    await chat.at("2026-11-23T10:00", live=False)
    taps, typed = 0, 0

    async def tap(button: str) -> Message:
        nonlocal taps
        taps += 1
        return next(one for one in await chat.press(CONTACT, button) if "签收" not in one.buttons)

    async def type_in(text: str) -> Message:
        nonlocal typed
        typed += 1
        return await said(chat, CONTACT, text)

    listed = await said(chat, CONTACT, "/report")
    assert "还有9项" in listed.text
    asked = next(iter(listed.buttons))
    shown = await tap(asked)
    assert {"无变化", "跳过"} <= set(shown.buttons)
    shown = await tap("跳过")
    assert "已跳过 固定资产投资" in shown.text
    while "下一项：固定资产投资" not in shown.text:
        assert {"无变化", "填报", "跳过"} <= set(shown.buttons)
        if "下一项：地区生产总值增速" in shown.text:
            assert "7.1%" in (await type_in("7.1%")).text
            shown = await tap("确认")
        else:
            shown = await tap("无变化")
    assert "99亿元" in (await type_in("99亿")).text
    shown = await tap("确认")
    assert "本期应报的已全部报完" in shown.text
    assert (taps, typed) == (11, 2)
