"""The bot itself: who it is, its words about itself, its commands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.params import Params
from bot.sandbox.store import Row, dumps
from bot.sandbox.world import World

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}\Z")
MAX_COMMANDS = 100
PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
# Field, longest value.
WORDS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


def get_me(world: World, _params: Params) -> dict[str, Any]:
    return {
        **world.bot(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(world: World, params: Params) -> str:
    scope = params.tree("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.roster.known_chat(scope.get("chat_id"))
    return f"{kind}:{chat['id']}" + (f":{scope.get('user_id')}" if kind == "chat_member" else "")


def set_my_commands(world: World, params: Params) -> bool:
    wanted = params.tree("commands", "commands")
    if not isinstance(wanted, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(wanted) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(command) for command in wanted]
    scope, language = _scope(world, params), params.text("language_code")
    if commands:
        world.store.run("INSERT OR REPLACE INTO commands VALUES (?, ?, ?)", scope, language, dumps(commands))
    else:
        world.store.run("DELETE FROM commands WHERE scope = ? AND language = ?", scope, language)
    world.hub.tell("commands")
    return True


def _command(command: Any) -> dict[str, str]:
    if not isinstance(command, dict) or not COMMAND.match(str(command.get("command", ""))):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(command.get("description", "")).strip()
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command["command"].removeprefix("/"), "description": description}


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    return _stored(world, _scope(world, params), params.text("language_code")) or []


def delete_my_commands(world: World, params: Params) -> bool:
    scope, language = _scope(world, params), params.text("language_code")
    world.store.run("DELETE FROM commands WHERE scope = ? AND language = ?", scope, language)
    world.hub.tell("commands")
    return True


def commands_of(world: World, chat: Row) -> list[dict[str, str]]:
    """The menu that a person sees in this chat: the narrowest scope that has one, in Chinese before any language."""
    kind = "all_private_chats" if chat["type"] == "private" else "all_group_chats"
    for scope in (f"chat:{chat['id']}", kind, "default"):
        for language in ("zh", ""):
            if commands := _stored(world, scope, language):
                return commands
    return []


def _stored(world: World, scope: str, language: str) -> list[dict[str, str]] | None:
    row = world.store.one("SELECT body FROM commands WHERE scope = ? AND language = ?", scope, language)
    return json.loads(row["body"]) if row else None


def _setter(field: str, longest: int) -> Callable[[World, Params], bool]:
    def set_words(world: World, params: Params) -> bool:
        value = params.text(field)
        if len(value) > longest:
            raise bad_request(f"BOT_{field.upper()}_TOO_LONG")
        world.store.put("profile", {**world.store.get("profile", {}), field: value})
        world.hub.tell("people")
        return True

    return set_words


def _getter(field: str) -> Callable[[World, Params], dict[str, str]]:
    def get_words(world: World, _params: Params) -> dict[str, str]:
        default = world.settings.bot_name if field == "name" else ""
        return {field: world.store.get("profile", {}).get(field) or default}

    return get_words


def menu_button(_world: World, _params: Params) -> dict[str, str]:
    return {"type": "commands"}


def yes(_world: World, _params: Params) -> bool:
    return True


METHODS: dict[str, Callable[[World, Params], Any]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getChatMenuButton": menu_button,
    "logOut": yes,
    "close": yes,
    **{f"setMy{name}": _setter(*spec) for name, spec in WORDS.items()},
    **{f"getMy{name}": _getter(spec[0]) for name, spec in WORDS.items()},
}
