"""催办记录: who urged whom, when, for what, with what result; and taking back what has not left."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import yardsticks
from bot.db.engine import Database
from bot.db.pushes import cancel_queued
from bot.db.tables import DecisionRow, Person, Push, Urge
from bot.domain.errors import InvalidInput
from bot.domain.pushes import PushState
from bot.domain.rights import Action
from bot.presenters.remind import UrgeCancelled, UrgeLine, UrgeMatter, UrgeRecord
from bot.services.cause import Cause, Change, audit, effect
from bot.services.digest_morning import Morning, load_morning
from bot.services.urge_rows import Picks, rows_for
from bot.services.urge_sending import SUBJECT

NEWEST = 30
_LEFT = (PushState.SENT.value, PushState.SENDING.value, PushState.UNCERTAIN.value)


async def record(db: Database, cause: Cause, page: int = 0) -> UrgeRecord:
    """The newest urgings first. Raises NotAllowed for anybody but the office."""
    cause.check(Action.REMIND)
    async with db.read() as session:
        urges = list((await session.scalars(select(Urge).order_by(Urge.id.desc()).limit(NEWEST))).all())
        ids = [urge.id for urge in urges]
        query = select(Push).where(Push.subject_kind == SUBJECT, Push.subject_id.in_(ids))
        pushes = list((await session.scalars(query)).all())
        names = await _names(session, urges)
        done = await _done(session, cause, urges, pushes)
    lines = tuple(_line(urge, [push for push in pushes if push.subject_id == urge.id], names, done) for urge in urges)
    return UrgeRecord(lines, page)


async def _names(session: AsyncSession, urges: Sequence[Urge]) -> dict[int, str]:
    ids = {int(str(key)) for urge in urges for key in urge.person_ids} | {urge.by_person_id for urge in urges}
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _line(urge: Urge, pushes: Sequence[Push], names: dict[int, str], done: set[int]) -> UrgeLine:
    left = [push for push in pushes if push.state in _LEFT]
    return UrgeLine(
        urge_id=urge.id,
        at=urge.at,
        by=names.get(urge.by_person_id, ""),
        matter=UrgeMatter(urge.matter),
        people=tuple(names[int(str(key))] for key in urge.person_ids if int(str(key)) in names),
        left=len(left),
        waiting=sum(push.state == PushState.QUEUED.value for push in pushes),
        done=sum(push.id in done for push in left),
        words=urge.words or "",
        send_at=min((push.not_before for push in pushes), default=urge.send_at),
        cancelled=urge.cancelled_at is not None,
    )


async def _done(session: AsyncSession, cause: Cause, urges: Sequence[Urge], pushes: Sequence[Push]) -> set[int]:
    """The pushes whose person owes nothing any more of what they asked for."""
    if not urges:
        return set()
    morning = await load_morning(session, cause.now)
    matters = {UrgeMatter(urge.matter) for urge in urges} - {UrgeMatter.REPORT}
    owed = {matter: await _owed(session, morning, matter) for matter in matters}
    months = {urge.period for urge in urges if urge.matter == UrgeMatter.REPORT}
    reported = {month: set(await yardsticks.reported_in(session, month)) for month in months}
    rows = select(DecisionRow).where(DecisionRow.push_id.in_([push.id for push in pushes]), DecisionRow.sent.is_(True))
    open_pushes: set[int] = set()
    for row in (await session.scalars(rows)).all():
        matter = UrgeMatter(str(row.detail.get("matter") or UrgeMatter.REPORT))
        if matter is UrgeMatter.REPORT:
            still = row.indicator_id not in reported.get(str(row.detail.get("period")), set())
        else:
            still = (row.person_id, int(str(row.detail["key"]))) in owed[matter]
        if still:
            open_pushes.add(row.push_id or 0)
    return {push.id for push in pushes} - open_pushes


async def _owed(session: AsyncSession, morning: Morning, matter: UrgeMatter) -> set[tuple[int, int]]:
    rows = await rows_for(session, morning, matter, Picks())
    return {(row.person_id or 0, item.key) for row in rows for item in row.owed}


async def take_back(db: Database, cause: Cause, urge_id: int) -> UrgeCancelled:
    """Cancel what has not left. Raises NotAllowed, and InvalidInput for what was never there."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        urge = await session.get(Urge, urge_id)
        if urge is None:
            raise InvalidInput("errors_remind.gone")
        count = await cancel_queued(session, subject_kind=SUBJECT, subject_id=urge_id)
        if count:
            left = await session.scalar(
                select(Push.id).where(Push.subject_kind == SUBJECT, Push.subject_id == urge_id, Push.state.in_(_LEFT))
            )
            urge.cancelled_at = cause.now if left is None else None
            audit(session, cause, Change("cancel_urge", "urge", urge_id, after={"pushes": count}))
        return UrgeCancelled(count)
