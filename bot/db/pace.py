"""What the processes of one bot tell each other about Telegram's limits. Functions take the session, never commit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Float, case, cast, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.inserting import insert_into
from bot.db.tables import Pace

# Seconds for which a count of answers holds, and after which a process that says nothing is forgotten.
HOLDS = 1.5
FORGOTTEN = 86_400.0


def _clock(session: AsyncSession) -> ColumnElement[float]:
    """Seconds since 1970 by the database's own clock: that of a process may be another, or a rehearsal's."""
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday("now") - 2440587.5) * 86400.0
    return cast(func.extract("epoch", func.clock_timestamp()), Float)


@dataclass(frozen=True)
class OtherProcesses:
    """What the others do: answers in the last second, and for how many seconds the whole bot has to be quiet."""

    answers: int
    quiet: float


async def note(session: AsyncSession, process: str, answers: int, quiet: float) -> None:
    """Tell the others what this process has answered in the last second, and for how long Telegram wants silence."""
    clock = _clock(session)
    until = clock + quiet if quiet > 0 else literal(0.0)
    statement = insert_into(session, Pace).values(process=process, at=clock, answers=answers, quiet_until=until)
    fresh = statement.excluded
    longer = case((fresh.quiet_until > Pace.quiet_until, fresh.quiet_until), else_=Pace.quiet_until)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["process"], set_={"at": fresh.at, "answers": fresh.answers, "quiet_until": longer}
        )
    )
    await session.execute(delete(Pace).where(Pace.at < clock - FORGOTTEN, Pace.quiet_until < clock))


async def others(session: AsyncSession, process: str) -> OtherProcesses:
    """What the other processes do; the silence includes that which this one was asked for itself."""
    clock = _clock(session)
    counted = case((Pace.at > clock - HOLDS, case((Pace.process != process, Pace.answers), else_=0)), else_=0)
    row = (await session.execute(select(func.sum(counted), func.max(Pace.quiet_until) - clock))).one()
    return OtherProcesses(int(row[0] or 0), max(0.0, float(row[1] or 0.0)))
