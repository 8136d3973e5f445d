"""The office's console: notices and who has acknowledged them, changes of post, leaves, groups, the two lists."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.documents.press import press
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.handlers.paging import in_place
from bot.presenters.actions_console import (
    AcknowledgeNotice,
    ConfirmChange,
    EndLeave,
    MarkPoint,
    OfferBulletin,
    RepeatNotice,
    SendBulletin,
    SendNotice,
    ShowNotice,
    ShowPoints,
)
from bot.presenters.asked import present
from bot.presenters.bulletin import BulletinShown, bulletin_picture, bulletin_text
from bot.presenters.errors import present_outdated_button
from bot.presenters.reply import Attachment
from bot.presenters.words import label
from bot.services import leaving, notice_showing, notifying, point_lists, succeeding
from bot.services.bulletin_making import bulletin_of
from bot.tg.context import Context
from bot.tg.markup import plain_text
from bot.tg.routes import Pressed


async def on_send_notice(_update: Update, context: Context, action: SendNotice) -> None:
    """Send the notice as shown."""
    sent = present(await notifying.send(context.db, context.cause, action.version))
    await context.answer(sent.replacing())


async def on_acknowledge(_update: Update, context: Context, action: AcknowledgeNotice) -> None:
    """收到, in place."""
    seen = await notifying.acknowledge(context.db, context.cause, action.notice_id)
    await context.answer(present(seen).replacing(label("notice.toast")))


async def on_notice(update: Update, context: Context, action: ShowNotice) -> None:
    """Who has acknowledged by now."""
    card = present(await notice_showing.card(context.db, context.cause, action.notice_id))
    await context.answer(in_place(update, card))


async def on_repeat(_update: Update, context: Context, action: RepeatNotice) -> None:
    """Remind those who have not."""
    await context.answer(present(await notifying.remind_again(context.db, context.cause, action.notice_id)))


async def _bulletin(context: Context, year: int, month: int) -> tuple[BulletinShown, tuple[Attachment, ...]]:
    try:
        period = Period(year, month)
    except ValueError:
        raise NotFound(year=year, month=month) from None
    shown = await bulletin_of(context.db, context.cause, period)
    name = label("bulletin.picture_file", period=str(period))
    return shown, (Attachment(name, await press("chart", bulletin_picture(shown)), photo=True),)


async def on_offer_bulletin(_update: Update, context: Context, action: OfferBulletin) -> None:
    """The bulletin as a notice, before it leaves."""
    if action.whom not in ("units", "leaders"):
        await context.answer(present_outdated_button())
        return
    shown, files = await _bulletin(context, action.year, action.month)
    offered = (plain_text(bulletin_text(shown)), (action.year, action.month), files)
    await context.answer(present(await notifying.offer_bulletin(context.db, context.cause, action.whom, offered)))


async def on_send_bulletin(_update: Update, context: Context, action: SendBulletin) -> None:
    """Send it, with its picture."""
    _, files = await _bulletin(context, action.year, action.month)
    await context.answer(present(await notifying.send(context.db, context.cause, action.version, files)))


async def on_change(_update: Update, context: Context, action: ConfirmChange) -> None:
    """The post goes to the new person; with the link that binds them."""
    done = await succeeding.carry_out(context.db, context.cause, action.version)
    link = f"https://t.me/{context.bot.username}?start={done.code}" if done.code else None
    await context.answer(present(replace(done, link=link)).replacing())


async def on_points(update: Update, context: Context, action: ShowPoints) -> None:
    """Another page of the points."""
    page = present(await point_lists.point_list(context.db, context.cause, action.unit_id, action.page))
    await context.answer(in_place(update, page))


async def on_mark(_update: Update, context: Context, action: MarkPoint) -> None:
    """Record the risk that came true."""
    await context.answer(present(await point_lists.confirm_risk(context.db, context.cause, action.version)))


async def on_end_leave(_update: Update, context: Context, action: EndLeave) -> None:
    """Somebody is back before their leave ends."""
    await context.answer(present(await leaving.end_early(context.db, context.cause, action.leave_id)))


ROUTES = (
    Pressed(EndLeave, on_end_leave),
    Pressed(ShowPoints, on_points),
    Pressed(MarkPoint, on_mark),
    Pressed(ConfirmChange, on_change),
    Pressed(SendNotice, on_send_notice),
    Pressed(AcknowledgeNotice, on_acknowledge),
    Pressed(ShowNotice, on_notice),
    Pressed(RepeatNotice, on_repeat),
    Pressed(OfferBulletin, on_offer_bulletin),
    Pressed(SendBulletin, on_send_bulletin),
)
