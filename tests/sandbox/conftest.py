from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.messenger import LI, PEOPLE, Messenger, running


@pytest.fixture
async def messenger() -> AsyncIterator[Messenger]:
    """A messenger with three people who have not written yet."""
    async with running() as one:
        await one.put_people(PEOPLE)
        yield one


@pytest.fixture
async def chat(messenger: Messenger) -> Messenger:
    """The same, where Li has pressed Start and the bot has fetched that."""
    await messenger.send(LI, "/start")
    updates = await messenger.result("getUpdates")
    await messenger.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    return messenger
