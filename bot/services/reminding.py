"""催报、催办: the office sees who owes what, takes some off the list, and sends, at once or later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.tables import Person
from bot.domain.errors import InvalidInput, Stale
from bot.domain.rights import Action
from bot.presenters.remind import (
    EverybodyReported,
    NobodyChosen,
    RecentUrge,
    RemindList,
    UrgeAsked,
    UrgeMatter,
    UrgeSent,
)
from bot.presenters.words import moment
from bot.reading.urge_text import UrgeText
from bot.services.cause import Cause, effect
from bot.services.digest_morning import Morning, load_morning
from bot.services.urge_rows import Picks, rows_for, urges_since
from bot.services.urge_sending import UrgeToSend, send

KIND = "remind"
LONGEST_WORDS = 200
LATEST = timedelta(days=14)
Shown = RemindList | EverybodyReported


@dataclass(frozen=True)
class Selection:
    """The open list: what for, who is taken off or put on, the page, the office's sentence, the time it leaves."""

    matter: UrgeMatter = UrgeMatter.REPORT
    picks: Picks = field(default_factory=Picks)
    page: int = 0
    words: str = ""
    send_at: datetime | None = None


async def open_remind(db: Database, cause: Cause, matter: UrgeMatter = UrgeMatter.REPORT) -> Shown:
    """Who owes something, everybody chosen who can be reached. Raises NotAllowed for anybody but the office."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        return await _listed(session, cause, Selection(matter))


async def turn_page(db: Database, cause: Cause, page: int, version: int) -> Shown:
    """Another page of the list. A list that was replaced or sent raises Stale."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        now = await _selection(session, cause, version)
        return await _listed(session, cause, Selection(now.matter, now.picks, page, now.words, now.send_at))


async def toggle(db: Database, cause: Cause, person_id: int, version: int) -> Shown:
    """Take a person off the list, or put them on again. Raises Stale for an older list."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        now = await _selection(session, cause, version)
        rows = await rows_for(session, await load_morning(session, cause.now), now.matter, now.picks)
        chosen = any(row.chosen for row in rows if row.person_id == person_id)
        one = frozenset([person_id])
        off, on = (now.picks.off | one, now.picks.on - one) if chosen else (now.picks.off - one, now.picks.on | one)
        picks = Picks(off, on)
        return await _listed(session, cause, Selection(now.matter, picks, now.page, now.words, now.send_at))


async def ask_of_urge(db: Database, cause: Cause, what: str, version: int) -> UrgeAsked:
    """Ask for the office's sentence or a time; the list stays as it is. Raises Stale for an older list."""
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        now = await _selection(session, cause, version)
        await _keep(session, cause, now, what)
        return UrgeAsked(what)


async def say_of_urge(db: Database, cause: Cause, said: UrgeText) -> Shown:
    """The office's sentence, or when it is to leave. Raises Stale without an open list, InvalidInput for what is past,
    too far off or too long.
    """
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        now = await _selection(session, cause, None)
        words, send_at = now.words, now.send_at
        if said.words is not None:
            if len(said.words) > LONGEST_WORDS:
                raise InvalidInput("errors_remind.long", limit=LONGEST_WORDS, length=len(said.words))
            words = said.words
        elif said.at_once:
            send_at = None
        elif said.at is not None:
            _check_time(cause, said.at)
            send_at = said.at
        return await _listed(session, cause, Selection(now.matter, now.picks, now.page, words, send_at))


def _check_time(cause: Cause, at: datetime) -> None:
    if at <= cause.now:
        raise InvalidInput("errors_remind.past", at=moment(at))
    if at > cause.now + LATEST:
        raise InvalidInput("errors_remind.far")


async def send_urges(
    db: Database, cause: Cause, version: int, *, again: bool
) -> UrgeSent | RemindList | EverybodyReported | NobodyChosen:
    """Urge those chosen who still owe something.

    Where somebody urged for the same a short while ago and `again` was not said, the list comes back with that fact on
    top. Raises Stale for a list that was sent already, InvalidInput where its time has passed.
    """
    cause.check(Action.REMIND)
    async with effect(db, cause) as session:
        now = await _selection(session, cause, version)
        morning = await load_morning(session, cause.now)
        rows = await rows_for(session, morning, now.matter, now.picks)
        if not rows:
            return EverybodyReported(morning.period, now.matter)
        if await _recent(session, morning, now.matter) is not None and not again:
            return await _listed(session, cause, now)
        if not any(row.chosen for row in rows):
            return NobodyChosen()
        if now.send_at is not None:
            _check_time(cause, now.send_at)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return await send(session, cause, morning, UrgeToSend(now.matter, tuple(rows), now.words, now.send_at))


async def _selection(session: AsyncSession, cause: Cause, version: int | None) -> Selection:
    draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if draft is None or draft.kind != KIND or (version is not None and draft.version != version):
        raise Stale
    payload = draft.payload
    page, at = payload.get("page"), payload.get("send_at")
    return Selection(
        matter=UrgeMatter(str(payload.get("matter") or UrgeMatter.REPORT)),
        picks=Picks(_ids(payload.get("off")), _ids(payload.get("on"))),
        page=page if isinstance(page, int) else 0,
        words=str(payload.get("words") or ""),
        send_at=datetime.fromisoformat(str(at)) if at else None,
    )


def _ids(stored: object) -> frozenset[int]:
    return frozenset(item for item in stored if isinstance(item, int)) if isinstance(stored, list) else frozenset()


async def _keep(session: AsyncSession, cause: Cause, now: Selection, awaiting: str | None = None) -> int:
    payload: dict[str, object] = {
        "matter": now.matter.value,
        "off": sorted(now.picks.off),
        "on": sorted(now.picks.on),
        "page": now.page,
        "words": now.words,
        "send_at": now.send_at.isoformat() if now.send_at else None,
    }
    return await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting))


async def _listed(session: AsyncSession, cause: Cause, now: Selection) -> Shown:
    morning = await load_morning(session, cause.now)
    rows = await rows_for(session, morning, now.matter, now.picks)
    if not rows:
        return EverybodyReported(morning.period, now.matter)
    version = await _keep(session, cause, now)
    reports = now.matter is UrgeMatter.REPORT
    return RemindList(
        rows=tuple(rows),
        page=now.page,
        version=version,
        period=morning.period if reports else None,
        due=morning.window.due if reports and morning.window else None,
        days_overdue=morning.days_overdue if reports else 0,
        recent=await _recent(session, morning, now.matter),
        matter=now.matter,
        words=now.words,
        leaves_at=_leaves_at(morning, now.send_at),
    )


def _leaves_at(morning: Morning, send_at: datetime | None) -> datetime | None:
    """The moment within working hours; None for at once without a time."""
    if send_at is None:
        return None
    return morning.year.calendar.next_send_time(send_at, morning.year.scheme.quiet, morning.year.zone)


async def _recent(session: AsyncSession, morning: Morning, matter: UrgeMatter) -> RecentUrge | None:
    """The last urging for the same within the scheme's minutes, by whomever."""
    within = timedelta(minutes=morning.year.scheme.urge_repeat_minutes)
    period = str(morning.period or morning.year.period)
    since = await urges_since(session, morning.now - within)
    urges = [urge for urge in since if urge.matter == matter and urge.period == period]
    if not urges:
        return None
    last = urges[-1]
    by = await session.scalar(select(Person.name).where(Person.id == last.by_person_id))
    return RecentUrge(by or "", last.at, len(last.person_ids))
