"""Calling a dispatch meeting: what was typed, the preview, the invitations with their calendar entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, meetings
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.tables import Meeting, MeetingPerson
from bot.domain.errors import InvalidInput, Stale
from bot.domain.kinds import Role
from bot.domain.meeting import MeetingKind, MeetingState
from bot.domain.rights import Action
from bot.presenters.meeting_said import CallAsked, CallPreview, MeetingCalled, MeetingList, MeetingNamed
from bot.reading.meeting_text import CallText, read_call
from bot.reading.safe_text import safe_text
from bot.services import meeting_facts
from bot.services.cause import Cause, Change, audit, effect
from bot.services.meeting_naming import Names, ids, named, names_of
from bot.services.meeting_telling import invite
from bot.services.year import Year, office_zone, year_at

KIND = "meeting"
PLACE = "place"
Asked = CallAsked | CallPreview | MeetingList
Payload = dict[str, object]


async def open_dispatch(db: Database, cause: Cause, words: str = "") -> Asked:
    """/dispatch: the last meetings, or a new one where something was typed, or none is there. Raises NotAllowed."""
    cause.check(Action.CALL_MEETING)
    if words.strip():
        return await hear_call(db, cause, words)
    async with effect(db, cause) as session:
        found = await meetings.newest(session)
        if found:
            return MeetingList(tuple(named(item) for item in found))
        return await _go_on(session, cause, {}, (), await year_at(session, cause.now))


async def hear_call(db: Database, cause: Cause, text: str) -> CallAsked | CallPreview:
    """A meeting as it is typed, from nothing. Raises NotAllowed and InvalidInput."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        year, names = await year_at(session, cause.now), await names_of(session)
        payload, unread = _merged({}, read_call(safe_text(text), year.today), names)
        return await _go_on(session, cause, payload, unread, year)


async def hear_more(db: Database, cause: Cause, text: str) -> CallAsked | CallPreview | None:
    """More of the meeting that is being called; None where the words say nothing about it. Raises Stale."""
    cause.check(Action.CALL_MEETING)
    async with db.read() as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now)
        if kept is None or kept.kind != KIND:
            raise Stale
        year = await year_at(session, cause.now)
        payload, unread = _merged(kept.payload, read_call(safe_text(text), year.today), await names_of(session))
    if payload == kept.payload:
        if kept.awaiting != PLACE:
            return None
        payload, unread = {**kept.payload, "place": safe_text(text)}, ()
    async with effect(db, cause) as session:
        return await _go_on(session, cause, payload, unread, year)


def _merged(before: Payload, read: CallText, names: Names) -> tuple[Payload, tuple[str, ...]]:
    """What is known now, and the words that name nobody. Units that are named anew take the place of those before."""
    payload = dict(before)
    found = [(word, names.find(word)) for word in read.names]
    owners = [owner for _, owner in found if owner is not None]
    if read.quarterly is not None:
        payload["quarterly"] = read.quarterly
    for key, value in (("day", read.day), ("at", read.at)):
        if value is not None:
            payload[key] = value.isoformat()
    if read.place:
        payload["place"] = read.place
    if owners:
        payload["unit_ids"] = [owner.unit_id for owner in owners if owner.unit_id is not None]
        payload["post_ids"] = [owner.post_id for owner in owners if owner.post_id is not None]
    unread = [word for word, owner in found if owner is None]
    if unread and not payload.get("place"):
        # What is no unit is where it takes place.
        payload["place"] = unread.pop(0)
    return payload, tuple(unread)


async def _go_on(
    session: AsyncSession, cause: Cause, payload: Payload, unread: tuple[str, ...], year: Year
) -> CallAsked | CallPreview:
    """Ask for what is missing, or show the whole."""
    missing = _missing(payload)
    draft = DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, PLACE if missing == (PLACE,) else None)
    if not missing:
        plan = await _plan(session, cause, payload, year)
        return _preview(plan, year, unread, await drafts.put(session, draft))
    return CallAsked(missing, await drafts.put(session, draft))


def _missing(payload: Payload) -> tuple[str, ...]:
    return tuple(key for key in ("day", "at", PLACE) if not payload.get(key))


@dataclass(frozen=True)
class _Plan:
    """A meeting with everybody who belongs to it."""

    kind: MeetingKind
    at: datetime
    place: str
    unit_ids: tuple[int, ...]
    post_ids: tuple[int, ...]
    people: tuple[Holder, ...]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    by_default: bool
    scope: meeting_facts.Scope

    def named(self, meeting_id: int = 0) -> MeetingNamed:
        """As answers name it."""
        local = self.at.astimezone(office_zone())
        return MeetingNamed(meeting_id, self.kind, local, self.place, MeetingState.CALLED, 1)


async def _plan(session: AsyncSession, cause: Cause, payload: Payload, year: Year) -> _Plan:
    """Raises InvalidInput for a time that is past, and where nobody would be invited."""
    local = datetime.combine(
        date.fromisoformat(str(payload["day"])), time.fromisoformat(str(payload["at"])), office_zone()
    )
    at = local.astimezone(UTC)
    if at <= cause.now:
        raise InvalidInput("errors_meeting.past", day=local.date().isoformat())
    kind = MeetingKind.QUARTERLY if payload.get("quarterly") else MeetingKind.MONTHLY
    unit_ids, post_ids = (ids(_list(payload.get(key))) for key in ("unit_ids", "post_ids"))
    # Leaders at a meeting make it one of leaders, unless the office said otherwise.
    if post_ids and payload.get("quarterly") is None:
        kind = MeetingKind.QUARTERLY
    scope = await meeting_facts.whole(session, year)
    by_default = not unit_ids
    if kind is MeetingKind.QUARTERLY and not post_ids:
        post_ids = tuple(dict.fromkeys(item.responsible_post_id for item in scope.known if item.responsible_post_id))
    if by_default:
        wide = scope if kind is MeetingKind.MONTHLY else meeting_facts.narrowed(scope, kind, (), post_ids)
        unit_ids = tuple(dict.fromkeys(key for item in wide.behind for key in item.lead_unit_ids))
    people, names = await _people(session, cause, unit_ids, post_ids)
    if not people:
        raise InvalidInput("errors_meeting.no_people")
    place = str(payload["place"])
    return _Plan(kind, at, place, unit_ids, post_ids, people, names, by_default, scope)


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


async def _people(
    session: AsyncSession, cause: Cause, unit_ids: Sequence[int], post_ids: Sequence[int]
) -> tuple[tuple[Holder, ...], tuple[tuple[str, ...], tuple[str, ...]]]:
    """The leaders, then of each unit its head; where that post is vacant the deputy, else the contact."""
    held = await holders(session, post_ids=post_ids)
    leaders = {holder.post_id: holder for holder in held}
    of_units = await holders(session, unit_ids=unit_ids, roles=[Role.HEAD, Role.CONTACT])
    found = [leaders[key] for key in post_ids if key in leaders]
    unit_names = []
    for key in unit_ids:
        mine = sorted(
            (holder for holder in of_units if holder.unit_id == key),
            key=lambda holder: (holder.role != Role.HEAD, holder.deputy),
        )
        found += mine[:1]
        unit_names += [holder.unit for holder in mine[:1] if holder.unit]
    people = {holder.person_id: holder for holder in found if holder.person_id != cause.actor.person_id}
    return tuple(people.values()), (tuple(unit_names), tuple(holder.post for holder in leaders.values()))


def _preview(plan: _Plan, year: Year, unread: tuple[str, ...], version: int) -> CallPreview:
    meeting = plan.named()
    return CallPreview(
        meeting=meeting,
        units=plan.names[0],
        leaders=plan.names[1],
        people=tuple(holder.post for holder in plan.people),
        untold=tuple(holder.post for holder in plan.people if holder.chat_id is None),
        unread=unread,
        by_default=plan.by_default,
        day_off=not year.calendar.is_workday(meeting.at.date()),
        version=version,
    )


async def call(db: Database, cause: Cause, version: int) -> MeetingCalled:
    """发通知 of a preview. Raises Stale for one that is not the newest any more, NotAllowed and InvalidInput."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND or kept.version != version or _missing(kept.payload):
            raise Stale
        year = await year_at(session, cause.now)
        plan = await _plan(session, cause, kept.payload, year)
        meeting = Meeting(
            kind=plan.kind.value,
            at=plan.at,
            place=plan.place,
            unit_ids=list(plan.unit_ids),
            post_ids=list(plan.post_ids),
            state=MeetingState.CALLED.value,
            called_by=cause.actor.person_id,
            called_at=cause.now,
        )
        session.add(meeting)
        await session.flush()
        session.add_all(
            MeetingPerson(meeting_id=meeting.id, person_id=holder.person_id, post_id=holder.post_id)
            for holder in plan.people
        )
        after: dict[str, object] = {"at": plan.at.isoformat(), "people": [holder.post for holder in plan.people]}
        audit(session, cause, Change("call_meeting", "meeting", meeting.id, after=after))
        told = await invite(session, cause, meeting, plan.people, plan.scope)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        untold = tuple(holder.post for holder in plan.people if holder.chat_id is None)
        return MeetingCalled(named(meeting), told, untold)
