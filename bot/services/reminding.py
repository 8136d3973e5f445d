"""催报: the office sees who has not reported, takes some off the list, and sends. Only those chosen get it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.people import Holder
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import DecisionRow, Person, Urge
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.errors import Stale
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.domain.rights import Action
from bot.domain.scheme import Relation
from bot.presenters.push_notes import present_urge
from bot.presenters.remind import EverybodyReported, NobodyChosen, RecentUrge, RemindList, RemindRow, UrgeSent
from bot.services.cause import Cause, Change, audit, effect
from bot.services.digest_morning import Morning, load_morning
from bot.services.urge_words import urge_note

KIND = "remind"


async def open_remind(db: Database, cause: Cause) -> RemindList | EverybodyReported:
    """Who has not reported, everybody chosen who can be reached. Raises NotAllowed for anybody but the office."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        return await _listed(session, cause, off=frozenset(), page=0)


async def turn_page(db: Database, cause: Cause, page: int, version: int) -> RemindList | EverybodyReported:
    """Another page of the list. A list that was replaced or sent raises Stale."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        off, _ = await _selection(session, cause, version)
        return await _listed(session, cause, off=off, page=page)


async def toggle(db: Database, cause: Cause, person_id: int, version: int) -> RemindList | EverybodyReported:
    """Take a person off the list, or put them on again. Raises Stale for an older list."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        off, page = await _selection(session, cause, version)
        return await _listed(session, cause, off=off ^ {person_id}, page=page)


async def send_urges(
    db: Database, cause: Cause, version: int, *, again: bool
) -> UrgeSent | RemindList | EverybodyReported | NobodyChosen:
    """Urge those chosen who still have not reported.

    Where somebody urged a short while ago and `again` was not said, the list comes back with that fact on top.
    Raises Stale for a list that was sent already.
    """
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        off, page = await _selection(session, cause, version)
        morning = await load_morning(session, cause.now)
        rows = await _rows(session, morning, off)
        if not rows or morning.period is None:
            return EverybodyReported(morning.period)
        recent = await _recent(session, morning)
        if recent is not None and not again:
            return await _listed(session, cause, off=off, page=page)
        chosen = [row for row in rows if row.chosen]
        if not chosen:
            return NobodyChosen()
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return await _send(session, cause, morning, rows)


async def _selection(session: AsyncSession, cause: Cause, version: int) -> tuple[frozenset[int], int]:
    draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if draft is None or draft.kind != KIND or draft.version != version:
        raise Stale
    off, page = draft.payload.get("off"), draft.payload.get("page")
    ids = frozenset(item for item in off if isinstance(item, int)) if isinstance(off, list) else frozenset()
    return ids, page if isinstance(page, int) else 0


async def _listed(
    session: AsyncSession, cause: Cause, *, off: frozenset[int], page: int
) -> RemindList | EverybodyReported:
    morning = await load_morning(session, cause.now)
    rows = await _rows(session, morning, off)
    if not rows or morning.period is None or morning.window is None:
        return EverybodyReported(morning.period)
    payload: dict[str, object] = {"period": str(morning.period), "off": sorted(off), "page": page}
    version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
    return RemindList(
        period=morning.period,
        due=morning.window.due,
        days_overdue=morning.days_overdue,
        rows=tuple(rows),
        page=page,
        version=version,
        recent=await _recent(session, morning),
    )


async def _rows(session: AsyncSession, morning: Morning, off: frozenset[int]) -> list[RemindRow]:
    """One row for each contact who owes something, by unit in the order of the lists; units without one come last."""
    if morning.period is None:
        return []
    owed: dict[int, tuple[Holder, list[int]]] = {}
    vacant: dict[str, list[int]] = {}
    for indicator_id, answering in morning.roster.answering.items():
        if indicator_id in morning.reported:
            continue
        contacts = morning.roster.of(indicator_id, Relation.CONTACT)
        for holder in contacts:
            owed.setdefault(holder.person_id, (holder, []))[1].append(indicator_id)
        if not contacts:
            vacant.setdefault((answering.lead_units or ("",))[0], []).append(indicator_id)
    urged = await _urged_today(session, morning)
    rows = [
        RemindRow(
            person_id=holder.person_id,
            person=holder.person,
            unit=holder.unit or "",
            indicators=_names(morning, ids),
            indicator_ids=tuple(ids),
            bound=holder.chat_id is not None,
            chosen=holder.chat_id is not None and holder.person_id not in off,
            urged_today=holder.person_id in urged,
        )
        for holder, ids in owed.values()
    ]
    nobody = [RemindRow(None, None, unit, _names(morning, ids), tuple(ids)) for unit, ids in vacant.items()]
    return rows + nobody


def _names(morning: Morning, ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(morning.roster.answering[key].name for key in ids)


async def _urges_since(session: AsyncSession, since: datetime) -> list[Urge]:
    return list((await session.scalars(select(Urge).where(Urge.at >= since).order_by(Urge.at, Urge.id))).all())


async def _urged_today(session: AsyncSession, morning: Morning) -> frozenset[int]:
    midnight = morning.now.astimezone(morning.year.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    urges = await _urges_since(session, midnight)
    return frozenset(int(str(key)) for urge in urges for key in urge.person_ids)


async def _recent(session: AsyncSession, morning: Morning) -> RecentUrge | None:
    """The last urging within the scheme's minutes, by whomever."""
    within = timedelta(minutes=morning.year.scheme.urge_repeat_minutes)
    urges = [urge for urge in await _urges_since(session, morning.now - within) if urge.period == str(morning.period)]
    if not urges:
        return None
    last = urges[-1]
    by = await session.scalar(select(Person.name).where(Person.id == last.by_person_id))
    return RecentUrge(by or "", last.at, len(last.person_ids))


async def _send(session: AsyncSession, cause: Cause, morning: Morning, rows: list[RemindRow]) -> UrgeSent:
    period: Period = morning.period or Period.of(morning.year.today)
    chosen = [row for row in rows if row.chosen and row.person_id is not None]
    urge = Urge(
        at=cause.now,
        by_person_id=cause.actor.person_id,
        period=str(period),
        person_ids=[row.person_id for row in chosen],
    )
    session.add(urge)
    await session.flush()
    leaves_at = morning.year.calendar.next_send_time(cause.now, morning.year.scheme.quiet, morning.year.zone)
    people = morning.roster.by_person()
    for row in rows:
        if row.person_id is None:
            continue
        push_id = None
        if row.chosen:
            push_id = await _push(session, cause, morning, people[row.person_id][0], (urge.id, row, leaves_at))
        session.add_all(_decisions(cause, period, row, push_id))
    audit(session, cause, Change("urge", "urge", urge.id, after={"period": str(period), "persons": len(chosen)}))
    return UrgeSent(
        period=period,
        told=tuple(f"{row.unit} {row.person}" for row in chosen),
        off=tuple(f"{row.unit} {row.person}" for row in rows if row.bound and not row.chosen and row.person),
        unbound=tuple(f"{row.unit} {row.person}" for row in rows if row.person and not row.bound),
        leaves_at=leaves_at if leaves_at > cause.now else None,
    )


async def _push(
    session: AsyncSession,
    cause: Cause,
    morning: Morning,
    holder: Holder,
    urged: tuple[int, RemindRow, datetime],
) -> int | None:
    urge_id, row, leaves_at = urged
    reply = present_urge(urge_note(morning, row.indicator_ids))
    return await enqueue(
        session,
        PushToSend(
            kind=PushKind.URGE,
            chat_id=holder.chat_id or 0,
            person_id=holder.person_id,
            post_id=holder.post_id,
            text=reply.text,
            buttons=reply.buttons,
            indicator_ids=row.indicator_ids,
            subject_kind="urge",
            subject_id=urge_id,
            dedupe_key=f"urge:{urge_id}:{holder.person_id}",
            reason=Said.URGED.value,
            now=cause.now,
            not_before=leaves_at,
            update_id=cause.update_id,
        ),
    )


def _decisions(cause: Cause, period: Period, row: RemindRow, push_id: int | None) -> list[DecisionRow]:
    """For each indicator: urged, taken off the list, or not reachable."""
    reason: str = Said.URGED if row.chosen else Said.NOT_CHOSEN if row.bound else WithheldReason.NO_ACCOUNT
    return [
        DecisionRow(
            at=cause.now,
            person_id=row.person_id,
            indicator_id=indicator_id,
            kind=Matter.URGE.value,
            sent=row.chosen,
            reason=str(reason),
            push_id=push_id,
            detail={"period": str(period)},
        )
        for indicator_id in row.indicator_ids
    ]
