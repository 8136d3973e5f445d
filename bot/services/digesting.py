"""The daily digest: decides for everybody, enqueues one message each, and records what was said and what was not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder
from bot.db.pushes import PushToSend, enqueue_all
from bot.db.tables import DecisionRow
from bot.domain.decisions import REPORT_STAGES, Matter, Said
from bot.domain.digest import (
    DigestIntent,
    LeftOut,
    OrderItem,
    ReportItem,
    WarningItem,
    Withheld,
    WithheldReason,
    choose_digest,
)
from bot.domain.kinds import NORMAL
from bot.domain.pushes import PushKind
from bot.presenters.push_digest import present_digest
from bot.services.cause import Cause
from bot.services.digest_items import Items, items_by_person, person_today
from bot.services.digest_morning import Morning, digest_key, load_morning
from bot.services.digest_words import digest_to_say
from bot.services.undelivered import take_back_undelivered

# Left out for reasons that need no record: nothing was due, or the person knows.
UNREMARKABLE = frozenset(
    {
        WithheldReason.NOTHING_DUE,
        WithheldReason.NOT_TODAY,
        WithheldReason.NOT_A_WARNING,
        WithheldReason.ALREADY_TOLD,
        WithheldReason.NOT_ENTITLED,
        WithheldReason.ESCALATED,
    }
)


async def send_digests(session: AsyncSession, cause: Cause) -> int:
    """Enqueue the day's digests; how many. Running it again on the same day sends nothing more."""
    await take_back_undelivered(session, cause)
    morning = await load_morning(session, cause.now)
    people = morning.roster.by_person()
    written: list[_Written] = []
    silent: list[DecisionRow] = []
    for person_id, items in items_by_person(morning).items():
        held = people.get(person_id)
        if held is None:
            continue
        chosen = choose_digest(person_today(morning, held, items))
        if isinstance(chosen, DigestIntent):
            written.append(_write(cause, morning, held, chosen))
        elif _worth_recording(morning, items, chosen):
            silent += _left_out(cause, chosen.person_id, chosen.left_out, chosen.reason)
    made = await enqueue_all(session, [digest.push for digest in written])
    sent = [digest for digest in written if digest.push.dedupe_key in made]
    for digest in sent:
        for line in digest.lines:
            line.push_id = made[digest.push.dedupe_key]
        silent += _left_out(cause, digest.intent.person_id, digest.intent.left_out, None)
        _mark_told(morning, digest.intent)
    session.add_all([*(line for digest in sent for line in digest.lines), *silent])
    await session.flush()
    return len(sent)


@dataclass(frozen=True)
class _Written:
    """A digest with the record of its lines."""

    intent: DigestIntent
    push: PushToSend
    lines: list[DecisionRow]


def _write(cause: Cause, morning: Morning, held: tuple[Holder, ...], intent: DigestIntent) -> _Written:
    reply = present_digest(digest_to_say(morning, held, intent))
    lines = [line.row(cause, intent.person_id) for line in _lines(morning, intent)]
    push = PushToSend(
        kind=PushKind.DIGEST,
        chat_id=held[0].chat_id or 0,
        person_id=intent.person_id,
        post_id=held[0].post_id,
        text=reply.text,
        buttons=reply.buttons,
        grade=_worst(intent),
        indicator_ids=intent.indicator_ids,
        subject_kind="digest",
        dedupe_key=digest_key(intent.person_id, morning.year.today),
        reason=",".join(dict.fromkeys(line.reason for line in lines)),
        now=cause.now,
        # What could not leave before the quiet hours is taken back, and said by the next digest if it still holds.
        expires_at=_quiet_begins(morning),
    )
    return _Written(intent, push, lines)


def _quiet_begins(morning: Morning) -> datetime:
    year = morning.year
    begins = datetime.combine(year.today, year.scheme.quiet.start, year.zone).astimezone(UTC)
    return begins if begins > morning.now else begins + timedelta(days=1)


def _mark_told(morning: Morning, intent: DigestIntent) -> None:
    """Remember what this person knows now; a recovery starts the next stretch from nothing."""
    news = {item.indicator_id: item for item in intent.warnings}
    ups = {key for item in intent.ups for key in item.escalations}
    for escalation in morning.escalations.get(intent.person_id, ()):
        if escalation.id in ups:
            escalation.told_at = morning.now
    for row in morning.recipients.get(intent.person_id, ()):
        item = news.get(morning.indicator_of_order[row.order_id])
        if item is not None:
            row.told_severity, row.told_at = item.severity, morning.now


@dataclass(frozen=True)
class _Line:
    """One line of a digest as it is recorded."""

    matter: Matter
    indicator_id: int | None
    reason: str
    grade: str | None
    detail: dict[str, object]

    def row(self, cause: Cause, person_id: int) -> DecisionRow:
        return DecisionRow(
            at=cause.now,
            person_id=person_id,
            indicator_id=self.indicator_id,
            kind=self.matter.value,
            grade=self.grade,
            sent=True,
            reason=self.reason,
            detail=self.detail,
        )


def _lines(morning: Morning, intent: DigestIntent) -> Iterator[_Line]:
    for report in (*intent.overdue_reports, *intent.open_reports):
        yield _report_line(morning, report)
    for warning in intent.warnings:
        yield _warning_line(morning, warning)
    for order in intent.unacknowledged:
        yield _order_line(order)
    for reply in intent.unanswered:
        detail: dict[str, object] = {"order_id": reply.order_id, "workdays_late": reply.workdays_late}
        yield _Line(Matter.REPLY, reply.indicator_id, Said.REPLY_WAITS.value, reply.grade, detail)
    for task in intent.tasks:
        said = Said.TASK_LATE if task.workdays_late > 0 else Said.TASK_DUE
        detail = {"task_id": task.task_id, "workdays_late": task.workdays_late}
        yield _Line(Matter.TASK, task.indicator_id, said.value, None, detail)
    for item in intent.pending:
        detail = {"pending": item.kind, "id": item.id}
        yield _Line(Matter.PENDING, item.indicator_id, Said.WAITS_FOR_LEADER.value, None, detail)
    for up in intent.ups:
        detail = {"order_id": up.order_id, "escalations": list(up.escalations)}
        yield _Line(Matter.ESCALATION, up.indicator_id, Said.WENT_UP.value, up.grade, detail)


def _report_line(morning: Morning, item: ReportItem) -> _Line:
    reason = REPORT_STAGES[item.stage.stage] if item.stage else Said.REPORT_OVERDUE
    detail: dict[str, object] = {"period": str(morning.period), "days_overdue": item.days_overdue}
    return _Line(Matter.REPORT, item.indicator_id, reason.value, None, detail)


def _warning_line(morning: Morning, item: WarningItem) -> _Line:
    order, snapshot = morning.orders[item.indicator_id], morning.latest[item.indicator_id]
    detail: dict[str, object] = {"order_id": order.id, "rule_id": snapshot.rule_id}
    if item.grade == NORMAL:
        return _Line(Matter.RECOVERY, item.indicator_id, Said.RECOVERED.value, item.grade, detail)
    return _Line(Matter.WARNING, item.indicator_id, snapshot.reason, item.grade, detail)


def _order_line(item: OrderItem) -> _Line:
    detail: dict[str, object] = {"order_id": item.order_id, "workdays_late": item.workdays_late}
    return _Line(Matter.ORDER, item.indicator_id, Said.UNACKNOWLEDGED.value, item.grade, detail)


def _worst(intent: DigestIntent) -> str | None:
    news = [item for item in intent.warnings if item.grade != NORMAL]
    return max(news, key=lambda item: item.severity).grade if news else None


def _worth_recording(morning: Morning, items: Items, withheld: Withheld) -> bool:
    """A reminder that fell on today and was not needed, or something that could not be said; not every quiet day."""
    if withheld.reason is WithheldReason.NO_ACCOUNT:
        return any(item.stage is not None and not item.reported for item in items.reports)
    if withheld.reason is WithheldReason.REPORTED:
        return morning.stage is not None
    return withheld.reason not in UNREMARKABLE


def _left_out(
    cause: Cause, person_id: int, left_out: tuple[LeftOut, ...], whole: WithheldReason | None
) -> list[DecisionRow]:
    """One row for each reason, whatever the number of indicators; `whole`: the reason for the whole message."""
    by_reason: dict[WithheldReason, list[int]] = defaultdict(list)
    for item in left_out:
        if item.reason is whole or item.reason not in UNREMARKABLE:
            by_reason[item.reason].append(item.indicator_id)
    if whole is not None:
        by_reason.setdefault(whole, [])
    return [
        DecisionRow(
            at=cause.now,
            person_id=person_id,
            kind=Matter.DIGEST.value,
            sent=False,
            reason=reason.value,
            detail={"indicators": list(dict.fromkeys(ids))},
        )
        for reason, ids in by_reason.items()
    ]
