"""收到 without saying of what: the one order that waits for this person, or the choice among several."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.tables import Indicator, OrderRecipient, WarningOrder
from bot.presenters.asked import WaitingOrders
from bot.presenters.order_said import OrderNamed
from bot.presenters.warning import NothingToAcknowledge, Outcome
from bot.services.cause import Cause
from bot.services.ordering import acknowledge
from bot.services.year import year_at

MOST_CHOICES = 8


async def acknowledge_what_waits(db: Database, cause: Cause) -> Outcome | WaitingOrders:
    """签收 of the only order that waits for this person; several are shown to choose from."""
    async with db.read() as session:
        query = (
            select(OrderRecipient, WarningOrder, Indicator.name)
            .join(WarningOrder, WarningOrder.id == OrderRecipient.order_id)
            .join(Indicator, Indicator.id == WarningOrder.indicator_id)
            .where(
                OrderRecipient.person_id == cause.actor.person_id,
                OrderRecipient.digest_only.is_(False),
                OrderRecipient.told_severity.is_not(None),
                func.coalesce(OrderRecipient.acknowledged_severity, -1) < OrderRecipient.severity,
                WarningOrder.closed_at.is_(None),
            )
            .order_by(WarningOrder.severity.desc(), WarningOrder.id)
        )
        waiting = (await session.execute(query)).all()
        if not waiting:
            return NothingToAcknowledge()
        year = await year_at(session, cause.now)
        shown = [
            OrderNamed(
                order_id=order.id,
                indicator_id=order.indicator_id,
                name=name,
                number=(order.year, order.serial),
                grade_word=year.scheme.grade(order.grade).word,
                severity=mine.severity,
            )
            for mine, order, name in waiting
        ]
    if len(shown) == 1:
        return await acknowledge(db, cause, shown[0].order_id, shown[0].severity)
    hidden = max(len(shown) - MOST_CHOICES, 0)
    return WaitingOrders(tuple(shown[:MOST_CHOICES]), hidden, int(cause.now.timestamp()))
