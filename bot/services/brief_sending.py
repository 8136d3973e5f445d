"""The quarterly brief: each district leader on their own indicators, in the first week after the quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.indicators import KnownIndicator
from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue
from bot.domain.bulletin import worst_first
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.months import QUARTER
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.domain.scoreboard import IndicatorForBoard, movement, tally
from bot.presenters.push_brief import BriefLine, BriefToSay, present_brief
from bot.presenters.rule_words import rule_sentence
from bot.services.board_facts import Lights, lights_of
from bot.services.cause import Cause
from bot.services.year import year_at


async def send_briefs(session: AsyncSession, cause: Cause, quarter: Period) -> int:
    """Enqueue the briefs of the quarter that ends with this month; how many. Nothing for a leader without any."""
    try:
        year = await year_at(session, cause.now, on=quarter.last_day)
    except NotFound:
        return 0
    lights = await lights_of(session, year, quarter)
    sent = 0
    for holder in _leaders(await holders(session, roles=[Role.LEADER])):
        own = [item for item in lights.known if item.responsible_post_id == holder.post_id]
        if own and lights.is_judged(str(quarter)):
            sent += await enqueue(session, _push(cause, lights, holder, own, quarter)) is not None
    return sent


def _leaders(held: Iterable[Holder]) -> list[Holder]:
    return [holder for holder in held if holder.chat_id is not None]


def _push(cause: Cause, lights: Lights, holder: Holder, own: Sequence[KnownIndicator], quarter: Period) -> PushToSend:
    reply = present_brief(_to_say(lights, own, quarter))
    assert holder.chat_id is not None
    return PushToSend(
        kind=PushKind.BRIEF,
        chat_id=holder.chat_id,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=tuple(item.id for item in own),
        dedupe_key=f"brief:{quarter}:{holder.post_id}:{holder.person_id}",
        reason="brief",
        now=cause.now,
    )


def _to_say(lights: Lights, own: Sequence[KnownIndicator], quarter: Period) -> BriefToSay:
    ids = {item.id for item in own}
    before = str(Period(quarter.year, quarter.month - QUARTER)) if quarter.month > QUARTER else None
    items = [item for item in lights.of(str(quarter), before or "-") if item.id in ids]
    gaps = {key: found.gap for (key, month), found in lights.stored.items() if month == str(quarter) and found.gap}
    by_id = {item.id: item for item in own}
    worst = [_line(lights, by_id[item.id], item, quarter) for item in worst_first(items, gaps)]
    return BriefToSay(
        quarter=quarter,
        tally=tally(items),
        grades=lights.year.scheme.grades,
        movement=movement(items) if before else None,
        worst=tuple(worst),
        waiting=sum(item.waiting for item in items),
    )


def _line(lights: Lights, item: KnownIndicator, light: IndicatorForBoard, quarter: Period) -> BriefLine:
    scheme, found = lights.year.scheme, lights.stored[item.id, str(quarter)]
    reason = rule_sentence(found, scheme.grade(found.base_grade).word)
    return BriefLine(item.id, item.name, item.lead_units, scheme.grade(light.grade).word, reason)
