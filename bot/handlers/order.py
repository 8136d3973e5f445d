"""Warning orders: the order itself, 反馈, 延期, 申请销号, and what the office says to them."""

from __future__ import annotations

from telegram import Update

from bot.domain.answers import Field, Request
from bot.handlers.paging import in_place
from bot.presenters.asked import present
from bot.presenters.errors import present_outdated_button
from bot.presenters.order_actions import (
    ChooseOrder,
    DecideRequest,
    EditAnswer,
    PrintOrder,
    RequestClosing,
    SendAnswer,
    ShowOrder,
    ShowReview,
    StartAnswer,
    StartClosing,
    StartExtension,
)
from bot.presenters.reply import Reply
from bot.services import (
    closing,
    extending,
    order_hearing,
    order_papers,
    order_pending,
    order_viewing,
    responding,
    reviewing,
)
from bot.tg.context import Context
from bot.tg.routes import Pressed


async def on_show(_update: Update, context: Context, action: ShowOrder) -> None:
    """The order with its thread."""
    await context.answer(present(await order_viewing.view(context.db, context.cause, action.order_id)))


async def on_answer(_update: Update, context: Context, action: StartAnswer) -> None:
    """Begin an answer."""
    await context.answer(present(await responding.start(context.db, context.cause, action.order_id)))


async def on_edit(_update: Update, context: Context, action: EditAnswer) -> None:
    """Change a field of the answer."""
    if action.field not in set(Field):
        await context.answer(present_outdated_button())
        return
    await context.answer(present(await responding.edit(context.db, context.cause, action.field, action.draft)))


async def on_send(_update: Update, context: Context, action: SendAnswer) -> None:
    """Send the answer as shown."""
    await context.answer(present(await responding.send(context.db, context.cause, action.draft)))


async def on_extend(_update: Update, context: Context, action: StartExtension) -> None:
    """Begin a request for more time."""
    await context.answer(present(await extending.ask(context.db, context.cause, action.order_id, "")))


async def on_request_closing(_update: Update, context: Context, action: RequestClosing) -> None:
    """Ask for the close-out."""
    await context.answer(present(await closing.request_closing(context.db, context.cause, action.order_id)))


async def on_decide(_update: Update, context: Context, action: DecideRequest) -> None:
    """The office's word on a request."""
    if action.what not in set(Request):
        await context.answer(present_outdated_button())
        return
    what, of = Request(action.what), (context.db, context.cause, action.order_id)
    if action.accept:
        await context.answer(present(await reviewing.approve(*of, what, ref=action.ref)))
    else:
        await context.answer(present(await reviewing.give_back(*of, what, "", action.ref)))


async def on_close(_update: Update, context: Context, action: StartClosing) -> None:
    """The office closes of its own accord."""
    await context.answer(
        present(await closing.start_closing(context.db, context.cause, action.order_id, action.version))
    )


async def on_choose(_update: Update, context: Context, action: ChooseOrder) -> None:
    """Which order the typed words were about."""
    await context.answer(present(await order_hearing.choose(context.db, context.cause, action.order_id, action.draft)))


async def on_review_page(update: Update, context: Context, action: ShowReview) -> None:
    """Another page of it."""
    page = present(await order_pending.pending(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_sheet(_update: Update, context: Context, action: PrintOrder) -> None:
    """The order's sheet as a Word document."""
    file = await order_papers.order_file(context.db, context.cause, action.order_id)
    await context.answer(Reply(file.name, files=(file,)))


ROUTES = (
    Pressed(ShowOrder, on_show),
    Pressed(StartAnswer, on_answer),
    Pressed(EditAnswer, on_edit),
    Pressed(SendAnswer, on_send),
    Pressed(StartExtension, on_extend),
    Pressed(RequestClosing, on_request_closing),
    Pressed(DecideRequest, on_decide),
    Pressed(StartClosing, on_close),
    Pressed(ChooseOrder, on_choose),
    Pressed(ShowReview, on_review_page),
    Pressed(PrintOrder, on_sheet),
)
