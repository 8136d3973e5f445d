"""What another scheme would make of the year so far: which grades differ, and who would be told. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import yardsticks
from bot.db.engine import Database
from bot.db.judging import VerdictRow
from bot.db.roster import Roster, roster_for
from bot.domain.period import Period
from bot.domain.recipients import told_of_grade
from bot.domain.scheme import Scheme
from bot.presenters.rule_words import rule_sentence
from bot.services.evaluating import CHUNK, grade_all
from bot.services.evaluation_books import Month, open_books
from bot.services.year import Year, year_at


@dataclass(frozen=True)
class Judgement:
    """What one scheme says of an indicator. `told`: posts and names, in the scheme's order."""

    period: str
    grade: str
    word: str
    severity: int
    reason: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """An indicator under two schemes; None where that scheme has no verdict yet."""

    indicator: str
    before: Judgement | None
    after: Judgement | None

    @property
    def differs(self) -> bool:
        """Whether another grade, or other people."""
        return _essence(self.before) != _essence(self.after)


@dataclass(frozen=True)
class SchemeDiff:
    """The comparison. `counts`: by word of the grade, the number under the first and under the second scheme."""

    at: date
    period: str
    indicators: int
    changed: tuple[Compared, ...]
    counts: tuple[tuple[str, int, int], ...]


def _essence(judgement: Judgement | None) -> tuple[object, ...] | None:
    return None if judgement is None else (judgement.word, frozenset(judgement.told))


async def compare_schemes(db: Database, at: date, before: Scheme, after: Scheme) -> SchemeDiff:
    """Judge the whole year to that day by both. Raises NotFound where no list of that year was imported."""
    now = datetime.combine(at, time(12), UTC)
    async with db.read() as session:
        year = replace(await year_at(session, now), today=at)
        ids = sorted(await yardsticks.current_indicator_ids(session, year.cycle_id))
        names: dict[int, str] = {}
        found = [await _judged(session, replace(year, scheme=scheme), ids, names) for scheme in (before, after)]
    compared = tuple(Compared(names[key], found[0].get(key), found[1].get(key)) for key in ids)
    tallies = [Counter(item.word for item in judged.values()) for judged in found]
    words = [grade.word for scheme in (before, after) for grade in reversed(scheme.grades)]
    return SchemeDiff(
        at=at,
        period=str(Period.of(at)),
        indicators=len(ids),
        changed=tuple(item for item in compared if item.differs),
        counts=tuple(
            (word, tallies[0][word], tallies[1][word])
            for word in dict.fromkeys(words)
            if tallies[0][word] or tallies[1][word]
        ),
    )


async def _judged(session: AsyncSession, year: Year, ids: Sequence[int], names: dict[int, str]) -> dict[int, Judgement]:
    """The newest verdict of each indicator, from the reports alone: what is stored was judged by another scheme."""
    months = [Month(Period(year.year, month), year) for month in range(1, year.period.month + 1)]
    found: dict[int, Judgement] = {}
    for start in range(0, len(ids), CHUNK):
        books = await open_books(session, ids[start : start + CHUNK], months)
        books.bases.clear()
        names |= {key: facts.name for key, facts in books.facts.items()}
        newest = grade_all(books, months).newest
        roster = await roster_for(session, year.scheme, ids[start : start + CHUNK])
        for key, rows in newest.items():
            found[key] = _judgement(year.scheme, roster, rows)
    return found


def _judgement(scheme: Scheme, roster: Roster, rows: Mapping[str, VerdictRow]) -> Judgement:
    row = rows[max(rows)]
    grade = scheme.grade(row.grade)
    posts = roster.answering[row.indicator_id].posts
    told = [
        f"{holder.post} {holder.person}"
        for recipient in told_of_grade(scheme, row.grade, posts, roster.named)
        for holder in roster.of_post(recipient.post_id)
    ]
    reason = rule_sentence(row.snapshot(), scheme.grade(row.base_grade).word)
    return Judgement(row.period, row.grade, grade.word, grade.severity, reason, tuple(dict.fromkeys(told)))
