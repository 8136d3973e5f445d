"""A warning order on the phone: answered, extended, returned, accepted and closed, by button and by words."""

from __future__ import annotations

from tests.chat.driver import Chat, Message

CONTACT, HEAD, LEADER = "区发改局联络员", "区发改局主要负责人", "常务副区长"
OFFICE, CLERK = "区督查绩效办主任", "区督查绩效办干事"
SCENE = "固定资产投资 完成98.6亿，征地慢，请常务副区长协调"
ANSWER = "反馈 原因征地慢；措施每周调度，倒排工期；12月恢复"


async def warned(chat: Chat) -> Message:
    """The contact's report makes the indicator grave; the warning on the contact's phone."""
    await chat.bind(CONTACT, LEADER, OFFICE, CLERK)
    await chat.at("2026-11-23T10:00", live=False)
    await chat.send(CONTACT, SCENE)
    await chat.press(CONTACT, "确认")
    for person in (LEADER, OFFICE, CLERK):
        await chat.new(person)
    pushes = [item for item in await chat.inbox(CONTACT) if item.text.startswith("【严重】") and "征地慢" in item.text]
    return pushes[-1]


async def test_from_the_answer_to_its_return_and_acceptance(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    push = await warned(chat)
    assert list(push.buttons) == ["签收", "详情", "反馈", "申请延期"]
    found = await chat.send(CONTACT, ANSWER, reply_to=push)
    done = next(item for item in found if item.text.startswith("✓ 反馈已提交"))
    assert "预计恢复：12月31日前" in done.text
    edited = next(item for item in found if item.id == push.id)
    assert "状态：已反馈，承诺12月31日前恢复" in edited.text
    assert edited.text.rstrip().endswith("✓ 已签收 11月23日 10:00")
    assert "申请销号" in edited.buttons
    (request,) = [item for item in await chat.new(OFFICE) if item.text.startswith("【反馈待审】")]
    assert "措施：每周调度，倒排工期" in request.text
    assert list(request.buttons) == ["同意", "退回", "预警单"]
    (asked,) = await chat.press(OFFICE, "退回", request)
    assert "原因是什么" in asked.text
    found = await chat.send(OFFICE, "措施不具体，请写明责任人")
    assert any("已退回反馈" in item.text and "11月26日前重报" in item.text for item in found)
    settled = next(item for item in await chat.new(CLERK) if item.text.startswith("【反馈待审】"))
    assert "✓" in settled.text
    assert list(settled.buttons) == ["预警单"]
    told = await chat.new(CONTACT)
    returned = next(item for item in told if item.text.startswith("【反馈退回】"))
    assert "措施不具体，请写明责任人" in returned.text
    (again,) = await chat.press(CONTACT, "反馈", returned)
    assert "原因：征地慢" in again.text
    assert "确认提交" in again.buttons
    (asks,) = await chat.press(CONTACT, "改措施", again)
    assert "时间表" in asks.text
    (shown,) = await chat.send(CONTACT, "张三负责，每周五调度，12月15日前完成征拆")
    assert "措施：张三负责" in shown.text
    await chat.send(CONTACT, "确认")
    await chat.new(CONTACT)
    # The second request of the day joins the first message; it rings no more.
    (second,) = [item for item in await chat.new(CLERK) if item.text.startswith("【待审核】1项")]
    assert second.edited
    (opened,) = await chat.press(CLERK, "反馈：固定资产投资", second)
    assert "措施：张三负责" in opened.text
    found = await chat.press(CLERK, "同意", opened)
    assert any("已同意反馈" in item.text for item in found)
    assert any("均已办理" in item.text for item in await chat.inbox(OFFICE))
    order = next(item for item in await chat.send(LEADER, "预警单 固定资产投资") if "经过" in item.text)
    for words in ("整改中", "承诺12月31日前恢复", "退回反馈：措施不具体", "○ 常务副区长", "✓ 区发改局联络员"):
        assert words in order.text, (words, order.text)


async def test_more_time_is_asked_for_in_time_and_gets_a_date(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    push = await warned(chat)
    found = await chat.send(CONTACT, "延期 12-15 等批复", reply_to=push)
    assert any("11月26日延至12月15日" in item.text for item in found)
    (refused,) = await chat.send(CONTACT, "延期 12-20 等批复", reply_to=push)
    assert "等绩效办答复" in refused.text
    (request,) = [item for item in await chat.new(OFFICE) if item.text.startswith("【延期待批】")]
    assert "目前进展：11月完成率60.86%" in request.text
    found = await chat.send(OFFICE, "同意 12-10", reply_to=request)
    assert any("新期限12月10日" in item.text for item in found)
    assert any("新期限12月10日" in item.text for item in await chat.new(CONTACT))
    listed = (await chat.send(CONTACT, "预警"))[-1]
    assert "待签收，请于12月10日前反馈" in listed.text
    await chat.at("2026-12-11T10:00", live=False)
    late = await chat.send(CONTACT, "延期 12-20 还在等", reply_to=push)
    assert "期限12月10日已过" in late[-1].text
    listed = (await chat.send(CLERK, "/review"))[-1]
    assert "延期" not in listed.text


async def test_what_does_not_fit_gets_one_sentence(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    push = await warned(chat)
    await chat.bind("区工信局联络员")
    await chat.new("区工信局联络员")
    (hint,) = await chat.send("区工信局联络员", "/help")
    await chat.press("区工信局联络员", push.buttons["反馈"], hint)
    assert "没有办理这项的权限" in chat.toast
    (red,) = [item for item in await chat.send(OFFICE, "销号 固定资产投资 已恢复") if item.outgoing]
    assert "目前为【严重】" in red.text
    (early,) = await chat.send(CONTACT, "申请销号", reply_to=push)
    assert "不能申请销号" in early.text
    # The report behind the warning is all that waits for the office's word.
    (approved,) = await chat.send(OFFICE, "同意")
    assert "已通过 固定资产投资" in approved.text
    (none,) = await chat.send(OFFICE, "同意")
    assert "没有" in none.text
    (past,) = await chat.send(CONTACT, "反馈 原因征地慢；措施调度；9月恢复", reply_to=push)
    assert "已经过去" in past.text


async def test_what_an_order_is_about_is_called_by_its_kind(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE)
    await chat.at("2026-11-20T08:31")
    rate = (await chat.send(OFFICE, "预警单 进出口总额增速"))[-1]
    assert "完成8.2%，目标15%" in rate.text
    assert "个百分点" not in rate.text
    event = (await chat.send(OFFICE, "预警单 不文明行为通报"))[-1]
    assert "本年已发生1次" in event.text
    assert "完成" not in event.text.split("依据")[0]


async def test_words_without_a_subject_offer_what_they_could_be_about(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    push = await warned(chat)
    (asked,) = await chat.send(LEADER, "批示：请抓紧")
    assert "批示：固定资产投资" in asked.buttons
    (prompt,) = await chat.press(LEADER, "批示：固定资产投资", asked)
    assert "固定资产投资" in prompt.text
    found = await chat.send(LEADER, "请抓紧征地")
    assert any("请抓紧征地" in item.text for item in found)
    refused = (await chat.send(CONTACT, "延期 11-20 等批复", reply_to=push))[-1]
    assert refused.text == "新日期须晚于原期限11月26日。"


async def test_everything_that_waits_is_acknowledged_with_one_tap(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE)
    await chat.at("2026-11-20T08:31")
    await chat.new(OFFICE)
    (asked,) = await chat.send(OFFICE, "收到")
    everything = next(name for name in asked.buttons if name.startswith("全部签收"))
    await chat.press(OFFICE, everything, asked)
    (left,) = await chat.send(OFFICE, "收到")
    assert "没有待您签收的预警" in left.text
