"""静默: the office holds back reminders about an indicator, a unit or a person, until a day and for a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicators, silences
from bot.db.engine import Database
from bot.db.tables import Person, Silence, Unit
from bot.domain.errors import InvalidInput
from bot.domain.rights import Action
from bot.presenters.office import OfficeSaid, SilenceList, Span, day
from bot.reading.office_text import read_silence
from bot.services.cause import Cause, Change, audit, effect
from bot.services.year import Year, year_at

LONGEST = 200


async def say(db: Database, cause: Cause, words: str) -> OfficeSaid | SilenceList:
    """ "固定资产投资 至12-01 等统计口径". Without words the list. Raises NotAllowed and InvalidInput."""
    cause.check(Action.SET_SILENCE)
    if not words.strip():
        return await listed(db, cause)
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        read = read_silence(words, year.today)
        if read.until is None:
            raise InvalidInput("errors_office.silence_endless")
        if read.until < year.today or read.until.year != year.year:
            raise InvalidInput("errors_office.silence_days", year=year.year)
        if not read.reason:
            raise InvalidInput("errors_office.silence_reason")
        if len(read.reason) > LONGEST:
            raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(read.reason))
        about = await _about(session, year, read.about)
        row = Silence(
            **about.columns,
            since=year.today,
            until=read.until,
            reason=read.reason,
            set_by=cause.actor.person_id,
            set_at=cause.now,
        )
        session.add(row)
        await session.flush()
        after: dict[str, object] = {"about": about.name, "until": read.until.isoformat(), "reason": read.reason}
        audit(session, cause, Change("set_silence", "silence", row.id, after=after))
        return OfficeSaid("silence_set", {"about": about.name, "until": day(read.until), "reason": read.reason})


async def lift(db: Database, cause: Cause, words: str) -> OfficeSaid | SilenceList:
    """解除静默 固定资产投资. Raises InvalidInput where nothing of that name is silenced."""
    cause.check(Action.SET_SILENCE)
    if not words.strip():
        return await listed(db, cause)
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        about = await _about(session, year, words.strip())
        found = [row for row in await silences.active(session, year.today) if about.covers(row)]
        if not found:
            raise InvalidInput("errors_office.not_silenced", about=about.name)
        for row in found:
            row.lifted_at, row.lifted_by = cause.now, cause.actor.person_id
            audit(session, cause, Change("lift_silence", "silence", row.id))
        return OfficeSaid("silence_lifted", {"about": about.name})


async def listed(db: Database, cause: Cause) -> SilenceList:
    """What is silenced now."""
    cause.check(Action.SET_SILENCE)
    async with db.read() as session:
        year = await year_at(session, cause.now)
        rows = await silences.shown(session, await silences.active(session, year.today))
    return SilenceList(
        tuple(Span(item.about, item.row.since, item.row.until, item.row.reason, item.by) for item in rows)
    )


@dataclass(frozen=True)
class _About:
    """What a silence is about."""

    name: str
    columns: Mapping[str, int]

    def covers(self, row: Silence) -> bool:
        """Whether that silence is about the same."""
        return all(getattr(row, column) == value for column, value in self.columns.items())


async def _about(session: AsyncSession, year: Year, words: str) -> _About:
    """The indicator, unit or person of that name; a part of the name will do where only one has it."""
    known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
    units = [(row[0], row[1]) for row in await session.execute(select(Unit.id, Unit.name))]
    people = select(Person.id, Person.name).where(Person.closed_at.is_(None))
    named: list[tuple[str, int, str]] = [
        *(("indicator_id", item.id, item.name) for item in known),
        *(("unit_id", key, name) for key, name in units),
        *(("person_id", row[0], row[1]) for row in await session.execute(people)),
    ]
    exact = [item for item in named if item[2] == words]
    found = exact or [item for item in named if len(words) > 1 and words in item[2]]
    if not found:
        raise InvalidInput("errors_office.silence_nothing", about=words)
    if len(found) > 1:
        raise InvalidInput("errors_office.silence_several", names=_some([item[2] for item in found]))
    column, key, name = found[0]
    return _About(name, {column: key})


def _some(names: Sequence[str]) -> str:
    return " / ".join(names[:4])
