"""The first messages come before the rehearsal clock has answered once; they bear the rehearsal's day all the same."""

from __future__ import annotations

from tests.sandbox.messenger import LI, PEOPLE, running

NOVEMBER = 1_795_134_660.0


async def test_messages_before_the_clock_answers_bear_the_day_of_the_rehearsal():
    async with running(clock_upstream="http://127.0.0.1:9/nobody", clock_start=NOVEMBER) as messenger:
        await messenger.put_people(PEOPLE)
        sent = await messenger.send(LI, "/start")
        assert abs(sent["message"]["date"] - NOVEMBER) < 60
