"""getUpdates: offsets, long polling, one consumer; what a person does and what the bot gets."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.settings import Settings
from bot.sandbox.store import Store
from bot.sandbox.updates import UpdateQueue
from tests.sandbox.messenger import GROUP, LI, PEOPLE, TOKEN, WANG, Messenger, running

ONE_INSTANCE = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_confirmed(chat: Messenger) -> None:
    for text in "一二三":
        await chat.send(LI, text)
    first = await chat.result("getUpdates")
    assert texts(first) == texts(await chat.result("getUpdates")) == ["一", "二", "三"]
    assert texts(await chat.result("getUpdates", limit=2)) == ["一", "二"]
    assert texts(await chat.result("getUpdates", offset=first[1]["update_id"])) == ["二", "三"]
    assert await chat.result("getUpdates", offset=first[2]["update_id"] + 1) == []
    assert await chat.result("getUpdates") == []


async def test_negative_offset_forgets_all_but_the_last(chat: Messenger) -> None:
    for text in "一二三":
        await chat.send(LI, text)
    assert texts(await chat.result("getUpdates", offset=-2)) == ["二", "三"]
    assert texts(await chat.result("getUpdates")) == ["二", "三"]


Step = st.one_of(
    st.just(("push", 0)),
    st.tuples(st.just("confirm"), st.integers(0, 12)),
    st.tuples(st.just("last"), st.integers(1, 4)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(Step, max_size=25))
def test_queue_is_what_was_pushed_and_not_confirmed(steps: list[tuple[str, int]]) -> None:
    store = Store(":memory:")
    queue = UpdateQueue(store, Settings(wall=lambda: 0.0))
    first = 400000001
    model: list[int] = []
    pushed = 0
    for step, number in steps:
        if step == "push":
            assert queue.push("message", {}, 1) == first + pushed
            model.append(first + pushed)
            pushed += 1
        elif step == "confirm":
            queue.confirm(first + number)
            model = [update for update in model if update >= first + number]
        else:
            queue.confirm(-number)
            model = model[-number:]
        assert [update["update_id"] for update in queue.pending()] == model
    store.close()


async def test_long_poll_answers_as_soon_as_something_comes(chat: Messenger) -> None:
    poll = asyncio.create_task(chat.result("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await chat.send(LI, "来了")
    assert texts(await poll) == ["来了"]
    assert time.monotonic() - began < 2


async def test_long_poll_ends_empty(chat: Messenger) -> None:
    assert await chat.result("getUpdates", timeout=1) == []


async def test_second_consumer_throws_the_first_out(chat: Messenger) -> None:
    first = asyncio.create_task(chat.bot("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(chat.result("getUpdates", timeout=20))
    refused = await first
    assert (refused["error_code"], refused["description"]) == (409, ONE_INSTANCE)
    await chat.send(LI, "给第二个")
    assert texts(await second) == ["给第二个"]


async def test_only_wanted_kinds_are_queued(chat: Messenger) -> None:
    await chat.result("getUpdates", allowed_updates=["callback_query"])
    assert (await chat.send(LI, "听不见"))["update_id"] is None
    await chat.result("getUpdates")  # keeps the last wish
    assert (await chat.send(LI, "还是听不见"))["update_id"] is None
    await chat.result("getUpdates", allowed_updates=[])
    assert (await chat.send(LI, "听见了"))["update_id"]


async def test_updates_are_kept_for_a_day(chat: Messenger) -> None:
    await chat.send(LI, "旧")
    chat.wall.seconds += 23 * 3600
    await chat.send(LI, "新")
    assert texts(await chat.result("getUpdates")) == ["旧", "新"]
    chat.wall.seconds += 3601
    assert texts(await chat.result("getUpdates")) == ["新"]


async def test_command_reply_and_edit_reach_the_bot(chat: Messenger) -> None:
    push = await chat.result("sendMessage", chat_id=LI, text="请填报")
    sent = await chat.send(LI, "/start CODE", reply_to_message_id=push["message_id"])
    await chat.post(f"chats/{LI}/edit", message_id=sent["message"]["message_id"], text="98.7亿")
    message, edited = await chat.result("getUpdates")
    assert message["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["message"]["reply_to_message"]["text"] == "请填报"
    assert edited["edited_message"]["text"] == "98.7亿"
    assert edited["edited_message"]["edit_date"]
    assert "entities" not in edited["edited_message"]


async def test_start_link(messenger: Messenger) -> None:
    sent = await messenger.post(f"chats/{WANG}/send", start="CODE-2")
    assert sent["message"]["text"] == "/start CODE-2"


async def test_photo_sticker_and_document_reach_the_bot(chat: Messenger) -> None:
    await chat.post(f"chats/{LI}/send", kind="photo")
    await chat.post(f"chats/{LI}/send", kind="sticker")
    await chat.post(f"chats/{LI}/send", file={"name": "佐证.pdf", "base64": "cGRm"}, caption="批复")
    photo, sticker, document = (u["message"] for u in await chat.result("getUpdates"))
    assert photo["photo"][0]["width"] == 1
    assert "caption" not in photo
    assert sticker["sticker"]["type"] == "regular"
    assert (document["document"]["file_name"], document["caption"]) == ("佐证.pdf", "批复")


async def test_press_waits_for_the_answer(chat: Messenger) -> None:
    markup = {"inline_keyboard": [[{"text": "签收", "callback_data": "ack:7"}]]}
    number = (await chat.result("sendMessage", chat_id=LI, text="预警", reply_markup=markup))["message_id"]
    press = asyncio.create_task(chat.post(f"chats/{LI}/press", message_id=number, data="ack:7"))
    query = (await chat.result("getUpdates", timeout=5))[0]["callback_query"]
    assert (query["data"], query["message"]["message_id"], query["from"]["id"]) == ("ack:7", number, LI)
    await chat.result("answerCallbackQuery", callback_query_id=query["id"], text="已签收", show_alert=True)
    answer = await press
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "已签收", True)


async def test_press_that_nobody_answers(chat: Messenger) -> None:
    number = (await chat.result("sendMessage", chat_id=LI, text="预警"))["message_id"]
    answer = await chat.post(f"chats/{LI}/press", message_id=number, data="x", wait=0.05)
    assert answer["answered"] is False


TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.mark.parametrize(("seconds", "good"), [(149, True), (151, False)])
async def test_press_can_be_answered_for_150_seconds(chat: Messenger, seconds: int, good: bool) -> None:
    number = (await chat.result("sendMessage", chat_id=LI, text="预警"))["message_id"]
    press = await chat.post(f"chats/{LI}/press", message_id=number, data="x", wait=0)
    chat.wall.seconds += seconds
    answer = await chat.bot("answerCallbackQuery", callback_query_id=press["callback_query_id"])
    assert answer.get("description") == (None if good else TOO_OLD)


async def test_answers_to_nothing_and_too_long(chat: Messenger) -> None:
    assert await chat.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD
    assert await chat.refusal("answerCallbackQuery", callback_query_id="1", text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(chat: Messenger) -> None:
    await chat.post("groups", id=GROUP, title="工作群", members=[LI, WANG])
    push = await chat.result("sendMessage", chat_id=GROUP, text="通报")
    assert (await chat.send(GROUP, "大家好"))["update_id"] is None
    assert (await chat.send(GROUP, "/board"))["update_id"]
    assert (await chat.send(GROUP, "@baton_sandbox_bot 计分牌"))["update_id"]
    said = await chat.post(f"chats/{GROUP}/send", text="收到", reply_to_message_id=push["message_id"], **{"from": WANG})
    assert said["update_id"]
    added, *said_there = await chat.result("getUpdates")
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert {u["message"]["chat"]["id"] for u in said_there} == {GROUP}
    assert said_there[-1]["message"]["from"]["first_name"] == "王建国"


async def test_nonsense_on_the_control_side_is_explained(messenger: Messenger) -> None:
    cases = [
        ("chats/5/send", {"text": "x"}, 404),
        (f"chats/{LI}/send", {"text": ""}, 400),
        (f"chats/{LI}/send", {"text": "x" * 4097}, 400),
        (f"chats/{LI}/send", {"text": "x", "reply_to_message_id": 9}, 404),
        (f"chats/{LI}/press", {"message_id": 9, "data": "x"}, 404),
        (f"chats/{LI}/edit", {"message_id": 9, "text": "x"}, 400),
        ("groups", {"id": 5, "title": "x"}, 400),
        ("groups", {}, 400),
        ("faults", {"kind": "war"}, 400),
        ("clock", {"to": "day_20"}, 502),
    ]
    for path, body, status in cases:
        answer = await messenger.http.post(f"/sandbox/{path}", json=body)
        assert (path, answer.status_code) == (path, status)
        assert answer.json()["error"]


async def test_unread_counts_until_the_person_looks(chat: Messenger) -> None:
    for _ in range(2):
        await chat.result("sendMessage", chat_id=LI, text="在吗")
    people = {p["id"]: p for p in (await chat.get("people"))["people"]}
    assert (people[LI]["unread"], people[WANG]["unread"]) == (2, 0)
    assert people[LI]["start"] == "CODE-1"
    await chat.post(f"chats/{LI}/read")
    assert (await chat.get("people"))["people"][0]["unread"] == 0


async def test_new_list_of_people_replaces_the_old_one(chat: Messenger) -> None:
    listed = await chat.put_people([PEOPLE[1]])
    assert [p["id"] for p in listed["people"]] == [WANG]
    assert await chat.result("sendMessage", chat_id=LI, text="聊天还在")


async def test_restart_of_the_messenger_loses_nothing(tmp_path: Any) -> None:
    state = str(tmp_path / "state.db")
    async with running(state=state) as before:
        await before.put_people(PEOPLE)
        await before.send(LI, "/start")
        sent = await before.result("sendMessage", chat_id=LI, text="预警")
        press = await before.post(f"chats/{LI}/press", message_id=sent["message_id"], data="a", wait=0)
        queued = await before.result("getUpdates")
    async with running(state=state) as after:
        assert await after.result("getUpdates") == queued
        assert await after.result("answerCallbackQuery", callback_query_id=press["callback_query_id"]) is True
        assert [m["text"] for m in await after.messages(LI)] == ["/start", "预警"]
        again = await after.result("sendMessage", chat_id=LI, text="又一条")
        assert again["message_id"] > sent["message_id"]


async def test_stopping_does_not_wait_for_a_poll(tmp_path: Any) -> None:
    began = time.monotonic()
    async with running(state=str(tmp_path / "s.db")) as one:
        poll = asyncio.create_task(one.http.post(f"/bot{TOKEN}/getUpdates", json={"timeout": 50}))
        await asyncio.sleep(0.2)
    assert time.monotonic() - began < 5
    assert (await poll).status_code == 502
