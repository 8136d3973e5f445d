"""The one message that a person gets in a day: reports, warnings, what waits to be acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.period import Period
from bot.domain.scheme import Asked
from bot.presenters.actions import Acknowledge, AcknowledgeAll, ReportNoChange, ShowOpenReports, ShowWarnings
from bot.presenters.actions_tasks import ShowTasks
from bot.presenters.order_actions import ShowOrder, StartAnswer
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

LINES = 12
FEW_LINES = 6
QUICK_BUTTONS = 5
# Past so many working days the exact number only sounds like counting.
LONG_LATE = 10
BUTTON_NAME = 14
ANSWERED_IN_FULL = (Asked.CAUSE_AND_MEASURE, Asked.PLAN_WITH_TIMETABLE)


@dataclass(frozen=True)
class ReportLine:
    """A report that is asked for. `may_repeat`: last month's value is there, so "no change" has a meaning."""

    indicator_id: int
    name: str
    days_overdue: int
    may_repeat: bool
    contact: str | None = None


@dataclass(frozen=True)
class WarningLine:
    """A new or changed warning. `rule` is its reason in words."""

    order_id: int
    name: str
    number: tuple[int, int]
    grade_word: str
    severity: int
    gap: Decimal | None
    rule: str
    reply_by: date | None
    asked: str = ""
    lead: str = ""


@dataclass(frozen=True)
class OrderLine:
    """An order that this person has not acknowledged."""

    order_id: int
    name: str
    number: tuple[int, int]
    grade_word: str
    severity: int
    due: date | None
    workdays_late: int


@dataclass(frozen=True)
class UpLine:
    """An order that has gone up to this reader. `reasons`: (cause, people because of whom); `talk`: 约谈 is advised."""

    order_id: int
    name: str
    number: tuple[int, int]
    grade_word: str
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    since: date | None = None
    lead: str = ""
    talk: bool = False


@dataclass(frozen=True)
class TaskLine:
    """A task that this reader has to do. `workdays_late`: -1 on the working day before it is due."""

    task_id: int
    kind: str
    text: str
    due: date
    workdays_late: int


@dataclass(frozen=True)
class PendingLine:
    """What waits for a leader: a problem (`about` its indicator), or a directive of theirs (`about` who has it)."""

    kind: str
    id: int
    text: str
    about: str
    state: str
    indicator_id: int | None


@dataclass(frozen=True)
class NewlyWorst:
    """An indicator that a main leader hears of today, with its lead unit."""

    name: str
    lead: str = ""


@dataclass(frozen=True)
class District:
    """What a main leader sees of the whole: open warnings counted by the word of their grade, worst first.

    `news`: those of the worst grade that this leader was not told of before.
    """

    counts: tuple[tuple[str, int], ...]
    worst_word: str
    news: tuple[NewlyWorst, ...]


@dataclass(frozen=True)
class DigestToSay:
    """The content of one digest. `stage`: a `Said` code for the heading of the reports, None without reports."""

    period: Period
    due: date
    days_left: int
    for_contact: bool
    stage: str | None
    overdue: tuple[ReportLine, ...] = ()
    asked: tuple[ReportLine, ...] = ()
    warnings: tuple[WarningLine, ...] = ()
    recovered: tuple[str, ...] = ()
    waiting: tuple[OrderLine, ...] = ()
    unanswered: tuple[OrderLine, ...] = ()
    ups: tuple[UpLine, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    pending: tuple[PendingLine, ...] = ()
    district: District | None = None
    told_until: int = 0


def present_digest(said: DigestToSay) -> Reply:
    """The digest with its buttons. Long sections say how many lines are left out, never half a line."""
    groups: dict[tuple[str, str, date | None], list[WarningLine]] = {}
    for line in said.warnings[:LINES]:
        groups.setdefault((line.grade_word, line.asked, line.reply_by), []).append(line)
    text = render(
        "push/digest",
        said=said,
        groups=[
            (word, label(f"warning.asked.{asked}") if asked else "", due, lines)
            for (word, asked, due), lines in groups.items()
        ],
        overdue=said.overdue[:LINES],
        asked=said.asked[:LINES],
        waiting=said.waiting[:FEW_LINES],
        unanswered=said.unanswered[:FEW_LINES],
        ups=[(line, _reasons(line)) for line in said.ups[:LINES]],
        tasks=said.tasks[:FEW_LINES],
        problems=[line for line in said.pending[:LINES] if line.kind == "problem"],
        directives=[line for line in said.pending[:LINES] if line.kind == "task"],
        recovered=[shortened(name) for name in said.recovered[:FEW_LINES]],
        more={
            "overdue": max(len(said.overdue) - LINES, 0),
            "asked": max(len(said.asked) - LINES, 0),
            "warnings": max(len(said.warnings) - LINES, 0),
            "waiting": max(len(said.waiting) - FEW_LINES, 0),
            "unanswered": max(len(said.unanswered) - FEW_LINES, 0),
            "tasks": max(len(said.tasks) - FEW_LINES, 0),
            "pending": max(len(said.pending) - LINES, 0),
            "ups": max(len(said.ups) - LINES, 0),
            "recovered": max(len(said.recovered) - FEW_LINES, 0),
        },
        news=said.district.news[:FEW_LINES] if said.district else (),
        long_late=LONG_LATE,
        short=shortened,
        number=order_number,
    )
    return Reply(text, _buttons(said))


def _reasons(line: UpLine) -> str:
    """Why it went up, in one line: 因张三、李四未签收，因到期未反馈."""
    parts = [label(f"order.up.{cause}", who=some_names(people)) for cause, people in line.reasons]
    return label("order.comma").join(parts)


def _buttons(said: DigestToSay) -> Rows:
    reports = [*said.overdue, *said.asked]
    quick = [_no_change(said.period, line) for line in reports if line.may_repeat] if said.for_contact else []
    # A single button beside the list would hide that there are more: beyond a handful, only the list.
    lines: list[list[Button]] = [[button] for button in quick] if len(quick) <= QUICK_BUTTONS else []
    if reports:
        lines.append([Button(label("push.fill_in"), ShowOpenReports(0).pack())])
    lines.append(_acknowledge(said))
    lines.append(_answers(said))
    if said.tasks or said.pending:
        lines.append([Button(label("push.show_tasks"), ShowTasks(0).pack())])
    if said.warnings or said.waiting or said.district or said.ups or len(said.unanswered) > 1:
        lines.append([Button(label("push.show_warnings"), ShowWarnings(0).pack())])
    return rows(*lines)


def _answers(said: DigestToSay) -> list[Button]:
    """反馈 for the one order that waits for it; an order that went up to the reader opens with its thread."""
    if len(said.unanswered) == 1:
        return [Button(label("order.answer"), StartAnswer(said.unanswered[0].order_id).pack())]
    fresh = [line for line in said.warnings if line.asked in ANSWERED_IN_FULL]
    if len(fresh) == 1 and len(said.warnings) == 1:
        return [Button(label("order.answer"), StartAnswer(fresh[0].order_id).pack())]
    return [Button(label("order.show"), ShowOrder(said.ups[0].order_id).pack())] if len(said.ups) == 1 else []


def _no_change(period: Period, line: ReportLine) -> Button:
    action = ReportNoChange(line.indicator_id, period.year, period.month)
    return Button(label("push.no_change", name=shortened(line.name, BUTTON_NAME)), action.pack())


def _acknowledge(said: DigestToSay) -> list[Button]:
    waiting: Sequence[WarningLine | OrderLine] = [*said.warnings, *said.waiting]
    if len(waiting) == 1:
        return [Button(label("warning.acknowledge"), Acknowledge(waiting[0].order_id, waiting[0].severity).pack())]
    if waiting:
        return [Button(label("warning.acknowledge_all", count=len(waiting)), AcknowledgeAll(said.told_until).pack())]
    return []
