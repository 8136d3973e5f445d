"""All routes of the bot, in the order in which they are tried."""

from __future__ import annotations

from importlib import import_module, util

from bot.tg.routes import Route

_ORDER = (
    "start",
    "binding",
    "ask",
    "report",
    "warning",
    "directive",
    "remind",
    "help",
    "membership",
    "listen",
    "fallback",
)
ROUTES: tuple[Route, ...] = tuple(
    route
    for name in _ORDER
    if util.find_spec(f"bot.handlers.{name}")
    for route in import_module(f"bot.handlers.{name}").ROUTES
)
