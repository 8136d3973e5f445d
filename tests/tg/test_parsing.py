"""An update parsed the short way is, attribute for attribute, what the library makes of it."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, TelegramObject, Update

from bot.tg.parsing import Parser

BOT = Bot("4242:test-token")
LI = {"id": 7, "is_bot": False, "first_name": "李", "last_name": "明", "username": "li", "language_code": "zh-hans"}
PRIVATE = {"id": 7, "type": "private", "first_name": "李"}
GROUP = {"id": -1005, "type": "supergroup", "title": "调度群", "is_forum": True}


def said(**more: Any) -> dict[str, Any]:
    return {"message_id": 3, "from": LI, "chat": PRIVATE, "date": 1790000000, "text": "固投", **more}


UPDATES: dict[str, dict[str, Any]] = {
    "typed": {"message": said()},
    "command": {"message": said(text="/me", entities=[{"type": "bot_command", "offset": 0, "length": 3}])},
    "group": {"message": said(chat=GROUP)},
    "reply": {"message": said(reply_to_message=said(message_id=2))},
    "photo": {"message": said(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}])},
    "edited": {"edited_message": said(edit_date=1790000009)},
    "press": {"callback_query": {"id": "1", "from": LI, "chat_instance": "1", "data": "x", "message": said()}},
}


def slots(made: TelegramObject) -> dict[str, Any]:
    names = {name for kind in type(made).__mro__ for name in getattr(kind, "__slots__", ())}
    return {name: getattr(made, name) for name in names if name != "__dict__"}


def assert_same(short: Any, full: Any) -> None:
    if isinstance(full, TelegramObject):
        assert isinstance(short, type(full))
        mine, theirs = slots(short), slots(full)
        assert mine.keys() == theirs.keys()
        for name in mine:
            assert_same(mine[name], theirs[name])
    else:
        assert short == full


@pytest.mark.parametrize("raw", UPDATES.values(), ids=UPDATES)
def test_every_attribute_is_the_same(raw: dict[str, Any]) -> None:
    raw = {"update_id": 5, **raw}
    short, full = Parser(BOT).parse(raw), Update.de_json(raw, BOT)
    assert_same(short, full)
    assert short.to_dict() == full.to_dict()
    assert short == full
    for name in ("effective_user", "effective_chat", "effective_message", "effective_sender"):
        assert_same(getattr(short, name), getattr(full, name))
    with pytest.raises(AttributeError):
        short.message = None  # type: ignore[misc]
    with pytest.raises(AttributeError):
        _ = short.unheard_of  # type: ignore[attr-defined]


def test_a_person_who_changed_their_name_is_seen_anew() -> None:
    parser = Parser(BOT)
    before = parser.parse({"update_id": 5, "message": said()}).effective_user
    after = parser.parse({"update_id": 6, "message": said(**{"from": {**LI, "first_name": "王"}})}).effective_user
    assert before is not None
    assert after is not None
    assert (before.first_name, after.first_name) == ("李", "王")


odd = st.sampled_from(["x", 5, None, [], {}, True, 1.5, {"id": "x"}, {"id": 5, "type": []}])


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["message_id", "from", "chat", "date", "text", "entities"]), odd, max_size=3))
def test_what_is_odd_is_taken_or_refused_as_the_library_does(changed: dict[str, Any]) -> None:
    raw = {"update_id": 5, "message": said(**changed)}
    full: Update | None = None
    with contextlib.suppress(Exception):
        full = Update.de_json(raw, BOT)
    if full is None:
        with pytest.raises(Exception):  # noqa: B017 - whichever it is
            Parser(BOT).parse(raw)
    else:
        assert_same(Parser(BOT).parse(raw), full)
