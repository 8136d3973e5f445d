"""What the office types to run its console: urging, notices, posts, groups, the two lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.db import notices, orders
from bot.domain.errors import InvalidInput
from bot.domain.rights import Action, Scope, scope_of
from bot.presenters.group import GroupCodeIssued, GroupList
from bot.presenters.notice import NoticeCard, NoticeList, NoticePreview, NoticeSeen, NoticeUsage
from bot.presenters.points import LeaderList, PointList, PointMarked, PointUsage, RiskNoted, RiskPreview
from bot.presenters.remind import EverybodyReported, RemindList, UrgeMatter, UrgeRecord
from bot.presenters.succession import Succession, SuccessionDone, SuccessionUsage
from bot.reading.console_text import (
    read_change,
    read_done,
    read_group,
    read_leaders,
    read_notice,
    read_points,
    read_true,
    wants_groups,
    wants_notices,
)
from bot.reading.intents import IntentKind
from bot.reading.urge_text import UrgeText, is_record, matter_named, read_urge
from bot.services import group_binding, notice_showing, notifying, point_lists, reminding, succeeding, urge_record
from bot.services.hearing import Hearing
from bot.services.year import office_zone

Said = (
    RemindList
    | EverybodyReported
    | UrgeRecord
    | NoticeCard
    | NoticeList
    | NoticePreview
    | NoticeSeen
    | NoticeUsage
    | GroupCodeIssued
    | GroupList
    | Succession
    | SuccessionDone
    | SuccessionUsage
    | PointList
    | LeaderList
    | PointMarked
    | PointUsage
    | RiskPreview
    | RiskNoted
)
# So long a bare 收到 may mean a notice.
NOTICE_WAITS = timedelta(days=7)


async def answers_console(one: Hearing) -> Said | None:
    """The answer where the words are the console's; None for anything else, and for who has no such right."""
    for means in HEARS:
        said = await means(one)
        if said is not None:
            return said
    return None


async def _about_urging(one: Hearing) -> Said | None:
    if scope_of(one.cause.actor.actor, Action.REMIND) is Scope.NONE:
        return None
    if is_record(one.text):
        return await urge_record.record(one.db, one.cause)
    matter = matter_named(one.text)
    if matter is not None and one.push is None:
        return await reminding.open_remind(one.db, one.cause, UrgeMatter(matter))
    kept = one.kept
    if kept is None or kept.kind != reminding.KIND or one.push is not None:
        return None
    said = read_urge(one.text, one.cause.now, office_zone())
    if said is None and kept.awaiting is not None and (one.intent is None or one.rest):
        if kept.awaiting == "when":
            raise InvalidInput("errors_remind.when")
        said = UrgeText(words=" ".join(one.text.split()))
    return await reminding.say_of_urge(one.db, one.cause, said) if said is not None else None


async def _about_notices(one: Hearing) -> Said | None:
    if one.is_ in (IntentKind.ACKNOWLEDGE, IntentKind.CONFIRM):
        return await _acknowledges(one)
    if scope_of(one.cause.actor.actor, Action.SEND_NOTICE) is Scope.NONE or one.push is not None:
        return None
    if wants_notices(one.text):
        return await notice_showing.listed(one.db, one.cause)
    read = read_notice(one.text)
    return await notifying.preview(one.db, one.cause, read) if read is not None else None


async def _acknowledges(one: Hearing) -> Said | None:
    """收到 to a notice, or out of the blue where a notice waits for it and no order does; 确认 sends a preview."""
    if one.push is not None:
        about = one.push.subject_id if one.push.subject_kind == notifying.SUBJECT else None
        return await notifying.acknowledge(one.db, one.cause, about) if about is not None else None
    if one.kept is not None:
        of_notice = (
            one.kept.kind == notifying.KIND and one.is_ is IntentKind.CONFIRM and "bulletin" not in one.kept.payload
        )
        return await notifying.send(one.db, one.cause, one.kept.version) if of_notice else None
    if one.is_ is IntentKind.CONFIRM:
        return None
    async with one.db.read() as session:
        waiting = await notices.waiting_for(session, one.cause.actor.person_id, one.cause.now - NOTICE_WAITS)
        asked = await orders.unacknowledged(session, one.cause.actor.person_id) if waiting else 0
    return await notifying.acknowledge(one.db, one.cause, waiting.id) if waiting and not asked else None


async def _about_groups(one: Hearing) -> Said | None:
    if scope_of(one.cause.actor.actor, Action.BIND_GROUP) is Scope.NONE or one.push is not None:
        return None
    if wants_groups(one.text):
        return await group_binding.listed(one.db, one.cause)
    unit = read_group(one.text)
    return await group_binding.issue_code(one.db, one.cause, unit) if unit is not None else None


async def _about_posts(one: Hearing) -> Said | None:
    if scope_of(one.cause.actor.actor, Action.CHANGE_POST) is Scope.NONE or one.push is not None:
        return None
    if one.kept is not None and one.kept.kind == succeeding.KIND and one.is_ is IntentKind.CONFIRM:
        return await succeeding.carry_out(one.db, one.cause, one.kept.version)
    words = read_change(one.text)
    return await succeeding.preview(one.db, one.cause, words) if words is not None else None


async def _about_points(one: Hearing) -> Said | None:
    if one.push is not None and one.is_ is IntentKind.CONFIRM:
        return None
    if one.kept is not None and one.kept.kind == point_lists.KIND and one.is_ is IntentKind.CONFIRM:
        return await point_lists.confirm_risk(one.db, one.cause, one.kept.version)
    unit, leader = read_points(one.text), read_leaders(one.text)
    if unit is not None:
        return await point_lists.point_list(one.db, one.cause, unit)
    if leader is not None:
        return await point_lists.leader_list(one.db, one.cause, leader)
    done, true = read_done(one.text), read_true(one.text)
    if done is not None and one.push is None:
        return await point_lists.mark_done(one.db, one.cause, done.number, done.words)
    if true is not None:
        return await point_lists.preview_risk(one.db, one.cause, true.number, true.words)
    return None


HEARS: tuple[Callable[[Hearing], Awaitable[Said | None]], ...] = (
    _about_urging,
    _about_notices,
    _about_groups,
    _about_posts,
    _about_points,
)
