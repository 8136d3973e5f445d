"""Before an urging leaves late: whoever has done by now what it asks for does not get it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import DecisionRow, Push, Urge
from bot.domain.decisions import Said
from bot.presenters.remind import RemindRow, UrgeMatter
from bot.presenters.reply import Reply
from bot.services.cause import Cause
from bot.services.digest_morning import load_morning
from bot.services.urge_rows import Picks, rows_for
from bot.services.urge_words import urge_reply


def matter_of(rows: Sequence[DecisionRow]) -> UrgeMatter:
    """What an urging is about."""
    return next((UrgeMatter(str(row.detail["matter"])) for row in rows if "matter" in row.detail), UrgeMatter.REPORT)


async def still_owed(
    session: AsyncSession, cause: Cause, push: Push, rows: Sequence[DecisionRow]
) -> tuple[Said | None, Reply | None]:
    """Leave out the lines of orders, tasks or evidence that are done: why nothing is left, or the words that are."""
    morning, matter = await load_morning(session, cause.now), matter_of(rows)
    owing: Sequence[RemindRow] = await rows_for(session, morning, matter, Picks())
    mine = next((row.owed for row in owing if row.person_id == push.person_id), ())
    asked = {int(str(row.detail["key"])) for row in rows}
    left = [item for item in mine if item.key in asked]
    keys = {item.key for item in left}
    for row in rows:
        if int(str(row.detail["key"])) not in keys:
            row.sent, row.reason = False, Said.OVERTAKEN.value
    if not left:
        return Said.OVERTAKEN, None
    urge = await session.get(Urge, push.subject_id)
    return None, urge_reply(morning, matter, left, (urge.words if urge else "") or "")
