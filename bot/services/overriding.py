"""What the office says itself: a grade with a reason, and points lost. Each has its preview, and counts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import snapshots
from bot.db.engine import Database
from bot.db.judging import DEDUCTION
from bot.db.tables import GradeOverride, Indicator, ScoreEvent
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.period import Period
from bot.domain.rights import Action
from bot.presenters.grade_said import GradeSaid
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.evaluating import evaluate
from bot.services.year import Year, year_at

LONGEST_REASON = 200


@dataclass(frozen=True)
class GradeWish:
    """A grade for an indicator, from its newest verdict's month on. `until`: the last month, None: until it is lifted.

    `grade` is a code of the scheme; None lifts what was set.
    """

    indicator_id: int
    grade: str | None
    reason: str
    until: Period | None = None


class _Undone(Exception):
    """Carries the answer of a preview out of the transaction that it rolls back."""

    def __init__(self, said: GradeSaid) -> None:
        super().__init__("preview")
        self.said = said


async def preview_grade(db: Database, cause: Cause, wish: GradeWish) -> GradeSaid:
    """What `override_grade` would do. Raises what it raises; changes nothing."""
    _check(cause)
    return await preview_in(db, cause, wish)


async def preview_in(db: Database, cause: Cause, wish: GradeWish) -> GradeSaid:
    """The same for a caller that has checked a right of its own."""
    try:
        async with db.write() as session:
            raise _Undone(await override_in(session, cause, wish))
    except _Undone as undone:
        return undone.said


async def override_grade(db: Database, cause: Cause, wish: GradeWish) -> GradeSaid:
    """Set or lift a grade; verdict, order and notices follow at once.

    Raises NotAllowed for anybody but the office, NotFound, and InvalidInput for a grade that does not judge, a missing
    or overlong reason, a month outside the year or before the verdict's.
    """
    _check(cause)
    async with effect(db, cause) as session:
        return await override_in(session, cause, wish)


def _check(cause: Cause) -> None:
    """The machine's own console may do what the office may."""
    if cause.by is not None:
        cause.check(Action.OVERRIDE_GRADE)


async def override_in(session: AsyncSession, cause: Cause, wish: GradeWish) -> GradeSaid:
    """Set or lift a grade in the transaction of a caller that has checked the right to it."""
    year = await year_at(session, cause.now)
    indicator = await session.get(Indicator, wish.indicator_id)
    if indicator is None or indicator.closed_at is not None:
        raise NotFound(indicator_id=wish.indicator_id)
    newest = (await snapshots.latest(session, [indicator.id], str(year.period))).get(indicator.id)
    since = Period.parse(newest.period) if newest else year.period
    _check_wish(year, wish, since)
    await _end_earlier(session, cause, indicator.id, since)
    if wish.grade is not None:
        session.add(_row(cause, wish, since))
        await session.flush()
    verdicts = await evaluate(session, cause, [indicator.id], since)
    after = next((one.grade for one in reversed(verdicts) if str(one.period) <= str(year.period)), None)
    words: Callable[[str | None], str | None] = lambda code: year.scheme.grade(code).word if code else None  # noqa: E731
    until = str(wish.until) if wish.until else None
    change: dict[str, object] = {"grade": wish.grade, "reason": wish.reason, "from": str(since), "until": until}
    before: dict[str, object] | None = {"grade": newest.grade} if newest else None
    audit(session, cause, Change("override_grade", "indicator", indicator.id, before=before, after=change))
    graded_before = words(newest.grade if newest else None)
    return GradeSaid(
        indicator_id=indicator.id,
        name=indicator.name,
        since=str(since),
        until=until,
        reason=wish.reason,
        before=graded_before,
        after=words(after),
        lifts=wish.grade is None,
    )


def _check_wish(year: Year, wish: GradeWish, since: Period) -> None:
    judging = [grade.code for grade in year.scheme.judging]
    if wish.grade is not None and wish.grade not in judging:
        words = label("scheme.comma").join(grade.word for grade in year.scheme.judging)
        raise InvalidInput("grade.unknown", given=wish.grade, words=words)
    if wish.grade is not None and not wish.reason.strip():
        raise InvalidInput("grade.no_reason")
    if len(wish.reason) > LONGEST_REASON:
        raise InvalidInput("grade.too_long", limit=LONGEST_REASON, length=len(wish.reason))
    if wish.until is not None and (wish.until.year != year.year or wish.until < since):
        raise InvalidInput("grade.until", since=since.month, year=year.year)


async def _end_earlier(session: AsyncSession, cause: Cause, indicator_id: int, since: Period) -> None:
    """What was set before holds up to the month before: the months that it judged stay as they were."""
    last = str(since.previous()) if since.month > 1 else f"{since.year}-00"
    still = (GradeOverride.until_period.is_(None)) | (GradeOverride.until_period >= str(since))
    await session.execute(
        update(GradeOverride)
        .where(GradeOverride.indicator_id == indicator_id, still)
        .values(until_period=last, lifted_at=cause.now)
    )


def _row(cause: Cause, wish: GradeWish, since: Period) -> GradeOverride:
    return GradeOverride(
        indicator_id=wish.indicator_id,
        grade=wish.grade or "",
        reason=" ".join(wish.reason.split()),
        from_period=str(since),
        until_period=str(wish.until) if wish.until else None,
        set_by=cause.by.person_id if cause.by else None,
        set_at=cause.now,
    )


async def record_points_lost(
    db: Database, cause: Cause, indicator_id: int, points: Decimal, reason: str, *, document: str | None = None
) -> int:
    """Record that an indicator lost points this month, with the reason; the verdict follows at once. The row's id.

    Raises NotAllowed for anybody but the office, NotFound, and InvalidInput for points that are not above 0 or for a
    missing reason.
    """
    _check(cause)
    if not points.is_finite() or points <= 0:
        raise InvalidInput("grade.points", given=str(points))
    if not reason.strip():
        raise InvalidInput("grade.no_reason")
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        if await session.get(Indicator, indicator_id) is None:
            raise NotFound(indicator_id=indicator_id)
        newest = (await snapshots.latest(session, [indicator_id], str(year.period))).get(indicator_id)
        since = Period.parse(newest.period) if newest else year.period
        event = ScoreEvent(
            indicator_id=indicator_id,
            kind=DEDUCTION,
            points=points,
            period=str(since),
            reason=reason,
            document=document,
            recorded_by=cause.by.person_id if cause.by else None,
            recorded_at=cause.now,
        )
        session.add(event)
        await session.flush()
        said: dict[str, object] = {"points": str(points), "reason": reason, "indicator": indicator_id}
        audit(session, cause, Change("points_lost", "score_event", event.id, after=said))
        await evaluate(session, cause, [indicator_id], since)
        return event.id


async def cancel_points_lost(db: Database, cause: Cause, event_id: int) -> None:
    """It was a mistake: the points count for no month. Raises NotAllowed and NotFound."""
    _check(cause)
    async with effect(db, cause) as session:
        event = await session.scalar(select(ScoreEvent).where(ScoreEvent.id == event_id))
        if event is None or event.cancelled_at is not None:
            raise NotFound(event_id=event_id)
        event.cancelled_at = cause.now
        await session.flush()
        audit(session, cause, Change("points_restored", "score_event", event.id))
        await evaluate(session, cause, [event.indicator_id], Period.parse(event.period))
