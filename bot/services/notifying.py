"""通知 by the office: shown with whom it reaches, sent with a 收到 button, and the list of who has acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, notices
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue, enqueue_all
from bot.db.tables import Group, Notice, NoticeReceipt, Person
from bot.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.domain.rights import Action
from bot.presenters.notice import (
    NoticeAgain,
    NoticeCard,
    NoticePreview,
    NoticeSeen,
    NoticeToRead,
    NoticeUsage,
    present_to_read,
)
from bot.presenters.reply import Attachment
from bot.presenters.words import label
from bot.reading.console_text import NoticeText
from bot.services.cause import Cause, Change, audit, effect
from bot.services.notice_showing import card_of
from bot.services.unit_named import unit_named
from bot.services.year import year_at

KIND = "notice"
SUBJECT = "notice"
LONGEST = 1500
AGAIN_AFTER = timedelta(hours=1)
ROLES = {
    "all": (Role.LEADER, Role.HEAD, Role.CONTACT, Role.OFFICE),
    "contacts": (Role.CONTACT,),
    "heads": (Role.HEAD,),
    "leaders": (Role.LEADER,),
    "units": (Role.HEAD, Role.CONTACT),
}


@dataclass(frozen=True)
class Audience:
    """Whom a notice goes to. `code`: of ROLES, unit or group; `unit_id` None of a group: the whole district's."""

    code: str
    words: str
    unit_id: int | None = None


async def preview(db: Database, cause: Cause, read: NoticeText) -> NoticePreview | NoticeUsage:
    """What would be sent to whom. Raises NotAllowed for anybody but the office, InvalidInput for nobody named."""
    cause.check(Action.SEND_NOTICE)
    if not read.text:
        return NoticeUsage()
    if len(read.text) > LONGEST:
        raise InvalidInput("errors_notice.long", limit=LONGEST, length=len(read.text))
    async with effect(db, cause) as session:
        return await _offer(session, cause, await _audience(session, read), read.text)


async def offer_bulletin(
    db: Database, cause: Cause, code: str, bulletin: tuple[str, tuple[int, int], tuple[Attachment, ...]]
) -> NoticePreview:
    """The month's bulletin as a notice to "units" or "leaders". `bulletin`: text, year and month, picture."""
    cause.check(Action.SEND_NOTICE)
    text, month, files = bulletin
    async with effect(db, cause) as session:
        audience = Audience(code, label(f"notice.audience.{code}"))
        return replace(await _offer(session, cause, audience, text, bulletin=True), month=month, files=files)


async def _offer(
    session: AsyncSession, cause: Cause, audience: Audience, text: str, *, bulletin: bool = False
) -> NoticePreview:
    """Keep the notice as a draft and show it."""
    people, groups = await _reached(session, cause, audience)
    payload: dict[str, object] = {
        "code": audience.code,
        "words": audience.words,
        "unit_id": audience.unit_id,
        "text": text,
    }
    if bulletin:
        # It goes with its picture, so only its own button sends it.
        payload["bulletin"] = True
    version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
    return NoticePreview(
        audience=audience.words,
        text=text,
        people=tuple(_who(one) for one in people if one.chat_id is not None),
        unreachable=tuple(_who(one) for one in people if one.chat_id is None),
        groups=tuple(group.title for group in groups),
        leaves_at=await _later(session, cause),
        version=version,
    )


async def _audience(session: AsyncSession, read: NoticeText) -> Audience:
    if read.audience is not None:
        return Audience(read.audience, label(f"notice.audience.{read.audience}"))
    if read.group and read.who in label("notice.district_words").split():
        return Audience("group", label("notice.audience.district_group"))
    found = await unit_named(session, read.who)
    if found is None:
        raise InvalidInput("errors_notice.nobody", who=read.who)
    code = "group" if read.group else "unit"
    return Audience(code, label(f"notice.audience.{code}", unit=found[1]), found[0])


async def _reached(session: AsyncSession, cause: Cause, audience: Audience) -> tuple[list[Holder], list[Group]]:
    """Each person once, without whoever sends it."""
    if audience.code == "group":
        groups = list(await notices.groups(session, audience.unit_id))
        if not groups:
            raise InvalidInput("errors_notice.no_group", who=audience.words)
        return [], groups
    if audience.code == "unit":
        held = await holders(session, unit_ids=[audience.unit_id or 0])
    else:
        held = await holders(session, roles=ROLES[audience.code])
    people = {one.person_id: one for one in reversed(held) if one.person_id != cause.actor.person_id}
    return list(reversed(people.values())), []


def _who(holder: Holder) -> str:
    return f"{holder.unit or holder.post} {holder.person}"


async def _later(session: AsyncSession, cause: Cause) -> datetime | None:
    try:
        year = await year_at(session, cause.now)
    except NotFound:
        return None
    at = year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone)
    return at if at > cause.now else None


async def send(db: Database, cause: Cause, version: int, files: tuple[Attachment, ...] = ()) -> NoticeCard:
    """Send the notice of the preview. Raises NotAllowed, and Stale for a preview that is not the newest any more."""
    cause.check(Action.SEND_NOTICE)
    async with effect(db, cause) as session:
        draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if draft is None or draft.kind != KIND or draft.version != version:
            raise Stale
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        unit_id = draft.payload["unit_id"]
        audience = Audience(
            str(draft.payload["code"]), str(draft.payload["words"]), unit_id if isinstance(unit_id, int) else None
        )
        notice = Notice(
            at=cause.now,
            by_person_id=cause.actor.person_id,
            audience=audience.words,
            text=str(draft.payload["text"]),
        )
        session.add(notice)
        await session.flush()
        people, groups = await _reached(session, cause, audience)
        later = await _later(session, cause)
        await _tell(session, cause, notice, (people, groups), (later, files))
        said: dict[str, object] = {"audience": audience.words, "persons": len(people), "groups": len(groups)}
        audit(session, cause, Change("send_notice", "notice", notice.id, after=said))
        await session.flush()
        return await card_of(session, notice, leaves_at=later, sent=True)


async def _tell(
    session: AsyncSession,
    cause: Cause,
    notice: Notice,
    whom: tuple[list[Holder], list[Group]],
    how: tuple[datetime | None, tuple[Attachment, ...]],
) -> None:
    words = NoticeToRead(notice.id, notice.text, cause.actor.name, notice.at)
    people, groups = whom
    made = await enqueue_all(
        session, [_push(cause, words, (one.chat_id, one), how) for one in people if one.chat_id is not None]
    )
    for one in people:
        push_id = made.get(_key(notice.id, one.person_id))
        row = NoticeReceipt(notice_id=notice.id, person_id=one.person_id, post_id=one.post_id, push_id=push_id)
        session.add(row)
    in_group = NoticeToRead(notice.id, notice.text, cause.actor.name, notice.at, in_group=True)
    for group in groups:
        await enqueue(session, _push(cause, in_group, (group.chat_id, None), how))


def _key(notice_id: int, whom: object) -> str:
    return f"notice:{notice_id}:{whom}"


def _push(
    cause: Cause,
    words: NoticeToRead,
    whom: tuple[int, Holder | None],
    how: tuple[datetime | None, tuple[Attachment, ...]],
    mark: str = "",
) -> PushToSend:
    (chat_id, holder), (later, files) = whom, how
    reply = present_to_read(words)
    return PushToSend(
        kind=PushKind.NOTICE,
        chat_id=chat_id,
        person_id=holder.person_id if holder else None,
        post_id=holder.post_id if holder else None,
        text=reply.text,
        buttons=reply.buttons,
        subject_kind=SUBJECT,
        subject_id=words.notice_id,
        dedupe_key=_key(words.notice_id, holder.person_id if holder else f"chat{chat_id}") + mark,
        reason="notice",
        now=cause.now,
        not_before=later,
        update_id=cause.update_id,
        files=files,
    )


async def acknowledge(db: Database, cause: Cause, notice_id: int) -> NoticeSeen:
    """收到. Raises NotFound, and NotAllowed for somebody to whom it did not go."""
    async with effect(db, cause) as session:
        notice = await session.get(Notice, notice_id)
        if notice is None:
            raise NotFound(notice_id=notice_id)
        row = await session.get(NoticeReceipt, (notice_id, cause.actor.person_id), with_for_update=True)
        if row is None:
            raise NotAllowed
        before = row.acknowledged_at is not None
        if not before:
            row.acknowledged_at = cause.now
            audit(session, cause, Change("acknowledge_notice", "notice", notice_id))
        by = await session.get_one(Person, notice.by_person_id)
        words = NoticeToRead(notice.id, notice.text, by.name, notice.at, seen_at=row.acknowledged_at)
        return NoticeSeen(words, before)


async def remind_again(db: Database, cause: Cause, notice_id: int) -> NoticeAgain:
    """Tell those who have not acknowledged once more, at most once an hour. Raises NotAllowed, NotFound."""
    cause.check(Action.SEND_NOTICE)
    async with effect(db, cause) as session:
        notice = await session.get(Notice, notice_id)
        if notice is None:
            raise NotFound(notice_id=notice_id)
        found = [one.row for one in await notices.receipts(session, notice_id) if one.row.acknowledged_at is None]
        due = [row for row in found if (row.reminded_at or notice.at) <= cause.now - AGAIN_AFTER]
        if found and not due:
            return NoticeAgain(0, too_soon=True)
        held = {one.person_id: one for one in await holders(session, person_ids=[row.person_id for row in due])}
        by, later = await session.get_one(Person, notice.by_person_id), await _later(session, cause)
        words = NoticeToRead(notice.id, notice.text, by.name, notice.at, again=True)
        count = 0
        for row in due:
            holder = held.get(row.person_id)
            if holder is not None and holder.chat_id is not None:
                mark = f":{cause.now.isoformat()}"
                push_id = await enqueue(session, _push(cause, words, (holder.chat_id, holder), (later, ()), mark))
                row.push_id, row.reminded_at = push_id or row.push_id, cause.now
                count += 1
        audit(session, cause, Change("repeat_notice", "notice", notice_id, after={"persons": count}))
        return NoticeAgain(count)
