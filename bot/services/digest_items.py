"""What could be said to each person this morning: reports asked for, warnings that changed, orders that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.db.people import Holder
from bot.db.tables import Escalation, OrderRecipient, WarningOrder
from bot.domain.answers import ANSWER_DUE
from bot.domain.digest import (
    OrderItem,
    PendingItem,
    PersonToday,
    ReplyItem,
    ReportItem,
    TaskItem,
    UpItem,
    WarningItem,
)
from bot.domain.escalating import REVIEWED
from bot.domain.kinds import NORMAL
from bot.domain.recipients import told_of_grade, told_of_report
from bot.domain.reporting import Stage
from bot.services.digest_morning import Morning
from bot.services.year import Year

# The relations whose holder writes the unit's answer.
CARRIES = frozenset({"contact", "lead_contact"})


@dataclass
class Items:
    """One person's items."""

    reports: list[ReportItem] = field(default_factory=list)
    warnings: list[WarningItem] = field(default_factory=list)
    orders: list[OrderItem] = field(default_factory=list)
    replies: list[ReplyItem] = field(default_factory=list)
    ups: list[UpItem] = field(default_factory=list)
    tasks: list[TaskItem] = field(default_factory=list)
    pending: list[PendingItem] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything at all."""
        orders = self.warnings or self.orders or self.replies or self.ups
        return bool(self.reports or orders or self.tasks or self.pending)


def items_by_person(morning: Morning) -> dict[int, Items]:
    """The items of everybody who has any, by person."""
    found: dict[int, Items] = defaultdict(Items)
    for person_id, report in _reports(morning):
        found[person_id].reports.append(report)
    for person_id, rows in morning.recipients.items():
        posts = {holder.post_id for holder in morning.people.get(person_id, ())}
        for row in rows:
            _place_order(morning, found[person_id], row, posts)
    for person_id, gone_up in morning.escalations.items():
        found[person_id].ups += _ups(morning, person_id, gone_up)
    for person_id, due in morning.work.due.items():
        found[person_id].tasks += due
    for person_id, pending in morning.work.pending.items():
        found[person_id].pending += pending
    return {key: items for key, items in found.items() if items.any}


def person_today(morning: Morning, held: Iterable[Holder], items: Items) -> PersonToday:
    """What the decision about this person's digest may look at."""
    year = morning.year
    first = next(iter(held))
    local = morning.now.astimezone(year.zone)
    return PersonToday(
        person_id=first.person_id,
        has_account=first.chat_id is not None,
        is_workday=year.calendar.is_workday(year.today),
        is_quiet=year.scheme.quiet.cover(local.time()),
        already_sent=first.person_id in morning.sent_today,
        reports=tuple(items.reports),
        warnings=tuple(items.warnings),
        orders=tuple(items.orders),
        replies=tuple(items.replies),
        ups=tuple(items.ups),
        tasks=tuple(items.tasks),
        pending=tuple(items.pending),
        remind_orders_after=year.scheme.orders.remind_after,
        silenced=morning.silenced(first.person_id),
    )


def _reports(morning: Morning) -> Iterable[tuple[int, ReportItem]]:
    if morning.period is None:
        return
    late, stage = morning.days_overdue, morning.stage
    if stage is None and late <= 0:
        return
    asked = stage.stage if stage else Stage.OPENS  # between the late reminders only who reports is asked
    for indicator_id, answering in morning.roster.answering.items():
        reported = indicator_id in morning.reported
        if reported and stage is None:
            continue
        item = ReportItem(indicator_id, stage, max(late, 0), reported)
        for recipient in told_of_report(morning.year.scheme, asked, answering.posts):
            for holder in morning.roster.of_post(recipient.post_id):
                yield holder.person_id, item


def _place_order(morning: Morning, items: Items, row: OrderRecipient, posts: set[int]) -> None:
    """An order gives a person at most one item: news of its grade, its recovery, or that it waits for them."""
    indicator_id = morning.indicator_of_order[row.order_id]
    order, snapshot = morning.orders[indicator_id], morning.latest.get(indicator_id)
    if snapshot is None:
        return
    scheme, told = morning.year.scheme, row.told_severity or 0
    entitled = row.post_id in posts
    if snapshot.grade == NORMAL:
        if told > 0 and entitled:
            # Who only follows along is told of a recovery with the next news.
            recovery = WarningItem(order.indicator_id, NORMAL, 0, told_grade=order.grade, calls=not row.digest_only)
            items.warnings.append(recovery)
        return
    # A month that nobody reported is no news of the grade, but what was asked before still waits.
    if scheme.is_warning(snapshot.grade) and snapshot.severity > told:
        if row.post_id in _audience(morning, order, snapshot.grade):
            items.warnings.append(WarningItem(order.indicator_id, snapshot.grade, snapshot.severity, entitled=entitled))
        return
    if entitled and (late := _reply_late(morning, order, row)) is not None:
        # Whoever answers has read it: the answer is asked for, not the tap as well.
        items.replies.append(ReplyItem(order.indicator_id, order.id, order.grade, order.severity, late))
        return
    waits = (row.acknowledged_severity or 0) < row.severity and not row.digest_only
    due = acknowledge_due(morning.year, row)
    if waits and entitled and due is not None:
        late = morning.workdays_late(due)
        items.orders.append(OrderItem(order.indicator_id, order.id, order.grade, order.severity, late))


def _reply_late(morning: Morning, order: WarningOrder, row: OrderRecipient) -> int | None:
    """Working days past the day of the answer, for the contact who carries it; None before that day."""
    duty = morning.year.scheme.duty(order.grade)
    if order.reply_due is None or row.told_at is None or duty is None or duty.asked not in REVIEWED:
        return None
    if row.relation not in CARRIES or order.state not in ANSWER_DUE:
        return None
    late = morning.workdays_late(order.reply_due)
    return late if late >= 0 else None


def _ups(morning: Morning, person_id: int, rows: Iterable[Escalation]) -> Iterable[UpItem]:
    """What has gone up to this person, an order in one item."""
    posts = {holder.post_id for holder in morning.people.get(person_id, ())}
    by_order: dict[int, list[Escalation]] = defaultdict(list)
    for row in rows:
        if row.told_at is None:
            by_order[row.order_id].append(row)
    for order_id, found in by_order.items():
        indicator_id = morning.indicator_of_order.get(order_id)
        if indicator_id is None:
            continue
        order = morning.orders[indicator_id]
        entitled = any(row.post_id in posts for row in found)
        ids = tuple(row.id for row in found)
        yield UpItem(indicator_id, order_id, order.grade, order.severity, ids, entitled)


def _audience(morning: Morning, order: WarningOrder, grade: str) -> set[int]:
    posts = morning.roster.answering[order.indicator_id].posts if order.indicator_id in morning.roster.answering else {}
    return {recipient.post_id for recipient in told_of_grade(morning.year.scheme, grade, posts, morning.roster.named)}


def acknowledge_due(year: Year, row: OrderRecipient) -> date | None:
    """The day by which this person was to acknowledge; None where nothing was asked, or nothing told yet."""
    if row.told_at is None:
        return None
    grade = next((item for item in year.scheme.judging if item.severity == row.severity), None)
    duty = year.scheme.duty(grade.code) if grade else None
    within = (duty.acknowledge_within if duty.acknowledge_within is not None else duty.reply_within) if duty else None
    if within is None:
        return None
    return year.calendar.add_workdays(row.told_at.astimezone(year.zone).date(), within)
