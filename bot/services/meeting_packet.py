"""What a dispatch meeting needs to know: the last decisions first, then status, what is behind, orders, problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import meetings, order_book, task_book
from bot.db.indicators import KnownIndicator
from bot.db.meetings import LastWords
from bot.db.people import holders
from bot.db.tables import Meeting, OrderResponse, WarningOrder
from bot.db.task_book import StoredTask
from bot.domain.kinds import Role
from bot.domain.meeting import MeetingKind
from bot.domain.scoreboard import Line, Side, Tally, board, tally
from bot.domain.tasks import TaskEvent, TaskState, is_overdue
from bot.presenters.meeting_paper import BehindLine, Decided, Minutes, OrderLine, Packet, ProblemLine
from bot.presenters.rule_words import rule_sentence
from bot.services.cause import Cause
from bot.services.meeting_attending import guest_of
from bot.services.meeting_facts import Scope, narrowed, whole
from bot.services.meeting_naming import ids, meeting_of, named
from bot.services.year import Year, year_at

MONTHS = 3
# What is said in a thread without telling how far the matter is.
NO_PROGRESS = frozenset({TaskEvent.GIVE, TaskEvent.URGE})


async def packet_in(session: AsyncSession, cause: Cause, meeting_id: int) -> Packet:
    """The packet of a meeting, with the newest data. Raises NotFound and Refused."""
    meeting = await meeting_of(session, meeting_id)
    year = await year_at(session, cause.now)
    unit_ids, post_ids = ids(meeting.unit_ids), ids(meeting.post_ids)
    scope = narrowed(await whole(session, year), meeting.kind, unit_ids, post_ids)
    before = await meetings.before(session, meeting.kind, meeting.at)
    opened = await meetings.open_orders(session, [item.id for item in scope.known])
    return Packet(
        meeting=named(meeting),
        office=await office_name(session),
        today=year.today,
        before=named(before) if before else None,
        last=await decided(session, before, year),
        grades=year.scheme.grades,
        whole=tally(scope.items),
        months=_months(scope),
        lines=_lines(scope, meeting.kind, unit_ids),
        behind=await _behind(session, scope, opened),
        orders=_orders(scope, opened),
        problems=await _problems(session, scope),
    )


async def office_name(session: AsyncSession) -> str:
    """The unit of the appraisal office, as papers are signed."""
    held = await holders(session, roles=[Role.OFFICE])
    return next((holder.unit for holder in held if holder.unit), "")


async def decided(session: AsyncSession, meeting: Meeting | None, year: Year) -> tuple[Decided, ...]:
    """A meeting's decisions with what became of them; nothing without a meeting."""
    found = await meetings.decisions(session, meeting.id) if meeting else []
    return tuple([await _decided(session, task, year) for task in found])


async def _decided(session: AsyncSession, task: StoredTask, year: Year) -> Decided:
    said = [
        line for line in await task_book.thread(session, task.id) if line.text and line.event not in ("give", "urge")
    ]
    late = is_overdue(task.due, TaskState(task.state), year.today)
    return Decided(
        text=task.text,
        who=task.receiver,
        due=task.due,
        state=task.state,
        progress=(said[-1].text or "") if said else "",
        late=(year.today - task.due).days if late and task.due else 0,
    )


def _months(scope: Scope) -> tuple[tuple[str, Tally], ...]:
    """The last judged months, oldest first, each with its lights."""
    wanted = {item.id for item in scope.known}
    months = sorted({period for _, period in scope.lights.stored})[-MONTHS:]
    found = {month: scope.lights.of(month) for month in months}
    return tuple((month, tally(item for item in items if item.id in wanted)) for month, items in found.items())


def _lines(scope: Scope, kind: str, unit_ids: Collection[int]) -> tuple[Line, ...]:
    if kind == MeetingKind.QUARTERLY:
        return board(scope.items, Side.LEADER).lines
    inside = {
        name
        for item in scope.known
        for name, key in zip(item.lead_units, item.lead_unit_ids, strict=True)
        if key in unit_ids
    }
    return tuple(line for line in board(scope.items, Side.UNIT).lines if line.name in inside)


async def _behind(session: AsyncSession, scope: Scope, opened: Iterable[WarningOrder]) -> tuple[BehindLine, ...]:
    """The warned indicators with cause, measure and need: of the answer to the order, else of the newest report."""
    orders = {order.indicator_id: order.id for order in opened}
    answers = await order_book.last_responses(session, list(orders.values()))
    words = await meetings.last_words(session, [item.id for item in scope.behind])
    return tuple(
        _behind_line(scope, item, answers.get(orders.get(item.id, 0)), words.get(item.id)) for item in scope.behind
    )


def _behind_line(
    scope: Scope, item: KnownIndicator, answer: OrderResponse | None, said: LastWords | None
) -> BehindLine:
    found = scope.newest[item.id]
    rule = rule_sentence(found, scope.year.scheme.grade(found.base_grade).word)
    return BehindLine(
        name=item.name,
        units=item.lead_units,
        leader=item.responsible_post,
        grade_word=scope.word(item),
        gap=found.gap,
        cause=(answer.cause if answer else None) or (said.problem if said else None) or rule,
        measure=(answer.measure if answer else None) or (said.measure if said else None) or "",
        needs=(answer.help if answer else None) or (said.coordinate if said else None) or "",
    )


def _orders(scope: Scope, opened: Iterable[WarningOrder]) -> tuple[OrderLine, ...]:
    known = {item.id: item for item in scope.known}
    return tuple(
        OrderLine(
            number=(order.year, order.serial),
            name=known[order.indicator_id].name,
            grade_word=scope.year.scheme.grade(order.grade).word,
            state=order.state,
            reply_due=order.reply_due,
            units=known[order.indicator_id].lead_units,
        )
        for order in opened
    )


async def _problems(session: AsyncSession, scope: Scope) -> tuple[ProblemLine, ...]:
    names = {item.id: item.name for item in scope.known}
    return tuple(
        ProblemLine(names[one.indicator_id], one.text, one.raised_at, one.leader)
        for one in await meetings.open_problems(session, list(names))
    )


async def minutes_in(session: AsyncSession, cause: Cause, meeting_id: int) -> Minutes:
    """What the minutes of a meeting say. Raises NotFound and Refused."""
    meeting = await meeting_of(session, meeting_id)
    year = await year_at(session, cause.now)
    return Minutes(
        meeting=named(meeting),
        office=await office_name(session),
        today=year.today,
        guests=tuple(guest_of(one) for one in await meetings.invited(session, meeting_id)),
        decisions=await decided(session, meeting, year),
    )
