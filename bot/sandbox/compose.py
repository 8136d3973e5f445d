"""Building a message of the bot: reply, markup, stamps; shared by every sending method."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import utf16
from bot.sandbox.errors import bad_request
from bot.sandbox.formatting import check_caption, format_text
from bot.sandbox.keyboards import read_markup
from bot.sandbox.params import Params, whole
from bot.sandbox.store import Row
from bot.sandbox.world import World


def put_message(world: World, params: Params, content: dict[str, Any], chat: Row) -> dict[str, Any]:
    """Writes a message of the bot into `chat` with the reply and the markup of the call; tells the pages."""
    inline, other = read_markup(params)
    body: dict[str, Any] = {
        "from": world.bot(),
        "chat": world.chat_of(chat),
        "date": world.clock.now(),
        **reply_part(world, params, chat["id"]),
        **content,
    }
    if params.flag("protect_content"):
        body["has_protected_content"] = True
    if inline:
        body["reply_markup"] = inline
    with world.store.transaction():
        message = world.history.add(chat["id"], True, body)
        if other:
            world.roster.set_keyboard(chat["id"], other)
    world.tell_message("message", chat["id"], message["message_id"])
    return message


def reply_part(world: World, params: Params, chat: int) -> dict[str, Any]:
    """`reply_to_message` (and `quote`) for the call's reply parameters."""
    wanted = params.tree("reply_parameters", "reply parameters") or {}
    if not isinstance(wanted, dict):
        raise bad_request("object expected as reply parameters")
    if wanted and not whole(wanted.get("message_id")):
        raise bad_request('can\'t parse reply parameters: Field "message_id" must be a valid Number')
    number = whole(wanted.get("message_id"), params.integer("reply_to_message_id"))
    if not number:
        return {}
    lenient = wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    target = world.history.find(chat, number)
    if target is None:
        if lenient:
            return {}
        raise bad_request("message to be replied not found")
    part: dict[str, Any] = {"reply_to_message": without_reply(target)}
    if wanted.get("quote"):
        text = target.get("text") or target.get("caption") or ""
        quote = str(wanted["quote"])
        if quote not in text:
            raise bad_request("QUOTE_TEXT_INVALID")
        part["quote"] = {"text": quote, "position": utf16(text[: text.index(quote)]), "is_manual": True}
    return part


def without_reply(message: dict[str, Any]) -> dict[str, Any]:
    """A message inside another one never carries a third."""
    return {name: value for name, value in message.items() if name not in ("reply_to_message", "quote")}


def caption_part(params: Params) -> dict[str, Any]:
    text, entities = format_text(
        params.text("caption"), params.text("parse_mode"), params.tree("caption_entities", "caption entities")
    )
    check_caption(text)
    part: dict[str, Any] = {}
    if text:
        part["caption"] = text
    if entities:
        part["caption_entities"] = entities
    return part
