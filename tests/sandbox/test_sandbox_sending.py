"""sendMessage and its like: what Telegram takes and the words with which it refuses."""

from __future__ import annotations

import pytest

from tests.sandbox.messenger import GROUP, LI, STRANGER, TOKEN, WANG, Messenger


async def send(messenger: Messenger, text: str = "在", **more: object) -> int:
    return int((await messenger.result("sendMessage", chat_id=LI, text=text, **more))["message_id"])


async def test_text_arrives_on_the_phone(chat: Messenger) -> None:
    sent = await chat.result("sendMessage", chat_id=LI, text="<b>严重</b> 欠 12.5 个百分点", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    shown = (await chat.messages(LI))[-1]
    assert (shown["text"], shown["outgoing"]) == ("严重 欠 12.5 个百分点", True)


@pytest.mark.parametrize("count", [1, 4096])
async def test_text_of_allowed_length(chat: Messenger, count: int) -> None:
    assert len((await chat.result("sendMessage", chat_id=LI, text="字" * count))["text"]) == count


async def test_length_counts_after_the_tags_are_gone(chat: Messenger) -> None:
    text = "<b>" + "x" * 4096 + "</b>"
    assert (await chat.bot("sendMessage", chat_id=LI, text=text, parse_mode="HTML"))["ok"]


REFUSED_TEXT = {
    "too long": ({"text": "x" * 4097}, "Bad Request: message is too long"),
    "empty": ({"text": ""}, "Bad Request: message text is empty"),
    "blank": ({"text": " \n "}, "Bad Request: message text is empty"),
    "only tags": ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
    "missing": ({}, "Bad Request: message text is empty"),
    "markdown": ({"text": "*x*", "parse_mode": "MarkdownV2"}, "Bad Request: unsupported parse_mode"),
    "nowhere": ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
    "unknown chat": ({"text": "x", "chat_id": 5}, "Bad Request: chat not found"),
    "no number": ({"text": "x", "chat_id": "@nobody"}, "Bad Request: chat not found"),
    "not started": ({"text": "x", "chat_id": WANG}, "Forbidden: bot can't initiate conversation with a user"),
    "reply": (
        {"text": "x", "reply_parameters": {"message_id": 999}},
        "Bad Request: message to be replied not found",
    ),
    "quote": ({"text": "x", "reply_parameters": {"message_id": 1, "quote": "nein"}}, "Bad Request: QUOTE_TEXT_INVALID"),
    "markup": ({"text": "x", "reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
}


@pytest.mark.parametrize(("params", "words"), REFUSED_TEXT.values(), ids=REFUSED_TEXT.keys())
async def test_refused_message(chat: Messenger, params: dict[str, object], words: str) -> None:
    before = await chat.messages(LI)
    assert await chat.refusal("sendMessage", **{"chat_id": LI, **params}) == words
    assert await chat.messages(LI) == before


async def test_blocked_bot_is_told_so_until_the_person_writes_again(chat: Messenger) -> None:
    await chat.post(f"chats/{LI}/block")
    assert await chat.refusal("sendMessage", chat_id=LI, text="x") == "Forbidden: bot was blocked by the user"
    await chat.send(LI, "回来了")
    assert await send(chat)
    kinds = [sorted(u)[0] for u in await chat.result("getUpdates")]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]


async def test_put_out_of_a_group(chat: Messenger) -> None:
    await chat.post("groups", id=GROUP, title="发改局工作群", members=[LI])
    assert (await chat.result("sendMessage", chat_id=GROUP, text="通报"))["chat"]["title"] == "发改局工作群"
    await chat.post(f"chats/{GROUP}/block")
    words = await chat.refusal("sendMessage", chat_id=GROUP, text="通报")
    assert words == "Forbidden: bot was kicked from the group chat"


async def test_reply_carries_the_message_replied_to_but_no_third(chat: Messenger) -> None:
    first = await send(chat, "一")
    second = await send(chat, "二", reply_parameters={"message_id": first})
    third = await chat.result("sendMessage", chat_id=LI, text="三", reply_parameters={"message_id": second})
    assert third["reply_to_message"]["text"] == "二"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_reply_to_nothing_may_go_without(chat: Messenger) -> None:
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await chat.result("sendMessage", chat_id=LI, text="x", reply_parameters=lenient)


async def test_forms_say_the_same_as_json(chat: Messenger) -> None:
    form = {
        "chat_id": str(LI),
        "text": "表单",
        "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}',
    }
    answers = [
        await chat.http.post(f"/bot{TOKEN}/sendMessage", data=form),
        await chat.http.post(f"/bot{TOKEN}/sendMessage", files={name: (None, value) for name, value in form.items()}),
        await chat.http.get(f"/bot{TOKEN}/SENDMESSAGE", params=form),
    ]
    for answer in answers:
        assert answer.json()["result"]["text"] == "表单"
        assert answer.json()["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "b"


BAD_BUTTONS = {
    "65 bytes": ({"text": "a", "callback_data": "字" * 21 + "xy"}, "Bad Request: BUTTON_DATA_INVALID"),
    "no data": ({"text": "a", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
    "no action": (
        {"text": "a"},
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    "no text": ({"callback_data": "a"}, "Bad Request: can't parse inline keyboard button: Can't find field \"text\""),
    "bad url": (
        {"text": "a", "url": "nowhere"},
        "Bad Request: inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
}


@pytest.mark.parametrize(("button", "words"), BAD_BUTTONS.values(), ids=BAD_BUTTONS.keys())
async def test_refused_button(chat: Messenger, button: dict[str, str], words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await chat.refusal("sendMessage", chat_id=LI, text="x", reply_markup=markup) == words


async def test_64_bytes_fit_into_a_button(chat: Messenger) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "字" * 21 + "x"}]]}
    assert await send(chat, reply_markup=markup)


async def test_101_buttons_are_too_many(chat: Messenger) -> None:
    rows = [[{"text": "a", "callback_data": str(n)}] for n in range(101)]
    words = await chat.refusal("sendMessage", chat_id=LI, text="x", reply_markup={"inline_keyboard": rows})
    assert words == "Bad Request: reply markup is too long"


async def test_reply_keyboard_is_on_the_phone_but_not_in_the_message(chat: Messenger) -> None:
    keyboard = {"keyboard": [["同意", {"text": "退回"}]], "resize_keyboard": True}
    sent = await chat.result("sendMessage", chat_id=LI, text="选", reply_markup=keyboard)
    assert "reply_markup" not in sent
    assert (await chat.get(f"chats/{LI}"))["keyboard"] == keyboard
    await send(chat, reply_markup={"remove_keyboard": True})
    assert (await chat.get(f"chats/{LI}"))["keyboard"] is None
    await send(chat, reply_markup={"force_reply": True})
    assert (await chat.get(f"chats/{LI}"))["keyboard"] == {"force_reply": True}


async def test_copy_and_forward(chat: Messenger) -> None:
    number = await send(chat, "<b>通报</b>", parse_mode="HTML")
    there = {"chat_id": LI, "from_chat_id": LI, "message_id": number}
    copied = await chat.result("copyMessage", **there)
    forwarded = await chat.result("forwardMessage", **there)
    assert (await chat.messages(LI))[-2]["message_id"] == copied["message_id"]
    assert forwarded["forward_origin"]["sender_user"]["is_bot"] is True
    assert await chat.refusal("copyMessage", **{**there, "message_id": 999}) == "Bad Request: message to copy not found"


async def test_reaction_is_shown(chat: Messenger) -> None:
    number = (await chat.send(LI, "98.6亿"))["message"]["message_id"]
    await chat.result("setMessageReaction", chat_id=LI, message_id=number, reaction=[{"type": "emoji", "emoji": "👌"}])
    assert (await chat.messages(LI))[-1]["reaction"] == "👌"


async def test_chat_actions(chat: Messenger) -> None:
    assert await chat.result("sendChatAction", chat_id=LI, action="typing") is True
    assert await chat.refusal("sendChatAction", chat_id=LI, action="dancing") == (
        "Bad Request: wrong parameter action in request"
    )


async def test_tokens_and_methods(messenger: Messenger) -> None:
    assert (await messenger.bot("getMe", token="nonsense"))["error_code"] == 404
    assert await messenger.refusal("getNothing") == "Not Found"
    assert (await messenger.result("getMe"))["id"] == 4242
    assert await messenger.result("banChatMember", chat_id=STRANGER, user_id=1) is True
    assert "does not offer" in await messenger.refusal("sendPoll", chat_id=LI)
    for path in ("/bot", "/x", f"/file/bot{TOKEN}/documents/file_1.pdf"):
        assert (await messenger.http.get(path)).status_code == 404


async def test_body_that_is_no_json(messenger: Messenger) -> None:
    for body in ("{", "[]"):
        answer = await messenger.http.post(
            f"/bot{TOKEN}/sendMessage", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["description"].startswith("Bad Request: ")


MALFORMED_MARKUP = [
    {"inline_keyboard": "x"},
    {"inline_keyboard": ["x"]},
    {"inline_keyboard": [["x"]]},
    {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]},
    {"inline_keyboard": [[{"text": "a", "url": "http://localhost:8080/"}]]},
    {"keyboard": "x"},
    {"keyboard": [[5]]},
    [1],
]


@pytest.mark.parametrize("markup", MALFORMED_MARKUP, ids=str)
async def test_malformed_markup(chat: Messenger, markup: object) -> None:
    words = await chat.refusal("sendMessage", chat_id=LI, text="x", reply_markup=markup)
    assert words.startswith("Bad Request: ")
    assert len(await chat.messages(LI)) == 1


async def test_empty_keyboard_is_none(chat: Messenger) -> None:
    assert "reply_markup" not in await chat.result(
        "sendMessage", chat_id=LI, text="x", reply_markup={"inline_keyboard": [[]]}
    )


async def test_wrong_shapes_are_refused_not_crashed(chat: Messenger) -> None:
    cases: list[tuple[str, dict[str, object]]] = [
        ("sendMessage", {"chat_id": {"a": 1}, "text": "x"}),
        ("sendMessage", {"chat_id": LI, "text": "x", "reply_parameters": "[1]"}),
        ("sendMessage", {"chat_id": LI, "text": "x", "reply_parameters": {"message_id": "x"}}),
        ("sendMessage", {"chat_id": LI, "text": "x", "entities": [{"type": "bold", "offset": "a", "length": 1}]}),
        ("sendMediaGroup", {"chat_id": LI, "media": ["x", "y"]}),
        ("sendMediaGroup", {"chat_id": LI, "media": "x"}),
        ("setMyCommands", {"commands": ["x"]}),
        ("setMyCommands", {"commands": [], "scope": "x"}),
        ("setMyDescription", {"description": "x" * 513}),
        ("deleteMessages", {"chat_id": LI, "message_ids": ["x"]}),
        ("getUpdates", {"allowed_updates": 5}),
        ("getChatMember", {"chat_id": LI, "user_id": 99}),
        ("getChatAdministrators", {"chat_id": LI}),
        ("leaveChat", {"chat_id": LI}),
        ("setMessageReaction", {"chat_id": LI, "message_id": 1, "reaction": [{"type": "custom"}]}),
        ("setMessageReaction", {"chat_id": LI, "message_id": 99}),
        ("pinChatMessage", {"chat_id": LI, "message_id": 99}),
        ("editMessageText", {"inline_message_id": "x", "text": "x"}),
        ("setWebhook", {"url": "https://x.cn", "secret_token": "a b"}),
    ]
    for method, params in cases:
        answer = await chat.bot(method, **params)
        assert (method, answer["ok"], answer.get("error_code")) == (method, False, 400), params
