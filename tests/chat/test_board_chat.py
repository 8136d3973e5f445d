"""计分牌 and 通报 from a phone: text, picture and Word document, with the same numbers."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
from docx import Document

from tests.chat.driver import Chat, Message

CONTACT, HEAD, OFFICE = "区发改局联络员", "区发改局主要负责人", "区督查绩效办主任"
PNG = b"\x89PNG\r\n\x1a\n"


async def file_of(chat: Chat, message: Message, kind: str) -> bytes:
    """The file of a message, as the phone would load it."""
    shown: Any = message.raw[kind]
    file_id = (shown[-1] if isinstance(shown, list) else shown)["file_id"]
    reply: httpx.Response = await chat.http.get(f"/sandbox/files/{file_id}")
    assert reply.status_code == 200, reply.text
    return reply.content


def numbers(text: str) -> dict[str, tuple[int, str]]:
    """The lights of a bulletin: word -> (count, points)."""
    found = re.findall(r"^(\w+)　(\d+)项　([\d.,]+)分$", text, re.MULTILINE)
    return {word: (int(count), points) for word, count, points in found}


async def test_everybody_may_look_at_the_scoreboard_and_sees_their_own_unit(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(HEAD)
    (shown,) = await sqlite_chat.send(HEAD, "计分牌")
    assert "全区65项" in shown.text
    assert re.search(r"▶ \d+/\d+ 区发改局　6项", shown.text)
    (leaders,) = await sqlite_chat.press(HEAD, "责任领导")
    assert leaders.edited
    assert "常务副区长　5项" in leaders.text


async def test_the_scoreboard_is_a_picture_too(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(HEAD)
    await sqlite_chat.send(HEAD, "/board")
    (picture,) = await sqlite_chat.press(HEAD, "看图")
    assert (await file_of(sqlite_chat, picture, "photo")).startswith(PNG)


async def test_text_and_word_document_of_the_bulletin_agree(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    (text,) = await sqlite_chat.send(OFFICE, "月度通报")
    assert "2026年10月绩效指标预警通报" in text.text
    (paper,) = await sqlite_chat.press(OFFICE, "Word 文件")
    assert paper.document == "2026年10月绩效指标预警通报.docx"
    document = Document(io.BytesIO(await file_of(sqlite_chat, paper, "document")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows][1:]
    assert {word: (int(count), points) for word, count, points in rows} == numbers(text.text)
    units = [[cell.text for cell in row.cells] for row in document.tables[3].rows][1:]
    for row in units:
        assert sum(int(cell) for cell in row[3:]) == int(row[1])
    assert "{{" not in "".join(paragraph.text for paragraph in document.paragraphs)
    (picture,) = await sqlite_chat.press(OFFICE, "看图", text)
    assert (await file_of(sqlite_chat, picture, "photo")).startswith(PNG)


async def test_an_earlier_month_is_one_press_away(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE)
    await sqlite_chat.send(OFFICE, "/bulletin")
    (before,) = await sqlite_chat.press(OFFICE, "9月通报")
    assert "2026年9月绩效指标预警通报" in before.text


async def test_only_the_office_makes_bulletins(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    for typed in ("/bulletin", "通报"):
        (refused,) = await sqlite_chat.send(CONTACT, typed)
        assert "总体" not in refused.text
    await sqlite_chat.send(CONTACT, "/mine")
    answers = await sqlite_chat.press(CONTACT, "bull:2026:10", (await sqlite_chat.inbox(CONTACT))[-1])
    assert all("总体" not in answer.text for answer in answers)
