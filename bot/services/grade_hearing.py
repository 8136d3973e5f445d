"""评级 in so many words: which indicator, which grade, until when and why; shown first, set when it is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.db.tables import Indicator
from bot.domain.errors import Expired, InvalidInput
from bot.domain.period import Period
from bot.domain.rights import Action, Scope, scope_of
from bot.domain.scheme import Scheme
from bot.presenters.grade_said import GradePreview, GradeSaid, GradeUsage
from bot.presenters.words import label
from bot.reading.grade_month import read_until
from bot.reading.intents import IntentKind
from bot.services.cause import Cause, effect
from bot.services.hearing import Hearing
from bot.services.overriding import GradeWish, override_grade, preview_grade
from bot.services.year import year_at

KIND = "grade"
MOST_NAMES = 5

Said = GradePreview | GradeSaid | GradeUsage


async def answers_grade(one: Hearing) -> Said | None:
    """The preview of a typed grade, or its confirmation; None where the words are about something else."""
    if scope_of(one.cause.actor.actor, Action.OVERRIDE_GRADE) is Scope.NONE:
        return None
    if one.is_ is IntentKind.GRADE:
        return await _shown(one, lifts=False)
    if one.is_ is IntentKind.UNGRADE:
        return await _shown(one, lifts=True)
    if one.kept is not None and one.kept.kind == KIND and one.is_ is IntentKind.CONFIRM:
        return await confirm_grade(one.db, one.cause, one.kept.version)
    return None


async def _shown(one: Hearing, *, lifts: bool) -> Said:
    if not one.rest.strip() or one.year is None:
        return GradeUsage()
    async with one.db.read() as session:
        year = await year_at(session, one.cause.now)
        if lifts:
            wish = GradeWish(await _indicator(session, year.cycle_id, one.rest.strip()), None, "")
        else:
            name, grade, rest = _split(year.scheme, one.rest)
            if grade is None:
                return GradeUsage()
            until, reason = read_until(rest, year.year)
            wish = GradeWish(await _indicator(session, year.cycle_id, name), grade, reason, until)
    said = await preview_grade(one.db, one.cause, wish)
    async with effect(one.db, one.cause) as session:
        draft = DraftToKeep(one.cause.actor.person_id, KIND, _packed(wish), one.cause.now)
        version = await drafts.put(session, draft)
    return GradePreview(said, version)


def _split(scheme: Scheme, text: str) -> tuple[str, str | None, str]:
    """The name before the word of a grade, its code, and what follows."""
    found: list[tuple[int, int, str]] = []
    for grade in scheme.judging:
        at = text.find(f" {grade.word}")
        if at > 0:
            found.append((at, -len(grade.word), grade.code))
    if not found:
        return text.strip(), None, ""
    at, length, code = min(found)
    return text[:at].strip(), code, text[at + 1 - length :].strip(" ,，:：。;；")


async def _indicator(session: AsyncSession, cycle_id: int, wanted: str) -> int:
    """By its name, else by a part that only one has. Raises InvalidInput."""
    query = select(Indicator.id, Indicator.name).where(Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None))
    rows: Sequence[Any] = (await session.execute(query.order_by(Indicator.position, Indicator.id))).all()
    exact = [row for row in rows if row[1] == wanted]
    parts = exact or [row for row in rows if wanted and wanted in row[1]]
    if not parts:
        raise InvalidInput("grade.nobody", given=wanted)
    if len(parts) > 1:
        names = label("scheme.comma").join(row[1] for row in parts[:MOST_NAMES])
        raise InvalidInput("grade.which", given=wanted, names=names)
    return int(parts[0][0])


def _packed(wish: GradeWish) -> dict[str, object]:
    until = str(wish.until) if wish.until else ""
    return {"indicator_id": wish.indicator_id, "grade": wish.grade or "", "reason": wish.reason, "until": until}


def _unpacked(kept: KeptDraft) -> GradeWish:
    payload = kept.payload
    until = str(payload["until"])
    return GradeWish(
        int(str(payload["indicator_id"])),
        str(payload["grade"]) or None,
        str(payload["reason"]),
        Period.parse(until) if until else None,
    )


async def confirm_grade(db: Database, cause: Cause, version: int) -> GradeSaid:
    """Set what the draft holds. Raises Expired where it is gone or another one."""
    async with db.read() as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now)
    if kept is None or kept.kind != KIND or kept.version != version:
        raise Expired
    said = await override_grade(db, cause, _unpacked(kept))
    async with db.write() as session:
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
    return said
