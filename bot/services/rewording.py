"""Writes a queued reminder again from the lines that still hold, as they were recorded when it was enqueued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import DecisionRow, Push, Urge
from bot.domain.decisions import REPORT_STAGES, Matter
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
from bot.domain.reporting import ReminderStage
from bot.presenters.push_digest import present_digest
from bot.presenters.push_notes import present_urge
from bot.presenters.reply import Reply
from bot.services.cause import Cause
from bot.services.digest_morning import Morning, load_morning
from bot.services.digest_words import digest_to_say
from bot.services.urge_words import urge_note

_STAGES = {said.value: stage for stage, said in REPORT_STAGES.items()}


def _put(push: Push, reply: Reply, indicator_ids: Sequence[int]) -> None:
    push.text = reply.text
    push.buttons = [
        [{key: value for key, value in asdict(button).items() if value is not None} for button in row]
        for row in reply.buttons
    ]
    push.indicator_ids = list(indicator_ids)


async def reword_urge(session: AsyncSession, cause: Cause, push: Push, left: Sequence[DecisionRow]) -> None:
    """The urging without what was reported meanwhile."""
    morning = await load_morning(session, cause.now)
    ids = [row.indicator_id for row in left if row.indicator_id is not None]
    urge = await session.get(Urge, push.subject_id) if push.subject_id else None
    _put(push, present_urge(urge_note(morning, ids, (urge.words if urge else "") or "")), ids)


async def reword_digest(session: AsyncSession, cause: Cause, push: Push, left: Sequence[DecisionRow]) -> None:
    """The digest without what was reported meanwhile."""
    morning = await load_morning(session, cause.now)
    held = morning.roster.by_person().get(push.person_id or 0)
    if held is None:
        return
    intent = _intent(morning, push.person_id or 0, left)
    _put(push, present_digest(digest_to_say(morning, held, intent)), intent.indicator_ids)


def _intent(morning: Morning, person_id: int, rows: Sequence[DecisionRow]) -> DigestIntent:
    reports, warnings, waiting = [], [], []
    replies: list[ReplyItem] = []
    ups: list[UpItem] = []
    tasks: list[TaskItem] = []
    pending: list[PendingItem] = []
    for row in rows:
        indicator_id = row.indicator_id or 0
        if row.kind == Matter.REPORT:
            stage = ReminderStage(_STAGES[row.reason], 0) if row.reason in _STAGES else None
            reports.append(ReportItem(indicator_id, stage, _number(row, "days_overdue")))
        elif row.kind == Matter.TASK:
            tasks.append(TaskItem(_number(row, "task_id"), row.indicator_id, _number(row, "workdays_late")))
        elif row.kind == Matter.PENDING:
            pending.append(PendingItem(str(row.detail["pending"]), _number(row, "id"), row.indicator_id))
        elif indicator_id in morning.orders and row.grade is not None:
            severity = morning.year.scheme.severity(row.grade)
            if row.kind == Matter.REPLY:
                late = _number(row, "workdays_late")
                replies.append(ReplyItem(indicator_id, _number(row, "order_id"), row.grade, severity, late))
            elif row.kind == Matter.ESCALATION:
                keys = row.detail.get("escalations")
                ids = tuple(int(str(key)) for key in keys) if isinstance(keys, list) else ()
                ups.append(UpItem(indicator_id, _number(row, "order_id"), row.grade, severity, ids))
            elif row.kind == Matter.ORDER:
                late = _number(row, "workdays_late")
                waiting.append(OrderItem(indicator_id, _number(row, "order_id"), row.grade, severity, late))
            else:
                warnings.append(WarningItem(indicator_id, row.grade, severity))
    return DigestIntent(
        person_id=person_id,
        open_reports=tuple(item for item in reports if item.days_overdue <= 0),
        overdue_reports=tuple(item for item in reports if item.days_overdue > 0),
        warnings=tuple(warnings),
        unacknowledged=tuple(waiting),
        unanswered=tuple(replies),
        ups=tuple(ups),
        tasks=tuple(tasks),
        pending=tuple(pending),
    )


def _number(row: DecisionRow, key: str) -> int:
    value = row.detail.get(key)
    return value if isinstance(value, int) else 0
