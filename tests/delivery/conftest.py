from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.outbox.limits import Limits
from bot.outbox.worker import Outbox, Sender
from bot.presenters.errors import mark_repeated
from tests.delivery.fakes import FakeTransport, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def outbox(db: Database, transport: FakeTransport, clock: HandClock) -> Outbox:
    """A worker without Telegram's limits."""
    return sender(db, transport, clock, "one")


def sender(db: Database, transport: FakeTransport, clock: HandClock, name: str) -> Outbox:
    return Outbox(db, transport, clock, Sender(name, mark_repeated), Limits.unbounded())
