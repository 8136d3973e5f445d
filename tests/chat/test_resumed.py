"""An answer that got lost in a crash: what the person hears when the update is taken up again."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.tables import InboxUpdate
from bot.db.updates import ReceivedUpdate
from tests.chat.driver import Chat, Message

CONTACT = "区发改局联络员"
REPORT = "固定资产投资 完成98.6亿元"


async def again(chat: Chat) -> list[Message]:
    """The last update once more, as after a crash between its effect and its answer; what was said."""
    async with chat.db.read() as session:
        query = select(InboxUpdate).order_by(InboxUpdate.update_id.desc()).limit(1)
        row = (await session.scalars(query)).one()
    await chat.new(CONTACT)
    item = ReceivedUpdate(row.update_id, row.chat_id, row.kind, row.payload, resumed=True, starts=1)
    await chat.baton.dispatcher._handler(item, True)
    return await chat.new(CONTACT)


async def test_a_report_that_waits_for_its_confirmation_is_shown_again_and_not_called_done(chat: Chat) -> None:
    await chat.bind(CONTACT)
    [preview] = await chat.send(CONTACT, REPORT)
    [shown] = await again(chat)
    assert (shown.text, shown.buttons) == (preview.text, preview.buttons)
    said = await chat.send(CONTACT, "确认")
    assert any("✓ 已报" in message.text for message in said)
    [late] = await again(chat)
    assert "已经办好" in late.text


async def test_what_asks_for_the_value_is_asked_again(chat: Chat) -> None:
    await chat.bind(CONTACT)
    [listed] = await chat.send(CONTACT, "/report")
    asked = await chat.press(CONTACT, next(label for label in listed.buttons if "固定资产投资" in label))
    [shown] = await again(chat)
    assert shown.text == asked[-1].text
