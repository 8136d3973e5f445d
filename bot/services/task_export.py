"""All tasks of a year as a workbook in the columns of a supervision ledger."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.db import task_book
from bot.db.engine import Database
from bot.db.task_book import StoredTask
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.kinds import Role
from bot.domain.tasks import TaskState, is_overdue
from bot.presenters.words import label, moment
from bot.services.cause import Cause, Change, audit, effect
from bot.services.year import Year, office_zone, year_at
from bot.sheets.task_sheet import write_tasks

if TYPE_CHECKING:
    from bot.sheets.layout import Value


async def export_tasks(db: Database, cause: Cause, year_wanted: int) -> tuple[str, bytes]:
    """File name and content. Raises NotAllowed for anybody but the office, NotFound for another year."""
    if cause.actor.role is not Role.OFFICE:
        raise NotAllowed
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        if year.year != year_wanted:
            raise NotFound(year=year_wanted)
        since = datetime(year.year, 1, 1, tzinfo=office_zone()).astimezone(UTC)
        found = await task_book.all_of(session, since)
        latest = {task.id: await task_book.thread(session, task.id) for task in found}
        audit(session, cause, Change("export_tasks", "cycle", year.cycle_id))
    rows = [_row(number, task, latest[task.id][-1:], year) for number, task in enumerate(found, 1)]
    heads = label("tasks.columns").split(",")
    content = await asyncio.to_thread(write_tasks, label("tasks.sheet"), heads, rows)
    return label("tasks.file", year=year.year), content


def _row(number: int, task: StoredTask, last: list[task_book.ThreadLine], year: Year) -> tuple[Value, ...]:
    late = is_overdue(task.due, TaskState(task.state), year.today)
    open_ = task.state != TaskState.DONE
    return (
        number,
        label(f"tasks.kind.{task.kind}"),
        task.text,
        str(task.detail.get("source") or task.indicator or ""),
        task.receiver,
        task.due.isoformat() if task.due else "",
        task.giver,
        moment(task.given_at),
        label(f"tasks.state.{task.state}"),
        label("tasks.yes" if late else "tasks.no"),
        (task.due - year.today).days if task.due and open_ else None,
        (last[0].text or "") if last else "",
    )
