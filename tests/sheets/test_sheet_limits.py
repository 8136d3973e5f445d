"""Files that are too big, broken, protected, old or hostile get one clear problem, quickly."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from bot.sheets import container, structure
from bot.sheets.reader import read_workbook
from tests.sheets.books import HEAD, TITLE, book, found

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = (1, "粮食产量", "23万吨", "区长", "区农业农村局")


def codes(content: bytes | Path, name: str = "清单.xlsx") -> list[str]:
    return [code for _, code in found(read_workbook(content, name, default_year=2026))]


def good() -> bytes:
    return book([(TITLE,), HEAD, ROW])


def with_part(name: str, content: bytes) -> bytes:
    """The good workbook with one part replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return stream.getvalue()


def sheet_with(old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert old in xml
    return with_part("xl/worksheets/sheet1.xml", xml.replace(old, new))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (OLE + b"\0" * 600, "file_old_xls"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "file_protected"),
        ("序号,指标,目标\n1,粮食产量,23万吨".encode("gbk"), "file_not_a_workbook"),
        (b"<html><table></table></html>", "file_not_a_workbook"),
        (b"PK\x03\x04 cut off", "file_broken"),
    ],
)
def test_what_is_no_workbook_gets_one_clear_problem(content: bytes, code: str) -> None:
    assert codes(content) == [code]


def test_a_download_that_was_cut_off_is_broken() -> None:
    content = good()
    for length in range(50, len(content), len(content) // 40):
        assert codes(content[:length]) == ["file_broken"]


def test_a_damaged_byte_anywhere_never_raises() -> None:
    content = bytearray(good())
    for at in range(0, len(content), 37):
        damaged = bytes(content[:at]) + bytes([content[at] ^ 0xFF]) + bytes(content[at + 1 :])
        parsed = read_workbook(damaged, "坏.xlsx", default_year=2026)
        assert parsed.problems or parsed.indicators


def test_some_other_zip_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word.txt", "hello")
    assert codes(stream.getvalue()) == ["file_not_a_workbook"]


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere.xlsx") == ["file_missing"]
    assert codes(tmp_path) == ["file_missing"]


def test_more_than_twenty_megabytes_are_refused_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as stream:
        stream.write(b"PK")
        stream.truncate(container.MAX_FILE_BYTES + 1)
    assert codes(path) == ["file_too_big"]


def test_a_zip_bomb_is_not_unpacked() -> None:
    assert codes(with_part("xl/media/bomb.xml", b"\0" * 30_000_000)) == ["file_bomb"]
    assert codes(with_part("xl/sharedStrings.xml", b" " * 60_000_000)) == ["file_bomb"]


def test_thousands_of_entries_are_refused() -> None:
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(container.MAX_ENTRIES):
            archive.writestr(f"x/{number}", b"")
    assert codes(stream.getvalue()) == ["file_bomb"]


def with_shared_strings(doctype: str = "", first: str | None = None) -> bytes:
    """The good workbook as Excel stores it: texts in a part of their own."""
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'<c {match[1]} t="s"><v>{len(texts) - 1}</v></c>'

    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    inline = r'<c (r="\w+") t="inlineStr"><is><t>([^<]*)</t></is></c>'
    parts[sheet] = re.sub(inline, share, parts[sheet])
    texts[0] = texts[0] if first is None else first
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'{doctype}<sst xmlns="{namespace}">{items}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}" /></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", override)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_shared_strings_are_read_like_inline_ones() -> None:
    shared = read_workbook(with_shared_strings(), "清单.xlsx", default_year=2026)
    assert shared == read_workbook(good(), "清单.xlsx", default_year=2026)


def test_external_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    assert codes(with_shared_strings(declared, "&e;")) == ["file_broken"]
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        workbook = archive.read("xl/workbook.xml").decode()
    in_sheet = (declared + sheet.replace("粮食产量", "&e;")).encode()
    assert codes(with_part("xl/worksheets/sheet1.xml", in_sheet)) == ["file_broken"]
    assert codes(with_part("xl/workbook.xml", (declared + workbook).encode())) == ["file_broken"]


def test_entity_bombs_are_not_expanded() -> None:
    lines = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 60))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>'
    assert codes(with_shared_strings(bomb, "&a59;")) == ["file_broken"]
    sheet = f"{bomb}<worksheet>&a59;</worksheet>"
    assert codes(with_part("xl/worksheets/sheet1.xml", sheet.encode())) == ["file_broken"]


def test_cells_without_addresses_are_read_in_order() -> None:
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    bare = re.sub(r'<(row|c) r="\w+"', r"<\1", xml).replace("<row", "<row ").encode()
    parsed = read_workbook(with_part("xl/worksheets/sheet1.xml", bare), "清单.xlsx", default_year=2026)
    assert [row.name for row in parsed.indicators] == ["粮食产量"]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "MAX_ROWS", 5)
    rows = [(number, f"指标{number}", "1个", None, "区发改局") for number in range(4)]
    assert codes(book([(TITLE,), HEAD, *rows])) == ["too_many_rows"]


def test_a_huge_declared_size_is_read_as_what_is_there() -> None:
    content = sheet_with(b'<dimension ref="A1:G3"', b'<dimension ref="A1:XFD1048576"')
    assert codes(content) == []


def test_a_styled_blank_in_the_last_corner_does_no_harm() -> None:
    content = sheet_with(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert codes(content) == []


def test_a_wrong_declared_size_hides_no_rows() -> None:
    content = sheet_with(b'<dimension ref="A1:G3"', b'<dimension ref="A1:A1"')
    parsed = read_workbook(content, "清单.xlsx", default_year=2026)
    assert [row.name for row in parsed.indicators] == ["粮食产量"]


def test_a_sheet_merged_as_a_whole_costs_nothing() -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert codes(sheet_with(b"</sheetData>", merged))
    many = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:G3"/>' * 30_000 + b"</mergeCells>"
    assert codes(sheet_with(b"</sheetData>", many)) == ["too_many_merged"]


def test_a_list_of_many_rows_is_read_whole() -> None:
    rows = [(number, f"指标{number}", f"{number}个", "区长", "区发改局", "/", "全年") for number in range(1, 2001)]
    parsed = read_workbook(book([(TITLE,), HEAD, *rows]), "长.xlsx", default_year=2026)
    assert len(parsed.indicators) == 2000
