"""/board: the scoreboard, its sides, its pages, its picture."""

from __future__ import annotations

from telegram import Update

from bot.documents.press import press
from bot.domain.scoreboard import Side
from bot.presenters.actions_board import DrawBoard, ShowBoard
from bot.presenters.board import board_picture, board_title, present_board
from bot.presenters.reply import Attachment, Reply
from bot.services.board_showing import board_shown
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


def _side(text: str) -> Side:
    """A side that a button of another version names may be gone."""
    return Side(text) if text in tuple(Side) else Side.UNIT


async def on_board(_update: Update, context: Context) -> None:
    """By unit, where one's own stands out."""
    await context.answer(present_board(await board_shown(context.db, context.cause)))


async def on_side(_update: Update, context: Context, action: ShowBoard) -> None:
    """Another side or page, in place."""
    shown = await board_shown(context.db, context.cause, _side(action.side), action.page)
    await context.answer(present_board(shown).replacing())


async def on_picture(_update: Update, context: Context, action: DrawBoard) -> None:
    """The side as a picture."""
    shown = await board_shown(context.db, context.cause, _side(action.side))
    picture = Attachment("board.png", await press("chart", board_picture(shown)), photo=True)
    await context.answer(Reply(board_title(shown), files=(picture,)))


ROUTES = (Command("board", on_board), Pressed(ShowBoard, on_side), Pressed(DrawBoard, on_picture))
