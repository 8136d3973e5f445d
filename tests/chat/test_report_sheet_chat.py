"""A unit reports by workbook: out prefilled, back filled in, one preview, one confirmation."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.chat.driver import Chat, Message

CONTACT, OTHER = "区发改局联络员", "区信访局联络员"
VALUE = 6


async def sheet_for(chat: Chat, person: str) -> bytes:
    """The workbook that the bot sends."""
    sent: Message = (await chat.send(person, "填报表"))[-1]
    assert sent.document is not None
    file_id = sent.raw["document"]["file_id"]
    return (await chat.http.get(f"/sandbox/files/{file_id}")).content


def changed(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """The workbook after somebody worked on it."""
    book: Workbook = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill(sheet: Worksheet) -> None:
    """固定资产投资 with a value and a problem, all others unchanged."""
    for row in range(3, sheet.max_row + 1):
        first = sheet.cell(row, 2).value == "固定资产投资"
        sheet.cell(row, VALUE).value = "117.5亿" if first else "无变化"
        if first:
            sheet.cell(row, 7).value = "征地慢"


async def test_a_workbook_goes_out_prefilled_comes_back_and_is_confirmed_once(chat: Chat) -> None:
    await chat.bind(CONTACT)
    content = await sheet_for(chat, CONTACT)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.cell(1, 1).value == "区发改局2026年11月指标填报表"
    rows = sheet.max_row - 2
    (preview,) = await chat.document(CONTACT, "填报表.xlsx", changed(content, fill))
    assert "117.5" in preview.text
    assert "征地慢" in preview.text
    done = await chat.press(CONTACT, "全部确认")
    assert f"{rows}" in done[-1].text
    (left,) = await chat.send(CONTACT, "/report")
    assert "固定资产投资" not in "".join(button for button in left.buttons if "更正" not in button)


def without_header(sheet: Worksheet) -> None:
    sheet.cell(2, VALUE).value = "本月数"


def of_another_unit(sheet: Worksheet) -> None:
    sheet.cell(1, 1).value = "区交通局2026年11月指标填报表"


def of_last_month(sheet: Worksheet) -> None:
    sheet.cell(1, 1).value = "区发改局2026年10月指标填报表"


def nothing(_sheet: Worksheet) -> None:
    """Sent back as it came."""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_header, "缺少“指标、本期累计”列"),
        (of_another_unit, "这是区交通局的填报表，不是您单位的"),
        (of_last_month, "这是10月的填报表，现在填报的是11月"),
        (nothing, "还没有填数"),
    ],
)
async def test_a_workbook_that_cannot_be_taken_gets_one_sentence(
    sqlite_chat: Chat, change: Callable[[Worksheet], None], said: str
) -> None:
    await sqlite_chat.bind(CONTACT)
    content = await sheet_for(sqlite_chat, CONTACT)
    (answer,) = await sqlite_chat.document(CONTACT, "填报表.xlsx", changed(content, change))
    assert said in answer.text


async def test_each_odd_cell_is_named_and_the_rest_is_taken(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    content = await sheet_for(sqlite_chat, CONTACT)

    def odd(sheet: Worksheet) -> None:
        fill(sheet)
        sheet.cell(4, VALUE).value = "=1+1"
        sheet.cell(5, VALUE).value = "差不多吧"
        sheet.append([99, "固定资产投资", "", "", "", "118"])
        sheet.append([100, "别的指标", "", "", "", "5"])

    (preview,) = await sqlite_chat.document(CONTACT, "填报表.xlsx", changed(content, odd))
    for cell in ("F4", "F5"):
        assert cell in preview.text
    assert "写了两行" in preview.text
    assert "别的指标：不在您单位的填报指标里" in preview.text
    assert "117.5" in preview.text


async def test_an_ordinary_workbook_is_evidence(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OTHER)
    stream = io.BytesIO()
    Workbook().save(stream)
    (answer,) = await sqlite_chat.document(OTHER, "其他表.xlsx", stream.getvalue())
    assert "台账" in answer.text
