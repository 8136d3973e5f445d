"""What the threads of warning orders tell of the replies asked for. Takes the session and never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.among import among
from bot.db.tables import OrderEvent, WarningOrder
from bot.domain.replies import TOLD_OF_REPLIES, OrderStep


async def order_steps(session: AsyncSession, ids: Sequence[int], zone: ZoneInfo) -> dict[int, list[list[OrderStep]]]:
    """The threads of all orders of these indicators, as far as they tell of replies: by indicator, then by order."""
    query = (
        select(WarningOrder.indicator_id, OrderEvent.order_id, OrderEvent.at, OrderEvent.event, OrderEvent.detail)
        .join(WarningOrder, WarningOrder.id == OrderEvent.order_id)
        .where(among(WarningOrder.indicator_id, ids), OrderEvent.event.in_(sorted(TOLD_OF_REPLIES)))
        .order_by(OrderEvent.id)
    )
    found: dict[int, dict[int, list[OrderStep]]] = defaultdict(lambda: defaultdict(list))
    for key, order_id, at, event, detail in await session.execute(query):
        period, due = detail.get("period"), detail.get("reply_due")
        step = OrderStep(
            on=at.astimezone(zone).date(),
            event=event,
            period=str(period) if period else None,
            due=date.fromisoformat(str(due)) if due else None,
        )
        found[key][order_id].append(step)
    return {key: list(orders.values()) for key, orders in found.items()}
