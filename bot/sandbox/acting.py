"""What a person does in the app: write, press, edit, send a file, block. Each becomes what the bot would get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.compose import without_reply
from bot.sandbox.files import content_of
from bot.sandbox.formatting import MAX_TEXT, find_entities, format_text
from bot.sandbox.params import Upload
from bot.sandbox.roster import user_object
from bot.sandbox.store import Row
from bot.sandbox.world import World


class ActionError(Exception):
    """The app would not let the person do that; the text says why (for whoever drives the messenger)."""


@dataclass(frozen=True)
class SentFile:
    """A file on its way: `kind` is document, photo or sticker."""

    upload: Upload
    kind: str = "document"
    caption: str = ""


@dataclass(frozen=True)
class Pressed:
    """The button of a message; `sender` says who pressed it in a group."""

    message_id: int
    data: str
    sender: int | None = None


def the_chat(world: World, chat_id: int) -> Row:
    chat = world.roster.chat(chat_id)
    if chat is None:
        raise ActionError(f"no chat {chat_id}: PUT /sandbox/people or POST /sandbox/groups first")
    return chat


def the_sender(world: World, chat: Row, sender: int | None) -> dict[str, Any]:
    """The person who acts: the owner of a private chat, in a group the one named (or the first member)."""
    if chat["type"] == "private":
        number = chat["id"]
    else:
        members = world.roster.members(chat["id"])
        number = sender or (members[0] if members else 0)
        if number not in members:
            raise ActionError(f"person {number} is not in the group {chat['id']}")
    row = world.roster.person(number)
    if row is None:
        raise ActionError(f"no person {number}")
    return user_object(row)


def send_text(world: World, chat_id: int, text: str, reply_to: int = 0, sender: int | None = None) -> dict[str, Any]:
    plain, entities = format_text(text, "")
    if not plain:
        raise ActionError("the text is empty")
    if len(plain) > MAX_TEXT:
        raise ActionError(f"the text is longer than {MAX_TEXT} characters; the app would send several messages")
    return _say(world, chat_id, {"text": plain, **_marked("entities", entities)}, reply_to, sender)


def send_file(world: World, chat_id: int, sent: SentFile, reply_to: int = 0) -> dict[str, Any]:
    content = content_of(world.files.keep(sent.upload, sent.kind), sent.kind)
    if sent.caption:
        content |= {"caption": sent.caption, **_marked("caption_entities", find_entities(sent.caption))}
    return _say(world, chat_id, content, reply_to, None)


def _marked(field: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    return {field: entities} if entities else {}


def _say(world: World, chat_id: int, content: dict[str, Any], reply_to: int, sender: int | None) -> dict[str, Any]:
    """Writes the person's message and queues it for the bot. Gives {"message", "update_id"}."""
    chat = the_chat(world, chat_id)
    body = {
        "from": the_sender(world, chat, sender),
        "chat": world.chat_of(chat),
        "date": world.clock.now(),
        **content,
    }
    if reply_to:
        target = world.history.find(chat_id, reply_to)
        if target is None:
            raise ActionError(f"no message {reply_to} in the chat to reply to")
        body["reply_to_message"] = without_reply(target)
    with world.store.transaction():
        if chat["type"] == "private":
            if chat["blocked"]:
                set_blocked(world, chat_id, False)
            world.roster.set_started(chat_id)
        message = world.history.add(chat_id, False, body)
        world.history.read(chat_id)
        update = world.updates.push("message", message, chat_id) if _reaches_bot(world, chat, message) else None
    world.tell_message("message", chat_id, message["message_id"])
    return {"message": message, "update_id": update}


def _reaches_bot(world: World, chat: Row, message: dict[str, Any]) -> bool:
    """In a group a bot with privacy mode hears commands, its name, and replies to itself."""
    if chat["type"] == "private":
        return True
    if chat["blocked"]:
        return False
    text = message.get("text") or message.get("caption") or ""
    answered = message.get("reply_to_message", {}).get("from", {}).get("is_bot", False)
    return bool(answered or text.startswith("/") or f"@{world.settings.bot_username}" in text)


def edit_text(world: World, chat_id: int, message_id: int, text: str) -> dict[str, Any]:
    """The person corrects an own message. Gives {"message", "update_id"}."""
    chat = the_chat(world, chat_id)
    message = world.history.find(chat_id, message_id)
    if message is None or world.history.is_outgoing(chat_id, message_id) or "text" not in message:
        raise ActionError(f"message {message_id} is no text of this person")
    plain, entities = format_text(text, "")
    if not plain:
        raise ActionError("the text is empty")
    message.pop("entities", None)
    message |= {"text": plain, "edit_date": world.clock.now(), **_marked("entities", entities)}
    with world.store.transaction():
        world.history.change(message)
        wanted = _reaches_bot(world, chat, message)
        update = world.updates.push("edited_message", message, chat_id) if wanted else None
    world.tell_message("edited", chat_id, message_id)
    return {"message": message, "update_id": update}


async def press(world: World, chat_id: int, button: Pressed, wait: float = 5.0) -> dict[str, Any]:
    """Presses a button and waits for the bot's word: {"update_id", "answered", "text", "show_alert", "url"}."""
    chat = the_chat(world, chat_id)
    message = world.history.find(chat_id, button.message_id)
    if message is None:
        raise ActionError(f"no message {button.message_id} in the chat")
    query = {
        "from": the_sender(world, chat, button.sender),
        "message": message,
        "chat_instance": str(7_000_000_000_000 + abs(chat_id)),
        "data": button.data,
    }
    with world.store.transaction():
        number = world.callbacks.open(chat_id)
        update = world.updates.push("callback_query", {"id": number, **query}, chat_id)
    answer = await world.callbacks.wait(number, wait)
    nothing = {"text": "", "show_alert": False, "url": ""}
    return {"update_id": update, "callback_query_id": number, "answered": answer is not None, **(answer or nothing)}


def set_blocked(world: World, chat_id: int, blocked: bool) -> int | None:
    """Blocks or unblocks the bot (puts it out of, or back into, a group); gives the number of the update."""
    chat = the_chat(world, chat_id)
    if bool(chat["blocked"]) == blocked:
        return None
    states = [{"status": "member", "user": world.bot()}, {"status": "kicked", "user": world.bot(), "until_date": 0}]
    if not blocked:
        states.reverse()
    change = {
        "chat": world.chat_of(chat),
        "from": the_sender(world, chat, None),
        "date": world.clock.now(),
        "old_chat_member": states[0],
        "new_chat_member": states[1],
    }
    with world.store.transaction():
        world.roster.set_blocked(chat_id, blocked)
        update = world.updates.push("my_chat_member", change, chat_id)
    world.hub.tell("people")
    return update


def put_group(world: World, group: int, title: str, members: list[int]) -> None:
    """Makes a group with the bot in it; the bot hears that it was added."""
    if group >= 0:
        raise ActionError("the id of a group is negative")
    new = world.roster.chat(group) is None
    world.roster.put_group(group, title, members)
    world.hub.tell("people")
    if not new or not members:
        return
    chat = the_chat(world, group)
    sender = the_sender(world, chat, None)
    states = {"old_chat_member": {"status": "left", "user": world.bot()}}
    states["new_chat_member"] = {"status": "member", "user": world.bot()}
    world.updates.push(
        "my_chat_member", {"chat": world.chat_of(chat), "from": sender, "date": world.clock.now(), **states}, group
    )
