"""What a sweep did, or would do: read back from the outbox and the record, so that it cannot say anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.decisions import indicators_of
from bot.db.tables import DecisionRow, Indicator, Person, Post, Push


@dataclass(frozen=True)
class SweptPush:
    """A message that a sweep enqueued, or would enqueue."""

    person: str
    post: str | None
    kind: str
    grade: str | None
    indicators: tuple[str, ...]
    reason: str
    text: str
    not_before: datetime


@dataclass(frozen=True)
class SweptSilence:
    """Somebody who got nothing, or would get nothing, and why."""

    person: str
    kind: str
    reason: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class SweepReport:
    """What one sweep did, or would do. `ran`: the occurrences, as "job occurrence"."""

    pushes: tuple[SweptPush, ...] = ()
    withheld: tuple[SweptSilence, ...] = ()
    ran: tuple[str, ...] = ()


async def report_since(session: AsyncSession, last_push: int, last_decision: int) -> SweepReport:
    """What this transaction added to the outbox and to the record."""
    new = (
        select(Push, Person.name, Post.name)
        .outerjoin(Person, Person.id == Push.person_id)
        .outerjoin(Post, Post.id == Push.post_id)
        .where(Push.id > last_push)
        .order_by(Push.id)
    )
    pushed = [(row[0], row[1], row[2]) for row in (await session.execute(new)).all()]
    silent = (
        select(DecisionRow, Person.name)
        .join(Person, Person.id == DecisionRow.person_id)
        .where(DecisionRow.id > last_decision, DecisionRow.sent.is_(False))
        .order_by(DecisionRow.id)
    )
    withheld = [(row[0], row[1]) for row in (await session.execute(silent)).all()]
    if not pushed and not withheld:
        return SweepReport()
    names = {row[0]: row[1] for row in await session.execute(select(Indicator.id, Indicator.name))}
    return SweepReport(
        pushes=tuple(
            SweptPush(
                person=person or "",
                post=post,
                kind=push.kind,
                grade=push.grade,
                indicators=tuple(names[int(str(key))] for key in push.indicator_ids),
                reason=push.reason,
                text=push.text,
                not_before=push.not_before,
            )
            for push, person, post in pushed
        ),
        withheld=tuple(
            SweptSilence(person, row.kind, row.reason, tuple(names[key] for key in _about(row)))
            for row, person in withheld
        ),
    )


def _about(row: DecisionRow) -> list[int]:
    return [row.indicator_id] if row.indicator_id is not None else indicators_of(row)


def joined(left: SweepReport, right: SweepReport) -> SweepReport:
    """Both reports, one after the other."""
    return SweepReport(left.pushes + right.pushes, left.withheld + right.withheld, left.ran + right.ran)
