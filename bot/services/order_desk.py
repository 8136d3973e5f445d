"""An order taken in hand for one use case: held against others, with its year, its rights and its thread."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import order_book, orders
from bot.db.people import subjects_of
from bot.db.tables import Indicator, OrderEvent, WarningOrder
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState, advance, can_advance
from bot.domain.rights import Action, Subject
from bot.domain.scheme import Asked
from bot.presenters.order_said import OrderNamed
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit
from bot.services.year import Year, year_at


@dataclass(frozen=True)
class OrderDesk:
    """The order with what every step on it needs."""

    session: AsyncSession
    cause: Cause
    year: Year
    order: WarningOrder
    name: str
    subject: Subject

    @property
    def state(self) -> OrderState:
        """What the order waits for."""
        return OrderState(self.order.state)

    @property
    def asked(self) -> Asked:
        """What its grade asks of the unit."""
        duty = self.year.scheme.duty(self.order.grade)
        return duty.asked if duty else Asked.NOTHING

    @property
    def named(self) -> OrderNamed:
        """The order as answers name it."""
        return OrderNamed(
            order_id=self.order.id,
            indicator_id=self.order.indicator_id,
            name=self.name,
            number=(self.order.year, self.order.serial),
            grade_word=self.year.scheme.grade(self.order.grade).word,
            severity=self.order.severity,
        )

    def check(self, action: Action) -> None:
        """Raise NotAllowed unless the actor may do this to the order's indicator."""
        self.cause.check(action, self.subject)

    def need(self, event: Step) -> None:
        """Raise InvalidInput, with the state in words, where this step does not exist now."""
        if not can_advance(self.state, event):
            raise InvalidInput(
                "errors_order.not_now",
                what=label(f"order.step.{event}"),
                state=label(f"card.state.{self.order.state}"),
            )

    def take(self, event: Step, line: str, **detail: object) -> None:
        """Take the step: state, version, thread and audit."""
        before = self.order.state
        self.order.state = advance(self.state, event).value
        self.order.row_version += 1
        self.note(line, **detail)
        change = Change(line, "order", self.order.id, {"state": before}, {"state": self.order.state, **detail})
        audit(self.session, self.cause, change)

    def note(self, line: str, **detail: object) -> None:
        """A line in the order's thread."""
        person_id = self.cause.by.person_id if self.cause.by else None
        self.session.add(
            OrderEvent(order_id=self.order.id, at=self.cause.now, event=line, person_id=person_id, detail=detail)
        )

    async def acknowledged(self) -> None:
        """Whoever acts on an order has read it: their own acknowledgement goes along."""
        rows = await orders.recipients_of(self.session, [self.order.id])
        mine = rows.get((self.order.id, self.cause.actor.person_id))
        if mine is not None and await orders.acknowledge(self.session, mine.id, mine.severity, self.cause.now):
            self.note("acknowledged", severity=mine.severity)
            audit(self.session, self.cause, Change("acknowledge", "order", self.order.id))


async def take_in_hand(
    session: AsyncSession, cause: Cause, order_id: int, version: int | None = None, *, closed: bool = False
) -> OrderDesk:
    """The order, held for this transaction. `version`: the one that a button was shown with.

    Raises NotFound, Conflict where somebody has acted since the button was shown, and, unless `closed` ones are
    wanted, InvalidInput for an order that is closed.
    """
    order = await order_book.locked(session, order_id)
    if order is None:
        raise NotFound(order_id=order_id)
    if version is not None and version != order.row_version:
        raise Conflict(order_id=order_id)
    if order.closed_at is not None and not closed:
        raise InvalidInput("errors_order.closed")
    return await desk_of(session, cause, order)


async def desk_of(session: AsyncSession, cause: Cause, order: WarningOrder) -> OrderDesk:
    """An order that this transaction holds already."""
    year = await year_at(session, cause.now)
    indicator = await session.get_one(Indicator, order.indicator_id)
    subject = (await subjects_of(session, [order.indicator_id]))[order.indicator_id]
    return OrderDesk(session, cause, year, order, indicator.name, subject)
