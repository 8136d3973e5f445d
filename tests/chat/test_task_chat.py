"""What comes down and goes up: problem, directive, supervision order, completion, confirmation, return, urging."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.chat.driver import Chat

CONTACT, HEAD, LEADER, OFFICE = "区发改局联络员", "区发改局主要负责人", "常务副区长", "区督查绩效办主任"
OTHER = "区信访局联络员"
INVESTMENT = "固定资产投资"


async def test_a_problem_becomes_a_directive_is_reported_done_and_confirmed(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER)
    (raised,) = await chat.send(CONTACT, f"/problem {INVESTMENT} 用地指标不足，请协调")
    assert f"已送{LEADER}" in raised.text
    (problem,) = await chat.new(LEADER)
    assert "用地指标不足" in problem.text
    (waiting,) = await chat.send(LEADER, "待办")
    assert "请您定的问题" in waiting.text
    await chat.press(LEADER, "批示", problem)
    await chat.send(LEADER, "请自然资源部门本周内解决")
    (directive,) = [item for item in await chat.new(CONTACT) if "【批示】" in item.text]
    (empty,) = await chat.send(LEADER, "待办")
    assert "请您定的问题" not in empty.text
    (done,) = await chat.send(CONTACT, "办结：已落实指标200亩", reply_to=directive)
    assert "已报办结" in done.text
    (asked,) = [item for item in await chat.new(LEADER) if "【待确认】" in item.text]
    assert "已落实指标200亩" in asked.text
    (confirmed,) = await chat.press(LEADER, "确认办结", asked)
    assert "已确认办结" in confirmed.text
    assert any("【已办结】" in item.text for item in await chat.new(CONTACT))


async def test_a_problem_is_forwarded_or_noted_and_the_unit_hears_of_it(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, LEADER, "区财政局联络员")
    await sqlite_chat.send(CONTACT, f"/problem {INVESTMENT} 资金缺口两亿")
    (problem,) = await sqlite_chat.new(LEADER)
    await sqlite_chat.press(LEADER, "转办", problem)
    (given,) = await sqlite_chat.send(LEADER, "区财政局 研究后报我")
    assert "已下达批示" in given.text
    (task,) = await sqlite_chat.new("区财政局联络员")
    assert "资金缺口两亿" in task.text
    assert any("已转有关单位" in item.text for item in await sqlite_chat.new(CONTACT))
    await sqlite_chat.send(CONTACT, f"/problem {INVESTMENT} 天气不好")
    (second,) = await sqlite_chat.new(LEADER)
    (noted,) = await sqlite_chat.press(LEADER, "了解", second)
    assert "已记录“了解”" in noted.text
    assert await sqlite_chat.press(LEADER, "了解", second) == []
    assert "已经有处理意见" in sqlite_chat.toast


async def test_the_office_gives_an_order_in_one_line_and_gets_it_back(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, HEAD, OFFICE)
    (preview,) = await sqlite_chat.send(OFFICE, "督办 区发改局 12-15前 完成用地报批清零")
    assert "请核对后下达" in preview.text
    assert "12月15日前" in preview.text
    (given,) = await sqlite_chat.press(OFFICE, "下达", preview)
    assert "已下达督办" in given.text
    (order,) = await sqlite_chat.new(CONTACT)
    assert "【督办】完成用地报批清零" in order.text
    await sqlite_chat.press(CONTACT, "办结", order)
    await sqlite_chat.send(CONTACT, "已全部报批")
    (asked,) = [item for item in await sqlite_chat.new(OFFICE) if "【待确认】" in item.text]
    (returned,) = await sqlite_chat.send(OFFICE, "退回：没有附批文", reply_to=asked)
    assert "已退回重办" in returned.text
    assert any("没有附批文" in item.text for item in await sqlite_chat.new(CONTACT))
    (lists,) = await sqlite_chat.send(CONTACT, "/tasks")
    assert "退回重办" in lists.text
    (tasks,) = await sqlite_chat.send(OFFICE, "/tasks")
    (sheet,) = await sqlite_chat.press(OFFICE, "导出全部", tasks)
    content = (await sqlite_chat.http.get(f"/sandbox/files/{sheet.raw['document']['file_id']}")).content
    cells = [cell.value for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    assert {"督办", "完成用地报批清零", "退回重办"} <= set(cells)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("督办 不存在的局 12-15前 做事", "没有看出交给哪个单位"),
        ("督办 区发改局 1-5前 做事", "已经过去"),
        ("督办 区发改局", "没有看出交给哪个单位"),
    ],
)
async def test_a_bad_order_gets_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE)
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text


async def test_a_due_date_on_a_day_off_moves_and_a_unit_without_account_is_named(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    (preview,) = await sqlite_chat.send(OFFICE, "督办 区发改局 12-13前 完成用地报批清零")
    assert "12月14日前" in preview.text
    assert "没有绑定账号" in preview.text


async def test_nobody_else_sees_or_settles_a_task(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, OFFICE, OTHER)
    await sqlite_chat.send(OFFICE, "督办 区发改局 12-15前 完成用地报批清零")
    await sqlite_chat.press(OFFICE, "下达")
    (order,) = await sqlite_chat.new(CONTACT)
    (mine,) = await sqlite_chat.send(OTHER, "/tasks")
    assert "用地报批" not in mine.text
    for data in ("task:1", "tstep:1:report_done", "tstep:1:confirm"):
        answers = await sqlite_chat.press(OTHER, data, mine)
        assert all("用地报批" not in answer.text for answer in answers)
    confirm = await sqlite_chat.press(CONTACT, "tstep:1:confirm", order)
    assert all("已确认办结" not in answer.text for answer in confirm)


async def test_the_list_itself_can_be_answered_and_a_typed_word_gives_the_order(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, HEAD, LEADER, OFFICE)
    for words in ("资金缺口两亿", "征地慢"):
        await sqlite_chat.send(CONTACT, f"/problem {INVESTMENT} {words}")
    await sqlite_chat.new(LEADER)
    (listed,) = await sqlite_chat.send(LEADER, "/tasks")
    assert "2. 固定资产投资：征地慢" in listed.text
    (noted,) = await sqlite_chat.press(LEADER, "2. 了解", listed)
    assert "已记录“了解”" in noted.text
    (left,) = await sqlite_chat.send(LEADER, "待办")
    assert "征地慢" not in left.text
    await sqlite_chat.send(OFFICE, "督办 区发改局 12-10前 报送清单")
    (preview,) = await sqlite_chat.send(OFFICE, "督办 区发改局 12-15前 完成用地报批清零")
    assert "12月15日前" in preview.text
    (given,) = await sqlite_chat.send(OFFICE, "确认")
    assert "已下达督办" in given.text
