"""The Bot API's methods: one function `(world, params) -> result` each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.methods import chats, editing, media, profile, queue, sending
from bot.sandbox.methods.known import ANSWERED_TRUE, NOT_OFFERED
from bot.sandbox.params import Params
from bot.sandbox.world import World

Method = Callable[[World, Params], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    name.lower(): method
    for table in (queue.METHODS, sending.METHODS, editing.METHODS, media.METHODS, chats.METHODS, profile.METHODS)
    for name, method in table.items()
}
TRUE = frozenset(name.lower() for name in ANSWERED_TRUE)
ABSENT = frozenset(name.lower() for name in NOT_OFFERED)
