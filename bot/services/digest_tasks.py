"""Tasks and problems in the day's digests: what is due for whom, and what waits for a leader once a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import task_book
from bot.db.people import Holder
from bot.db.roster import Roster
from bot.db.tables import DecisionRow, Problem, Task
from bot.db.task_book import StoredTask, WaitingProblem
from bot.domain.digest import PendingItem, TaskItem
from bot.domain.kinds import Role
from bot.domain.tasks import OPEN, WAITS_FOR_UNIT, TaskState
from bot.services.year import Year

# A matter that a leader has left alone for so many weeks is mentioned with other news only.
WEEKS_ASKED = 4


@dataclass(frozen=True)
class Work:
    """Open tasks and undecided problems by their ids, and what of them is for whom today."""

    tasks: Mapping[int, StoredTask] = field(default_factory=dict)
    problems: Mapping[int, WaitingProblem] = field(default_factory=dict)
    due: Mapping[int, Sequence[TaskItem]] = field(default_factory=dict)
    pending: Mapping[int, Sequence[PendingItem]] = field(default_factory=dict)


async def load_work(session: AsyncSession, year: Year, roster: Roster) -> Work:
    """All of it, in two queries."""
    tasks = {task.id: task for task in await task_book.open_tasks(session)}
    problems = await task_book.undecided_problems(session)
    due: dict[int, list[TaskItem]] = defaultdict(list)
    for task in tasks.values():
        item = _due_item(year, task)
        if item is not None:
            for person_id in _receivers(roster, task, item.workdays_late):
                due[person_id].append(item)
    pending = _pending(year, roster, tasks.values(), problems) if is_weekly_day(year) else {}
    return Work(tasks, {one.id: one for one in problems}, due, pending)


async def work_waits(session: AsyncSession, line: DecisionRow) -> bool:
    """Whether what a recorded line of a digest said still holds: the task is open, the problem undecided."""
    detail = line.detail
    if detail.get("pending") == "problem":
        problem = await session.get(Problem, int(str(detail["id"])))
        return problem is not None and problem.decision is None and problem.closed_at is None
    task = await session.get(Task, int(str(detail.get("id") or detail.get("task_id"))))
    if task is None:
        return False
    return TaskState(task.state) in (OPEN if "pending" in detail else WAITS_FOR_UNIT)


def is_weekly_day(year: Year) -> bool:
    """Whether today is the first working day of its week."""
    monday = year.today - timedelta(days=year.today.weekday())
    earlier = (monday + timedelta(days=count) for count in range(year.today.weekday()))
    return year.calendar.is_workday(year.today) and not any(year.calendar.is_workday(day) for day in earlier)


def _due_item(year: Year, task: StoredTask) -> TaskItem | None:
    """The task, from the working day before its date on; late, it calls on the days of the scheme's reminders."""
    if task.due is None or TaskState(task.state) not in WAITS_FOR_UNIT:
        return None
    late = year.calendar.workdays_between(task.due, year.today)
    if late < -1:
        return None
    return TaskItem(task.id, task.indicator_id, late, late <= 0 or late in year.scheme.orders.remind_after)


def _receivers(roster: Roster, task: StoredTask, late: int) -> list[int]:
    """The post's holder; of a unit its contact, and once it is late, or where none has an account, its head too."""
    if task.to_post_id is not None:
        return [holder.person_id for holder in roster.of_post(task.to_post_id)]
    members = [holder for held in roster.by_post.values() for holder in held if holder.unit_id == task.to_unit_id]
    contacts = [holder for holder in members if holder.role == Role.CONTACT]
    heads = [holder for holder in members if holder.role == Role.HEAD and not holder.deputy]
    reached = any(holder.chat_id is not None for holder in contacts)
    return list(dict.fromkeys(holder.person_id for holder in (contacts if reached and late <= 0 else contacts + heads)))


def _pending(
    year: Year, roster: Roster, tasks: Iterable[StoredTask], problems: Iterable[WaitingProblem]
) -> dict[int, list[PendingItem]]:
    """Of each leader: problems before them, directives of theirs that nobody took up, that are late, or are done."""
    found: dict[int, list[PendingItem]] = defaultdict(list)
    for problem in problems:
        for holder in roster.of_post(problem.to_post_id or 0):
            item = PendingItem("problem", problem.id, problem.indicator_id, _asks(year, problem.raised_at.date()))
            found[holder.person_id].append(item)
    leaders = {key for key, held in roster.by_person().items() if _leads(held)}
    for task in tasks:
        late = task.due is not None and year.today > task.due
        if task.giver_id in leaders and (late or task.state != TaskState.IN_HAND):
            item = PendingItem("task", task.id, task.indicator_id, _asks(year, task.given_at.date()))
            found[task.giver_id].append(item)
    return found


def _leads(held: Iterable[Holder]) -> bool:
    return any(holder.role == Role.LEADER for holder in held)


def _asks(year: Year, since: date) -> bool:
    return since < year.today <= since + timedelta(weeks=WEEKS_ASKED)
