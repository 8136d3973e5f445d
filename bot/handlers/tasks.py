"""/tasks and /problem: what waits, steps on a task, tasks of the office, problems for a leader."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.domain.tasks import TaskEvent
from bot.handlers.paging import in_place
from bot.presenters.actions_tasks import (
    ChooseProblem,
    DecideProblem,
    ExportTasks,
    GiveTask,
    PrintTask,
    ShowTask,
    ShowTasks,
    StepTask,
)
from bot.presenters.asked import present
from bot.presenters.errors import present_outdated_button
from bot.presenters.reply import Attachment, Reply
from bot.presenters.tasks import present_task
from bot.presenters.warning import present_directive
from bot.services import directing, order_papers, problem_asking, problem_deciding, task_export, task_hearing, tasking
from bot.services.hearing import DraftText
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_tasks(_update: Update, context: Context) -> None:
    """What waits for this person."""
    await context.answer(present(await task_hearing.lists(context.db, context.cause)))


async def on_tasks_page(update: Update, context: Context, action: ShowTasks) -> None:
    """Another page of it."""
    page = present(await task_hearing.lists(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_task(_update: Update, context: Context, action: ShowTask) -> None:
    """A task with its thread."""
    await context.answer(present_task(await tasking.card_of_task(context.db, context.cause, action.task_id)))


async def on_step(_update: Update, context: Context, action: StepTask) -> None:
    """A step, at once or after its words."""
    if action.event not in tuple(TaskEvent):
        await context.answer(present_outdated_button())
        return
    event = TaskEvent(action.event)
    await context.answer(present(await task_hearing.begin_step(context.db, context.cause, action.task_id, event)))


async def on_give(_update: Update, context: Context, action: GiveTask) -> None:
    """下达 of a preview."""
    given = present(await task_hearing.give_drafted(context.db, context.cause, action.version))
    await context.answer(given.replacing())


async def on_words(_update: Update, context: Context, said: DraftText) -> None:
    """The words that a step or a problem waits for."""
    hear = problem_asking.go_on if said.kind == problem_asking.KIND else task_hearing.draft_words
    await context.answer(present(await hear(context.db, context.cause, said.text)))


async def on_problem(_update: Update, context: Context) -> None:
    """Begin a problem."""
    words = " ".join(context.args or ())
    await context.answer(present(await problem_asking.open_problem(context.db, context.cause, words)))


async def on_problem_of(_update: Update, context: Context, action: ChooseProblem) -> None:
    """The indicator that it is about."""
    step = await problem_asking.choose(context.db, context.cause, action.indicator_id, action.version)
    await context.answer(present(step).replacing())


async def on_decide(_update: Update, context: Context, action: DecideProblem) -> None:
    """What a leader does about a problem."""
    of = (context.db, context.cause)
    problem, name = await problem_deciding.problem_of(*of, action.problem_id)
    if action.decision == problem_deciding.DIRECTED:
        begun = await directing.start_directive(*of, problem.indicator_id)
        await context.answer(present_directive(begun))
    elif action.decision == problem_deciding.FORWARDED:
        await context.answer(present(await task_hearing.ask_forward(*of, problem.id, f"{name}：{problem.text}")))
    else:
        await context.answer(present(await problem_deciding.note_problem(*of, problem.id)))


async def on_export(_update: Update, context: Context, action: ExportTasks) -> None:
    """All tasks of the year as a workbook."""
    name, content = await task_export.export_tasks(context.db, context.cause, action.year)
    await context.answer(Reply(name, files=(Attachment(name, content),)))


async def on_sheet(_update: Update, context: Context, action: PrintTask) -> None:
    """A task's sheet as a Word document."""
    file = await order_papers.task_file(context.db, context.cause, action.task_id)
    await context.answer(Reply(file.name, files=(file,)))


UNITS = frozenset({Role.CONTACT, Role.HEAD})
ROUTES = (
    Command("tasks", on_tasks),
    Command("problem", on_problem, roles=UNITS),
    Pressed(ShowTasks, on_tasks_page),
    Pressed(ShowTask, on_task),
    Pressed(StepTask, on_step),
    Pressed(GiveTask, on_give),
    Pressed(ChooseProblem, on_problem_of),
    Pressed(DecideProblem, on_decide),
    Pressed(ExportTasks, on_export),
    Pressed(PrintTask, on_sheet),
)
