"""Reply markup: what Telegram takes, and what it refuses."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import is_link
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.params import Params

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def read_markup(params: Params) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """(inline keyboard, other markup); the first is part of the message, the second only of the person's screen."""
    markup = params.tree("reply_markup", "reply keyboard markup")
    if not markup:
        return None, None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return check_inline(markup["inline_keyboard"]), None
    if any(name in markup for name in OTHER_MARKUPS):
        if "keyboard" in markup:
            _check_reply_keyboard(markup["keyboard"])
        return None, markup
    return None, None


def check_inline(rows: Any) -> dict[str, Any] | None:
    """The keyboard as it will stand in the message; an empty one is none."""
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        if row:
            kept.append([_check_button(button) for button in row])
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _unparsed("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unparsed('Can\'t find field "text"' if "text" not in button else 'Field "text" must be of type String')
    if not button["text"].strip():
        raise _unparsed("Text buttons must have a text")
    if not any(button.get(action) is not None for action in ACTIONS):
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and (not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not is_link(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return {name: value for name, value in button.items() if value is not None}


def _check_reply_keyboard(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            if not (isinstance(button, str) or (isinstance(button, dict) and isinstance(button.get("text"), str))):
                raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")


def _unparsed(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
