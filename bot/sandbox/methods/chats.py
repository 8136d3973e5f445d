"""Chats and their members."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.sending import writable
from bot.sandbox.params import Params
from bot.sandbox.roster import user_object
from bot.sandbox.store import Row
from bot.sandbox.world import World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, params: Params) -> dict[str, Any]:
    chat = world.roster.known_chat(params.values.get("chat_id"))
    return {
        **world.chat_of(chat),
        "accent_color_id": chat["id"] % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }


def _member(world: World, chat: Row, user: int) -> dict[str, Any]:
    if user == world.bot_id:
        return {"status": "member", "user": world.bot()}
    row = world.roster.person(user)
    if row is None:
        raise bad_request("PARTICIPANT_ID_INVALID" if chat["type"] != "private" else "user not found")
    present = user == chat["id"] or user in world.roster.members(chat["id"])
    return {"status": "member" if present else "left", "user": user_object(row)}


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    return _member(world, writable(world, params), params.integer("user_id"))


def get_chat_member_count(world: World, params: Params) -> int:
    chat = writable(world, params)
    return 2 if chat["type"] == "private" else len(world.roster.members(chat["id"])) + 1


def get_chat_administrators(world: World, params: Params) -> list[dict[str, Any]]:
    """The first member of a group owns it."""
    chat = writable(world, params)
    if chat["type"] == "private":
        raise bad_request("there are no administrators in the private chat")
    members = [row for person in world.roster.members(chat["id"]) if (row := world.roster.person(person))]
    return [{"status": "creator", "user": user_object(members[0]), "is_anonymous": False}] if members else []


def leave_chat(world: World, params: Params) -> bool:
    chat = writable(world, params)
    if chat["type"] == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.roster.set_blocked(chat["id"], True)
    world.hub.tell("people")
    return True


def pin(world: World, params: Params) -> bool:
    chat = writable(world, params)
    if params.has("message_id") and world.history.find(chat["id"], params.integer("message_id")) is None:
        raise bad_request("message to pin not found")
    return True


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "pinChatMessage": pin,
    "unpinChatMessage": pin,
    "unpinAllChatMessages": pin,
}
