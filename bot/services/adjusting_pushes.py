"""Tells of a request to change a target: whoever decides next, and at the end whoever asked; and of the window."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import adjustments, snapshots
from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import roster_for
from bot.domain.adjusting import AdjustState
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.domain.scheme import AdjustmentWindow, Relation
from bot.presenters.adjustment import RequestShown, present_adjustment_push, present_reminder
from bot.presenters.reply import Reply
from bot.services.cause import Cause
from bot.services.year import Year, year_at

S = AdjustState
SUBJECT = "adjustment"


async def tell_next(session: AsyncSession, cause: Cause, shown: RequestShown) -> bool:
    """Put the request before whoever decides now; whether there is anybody."""
    year = await year_at(session, cause.now)
    if shown.state in (S.ENDORSED, S.AGREED, S.SENT):
        people: Iterable[Holder] = await holders(session, roles=[Role.OFFICE])
        # Who has just sent it on to the city need not be told that it waits for the city.
        people = [] if shown.state is S.SENT else people
    elif shown.state in (S.SUBMITTED, S.REVIEWED):
        roster = await roster_for(session, year.scheme, [shown.indicator_id], on=year.today)
        relation = Relation.HEAD if shown.state is S.SUBMITTED else Relation.RESPONSIBLE_LEADER
        people = roster.of(shown.indicator_id, relation)
    else:
        return True
    found = {holder.person_id: holder for holder in people}
    reply = present_adjustment_push(shown, "asked")
    for holder in found.values():
        await _send(session, cause, (year, shown), holder, reply)
    return bool(found) or shown.state is S.SENT


async def tell_requester(session: AsyncSession, cause: Cause, shown: RequestShown, person_id: int) -> None:
    """How it ended, for whoever asked."""
    year = await year_at(session, cause.now)
    if cause.by is not None and cause.by.person_id == person_id:
        return
    for holder in (await holders(session, person_ids=[person_id]))[:1]:
        await _send(session, cause, (year, shown), holder, present_adjustment_push(shown, "ended"))


async def _send(
    session: AsyncSession, cause: Cause, about: tuple[Year, RequestShown], holder: Holder, reply: Reply
) -> None:
    year, shown = about
    if holder.chat_id is None:
        return
    push = PushToSend(
        kind=PushKind.ADJUSTMENT,
        chat_id=holder.chat_id,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=[shown.indicator_id],
        subject_kind=SUBJECT,
        subject_id=shown.request_id,
        dedupe_key=f"adjustment:{shown.request_id}:{shown.state}:{shown.version}:{holder.person_id}",
        reason=shown.state.value,
        now=cause.now,
        not_before=year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone),
        update_id=cause.update_id,
    )
    await enqueue(session, push)


def reminder_on(year: Year) -> str | None:
    """The planned day that is told today: the day itself, or the next working day; None on any other."""
    for month, day in year.scheme.adjustment.tell_owners_on:
        planned = date(year.year, month, day)
        if year.calendar.next_workday(planned) == year.today:
            return planned.isoformat()
    return None


async def remind_owners(session: AsyncSession, cause: Cause, occurrence: str) -> int:
    """Tell contacts and heads of warned indicators of the window, one message each; how many."""
    year = await year_at(session, cause.now)
    window = year.scheme.adjustment
    least = year.scheme.severity(window.tell_from_grade) if window.tell_from_grade else 1
    latest = await snapshots.latest(session, None, str(year.period))
    warned = [key for key, item in latest.items() if item.severity >= least]
    roster = await roster_for(session, year.scheme, warned, on=year.today)
    asked = await adjustments.open_for(session, warned)
    people: dict[int, tuple[Holder, list[int]]] = {}
    for indicator_id, answering in roster.answering.items():
        for relation in (Relation.CONTACT, Relation.HEAD):
            for post_id in answering.posts.get(relation, ()):
                for holder in roster.of_post(post_id):
                    if holder.chat_id is not None and indicator_id not in asked:
                        people.setdefault(holder.person_id, (holder, []))[1].append(indicator_id)
    for holder, ids in people.values():
        unique = list(dict.fromkeys(ids))
        names = [roster.answering[key].name for key in unique]
        await enqueue(session, _reminder(cause, (year, window), holder, unique, (names, occurrence)))
    return len(people)


def _reminder(
    cause: Cause,
    rules: tuple[Year, AdjustmentWindow],
    holder: Holder,
    ids: list[int],
    said: tuple[list[str], str],
) -> PushToSend:
    year, window = rules
    names, occurrence = said
    reply = present_reminder(names, date(year.year, *window.closes), date(year.year, *window.internal_cutoff))
    return PushToSend(
        kind=PushKind.ADJUSTMENT,
        chat_id=holder.chat_id or 0,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=ids,
        dedupe_key=f"adjustment_window:{occurrence}:{holder.person_id}",
        reason="adjustment_window",
        now=cause.now,
        not_before=year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone),
    )
