"""Who gets no answer but one sentence: strangers, groups, floods, other roles."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.tables import Account, InboxUpdate, Push
from bot.tg.limiting import BURST
from tests.chat.driver import Chat

CONTACT, OFFICE = "区发改局联络员", "区督查绩效办主任"
GROUP = -700


async def account(chat: Chat, person: str) -> Account:
    async with chat.db.read() as session:
        query = select(Account).where(Account.telegram_user_id == chat.who(person), Account.unbound_at.is_(None))
        return (await session.scalars(query)).one()


async def not_done(chat: Chat) -> list[InboxUpdate]:
    async with chat.db.read() as session:
        return list((await session.scalars(select(InboxUpdate).where(InboxUpdate.state != "done"))).all())


async def test_a_stranger_gets_one_polite_sentence_and_then_silence(chat: Chat) -> None:
    first = await chat.send(chat.stranger, "你好")
    assert len(first) == 1
    assert "尚未绑定" in first[0].text
    assert await chat.send(chat.stranger, "在吗") == []
    assert await chat.sticker(chat.stranger) == []
    assert await not_done(chat) == []


async def test_a_stranger_who_blocks_the_bot_is_not_spoken_to(sqlite_chat: Chat) -> None:
    await sqlite_chat.send(sqlite_chat.stranger, "你好")
    await sqlite_chat.block(sqlite_chat.stranger)
    await sqlite_chat.unblock(sqlite_chat.stranger)
    assert len(await sqlite_chat.inbox(sqlite_chat.stranger)) == 1
    assert await not_done(sqlite_chat) == []


async def test_a_flood_is_told_once(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT)
    number = chat.who(CONTACT)
    for _ in range(80):
        await chat._post(f"chats/{number}/send", text="/me")
    await chat.settle()
    texts = [message.text for message in await chat.inbox(CONTACT)]
    assert sum("消息来得太快" in text for text in texts) == 1
    assert BURST <= len(texts) < 80


async def test_a_strangers_command_in_a_group_is_pointed_to_the_private_chat(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE)
    await chat.http.post("/sandbox/groups", json={"id": GROUP, "title": "考评群", "members": [chat.who(CONTACT)]})
    await chat.settle()
    assert await chat.inbox(GROUP) == []
    [pointed] = await chat.send(GROUP, "/mine")
    assert "私聊" in pointed.text
    assert pointed.raw["reply_to_message"]["text"] == "/mine"
    assert next(iter(pointed.buttons.values())).startswith("https://t.me/")
    # An edit, and what members say to each other about the bot's message, is not meant for us.
    own = await chat.own(GROUP)
    assert await chat.edit(GROUP, own, "/mine 改") == []
    assert await chat.send(GROUP, "收到", reply_to=pointed) == []
    assert await not_done(chat) == []


async def test_a_command_of_another_role_is_refused_in_one_sentence(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT)
    [refused] = await sqlite_chat.send(CONTACT, "/remind")
    assert "不属于您的岗位" in refused.text


async def test_the_menu_of_a_role_is_set_once(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(CONTACT, OFFICE)
    for person in (CONTACT, OFFICE, CONTACT):
        await sqlite_chat.send(person, "/me")
    calls = await sqlite_chat.calls("setMyCommands")
    assert len(calls) == 2
    menus = [str(call["params"]["commands"]) for call in calls]
    assert "remind" not in menus[0]
    assert "remind" in menus[1]


async def test_blocking_is_noticed_at_once_told_to_the_office_once_and_over_when_they_write(chat: Chat) -> None:
    await chat.bind(CONTACT, OFFICE)
    await chat.send(CONTACT, "/me")
    await chat.block(CONTACT)
    assert (await account(chat, CONTACT)).unreachable_since is not None
    [told] = await chat.new(OFFICE)
    assert CONTACT in told.text
    # Writing unblocks.
    assert await chat.send(CONTACT, "/me")
    assert (await account(chat, CONTACT)).unreachable_since is None
    assert await chat.new(OFFICE) == []
    assert await not_done(chat) == []


async def test_an_answer_to_somebody_who_has_just_blocked_us_alarms_nobody(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, OFFICE)
    await chat.send(CONTACT, "/me")
    await chat.fault("forbidden", method="sendMessage", chat_id=chat.who(CONTACT))
    assert await chat.send(CONTACT, "/me") == []
    [told] = await chat.new(OFFICE)
    assert "收不到消息" in told.text
    assert await not_done(chat) == []
    async with chat.db.read() as session:
        assert {row.kind for row in (await session.scalars(select(Push))).all()} == {"unreachable"}
