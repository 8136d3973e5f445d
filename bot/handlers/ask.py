"""Asking: one's own indicators, warnings, search, cards."""

from __future__ import annotations

from telegram import Update

from bot.handlers.paging import in_place
from bot.presenters.actions import ShowCard, ShowHits, ShowMine, ShowWarnings
from bot.presenters.asked import present
from bot.presenters.card import present_card
from bot.presenters.indicator_list import present_mine, present_warnings
from bot.services import asking, order_listing
from bot.services.searching import find
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_mine(_update: Update, context: Context) -> None:
    """One's own indicators."""
    await context.answer(present_mine(await asking.mine(context.db, context.cause)))


async def on_mine_page(update: Update, context: Context, action: ShowMine) -> None:
    """A page of them."""
    page = present_mine(await asking.mine(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_warnings(_update: Update, context: Context) -> None:
    """The open warnings."""
    await context.answer(present_warnings(await order_listing.warnings(context.db, context.cause)))


async def on_warnings_page(update: Update, context: Context, action: ShowWarnings) -> None:
    """The open warnings from a push, or another page of them."""
    page = present_warnings(await order_listing.warnings(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_find(_update: Update, context: Context) -> None:
    """Search; without words, one's own indicators."""
    text = " ".join(context.args or ())
    if not text:
        await on_mine(_update, context)
        return
    await context.answer(present(await find(context.db, context.cause, text)))


async def on_hits(_update: Update, context: Context, action: ShowHits) -> None:
    """Another page of a search, in place."""
    await context.answer(present(await find(context.db, context.cause, action.query, action.page)).replacing())


async def on_card(_update: Update, context: Context, action: ShowCard) -> None:
    """The card of an indicator."""
    await context.answer(present_card(await asking.card_of(context.db, context.cause, action.indicator_id)))


ROUTES = (
    Command("mine", on_mine),
    Command("warnings", on_warnings),
    Command("find", on_find),
    Pressed(ShowMine, on_mine_page),
    Pressed(ShowWarnings, on_warnings_page),
    Pressed(ShowHits, on_hits),
    Pressed(ShowCard, on_card),
)
