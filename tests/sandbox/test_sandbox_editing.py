"""Edits and deletions: what Telegram takes and the words with which it refuses."""

from __future__ import annotations

from tests.sandbox.messenger import LI, TOKEN, Messenger

BUTTON = {"inline_keyboard": [[{"text": "确认", "callback_data": "ok:1"}]]}


async def send(messenger: Messenger, text: str = "在", **more: object) -> int:
    return int((await messenger.result("sendMessage", chat_id=LI, text=text, **more))["message_id"])


async def test_edit_replaces_text_and_takes_the_buttons_away(chat: Messenger) -> None:
    number = await send(chat, "预览", reply_markup=BUTTON)
    edited = await chat.result("editMessageText", chat_id=LI, message_id=number, text="已报")
    assert (edited["text"], "reply_markup" in edited, edited["edit_date"] >= edited["date"]) == ("已报", False, True)
    assert (await chat.messages(LI))[-1]["text"] == "已报"


async def test_edit_without_change_is_refused(chat: Messenger) -> None:
    number = await send(chat, "<b>预览</b>", parse_mode="HTML", reply_markup=BUTTON)
    same = {"chat_id": LI, "message_id": number, "text": "<b>预览</b>", "parse_mode": "HTML", "reply_markup": BUTTON}
    words = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    assert await chat.refusal("editMessageText", **same) == words
    assert await chat.refusal("editMessageReplyMarkup", **same) == words
    assert (await chat.bot("editMessageText", **{**same, "text": "<i>预览</i>"}))["ok"]


async def test_edit_of_what_cannot_be_edited(chat: Messenger) -> None:
    own = (await chat.send(LI, "我的"))["message"]["message_id"]
    edit = {"chat_id": LI, "text": "x"}
    assert await chat.refusal("editMessageText", message_id=999, **edit) == "Bad Request: message to edit not found"
    assert await chat.refusal("editMessageText", message_id=own, **edit) == "Bad Request: message can't be edited"
    assert await chat.refusal("editMessageText", **edit) == "Bad Request: message identifier is not specified"
    assert await chat.refusal("editMessageText", message_id=own, chat_id=LI, text="x" * 4097) == (
        "Bad Request: message is too long"
    )


async def test_buttons_alone_are_replaced(chat: Messenger) -> None:
    number = await send(chat, "预览", reply_markup=BUTTON)
    edited = await chat.result("editMessageReplyMarkup", chat_id=LI, message_id=number)
    assert (edited["text"], "reply_markup" in edited) == ("预览", False)


async def test_deleted_message_is_gone_and_cannot_be_replied_to(chat: Messenger) -> None:
    number = await send(chat)
    assert await chat.result("deleteMessage", chat_id=LI, message_id=number) is True
    assert await chat.refusal("deleteMessage", chat_id=LI, message_id=number) == (
        "Bad Request: message to delete not found"
    )
    assert number not in [m["message_id"] for m in await chat.messages(LI)]
    assert await send(chat) == number + 1


async def test_deletion_after_two_days_is_refused(chat: Messenger) -> None:
    number = await send(chat)
    chat.wall.seconds += 48 * 3600 + 1
    words = await chat.refusal("deleteMessage", chat_id=LI, message_id=number)
    assert words == "Bad Request: message can't be deleted for everyone"


async def test_caption_is_edited(chat: Messenger) -> None:
    file = {"document": ("a.txt", b"a")}
    sent = await chat.http.post(f"/bot{TOKEN}/sendDocument", data={"chat_id": str(LI)}, files=file)
    here = {"chat_id": LI, "message_id": sent.json()["result"]["message_id"]}
    edited = await chat.result("editMessageCaption", **here, caption="<i>佐证</i>", parse_mode="HTML")
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("佐证", "italic")
    assert await chat.refusal("editMessageText", **here, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    copied = await chat.result("copyMessage", chat_id=LI, from_chat_id=LI, message_id=here["message_id"], caption="新")
    assert (await chat.messages(LI))[-1]["caption"] == "新"
    assert copied["message_id"] == here["message_id"] + 1
    text = await send(chat)
    assert await chat.refusal("editMessageCaption", chat_id=LI, message_id=text, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )


async def test_several_messages_are_deleted_and_missing_ones_do_not_matter(chat: Messenger) -> None:
    numbers = [await send(chat), await send(chat)]
    assert await chat.result("deleteMessages", chat_id=LI, message_ids=[*numbers, 999]) is True
    assert [m["text"] for m in await chat.messages(LI)] == ["/start"]
    assert (await chat.refusal("deleteMessages", chat_id=LI, message_ids=[])).startswith("Bad Request: ")
