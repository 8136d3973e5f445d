"""The public's opinion from intake to call-back, and a contact that is kept up."""

from __future__ import annotations

import io

from docx import Document

from tests.chat.driver import Chat

CONTACT, OFFICE = "区信访局联络员", "区督查绩效办主任"


async def test_an_opinion_goes_from_intake_to_call_back(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, OFFICE)
    (preview,) = await chat.send(OFFICE, "整改 区信访局 12-30前 来源：满意度调查 公交站点没有候车亭")
    assert "来源：满意度调查" in preview.text
    await chat.press(OFFICE, "下达", preview)
    (given,) = await chat.new(CONTACT)
    (measure,) = await chat.send(CONTACT, "措施：新建候车亭3处", reply_to=given)
    assert "已记下整改措施" in measure.text
    (published,) = await chat.send(CONTACT, "公示 区政府网站11月25日", reply_to=given)
    assert "已记下公示情况" in published.text
    assert await chat.new(OFFICE) == []
    await chat.send(CONTACT, "办结：3处已建成", reply_to=given)
    (asked,) = await chat.new(OFFICE)
    (unhappy,) = await chat.send(OFFICE, "回访 不满意，只建了2处", reply_to=asked)
    assert "已退回重办" in unhappy.text
    (back,) = await chat.new(CONTACT)
    assert "【退回重办】公交站点没有候车亭" in back.text
    assert "只建了2处" in back.text
    await chat.send(CONTACT, "办结：第3处补建完成", reply_to=back)
    (again,) = await chat.new(OFFICE)
    (happy,) = await chat.send(OFFICE, "回访 满意", reply_to=again)
    assert "已记下回访结果" in happy.text
    (done,) = await chat.press(OFFICE, "确认办结", happy)
    assert "已确认办结" in done.text
    (card,) = await chat.press(OFFICE, "查看", done)
    for words in ("措施：新建候车亭3处", "公示 区政府网站11月25日", "回访 满意"):
        assert words in card.text
    (sheet,) = await chat.press(OFFICE, "督办单", card)
    content = (await chat.http.get(f"/sandbox/files/{sheet.raw['document']['file_id']}")).content
    form = {row.cells[0].text: row.cells[1].text for row in Document(io.BytesIO(content)).tables[0].rows}
    assert form["依据"] == "满意度调查"
    assert form["牵头"] == "区信访局"
    assert form["是否超期"] == "否"
    *_, refused = await chat.send(CONTACT, "回访 满意", reply_to=back)
    assert "已记下回访结果" not in refused.text


async def test_a_contact_that_is_kept_moves_its_date(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, OFFICE)
    await chat.send(OFFICE, "对接 区信访局 11-30前 与市信访局保持对接，了解评议安排")
    await chat.press(OFFICE, "下达")
    (given,) = await chat.new(CONTACT)
    (kept,) = await chat.send(CONTACT, "已对接 市局办公室，评议改在二月 下次 1-15", reply_to=given)
    assert "下次对接：1月15日" in kept.text
    (card,) = await chat.press(CONTACT, "查看", kept)
    assert "办理中" in card.text
    assert "1月15日前" in card.text
    (bare,) = await chat.send(CONTACT, "已联系市局", reply_to=given)
    assert "下次对接：1月15日" in bare.text
