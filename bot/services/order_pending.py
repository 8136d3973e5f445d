"""What waits for the office's word: answers to read, requests for more time, close-outs."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import order_book
from bot.db.engine import Database
from bot.db.order_book import NamedOrder
from bot.db.people import holders
from bot.domain.answers import Request
from bot.domain.orders import OrderState
from bot.domain.rights import Action
from bot.presenters.order_said import OrderNamed, PendingRequest, ReviewList
from bot.services.cause import Cause
from bot.services.year import Year, year_at

PAGE = 6


async def pending(db: Database, cause: Cause, page: int = 0) -> ReviewList:
    """What waits for the office, oldest first. Raises NotAllowed for anybody else."""
    cause.check(Action.REVIEW_ORDER)
    async with db.read() as session:
        found = await waiting_requests(session, await year_at(session, cause.now))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 0), pages - 1)
    return ReviewList(tuple(found[page * PAGE : (page + 1) * PAGE]), len(found), page, pages)


def named(year: Year, item: NamedOrder) -> OrderNamed:
    """The order as answers name it."""
    order = item.order
    return OrderNamed(
        order_id=order.id,
        indicator_id=order.indicator_id,
        name=item.name,
        number=(order.year, order.serial),
        grade_word=year.scheme.grade(order.grade).word,
        severity=order.severity,
    )


async def waiting_requests(session: AsyncSession, year: Year) -> list[PendingRequest]:
    """Everything that waits, oldest first."""
    open_ones = {item.order.id: item for item in await order_book.open_named(session, year.cycle_id)}
    answers = await order_book.last_responses(session, _in_state(open_ones.values(), OrderState.RESPONDED))
    closings = await order_book.closings_asked(session, _in_state(open_ones.values(), OrderState.CLOSING_REQUESTED))
    asked = [(Request.EXTENSION, key, row.at, row.person_id, row.id) for key, row in
             (await order_book.undecided(session)).items() if key in open_ones]  # fmt: skip
    asked += [(Request.RESPONSE, key, row.at, row.person_id, row.id) for key, row in answers.items()]
    asked += [(Request.CLOSING, key, row.at, row.person_id or 0, 0) for key, row in closings.items()]
    names = {item.person_id: item.person for item in await holders(session, person_ids={row[3] for row in asked})}
    found = [
        PendingRequest(named(year, open_ones[key]), what, at, names.get(person_id, ""), ref)
        for what, key, at, person_id, ref in asked
    ]
    return sorted(found, key=lambda item: item.at)


def _in_state(items: Iterable[NamedOrder], state: OrderState) -> list[int]:
    return [item.order.id for item in items if item.order.state == state]
