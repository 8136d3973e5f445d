"""Takes back what has not left yet and is settled by now: nobody is reminded of what they have just reported."""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import decisions
from bot.db.looking import Question
from bot.db.tables import DecisionRow, Push
from bot.db.within import look_within
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.period import Period
from bot.domain.pushes import PushKind, PushState
from bot.services.cause import Cause
from bot.services.rewording import reword_digest, reword_urge

_ASKING = Question(
    select(Push.id)
    .join(DecisionRow, DecisionRow.push_id == Push.id)
    .where(
        DecisionRow.indicator_id == bindparam("indicator_id", type_=BigInteger()),
        or_(DecisionRow.kind == Matter.REPORT.value, DecisionRow.kind == Matter.URGE.value),
        Push.state == PushState.QUEUED.value,
        or_(*(Push.kind == kind.value for kind in (PushKind.DIGEST, PushKind.URGE, PushKind.RETURNED))),
    ),
    int,
)


async def on_reported(session: AsyncSession, cause: Cause, indicator_id: int, period: Period) -> None:
    """A report is in: cancel queued reminders of nothing else, and take its line out of the others."""
    look = await look_within(session)
    # The queue may hold thousands; hardly one of them asks for this very report.
    asking = await look.all(_ASKING, indicator_id=indicator_id)
    if not asking:
        return
    for push in (await session.scalars(select(Push).where(Push.id.in_(sorted(set(asking)))))).all():
        rows = await decisions.of_push(session, push.id)
        for row in rows:
            asked = row.kind in (Matter.REPORT, Matter.URGE) and row.detail.get("period") == str(period)
            if asked and row.indicator_id == indicator_id:
                row.sent, row.reason = False, WithheldReason.REPORTED.value
        left = [row for row in rows if row.sent]
        if not left:
            push.state = PushState.CANCELLED.value
        elif push.kind == PushKind.URGE:
            await reword_urge(session, cause, push, left)
        else:
            await reword_digest(session, cause, push, left)


async def carried_by_warning(session: AsyncSession, cause: Cause, person_id: int, indicator_id: int) -> None:
    """A warning that goes out now carries the problem raised at the same moment: the problem's own push is not sent."""
    query = select(Push).where(
        Push.person_id == person_id,
        Push.kind == PushKind.PROBLEM.value,
        Push.created_at == cause.now,
        Push.state == PushState.QUEUED.value,
    )
    for push in (await session.scalars(query)).all():
        if indicator_id not in push.indicator_ids:
            continue
        push.state = PushState.CANCELLED.value
        for row in await decisions.of_push(session, push.id):
            row.sent, row.reason = False, Said.CARRIED_BY_WARNING.value
