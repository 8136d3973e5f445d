"""What goes to a person today: one digest, or the reason why nothing goes.

Each item that is left out carries its own reason, so that "why was I (not) told?" is a lookup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.reporting import ReminderStage


class WithheldReason(StrEnum):
    """Why something was not said."""

    NOTHING_DUE = "nothing_due"
    NOT_TODAY = "not_today"  # open, but no reminder falls on this day
    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"  # reminded of often enough: it has gone up, and is repeated no more
    SILENCED = "silenced"  # the office holds it back for a while
    ALREADY_TOLD = "already_told"
    NOT_A_WARNING = "not_a_warning"
    NOT_ENTITLED = "not_entitled"
    NO_ACCOUNT = "no_account"
    NOT_A_WORKDAY = "not_a_workday"
    QUIET_HOURS = "quiet_hours"
    ALREADY_SENT_TODAY = "already_sent_today"


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A report that the person is asked for. `stage`: the reminder that falls on today, if one does."""

    indicator_id: int
    stage: ReminderStage | None
    days_overdue: int = 0
    reported: bool = False
    entitled: bool = True


@dataclass(frozen=True, slots=True)
class WarningItem:
    """An indicator's present grade, and the one that this person was last told (None: never told).

    `calls`: it is worth a message; otherwise it waits until there is one anyway.
    """

    indicator_id: int
    grade: str
    severity: int
    told_grade: str | None = None
    entitled: bool = True
    calls: bool = True


@dataclass(frozen=True, slots=True)
class OrderItem:
    """An order that waits for this person. `workdays_late`: past the date asked for, negative before it."""

    indicator_id: int
    order_id: int
    grade: str
    severity: int
    workdays_late: int
    acknowledged: bool = False
    entitled: bool = True


@dataclass(frozen=True, slots=True)
class ReplyItem:
    """An order that waits for this person's answer. `workdays_late`: past the day asked for, negative before it."""

    indicator_id: int
    order_id: int
    grade: str
    severity: int
    workdays_late: int
    entitled: bool = True


@dataclass(frozen=True, slots=True)
class UpItem:
    """An order that has gone up to this person. `escalations`: the rows that say why; said once."""

    indicator_id: int
    order_id: int
    grade: str
    severity: int
    escalations: tuple[int, ...]
    entitled: bool = True


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A task that this person has to do. `workdays_late`: past its due date, -1 on the working day before."""

    task_id: int
    indicator_id: int | None
    workdays_late: int
    calls: bool = True


@dataclass(frozen=True, slots=True)
class PendingItem:
    """What a leader hears of once a week. `kind`: a "problem" before them, or a "task" of theirs; `id`: its row."""

    kind: str
    id: int
    indicator_id: int | None
    calls: bool = True


@dataclass(frozen=True, slots=True)
class PersonToday:
    """Everything that a decision about one person's digest may look at."""

    person_id: int
    has_account: bool
    is_workday: bool
    is_quiet: bool
    already_sent: bool
    reports: tuple[ReportItem, ...] = ()
    warnings: tuple[WarningItem, ...] = ()
    orders: tuple[OrderItem, ...] = ()
    replies: tuple[ReplyItem, ...] = ()
    ups: tuple[UpItem, ...] = ()
    tasks: tuple[TaskItem, ...] = ()
    pending: tuple[PendingItem, ...] = ()
    remind_orders_after: tuple[int, ...] = (0, 1, 3)
    # Indicators that the office has silenced for this person.
    silenced: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that is not said today, and why."""

    indicator_id: int
    reason: WithheldReason


@dataclass(frozen=True, slots=True)
class DigestIntent:
    """One message to one person, each section worst or oldest first."""

    person_id: int
    open_reports: tuple[ReportItem, ...]
    overdue_reports: tuple[ReportItem, ...]
    warnings: tuple[WarningItem, ...]
    unacknowledged: tuple[OrderItem, ...]
    unanswered: tuple[ReplyItem, ...] = ()
    ups: tuple[UpItem, ...] = ()
    tasks: tuple[TaskItem, ...] = ()
    pending: tuple[PendingItem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def indicator_ids(self) -> tuple[int, ...]:
        """Every indicator that the message speaks of, each once, in the order of the message."""
        orders: tuple[Item, ...] = (*self.ups, *self.warnings, *self.unacknowledged, *self.unanswered)
        items: tuple[Item, ...] = (*self.overdue_reports, *self.open_reports, *orders)
        work: tuple[TaskItem | PendingItem, ...] = (*self.tasks, *self.pending)
        ids = (*(item.indicator_id for item in items), *(item.indicator_id for item in work))
        return tuple(dict.fromkeys(key for key in ids if key is not None))


@dataclass(frozen=True, slots=True)
class Withheld:
    """No message to this person today."""

    person_id: int
    reason: WithheldReason
    left_out: tuple[LeftOut, ...] = ()


Item = ReportItem | WarningItem | OrderItem | ReplyItem | UpItem


@dataclass(slots=True)
class _Sorted:
    """Items that call for a message, items that ride along in one, and the rest."""

    calls: list[Item] = field(default_factory=list)
    rides: list[Item] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def choose_digest(person: PersonToday) -> DigestIntent | Withheld:
    """The person's digest for today, or why there is none."""
    found = _sort(person)
    work: tuple[TaskItem | PendingItem, ...] = (*person.tasks, *person.pending)
    if not found.calls and not any(item.calls for item in work):
        found.left_out += [LeftOut(item.indicator_id, WithheldReason.NOT_TODAY) for item in found.rides]
        return Withheld(person.person_id, _why_nothing(found.left_out), tuple(found.left_out))
    barred = _barred(person)
    if barred is not None:
        everything = [LeftOut(item.indicator_id, barred) for item in (*found.calls, *found.rides)]
        return Withheld(person.person_id, barred, (*everything, *found.left_out))
    said = [*found.calls, *found.rides]
    reports = [item for item in said if isinstance(item, ReportItem)]
    overdue = sorted((item for item in reports if item.days_overdue > 0), key=lambda item: -item.days_overdue)
    return DigestIntent(
        person_id=person.person_id,
        open_reports=tuple(item for item in reports if item.days_overdue <= 0),
        overdue_reports=tuple(overdue),
        warnings=tuple(sorted((i for i in said if isinstance(i, WarningItem)), key=lambda item: -item.severity)),
        unacknowledged=tuple(sorted((i for i in said if isinstance(i, OrderItem)), key=lambda item: -item.severity)),
        unanswered=tuple(sorted((i for i in said if isinstance(i, ReplyItem)), key=lambda item: -item.severity)),
        ups=tuple(sorted((i for i in said if isinstance(i, UpItem)), key=lambda item: -item.severity)),
        tasks=tuple(sorted(person.tasks, key=lambda item: -item.workdays_late)),
        pending=person.pending,
        left_out=tuple(found.left_out),
    )


def _sort(person: PersonToday) -> _Sorted:
    found = _Sorted()
    for report in person.reports:
        _place(found, report, _settled_report(report), calls=report.stage is not None, rides=report.days_overdue > 0)
    for warning in person.warnings:
        settled = _settled_warning(warning)
        if settled is None and warning.indicator_id in person.silenced:
            settled = WithheldReason.SILENCED
        _place(found, warning, settled, calls=warning.calls, rides=True)
    for order in person.orders:
        settled = WithheldReason.ACKNOWLEDGED if order.acknowledged else None
        _place_order(found, person, order, settled)
    for reply in person.replies:
        _place_order(found, person, reply, None)
    for up in person.ups:
        _place(found, up, None, calls=True, rides=True)
    return found


def _place_order(
    found: _Sorted, person: PersonToday, item: OrderItem | ReplyItem, settled: WithheldReason | None
) -> None:
    """Reminded of on the scheme's days; after the last of them it has gone up, and rides along no more."""
    days = person.remind_orders_after
    if settled is None and item.workdays_late > max(days, default=0):
        settled = WithheldReason.ESCALATED
    if settled is None and item.indicator_id in person.silenced:
        settled = WithheldReason.SILENCED
    _place(found, item, settled, calls=item.workdays_late in days, rides=True)


def _place(found: _Sorted, item: Item, settled: WithheldReason | None, *, calls: bool, rides: bool) -> None:
    if not item.entitled:
        settled = WithheldReason.NOT_ENTITLED
    if settled is not None:
        found.left_out.append(LeftOut(item.indicator_id, settled))
    elif calls:
        found.calls.append(item)
    elif rides:
        found.rides.append(item)
    else:
        found.left_out.append(LeftOut(item.indicator_id, WithheldReason.NOT_TODAY))


def _settled_report(report: ReportItem) -> WithheldReason | None:
    return WithheldReason.REPORTED if report.reported else None


def _settled_warning(warning: WarningItem) -> WithheldReason | None:
    if warning.grade == warning.told_grade:
        return WithheldReason.ALREADY_TOLD
    if warning.grade == UNREPORTED:
        # The missing report is spoken of as such, in its own section.
        return WithheldReason.NOT_A_WARNING
    if warning.grade == NORMAL and warning.told_grade in (None, UNREPORTED):
        return WithheldReason.NOT_A_WARNING
    return None


def _barred(person: PersonToday) -> WithheldReason | None:
    """What keeps every message from this person today, whatever it says."""
    if not person.has_account:
        return WithheldReason.NO_ACCOUNT
    if not person.is_workday:
        return WithheldReason.NOT_A_WORKDAY
    if person.is_quiet:
        return WithheldReason.QUIET_HOURS
    return WithheldReason.ALREADY_SENT_TODAY if person.already_sent else None


def _why_nothing(left_out: list[LeftOut]) -> WithheldReason:
    """One reason for the whole person: what they have done themselves says most."""
    reasons = {item.reason for item in left_out}
    telling = (
        WithheldReason.REPORTED,
        WithheldReason.ACKNOWLEDGED,
        WithheldReason.SILENCED,
        WithheldReason.NOT_ENTITLED,
    )
    return next((reason for reason in telling if reason in reasons), WithheldReason.NOTHING_DUE)
