"""/bulletin: the month's bulletin as text, picture and Word document."""

from __future__ import annotations

from telegram import Update

from bot.documents.press import press
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.period import Period
from bot.presenters.actions_board import FileBulletin, ShowBulletin
from bot.presenters.bulletin import bulletin_paper, bulletin_picture, bulletin_title, present_bulletin
from bot.presenters.reply import Attachment, Reply
from bot.presenters.words import label
from bot.services.bulletin_making import bulletin_of
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


def _period(year: int, month: int) -> Period:
    """Raises NotFound for what is no month."""
    try:
        return Period(year, month)
    except ValueError:
        raise NotFound(year=year, month=month) from None


async def on_bulletin(_update: Update, context: Context) -> None:
    """Of the newest month whose reports were due."""
    await context.answer(present_bulletin(await bulletin_of(context.db, context.cause)))


async def on_month(_update: Update, context: Context, action: ShowBulletin) -> None:
    """Of another month."""
    period = _period(action.year, action.month)
    await context.answer(present_bulletin(await bulletin_of(context.db, context.cause, period)))


async def on_file(_update: Update, context: Context, action: FileBulletin) -> None:
    """As a picture or a Word document."""
    shown = await bulletin_of(context.db, context.cause, _period(action.year, action.month))
    title = bulletin_title(shown)
    if action.paper:
        file = Attachment(label("bulletin.file", title=title), await press("document", bulletin_paper(shown)))
    else:
        name = label("bulletin.picture_file", period=str(shown.period))
        file = Attachment(name, await press("chart", bulletin_picture(shown)), photo=True)
    await context.answer(Reply(title, files=(file,)))


OFFICE = frozenset({Role.OFFICE, Role.ADMIN})
ROUTES = (
    Command("bulletin", on_bulletin, roles=OFFICE),
    Pressed(ShowBulletin, on_month),
    Pressed(FileBulletin, on_file),
)
