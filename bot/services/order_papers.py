"""Order sheets as Word documents, for the office: of a task, and of a warning order."""

from __future__ import annotations

from bot.db import task_book
from bot.db.engine import Database
from bot.db.people import holders
from bot.documents.press import press
from bot.domain.rights import Action
from bot.presenters.order_paper import Signed, order_paper, task_number, task_paper
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Attachment
from bot.presenters.words import label
from bot.services.cause import Cause
from bot.services.meeting_packet import office_name
from bot.services.order_viewing import view
from bot.services.tasking import card_of_task
from bot.services.year import year_at


async def task_file(db: Database, cause: Cause, task_id: int) -> Attachment:
    """A task's sheet. Raises NotAllowed for anybody but the office, and NotFound."""
    cause.check(Action.REVIEW_ORDER)
    card = await card_of_task(db, cause, task_id)
    async with db.read() as session:
        task = await task_book.one(session, task_id)
        posts = [task.responsible_post_id] if task and task.responsible_post_id else []
        leaders = await holders(session, post_ids=posts) if posts else []
        signed = await _signed(db, cause, leaders[0].post if leaders else "")
    return Attachment(
        label("paper.task_file", number=task_number(card)), await press("document", task_paper(card, signed))
    )


async def order_file(db: Database, cause: Cause, order_id: int) -> Attachment:
    """A warning order's sheet. Raises NotAllowed for anybody but the office, and NotFound."""
    cause.check(Action.REVIEW_ORDER)
    shown = await view(db, cause, order_id)
    signed = await _signed(db, cause)
    name = label("paper.order_file", number=order_number(*shown.order.number))
    return Attachment(name, await press("document", order_paper(shown, signed)))


async def _signed(db: Database, cause: Cause, leader: str = "") -> Signed:
    async with db.read() as session:
        year = await year_at(session, cause.now)
        return Signed(await office_name(session), year.today, leader)
