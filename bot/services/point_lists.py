"""The two lists alive: 包干清单 by leader, 三点清单 by unit; a point is done, a risk came true."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, points, snapshots, task_book
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.people import holders, subjects_of
from bot.db.points import StoredPoint
from bot.db.tables import Indicator, PointMark
from bot.domain.errors import InvalidInput, NotAllowed, Stale
from bot.domain.kinds import NORMAL, Role
from bot.domain.points import PointStatus, status_of
from bot.domain.rights import Action, may
from bot.presenters.grade_said import GradeSaid
from bot.presenters.points import (
    LeaderLine,
    LeaderList,
    PointLine,
    PointList,
    PointMarked,
    PointUsage,
    RiskNoted,
    RiskPreview,
)
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.overriding import LONGEST_REASON, GradeWish, override_in, preview_in
from bot.services.unit_named import unit_named
from bot.services.year import Year, year_at

KIND = "risk"
LONGEST = 150
MOST = 8
DONE, TRUE, RISK = "done", "true", "risk"
_ORDER = list(PointStatus)


async def point_list(db: Database, cause: Cause, unit: str | int = 0, page: int = 0) -> PointList:
    """The points of a unit, by name or id; without one of the own unit, for office and leaders of all.

    Raises InvalidInput for an unknown unit, NotAllowed for one that is not the actor's.
    """
    actor = cause.actor.actor
    async with db.read() as session:
        year = await year_at(session, cause.now)
        unit_id, name = await _unit(session, unit)
        own = actor.role in (Role.HEAD, Role.CONTACT)
        if own and unit_id and unit_id not in actor.unit_ids:
            raise NotAllowed
        known = {item.id: item for item in await indicators.of_cycle(session, year.cycle, year.period.last_day)}
        found = await points.of_cycle(session, year.cycle_id)
    wanted = frozenset([unit_id]) if unit_id else actor.unit_ids if own else frozenset()
    lines = [
        _line(item, year.today)
        for item in found
        if item.indicator_id in known and (not wanted or known[item.indicator_id].subject.lead_unit_ids & wanted)
    ]
    lines.sort(key=lambda line: (_ORDER.index(line.status), line.due or date.max, line.id))
    shown = name or (label("push.comma").join(cause.actor.units) if own else label("points.all_units"))
    return PointList(unit_id, shown, tuple(lines), page, may_mark=actor.role in (Role.HEAD, Role.CONTACT, Role.OFFICE))


async def _unit(session: AsyncSession, unit: str | int) -> tuple[int, str]:
    if not unit:
        return 0, ""
    if isinstance(unit, int):
        return unit, (await task_book.units(session)).get(unit, "")
    named = await unit_named(session, unit)
    if named is None:
        raise InvalidInput("errors_points.unit", unit=unit)
    return named


def _line(item: StoredPoint, today: date) -> PointLine:
    return PointLine(
        id=item.id,
        kind=item.kind,
        text=item.text,
        project=item.project,
        person=item.person,
        start=item.start,
        due=item.due,
        days_left=(item.due - today).days if item.due else None,
        indicator=item.indicator,
        status=status_of(item.start, item.due, item.marks, today),
        words=item.words,
    )


async def leader_list(db: Database, cause: Cause, leader: str = "") -> LeaderList:
    """The indicators by responsible leader, of those that may be seen; of one leader where the words name the post."""
    actor = cause.actor.actor
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        seen = [item for item in known if may(actor, Action.VIEW_INDICATOR, item.subject)]
        latest = await snapshots.latest(session, [item.id for item in seen], str(year.period))
        asked = select(Indicator.id, Indicator.due).where(Indicator.cycle_id == year.cycle_id)
        dues = {row[0]: row[1] for row in await session.execute(asked)}
        names = {one.post_id: one.post for one in await holders(session, roles=[Role.LEADER])}
    by_leader: dict[str, list[LeaderLine]] = {}
    for item in seen:
        verdict = latest.get(item.id)
        word = year.scheme.grade(verdict.grade).word if verdict else "—"
        for post_id in item.subject.responsible_post_ids:
            line = LeaderLine(item.name, tuple(item.lead_units), dues.get(item.id), word)
            by_leader.setdefault(names.get(post_id, "—"), []).append(line)
    own = set(cause.actor.posts) & set(by_leader) if actor.role is Role.LEADER and not leader else set()
    wanted = {name for name in by_leader if leader and leader in name} or own
    if leader and not wanted:
        raise InvalidInput("errors_points.leader", leader=leader)
    return LeaderList(tuple((name, tuple(lines)) for name, lines in by_leader.items() if not wanted or name in wanted))


async def mark_done(db: Database, cause: Cause, number: int | None, words: str) -> PointMarked | PointUsage:
    """A point is done. Raises NotAllowed for another unit's, InvalidInput without words or for one done already."""
    if number is None:
        return PointUsage("done")
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        item = await _permitted(session, cause, year, number, Action.MARK_POINT)
        _check(item, number, words, "no_words")
        session.add(_mark(cause, item, DONE, words))
        audit(session, cause, Change("point_done", "point", item.id, after={"words": words}))
        await session.flush()
        return PointMarked(_line(await _point(session, year, number), year.today))


def _check(item: StoredPoint, number: int, words: str, code: str) -> None:
    if not words.strip():
        raise InvalidInput(f"errors_points.{code}", number=number)
    if len(words) > LONGEST:
        raise InvalidInput("errors_points.long", limit=LONGEST, length=len(words))
    if DONE in item.marks:
        raise InvalidInput("errors_points.done", number=number)


def _mark(cause: Cause, item: StoredPoint, mark: str, words: str) -> PointMark:
    return PointMark(point_id=item.id, mark=mark, at=cause.now, person_id=cause.actor.person_id, words=words.strip())


async def _point(session: AsyncSession, year: Year, number: int) -> StoredPoint:
    found = next((item for item in await points.of_cycle(session, year.cycle_id) if item.id == number), None)
    if found is None:
        raise InvalidInput("errors_points.no_point", number=number)
    return found


async def _permitted(session: AsyncSession, cause: Cause, year: Year, number: int, action: Action) -> StoredPoint:
    item = await _point(session, year, number)
    cause.check(action, (await subjects_of(session, [item.indicator_id]))[item.indicator_id])
    return item


async def preview_risk(db: Database, cause: Cause, number: int | None, reason: str) -> RiskPreview | PointUsage:
    """What a risk that came true does to the grade. Raises as `mark_done` does, and for what is no risk."""
    if number is None and not reason:
        return PointUsage("true")
    async with db.read() as session:
        year = await year_at(session, cause.now)
        if number is None:
            number, reason = await _risk_of(session, year, reason)
        item = await _permitted(session, cause, year, number, Action.NOTE_RISK)
        if item.kind != RISK:
            raise InvalidInput("errors_points.no_risk", number=number)
        _check(item, number, reason, "no_reason")
        wish = await _wish(session, cause, year, item, reason)
    grade = await preview_in(db, cause, wish)
    async with effect(db, cause) as session:
        payload: dict[str, object] = {"point": number, "reason": reason}
        version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
    return RiskPreview(_line(item, year.today), reason, grade, version)


async def _risk_of(session: AsyncSession, year: Year, words: str) -> tuple[int, str]:
    """The one risk point of the indicator that the words begin with, and what follows the name."""
    name, _, reason = words.partition(" ")
    risks = [item for item in await points.of_cycle(session, year.cycle_id) if item.kind == RISK]
    found = [item for item in risks if item.indicator == name] or [item for item in risks if name in item.indicator]
    if not found:
        raise InvalidInput("errors_points.no_risk_of", name=name)
    if len(found) > 1:
        numbers = [label("points.number", number=item.id) for item in found[:MOST]]
        raise InvalidInput("errors_points.several", name=name, numbers=label("push.comma").join(numbers))
    return found[0].id, reason


async def _wish(session: AsyncSession, cause: Cause, year: Year, item: StoredPoint, reason: str) -> GradeWish:
    """The next graver grade than the indicator has, with the reason and who says so."""
    latest = (await snapshots.latest(session, [item.indicator_id], str(year.period))).get(item.indicator_id)
    # A month without a report says nothing of the grade: the risk is then the first step up from normal.
    now = max(year.scheme.severity(latest.grade) if latest else 0, year.scheme.severity(NORMAL))
    graver = sorted((year.scheme.severity(one.code), one.code) for one in year.scheme.judging)
    code = next((code for severity, code in graver if severity > now), None)
    if code is None:
        raise InvalidInput("errors_points.worst")
    said = label("points.risk_reason", reason=reason.strip(), who=f"{cause.actor.posts[0]}{cause.actor.name}")
    return GradeWish(item.indicator_id, code, said[:LONGEST_REASON])


async def confirm_risk(db: Database, cause: Cause, version: int) -> RiskNoted:
    """Record it and raise the grade: verdict, order and notices follow. Raises Stale for an older preview."""
    async with effect(db, cause) as session:
        draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if draft is None or draft.kind != KIND or draft.version != version:
            raise Stale
        number, reason = int(str(draft.payload["point"])), str(draft.payload["reason"])
        year = await year_at(session, cause.now)
        item = await _permitted(session, cause, year, number, Action.NOTE_RISK)
        _check(item, number, reason, "no_reason")
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        grade: GradeSaid = await override_in(session, cause, await _wish(session, cause, year, item, reason))
        session.add(_mark(cause, item, TRUE, reason))
        audit(session, cause, Change("risk_came_true", "point", item.id, after={"reason": reason}))
        await session.flush()
        return RiskNoted(_line(await _point(session, year, number), year.today), grade)
