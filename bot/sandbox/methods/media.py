"""Documents, photos, albums, downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.compose import caption_part, put_message
from bot.sandbox.errors import bad_request
from bot.sandbox.files import content_of, file_object
from bot.sandbox.methods.sending import writable
from bot.sandbox.params import Params
from bot.sandbox.world import World

ALBUM = range(2, 11)


def _sender(kind: str) -> Callable[[World, Params], dict[str, Any]]:
    def send(world: World, params: Params) -> dict[str, Any]:
        caption = caption_part(params)
        chat = writable(world, params)
        row = world.files.given(params, kind, kind)
        return put_message(world, params, {**content_of(row, kind), **caption}, chat)

    return send


def send_media_group(world: World, params: Params) -> list[dict[str, Any]]:
    items = params.tree("media", "media")
    if not isinstance(items, list) or len(items) not in ALBUM:
        raise bad_request("wrong number of media in the album: it must include 2-10 items")
    kinds = {item.get("type") if isinstance(item, dict) else None for item in items}
    if not kinds <= {"photo", "document"}:
        raise bad_request("type of media in the album isn't supported")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat = writable(world, params)
    sent = []
    with world.store.transaction():
        album = str(10**16 + world.store.next("albums"))
        for item in items:
            part = Params({**item, item["type"]: item.get("media")}, params.files)
            row = world.files.given(part, item["type"], item["type"])
            content = {**content_of(row, item["type"]), **caption_part(part), "media_group_id": album}
            own = {name: value for name, value in params.values.items() if name != "reply_markup"}
            sent.append(put_message(world, Params(own), content, chat))
    return sent


def get_file(world: World, params: Params) -> dict[str, Any]:
    row = world.files.need(params.text("file_id"))
    if row["size"] > world.settings.max_download:
        raise bad_request("file is too big")
    return file_object(row)


METHODS = {
    "sendDocument": _sender("document"),
    "sendPhoto": _sender("photo"),
    "sendSticker": _sender("sticker"),
    "sendMediaGroup": send_media_group,
    "getFile": get_file,
}
