"""静默到期: the office hears, the morning after, what a silence held back and who will be told again."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import decisions, silences
from bot.db.people import holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.silences import SilenceShown
from bot.db.tables import DecisionRow, Indicator, Silence
from bot.domain.digest import WithheldReason
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.presenters.push_silence import EndedSilence, present_ended_silences
from bot.services.cause import Cause
from bot.services.year import year_at


async def report_ended_silences(session: AsyncSession, cause: Cause) -> int:
    """Tell the office of silences that are over, each once; how many."""
    year = await year_at(session, cause.now)
    rows = await silences.expired_unreported(session, year.today)
    if not rows:
        return 0
    held = await _held_back(session, rows)
    ended = [_ended(item, held.get(item.row.id, Counter())) for item in await silences.shown(session, rows)]
    leaves_at = year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone)
    reply = present_ended_silences(ended)
    for holder in {item.person_id: item for item in await holders(session, roles=[Role.OFFICE])}.values():
        if holder.chat_id is None:
            continue
        push = PushToSend(
            kind=PushKind.SILENCE,
            chat_id=holder.chat_id,
            person_id=holder.person_id,
            post_id=holder.post_id,
            text=reply.text,
            buttons=reply.buttons,
            dedupe_key=f"silence:{','.join(str(row.id) for row in rows)}:{holder.person_id}",
            reason="silence_ended",
            now=cause.now,
            not_before=leaves_at,
        )
        await enqueue(session, push)
    for row in rows:
        row.reported_at = cause.now
    return len(rows)


def _ended(item: SilenceShown, held: Counter[str]) -> EndedSilence:
    return EndedSilence(item.about, item.row.until, item.row.reason, item.by, tuple(held.most_common()))


async def _held_back(session: AsyncSession, rows: list[Silence]) -> dict[int, Counter[str]]:
    """How many reminders each silence held back, by indicator."""
    names = {row[0]: row[1] for row in await session.execute(select(Indicator.id, Indicator.name))}
    units = await silences.indicators_by_unit(session, [row.unit_id for row in rows if row.unit_id is not None])
    query = select(DecisionRow).where(
        DecisionRow.reason == WithheldReason.SILENCED.value, DecisionRow.at >= min(row.set_at for row in rows)
    )
    found: dict[int, Counter[str]] = {row.id: Counter() for row in rows}
    for decision in (await session.scalars(query)).all():
        for indicator_id in decisions.indicators_of(decision):
            for row in rows:
                of_person = row.person_id is not None and row.person_id == decision.person_id
                of_unit = indicator_id in units.get(row.unit_id or 0, frozenset())
                if decision.at >= row.set_at and (of_person or of_unit or row.indicator_id == indicator_id):
                    found[row.id][names[indicator_id]] += 1
    return found
