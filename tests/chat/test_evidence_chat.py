"""Evidence from a phone: filed by caption, by choice, with a report; refused; fetched; packed for the office."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from openpyxl import load_workbook

from bot.services import evidence_store
from bot.services.checking_rows import check_database
from tests.chat.driver import Chat

CONTACT, OFFICE, LEADER = "区发改局联络员", "区督查绩效办主任", "常务副区长"
OTHER = "区信访局联络员"
PDF = b"%PDF-1.4 approval"
INVESTMENT = "固定资产投资"


async def test_a_file_with_the_name_in_its_caption_is_filed_and_can_be_fetched(chat: Chat) -> None:
    await chat.bind(CONTACT, LEADER)
    (filed,) = await chat.document(CONTACT, "用地批复.pdf", PDF, INVESTMENT)
    assert "已收入台账：用地批复.pdf" in filed.text
    assert INVESTMENT in filed.text
    (ledger,) = await chat.send(LEADER, f"台账 {INVESTMENT}")
    assert "用地批复.pdf" in ledger.text
    (file,) = await chat.press(LEADER, "1")
    assert file.document == "用地批复.pdf"


async def test_the_same_file_twice_is_kept_once(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    await sqlite_chat.document(CONTACT, "批复.pdf", PDF, INVESTMENT)
    (again,) = await sqlite_chat.document(CONTACT, "批复（1）.pdf", PDF, INVESTMENT)
    assert "已经在台账里" in again.text
    folder = sqlite_chat.baton.settings.data_dir / evidence_store.FOLDER
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


async def test_a_file_without_a_place_is_asked_about_and_a_press_or_a_name_settles_it(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    (asked,) = await sqlite_chat.document(CONTACT, "会议纪要.docx", b"PK minutes")
    assert "放到哪个指标的台账" in asked.text
    (filed,) = await sqlite_chat.press(CONTACT, INVESTMENT[:5])
    assert "已收入台账：会议纪要.docx" in filed.text
    await sqlite_chat.photo(CONTACT)
    (named,) = await sqlite_chat.send(CONTACT, INVESTMENT)
    assert "已收入台账：照片" in named.text


async def test_a_caption_with_a_value_is_a_report_besides(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    filed, preview = await sqlite_chat.document(CONTACT, "报表.xlsx", b"PK table", f"{INVESTMENT} 117.5亿")
    assert "已收入台账" in filed.text
    assert "117.5" in preview.text
    assert any("确认" in button for button in preview.buttons)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("setup.exe", b"MZ\x90", "这种文件不收"),
        ("报表.pdf", b"MZ\x90\x00", "是可执行程序"),
    ],
)
async def test_what_is_not_kept_is_said_in_one_sentence(
    sqlite_chat: Chat, name: str, content: bytes, said: str
) -> None:
    await sqlite_chat.bind(CONTACT)
    (answer,) = await sqlite_chat.document(CONTACT, name, content, INVESTMENT)
    assert said in answer.text


async def test_a_link_or_a_document_number_is_evidence_too(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    (filed,) = await sqlite_chat.send(CONTACT, f"佐证 {INVESTMENT} 区发改〔2026〕12号")
    assert "已收入台账：区发改〔2026〕12号" in filed.text
    (taken_back,) = await sqlite_chat.press(CONTACT, "撤回")
    assert "已从台账撤回" in taken_back.text
    (ledger,) = await sqlite_chat.send(CONTACT, f"台账 {INVESTMENT}")
    assert "共0份" in ledger.text


async def test_nobody_sees_files_of_other_units(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, OTHER)
    await sqlite_chat.document(CONTACT, "批复.pdf", PDF, INVESTMENT)
    await sqlite_chat.send(OTHER, "/mine")
    last = (await sqlite_chat.inbox(OTHER))[-1]
    assert all(answer.document is None for answer in await sqlite_chat.press(OTHER, "evget:1", last))
    answers = await sqlite_chat.send(OTHER, f"台账 {INVESTMENT}")
    assert all("批复" not in answer.text for answer in answers)


async def test_the_office_gets_the_years_ledger_with_an_index_and_who_lacks_what(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, OFFICE)
    await sqlite_chat.document(CONTACT, "批复.pdf", PDF, INVESTMENT)
    (overview,) = await sqlite_chat.send(OFFICE, "台账")
    assert "有材料的指标1项，还没有材料的64项" in overview.text
    (packed,) = await sqlite_chat.press(OFFICE, "打包下载")
    assert packed.document == "2026年绩效指标台账.zip"
    file_id = packed.raw["document"]["file_id"]
    content = (await sqlite_chat.http.get(f"/sandbox/files/{file_id}")).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        index = load_workbook(io.BytesIO(archive.read("台账目录.xlsx"))).worksheets[0]
        (name,) = [name for name in archive.namelist() if name.endswith("批复.pdf")]
        assert archive.read(name) == PDF
    assert any(name in [cell.value for cell in row] for row in index.iter_rows())


async def test_a_missing_or_altered_file_is_found_and_named(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    data_dir = sqlite_chat.baton.settings.data_dir
    await sqlite_chat.document(CONTACT, "批复.pdf", PDF, INVESTMENT)
    await sqlite_chat.document(CONTACT, "纪要.pdf", PDF + b" 2", INVESTMENT)
    kept = sorted(path for path in (data_dir / evidence_store.FOLDER).rglob("*") if path.is_file())
    first = hashlib.sha256(PDF).hexdigest()
    for path in kept:
        if path.name == first:
            path.write_bytes(b"%PDF-1.4 forged")
        else:
            path.unlink()
    findings = await check_database(sqlite_chat.db, sqlite_chat.now, data_dir)
    found = {item.id.rpartition(".")[2]: item.text for item in findings}
    assert "纪要.pdf" in found["E023"]
    assert "批复.pdf" in found["E024"]
    (ledger,) = await sqlite_chat.send(CONTACT, f"台账 {INVESTMENT}")
    assert "共2份" in ledger.text
    (gone,) = await sqlite_chat.press(CONTACT, "1")
    assert "找不到或已被改动" in gone.text


async def test_a_file_that_is_there_already_does_not_swallow_the_report_in_its_caption(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT)
    await chat.document(CONTACT, "报表.xlsx", b"PK table", f"{INVESTMENT} 佐证")
    told, preview = await chat.document(CONTACT, "报表.xlsx", b"PK table", f"{INVESTMENT} 117.5亿")
    assert "已经在台账里" in told.text
    assert "117.5亿元" in preview.text


async def test_a_value_typed_while_a_photo_waits_for_its_place_is_not_lost(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT)
    await chat.photo(CONTACT)
    filed, preview = await chat.send(CONTACT, f"{INVESTMENT} 117.5亿")
    assert "已收入台账" in filed.text
    assert "117.5亿元" in preview.text
