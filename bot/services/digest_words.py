"""From what a digest says, as the rules chose it, to the lines that the presenter shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.db.people import Holder
from bot.db.tables import OrderRecipient
from bot.domain.decisions import REPORT_STAGES
from bot.domain.digest import (
    DigestIntent,
    OrderItem,
    PendingItem,
    ReplyItem,
    ReportItem,
    TaskItem,
    UpItem,
    WarningItem,
)
from bot.domain.kinds import NORMAL, Role
from bot.domain.period import Period
from bot.domain.scheme import Relation
from bot.presenters.push_digest import (
    DigestToSay,
    District,
    NewlyWorst,
    OrderLine,
    PendingLine,
    ReportLine,
    TaskLine,
    UpLine,
    WarningLine,
)
from bot.presenters.rule_words import rule_sentence
from bot.services.digest_items import acknowledge_due
from bot.services.digest_morning import Morning


def digest_to_say(morning: Morning, held: tuple[Holder, ...], intent: DigestIntent) -> DigestToSay:
    """The lines of one person's digest."""
    rows = {row.order_id: row for row in morning.recipients.get(intent.person_id, ())}
    news = [item for item in intent.warnings if item.grade != NORMAL]
    shared = [item for item in news if _row(morning, rows, item).digest_only]
    contact = any(holder.role == Role.CONTACT for holder in held)
    of_unit = contact or any(holder.role == Role.HEAD for holder in held)
    window, stage = morning.window, morning.stage
    return DigestToSay(
        period=morning.period or Period.of(morning.year.today),
        due=window.due if window else morning.year.today,
        days_left=-morning.days_overdue,
        for_contact=contact,
        stage=REPORT_STAGES[stage.stage].value if stage else None,
        overdue=tuple(_report(morning, item, contact) for item in intent.overdue_reports),
        asked=tuple(_report(morning, item, contact) for item in intent.open_reports),
        warnings=tuple(_warning(morning, item, of_unit) for item in news if item not in shared),
        recovered=tuple(_name(morning, item.indicator_id) for item in intent.warnings if item.grade == NORMAL),
        waiting=tuple(_waiting(morning, rows, item) for item in intent.unacknowledged),
        unanswered=tuple(_unanswered(morning, item) for item in intent.unanswered),
        ups=tuple(_up(morning, item, intent.person_id) for item in intent.ups),
        tasks=tuple(line for item in intent.tasks for line in _task(morning, item)),
        pending=tuple(line for item in intent.pending for line in _pending(morning, item)),
        district=_district(morning, shared) if shared else None,
        told_until=int(morning.now.timestamp()),
    )


def _name(morning: Morning, indicator_id: int) -> str:
    return morning.roster.answering[indicator_id].name


def _row(morning: Morning, rows: dict[int, OrderRecipient], item: WarningItem) -> OrderRecipient:
    return rows[morning.orders[item.indicator_id].id]


def _report(morning: Morning, item: ReportItem, contact: bool) -> ReportLine:
    people = morning.roster.of(item.indicator_id, Relation.CONTACT)
    return ReportLine(
        indicator_id=item.indicator_id,
        name=_name(morning, item.indicator_id),
        days_overdue=item.days_overdue,
        may_repeat=item.indicator_id in morning.repeatable,
        contact=None if contact or not people else people[0].person,
    )


def _warning(morning: Morning, item: WarningItem, of_unit: bool) -> WarningLine:
    order, snapshot = morning.orders[item.indicator_id], morning.latest[item.indicator_id]
    scheme = morning.year.scheme
    duty = scheme.duty(item.grade)
    leads = morning.roster.answering[item.indicator_id].lead_units
    return WarningLine(
        order_id=order.id,
        name=_name(morning, item.indicator_id),
        number=(order.year, order.serial),
        grade_word=scheme.grade(item.grade).word,
        severity=item.severity,
        gap=snapshot.gap,
        rule=rule_sentence(snapshot, scheme.grade(snapshot.base_grade).word),
        reply_by=order.reply_due,
        asked=duty.asked.value if of_unit and duty else "",
        lead="" if of_unit or not leads else leads[0],
    )


def _waiting(morning: Morning, rows: dict[int, OrderRecipient], item: OrderItem) -> OrderLine:
    order, row = morning.orders[item.indicator_id], rows[item.order_id]
    return OrderLine(
        order_id=order.id,
        name=_name(morning, item.indicator_id),
        number=(order.year, order.serial),
        grade_word=morning.year.scheme.grade(order.grade).word,
        severity=row.severity,
        due=acknowledge_due(morning.year, row),
        workdays_late=item.workdays_late,
    )


def _unanswered(morning: Morning, item: ReplyItem) -> OrderLine:
    order = morning.orders[item.indicator_id]
    return OrderLine(
        order_id=order.id,
        name=_name(morning, item.indicator_id),
        number=(order.year, order.serial),
        grade_word=morning.year.scheme.grade(order.grade).word,
        severity=order.severity,
        due=order.reply_due,
        workdays_late=item.workdays_late,
    )


def _up(morning: Morning, item: UpItem, person_id: int) -> UpLine:
    """The order with every reason for which it went up, people by name."""
    order, wanted = morning.orders[item.indicator_id], set(item.escalations)
    rows = [row for row in morning.escalations.get(person_id, ()) if row.id in wanted]
    leads = morning.roster.answering[item.indicator_id].lead_units
    by_cause: dict[str, list[str]] = {}
    for row in rows:
        held = morning.people.get(row.about_person_id or 0)
        by_cause.setdefault(row.cause, []).append(held[0].person if held else "")
    return UpLine(
        order_id=order.id,
        name=_name(morning, item.indicator_id),
        number=(order.year, order.serial),
        grade_word=morning.year.scheme.grade(order.grade).word,
        reasons=tuple((cause, tuple(filter(None, names))) for cause, names in by_cause.items()),
        since=min((row.since for row in rows if row.since), default=None),
        lead=leads[0] if leads else "",
        talk=any(row.talk for row in rows),
    )


def _task(morning: Morning, item: TaskItem) -> Iterator[TaskLine]:
    """The task's line; nothing for one that was settled meanwhile."""
    task = morning.work.tasks.get(item.task_id)
    if task is not None and task.due is not None:
        yield TaskLine(task.id, task.kind, task.text, task.due, item.workdays_late)


def _pending(morning: Morning, item: PendingItem) -> Iterator[PendingLine]:
    """What waits for the leader; nothing for what was settled meanwhile."""
    task = morning.work.tasks.get(item.id) if item.kind == "task" else None
    problem = morning.work.problems.get(item.id) if item.kind == "problem" else None
    if task is not None:
        late = task.due is not None and morning.year.today > task.due
        yield PendingLine("task", task.id, task.text, task.receiver, "late" if late else task.state, None)
    elif problem is not None:
        yield PendingLine("problem", problem.id, problem.text, problem.indicator, "", problem.indicator_id)


def _district(morning: Morning, shared: Sequence[WarningItem]) -> District:
    scheme = morning.year.scheme
    grades = Counter(snapshot.grade for snapshot in morning.latest.values() if scheme.is_warning(snapshot.grade))
    answering = [morning.roster.answering[item.indicator_id] for item in shared]
    return District(
        counts=tuple((grade.word, grades[grade.code]) for grade in reversed(scheme.judging) if grades[grade.code]),
        worst_word=scheme.worst.word,
        news=tuple(NewlyWorst(one.name, one.lead_units[0] if one.lead_units else "") for one in answering),
    )
