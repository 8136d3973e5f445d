"""Text messages, copies, answers to pressed buttons, signs of life."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.compose import caption_part, put_message
from bot.sandbox.errors import bad_request
from bot.sandbox.formatting import check_text, format_text
from bot.sandbox.params import Params
from bot.sandbox.store import Row
from bot.sandbox.world import World

MAX_ANSWER = 200
ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # fmt: skip
# What a copy takes along.
CONTENT = ("text", "entities", "caption", "caption_entities", "document", "photo", "sticker")


def writable(world: World, params: Params) -> Row:
    return world.roster.writable_chat(params.values.get("chat_id"))


def text_part(params: Params) -> dict[str, Any]:
    text, entities = format_text(
        params.text("text"), params.text("parse_mode"), params.tree("entities", "message entities")
    )
    check_text(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def send_message(world: World, params: Params) -> dict[str, Any]:
    if not params.text("text").strip():
        raise bad_request("message text is empty")
    content = text_part(params)
    return put_message(world, params, content, writable(world, params))


def answer_callback_query(world: World, params: Params) -> bool:
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
    chat = world.callbacks.answer(params.text("callback_query_id"), answer)
    world.hub.tell("answer", chat_id=chat, callback_query_id=params.text("callback_query_id"), **answer)
    return True


def send_chat_action(world: World, params: Params) -> bool:
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.hub.tell("typing", chat_id=writable(world, params)["id"], action=action)
    return True


def _source(world: World, params: Params, absent: str) -> dict[str, Any]:
    origin = world.roster.known_chat(params.values.get("from_chat_id"))
    message = world.history.find(origin["id"], params.integer("message_id"))
    if message is None:
        raise bad_request(absent)
    return message


def copy_message(world: World, params: Params) -> dict[str, Any]:
    source = _source(world, params, "message to copy not found")
    content = {name: source[name] for name in CONTENT if name in source}
    if params.has("caption") and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content.update(caption_part(params))
    return {"message_id": put_message(world, params, content, writable(world, params))["message_id"]}


def forward_message(world: World, params: Params) -> dict[str, Any]:
    source = _source(world, params, "message to forward not found")
    content = {name: source[name] for name in CONTENT if name in source}
    origin = {"type": "user", "date": source["date"], "sender_user": source["from"]}
    return put_message(world, params, {**content, "forward_origin": origin}, writable(world, params))


def set_message_reaction(world: World, params: Params) -> bool:
    chat = writable(world, params)
    number = params.integer("message_id")
    if world.history.find(chat["id"], number) is None:
        raise bad_request("message to react not found")
    wanted = params.tree("reaction", "reaction types") or []
    emoji = next((r.get("emoji", "") for r in wanted if isinstance(r, dict) and r.get("type") == "emoji"), "")
    if (wanted and not emoji) or re.search(r"\w", emoji):
        raise bad_request("REACTION_INVALID")
    world.history.react(number, emoji)
    world.tell_message("edited", chat["id"], number)
    return True


METHODS = {
    "sendMessage": send_message,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "setMessageReaction": set_message_reaction,
}
