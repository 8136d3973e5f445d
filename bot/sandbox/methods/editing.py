"""Changing and deleting messages."""

from __future__ import annotations

from typing import Any

from bot.sandbox.compose import caption_part
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import read_markup
from bot.sandbox.methods.sending import text_part, writable
from bot.sandbox.params import Params, whole
from bot.sandbox.settings import DAY
from bot.sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CONTENT = ("text", "entities", "caption", "caption_entities", "reply_markup")
# Telegram lets a bot delete a message for this long.
DELETABLE_SECONDS = 2 * DAY


def _own_message(world: World, params: Params) -> dict[str, Any]:
    """The message of the bot that the call names."""
    if params.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = writable(world, params)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.history.find(chat["id"], params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not world.history.is_outgoing(chat["id"], message["message_id"]):
        raise bad_request("message can't be edited")
    return message


def _replace(world: World, old: dict[str, Any], content: dict[str, Any], params: Params) -> dict[str, Any]:
    """`content` and the call's keyboard instead of the old ones; refuses what changes nothing."""
    inline, _ = read_markup(params)
    kept = {name: value for name, value in old.items() if name not in CONTENT}
    new = {**kept, **content, **({"reply_markup": inline} if inline else {})}
    if all(new.get(name) == old.get(name) for name in CONTENT):
        raise bad_request(NOT_MODIFIED)
    new["edit_date"] = world.clock.now()
    world.history.change(new)
    world.tell_message("edited", new["chat"]["id"], new["message_id"])
    return new


def edit_text(world: World, params: Params) -> dict[str, Any]:
    if not params.text("text").strip():
        raise bad_request("message text is empty")
    content = text_part(params)
    old = _own_message(world, params)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, old, content, params)


def edit_caption(world: World, params: Params) -> dict[str, Any]:
    content = caption_part(params)
    old = _own_message(world, params)
    if "text" in old:
        raise bad_request("there is no caption in the message to edit")
    return _replace(world, old, content, params)


def edit_markup(world: World, params: Params) -> dict[str, Any]:
    old = _own_message(world, params)
    content = {name: old[name] for name in CONTENT if name in old and name != "reply_markup"}
    return _replace(world, old, content, params)


def delete_message(world: World, params: Params) -> bool:
    chat = world.roster.known_chat(params.values.get("chat_id"))
    _delete(world, chat["id"], params.integer("message_id"), strict=True)
    return True


def delete_messages(world: World, params: Params) -> bool:
    chat = world.roster.known_chat(params.values.get("chat_id"))
    numbers = params.tree("message_ids", "message identifiers") or []
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100 or not all(map(whole, numbers)):
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        _delete(world, chat["id"], whole(number), strict=False)
    return True


def _delete(world: World, chat: int, number: int, *, strict: bool) -> None:
    message = world.history.find(chat, number)
    if message is None:
        if strict:
            raise bad_request("message to delete not found")
        return
    if world.clock.now() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    world.history.delete(number)
    world.hub.tell("deleted", chat_id=chat, message_id=number, unread=world.history.unread_of(chat))


METHODS = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
