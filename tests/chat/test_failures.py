"""What a person gets when something breaks on the way: an answer, one only, and the next message is handled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update
from telegram import Update

from bot.db.tables import InboxUpdate
from bot.domain.errors import NotFound
from bot.inbox.dispatching import Dispatcher
from bot.presenters.actions import Noop
from bot.presenters.reply import Button, Reply, rows
from bot.services.cause import Change, audit, effect
from bot.tg.context import Context
from bot.tg.routes import Command, Guarded, Pressed, Route
from tests.chat.driver import Chat

CONTACT, OFFICE = "区发改局联络员", "区督查绩效办主任"
HIDDEN = "8423"


class Trial:
    """Handlers that behave as they are told, under the commands /trial and a button."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.failures: list[Exception] = []
        self.effects = 0
        self.runs = 0
        self.route(Command("trial", self.on_trial))
        self.route(Command("effect", self.on_effect))
        self.route(Pressed(Noop, self.on_press))

    def route(self, route: Route) -> None:
        """Put a route before all others."""
        self.chat.baton.application.handlers[0].insert(0, Guarded(route))

    async def on_trial(self, _update: Update, context: Context) -> None:
        self.runs += 1
        if self.failures:
            raise self.failures.pop(0)
        await context.answer(Reply("成了", rows([Button("按", Noop().pack())])))

    async def on_effect(self, _update: Update, context: Context) -> None:
        self.runs += 1
        async with effect(context.db, context.cause) as session:
            self.effects += 1
            audit(session, context.cause, Change("trial", "trial"))
        await context.answer(Reply("已办"))

    async def on_press(self, _update: Update, _context: Context, _action: Noop) -> None:
        self.runs += 1
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
async def trial(sqlite_chat: Chat) -> Trial:
    await sqlite_chat.bind(CONTACT, OFFICE)
    sqlite_chat.baton.dispatcher.pauses = sqlite_chat.baton.dispatcher.unsure_pauses = (0.01, 0.01)
    trial = Trial(sqlite_chat)
    await sqlite_chat.send(CONTACT, "/me")
    await sqlite_chat.send(OFFICE, "/me")
    return trial


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tg.answering.PAUSES", (0.01, 0.01, 0.01))


async def last_update(chat: Chat) -> InboxUpdate:
    async with chat.db.read() as session:
        query = select(InboxUpdate).order_by(InboxUpdate.update_id.desc()).limit(1)
        return (await session.scalars(query)).one()


async def test_a_bug_answers_politely_alerts_once_and_the_next_message_is_handled(trial: Trial) -> None:
    chat = trial.chat
    for _ in range(3):
        trial.failures = [KeyError(HIDDEN), KeyError(HIDDEN), KeyError(HIDDEN)]
        [sorry] = await chat.send(CONTACT, "/trial")
        assert f"U{(await last_update(chat)).update_id}" in sorry.text
        assert (await last_update(chat)).state == "parked"
    alerts = await chat.new(OFFICE)
    assert len(alerts) == 1
    assert "KeyError" in alerts[0].text
    assert HIDDEN not in alerts[0].text
    assert [message.text for message in await chat.send(CONTACT, "/trial")] == ["成了"]


async def test_a_bug_that_comes_and_goes_is_not_noticed(trial: Trial) -> None:
    trial.failures = [KeyError(HIDDEN), KeyError(HIDDEN)]
    assert [message.text for message in await trial.chat.send(CONTACT, "/trial")] == ["成了"]


async def test_a_cause_that_passes_is_not_noticed(trial: Trial) -> None:
    trial.failures = [ConnectionResetError(), TimeoutError()]
    assert [message.text for message in await trial.chat.send(CONTACT, "/trial")] == ["成了"]
    assert trial.runs == 3


@pytest.mark.usefixtures("_quick")
async def test_telegram_in_trouble_for_a_moment_is_not_noticed(trial: Trial) -> None:
    await trial.chat.fault("server_error", method="sendMessage", count=2)
    assert [message.text for message in await trial.chat.send(CONTACT, "/trial")] == ["成了"]
    await trial.chat.fault("flood", method="sendMessage", retry_after=1)
    assert [message.text for message in await trial.chat.send(CONTACT, "/trial")] == ["成了"]
    assert trial.runs == 2


async def test_an_answer_that_got_lost_is_made_up_for_without_a_second_effect(trial: Trial) -> None:
    # The connection is cut before Telegram does the work: nobody can know that.
    await trial.chat.fault("reset", method="sendMessage", count=1)
    [said] = await trial.chat.send(CONTACT, "/effect")
    assert "已经办好" in said.text
    assert (trial.effects, trial.runs) == (1, 2)


async def test_a_crash_after_the_effect_gets_an_answer_and_no_second_effect(trial: Trial) -> None:
    chat = trial.chat
    await chat.send(CONTACT, "/effect")
    row = await last_update(chat)
    async with chat.db.write() as session:
        again = update(InboxUpdate).where(InboxUpdate.update_id == row.update_id)
        await session.execute(again.values(state="effected", settled_at=None))
    await chat.baton.dispatcher.resume()
    await chat.settle()
    [said] = await chat.new(CONTACT)
    assert "已经办好" in said.text
    assert trial.effects == 1
    assert (await last_update(chat)).state == "done"


async def test_a_crash_before_the_effect_repeats_the_whole(trial: Trial) -> None:
    chat = trial.chat
    number = chat.who(CONTACT)
    chat.baton.dispatcher = Dispatcher(chat.baton.inbox, chat.baton.dispatcher._handler)
    await chat._post(f"chats/{number}/send", text="/effect")
    await chat.baton.poller.poll_once(0)
    assert (await last_update(chat)).state == "received"
    assert trial.runs == 0
    after = chat.baton.dispatcher
    after.submit([])
    working = asyncio.create_task(after.run())
    await chat.settle()
    working.cancel()
    assert [message.text for message in await chat.new(CONTACT)] == ["已办"]


async def test_an_explained_error_over_a_button_is_a_notice_and_the_spinner_stops(trial: Trial) -> None:
    chat = trial.chat
    [shown] = await chat.send(CONTACT, "/trial")
    trial.failures = [NotFound()]
    assert await chat.press(CONTACT, "按", shown) == []
    assert "没有找到" in chat.toast
    assert (await last_update(chat)).state == "done"


async def test_a_press_that_is_too_old_to_be_answered_is_explained_by_a_message(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = trial.chat
    [shown] = await chat.send(CONTACT, "/trial")
    trial.failures = [NotFound()]
    await chat.fault("bad_request", method="answerCallbackQuery", description="query is too old")
    monkeypatch.setattr("tests.chat.driver.BUTTON_WAIT_SECONDS", 0.3)
    [said] = await chat.press(CONTACT, "按", shown)
    assert "没有找到" in said.text


async def test_a_press_that_waited_too_long_has_its_effect_and_is_confirmed_by_a_message(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = trial.chat

    async def on_sign(_update: Update, context: Context, _action: Noop) -> None:
        async with effect(context.db, context.cause):
            trial.effects += 1
        await context.answer(Reply("预警单 已签收").replacing("签收成功 <1>"))

    [shown] = await chat.send(CONTACT, "/trial")
    trial.route(Pressed(Noop, on_sign))
    monkeypatch.setattr("tests.chat.driver.BUTTON_WAIT_SECONDS", 0.3)
    await chat.fault("bad_request", method="answerCallbackQuery", description="query is too old")
    said = await chat.press(CONTACT, "按", shown)
    assert [message.text for message in said if not message.edited] == ["签收成功 <1>"]
    assert trial.effects == 1
    assert (await last_update(chat)).state == "done"


async def test_a_page_that_was_asked_for_too_long_ago_comes_as_a_message(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = trial.chat

    async def on_page(_update: Update, context: Context, _action: Noop) -> None:
        await context.answer(Reply("第2页").replacing())

    [shown] = await chat.send(CONTACT, "/trial")
    trial.route(Pressed(Noop, on_page))
    monkeypatch.setattr("tests.chat.driver.BUTTON_WAIT_SECONDS", 0.3)
    await chat.fault("bad_request", method="answerCallbackQuery", description="query is too old")
    said = await chat.press(CONTACT, "按", shown)
    assert [(message.text, message.edited) for message in said] == [("第2页", False)]


async def test_presses_and_messages_may_come_in_either_order(trial: Trial) -> None:
    chat = trial.chat
    [shown] = await chat.send(CONTACT, "/trial")
    number, person = chat.who(CONTACT), {"id": chat.who(CONTACT), "is_bot": False, "first_name": "x"}
    spoken = {"message_id": 900, "date": 1, "chat": {"id": number, "type": "private"}, "from": person, "text": "/trial"}
    pressed = {"id": "9", "from": person, "chat_instance": "1", "data": Noop().pack()}
    pressed["message"] = {**spoken, "message_id": shown.id}
    runs = trial.runs
    # The message was sent first and has the lower number, but comes second.
    await chat.fault("bad_request", method="answerCallbackQuery", description="query is too old")
    for raw in ({"update_id": 900_002, "callback_query": pressed}, {"update_id": 900_001, "message": spoken}):
        chat.baton.dispatcher.submit(await chat.baton.inbox.accept([raw]))
        await chat.settle()
    assert trial.runs == runs + 2
    async with chat.db.read() as session:
        states = await session.scalars(select(InboxUpdate.state).where(InboxUpdate.update_id.in_((900_001, 900_002))))
        assert list(states) == ["done", "done"]


async def test_words_that_telegram_cannot_read_as_markup_arrive_as_plain_text(trial: Trial) -> None:
    async def on_bad(_update: Update, context: Context) -> None:
        await context.answer(Reply("<b>坏 &lt;标记</i>"))

    trial.route(Command("bad", on_bad))
    [said] = await trial.chat.send(CONTACT, "/bad")
    assert said.text == "坏 <标记"


async def test_a_long_answer_comes_in_parts_with_its_buttons_at_the_end(trial: Trial) -> None:
    async def on_long(_update: Update, context: Context) -> None:
        await context.answer(Reply("<b>" + "指标\n" * 2000 + "</b>", rows([Button("按", Noop().pack())])))

    trial.route(Command("long", on_long))
    said = await trial.chat.send(CONTACT, "/long")
    assert [bool(part.buttons) for part in said] == [False, True]
    assert sum(part.text.count("指标") for part in said) == 2000


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"message_id": 1}},
        {"message": "text"},
        {"callback_query": {"id": "1"}},
        {"message": {"message_id": 1, "date": "x", "chat": {"id": 5, "type": "private"}}},
        {"unheard_of": {"a": 1}},
        {},
    ],
)
async def test_an_odd_update_stops_nothing(trial: Trial, odd: dict[str, Any]) -> None:
    chat = trial.chat
    chat.baton.dispatcher.submit(await chat.baton.inbox.accept([{"update_id": 999_999, **odd}]))
    await chat.settle()
    async with chat.db.read() as session:
        row = await session.get(InboxUpdate, 999_999)
    assert row is not None
    assert row.state in ("parked", "done")
    assert [message.text for message in await chat.send(CONTACT, "/trial")] == ["成了"]


async def test_two_taps_within_a_millisecond_are_two_updates_in_order(trial: Trial) -> None:
    chat = trial.chat
    number = chat.who(CONTACT)
    [shown] = await chat.send(CONTACT, "/trial")
    data = shown.buttons["按"]
    taps = [
        asyncio.create_task(chat._post(f"chats/{number}/press", message_id=shown.id, data=data, wait=0.2))
        for _ in range(2)
    ]
    await asyncio.sleep(0.05)
    await chat.settle()
    await asyncio.gather(*taps)
    assert trial.runs == 3
