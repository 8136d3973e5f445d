"""Files up and down, albums, captions, limits."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from bot.sandbox.control import PIXEL
from bot.sandbox.files import image_size
from bot.sandbox.params import parse_multipart
from tests.sandbox.messenger import LI, PEOPLE, TOKEN, Messenger, running

PNG = base64.b64decode(PIXEL)
MEGABYTE = 1024 * 1024


async def upload(messenger: Messenger, kind: str, name: str, data: bytes, **fields: str) -> dict[str, Any]:
    """Sends a document or photo as the bot; gives the whole answer."""
    form = {"chat_id": str(LI), **fields}
    answer = await messenger.http.post(f"/bot{TOKEN}/send{kind.title()}", data=form, files={kind: (name, data)})
    return dict(answer.json())


async def test_document_up_and_down(chat: Messenger) -> None:
    data = bytes(range(256)) * 40
    sent = await upload(chat, "document", "通报 10月.xlsx", data, caption="<b>通报</b>", parse_mode="HTML")
    message = sent["result"]
    assert message["document"]["file_name"] == "通报 10月.xlsx"
    assert message["document"]["mime_type"].endswith("spreadsheetml.sheet")
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("通报", "bold")
    file = await chat.result("getFile", file_id=message["document"]["file_id"])
    assert (file["file_path"], file["file_size"]) == ("documents/file_1.xlsx", len(data))
    down = await chat.http.get(f"/file/bot{TOKEN}/{file['file_path']}")
    assert down.content == data
    page = await chat.http.get(f"/sandbox/files/{file['file_id']}")
    assert page.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E9%80%9A")
    again = await chat.result("sendDocument", chat_id=LI, document=file["file_id"])
    assert again["document"] == message["document"]


async def test_what_the_person_sends_can_be_fetched(chat: Messenger) -> None:
    sent = await chat.http.post(
        f"/sandbox/chats/{LI}/send",
        data={"caption": "佐证"},
        files={"file": ("批复.pdf", b"%PDF-1.7", "application/pdf")},
    )
    document = sent.json()["message"]["document"]
    file = await chat.result("getFile", file_id=document["file_id"])
    assert (await chat.http.get(f"/file/bot{TOKEN}/{file['file_path']}")).content == b"%PDF-1.7"


async def test_photo(chat: Messenger) -> None:
    sent = await upload(chat, "photo", "a.png", PNG)
    photo = sent["result"]["photo"][0]
    assert (photo["width"], photo["height"]) == (1, 1)
    inline = await chat.http.get(f"/sandbox/files/{photo['file_id']}")
    assert inline.headers["content-type"] == "image/png"
    wrong = await upload(chat, "photo", "a.png", b"no picture")
    assert wrong["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await chat.refusal("sendDocument", chat_id=LI, document=photo["file_id"]) == (
        "Bad Request: can't use file of type Photo as Document"
    )


async def test_album(chat: Messenger) -> None:
    media = '[{"type":"document","media":"attach://a","caption":"一"},{"type":"document","media":"attach://b"}]'
    answer = await chat.http.post(
        f"/bot{TOKEN}/sendMediaGroup",
        data={"chat_id": str(LI), "media": media},
        files={"a": ("a.txt", b"a"), "b": ("b.txt", b"b")},
    )
    first, second = answer.json()["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], second["document"]["file_name"]) == ("一", "b.txt")


@pytest.mark.parametrize(
    "media",
    [
        [{"type": "document", "media": "x"}],
        [{"type": "document", "media": "x"}, {"type": "photo", "media": "x"}],
        [{"type": "dance", "media": "x"}] * 2,
        [{"type": "document", "media": "attach://none"}] * 2,
    ],
)
async def test_refused_album_leaves_nothing(chat: Messenger, media: list[dict[str, str]]) -> None:
    assert (await chat.refusal("sendMediaGroup", chat_id=LI, media=media)).startswith("Bad Request: ")
    assert len(await chat.messages(LI)) == 1


async def test_refused_files(chat: Messenger) -> None:
    long_caption = await upload(chat, "document", "a.txt", b"a", caption="x" * 1025)
    assert long_caption["description"] == "Bad Request: message caption is too long"
    assert (await upload(chat, "document", "a.txt", b"a", caption="x" * 1024))["ok"]
    empty = await upload(chat, "document", "a.txt", b"")
    assert empty["description"] == "Bad Request: file must be non-empty"
    cases = {
        "": "Bad Request: there is no document in the request",
        "nothing": "Bad Request: wrong file identifier/HTTP URL specified",
        "https://x.cn/a.pdf": "Bad Request: failed to get HTTP URL content",
    }
    for given, words in cases.items():
        assert await chat.refusal("sendDocument", chat_id=LI, document=given) == words
    assert await chat.refusal("getFile", file_id="nothing") == (
        "Bad Request: wrong file_id or the file is temporarily unavailable"
    )


async def test_limits_up_and_down() -> None:
    async with running(max_upload=2 * MEGABYTE, max_download=MEGABYTE) as one:
        await one.put_people(PEOPLE)
        await one.send(LI, "/start")
        big = await upload(one, "document", "a.bin", b"x" * (MEGABYTE + 1))
        file_id = big["result"]["document"]["file_id"]
        assert await one.refusal("getFile", file_id=file_id) == "Bad Request: file is too big"
        assert (await one.http.get(f"/file/bot{TOKEN}/documents/file_1.bin")).status_code == 404
        too_big = await upload(one, "document", "a.bin", b"x" * (4 * MEGABYTE))
        assert (too_big["error_code"], too_big["description"]) == (413, "Request Entity Too Large")


def test_sizes_of_pictures() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x03" * 9
    assert image_size(jpeg) == (40, 30)
    assert image_size(b"GIF89a" + struct.pack("<HH", 7, 9)) == (7, 9)
    assert image_size(b"\xff\xd8\xff\xd9") is None
    assert image_size(b"") is None


def test_multipart_with_a_boundary_inside_the_file() -> None:
    body = (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="a;b\\"c.txt"\r\n\r\nx--B\r\n--Bx'
        b"\r\n--B\r\nContent-Disposition: form-data; name=t\r\n\r\n\r\n--B--\r\n"
    )
    fields, files = parse_multipart("multipart/form-data; boundary=B", body.replace(b"--Bx", b"-Bx"))
    assert fields == {"t": ""}
    assert (files["f"].name, files["f"].data) == ('a;b"c.txt', b"x--B\r\n-Bx")
