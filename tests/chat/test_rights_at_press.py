"""Rights are asked when a button is pressed: others' buttons do nothing, nor do one's own once the post is gone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from bot.db.audit_chain import head_of
from bot.db.tables import Account, Base, BindingRequest, OrderEvent, Problem, Report, Task, Tenure, Urge, WarningOrder
from bot.services.inviting import issue_invite
from tests.chat.driver import Chat, Message
from tests.chat.test_reporting_chat import CONTACT, LEADER, OFFICE, SCENE

OUTSIDER = "区商务局联络员"
WATCHED: tuple[type[Base], ...] = (
    Report,
    Problem,
    Task,
    OrderEvent,
    WarningOrder,
    Urge,
    Tenure,
    Account,
    BindingRequest,
)


async def state(chat: Chat) -> list[object]:
    """What a press could change for others: rows by table, who acknowledged, the audit."""
    async with chat.db.read() as session:
        rows = [await session.scalar(select(func.count()).select_from(table)) for table in WATCHED]
        decided = (await session.scalars(select(BindingRequest.decided_at).order_by(BindingRequest.id))).all()
        events = (await session.scalars(select(WarningOrder.state).order_by(WarningOrder.id))).all()
        return [rows, decided, events, await head_of(session)]


async def buttons_of(chat: Chat, *people: str) -> dict[str, Message]:
    """Every button that stands in these chats, by its data; the leader's also behind the first one."""
    found: dict[str, Message] = {}
    for person in people:
        for message in await chat.all(person):
            found |= {data: message for data in message.buttons.values() if not data.startswith("http")}
    return found


async def everything(chat: Chat) -> dict[str, Message]:
    """A day with all that the roles are offered."""
    await chat.bind(CONTACT, LEADER, OFFICE, OUTSIDER)
    preview = (await chat.send(CONTACT, SCENE))[-1]
    await chat.press(CONTACT, "确认", preview)
    code = (await issue_invite(chat.db, chat.now, CONTACT)).code
    await chat.send(chat.stranger, f"/start {code}")
    await chat.send(CONTACT, "固定资产投资 完成99亿")
    for person, words in (
        (OFFICE, ("/remind", "/review", "/warnings", "/tasks", "固定资产投资")),
        (LEADER, ("/warnings", "/mine", "固定资产投资")),
        (CONTACT, ("/report", "/warnings", "/tasks")),
    ):
        for word in words:
            await chat.send(person, word)
    return await buttons_of(chat, CONTACT, LEADER, OFFICE)


async def test_the_buttons_of_others_do_nothing(sqlite_chat: Chat) -> None:
    offered = await everything(sqlite_chat)
    assert len({data.partition(":")[0] for data in offered}) > 12
    before = await state(sqlite_chat)
    asked = (await sqlite_chat.send(OUTSIDER, "/me"))[-1]
    for data in offered:
        await sqlite_chat.press(OUTSIDER, data, asked.id)
        assert await state(sqlite_chat) == before, data


async def test_ones_own_buttons_do_nothing_once_the_post_is_gone(sqlite_chat: Chat) -> None:
    await everything(sqlite_chat)
    mine = {person: await buttons_of(sqlite_chat, person) for person in (CONTACT, LEADER, OFFICE)}
    async with sqlite_chat.db.write() as session:
        numbers = [sqlite_chat.who(person) for person in mine]
        held = select(Account.person_id).where(Account.telegram_user_id.in_(numbers))
        gone = sqlite_chat.now - timedelta(minutes=1)
        await session.execute(update(Tenure).where(Tenure.person_id.in_(held)).values(until=gone))
    before = await state(sqlite_chat)
    for person, offered in mine.items():
        for data, message in offered.items():
            await sqlite_chat.press(person, data, message)
            assert await state(sqlite_chat) == before, data
