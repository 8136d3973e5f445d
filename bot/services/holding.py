"""Quiet hours for what is already queued: after an outage nothing leaves at night that was meant for the day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from bot.db.engine import Database
from bot.db.tables import Push
from bot.domain.errors import NotFound
from bot.domain.pushes import Act, PushKind, PushState
from bot.services.year import year_at

# What goes to people because of the work. Decisions on a binding and alarms answer an act of the moment.
HELD = (
    *(PushKind.DIGEST, PushKind.WARNING, PushKind.URGE, PushKind.PROBLEM, PushKind.DIRECTIVE, PushKind.ORDER),
    PushKind.NOTICE,
)


async def hold_until_morning(db: Database, now: datetime) -> int:
    """Put off due pushes to the next working morning if `now` is quiet; how many."""
    try:
        async with db.read() as session:
            year = await year_at(session, now)
    except NotFound:
        return 0
    morning = year.calendar.next_send_time(now, year.scheme.quiet, year.zone)
    if morning <= now:
        return 0
    async with db.write() as session:
        held = await session.execute(
            update(Push)
            .where(
                Push.state == PushState.QUEUED.value,
                Push.not_before <= now,
                Push.kind.in_([kind.value for kind in HELD]),
                # An edit makes no sound.
                Push.act == Act.SEND.value,
            )
            .values(not_before=morning)
            .returning(Push.id)
        )
        return len(held.all())
