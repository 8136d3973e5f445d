"""补充: words of a unit that takes part in an indicator, on its card beside the month's report; never a value."""

from __future__ import annotations

from bot.db import indicators, posts
from bot.db.engine import Database
from bot.db.tables import ReportNote
from bot.db.within import look_within
from bot.domain.errors import InvalidInput
from bot.domain.rights import Action, may
from bot.presenters.review_said import NoteAdded, ReviewTold
from bot.reading.review_text import without_breaks
from bot.services.cause import Cause, Change, audit, effect
from bot.services.year import year_at

LONGEST = 300


async def add_note(db: Database, cause: Cause, text: str) -> NoteAdded | ReviewTold:
    """The words after 补充: a name, and what there is to say of it. Raises InvalidInput for too many."""
    words = " ".join(text.split())
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        mine = [item for item in known if may(cause.actor.actor, Action.ADD_NOTE, item.subject)]
        named = sorted((item for item in mine if words.startswith(item.name)), key=lambda item: -len(item.name))
        first, _, rest = words.partition(" ")
        parts = [item for item in mine if len(first) > 1 and first in item.name]
        found = named[0] if named else parts[0] if len(parts) == 1 else None
        if found is None:
            return ReviewTold("note_nobody" if first and rest else "note_usage", first)
        said = without_breaks(words[len(found.name) :] if named else rest)
        if not said:
            return ReviewTold("note_usage")
        if len(said) > LONGEST:
            raise InvalidInput("errors_review.too_long", limit=LONGEST, length=len(said))
        held = await posts.held_by(await look_within(session), cause.actor.person_id)
        involved = found.subject.lead_unit_ids | found.subject.cooperating_unit_ids
        held.sort(key=lambda post: post.unit_id not in involved)
        row = ReportNote(
            indicator_id=found.id,
            period=str(year.period),
            text=said,
            person_id=cause.actor.person_id,
            post_id=held[0].id if held else None,
            at=cause.now,
        )
        session.add(row)
        await session.flush()
        change: dict[str, object] = {"indicator_id": found.id, "text": said}
        audit(session, cause, Change("add_note", "report_note", row.id, after=change))
        return NoteAdded(found.id, found.name, year.period.month, said)
