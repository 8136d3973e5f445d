"""How much is waiting, for how long, and where the ledgers end: read when somebody asks for the figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import audit_chain, jobs
from bot.db.audit_chain import Head
from bot.db.tables import InboxUpdate, Push
from bot.domain.pushes import PushState, UpdateState

_UNFINISHED = (UpdateState.RECEIVED.value, UpdateState.EFFECTED.value, UpdateState.PARKED.value)
_UNSETTLED = (
    PushState.QUEUED.value,
    PushState.SENDING.value,
    PushState.UNCERTAIN.value,
    PushState.FAILED.value,
)


@dataclass(frozen=True)
class Depths:
    """`inbox`: updates by state, `inbox_age`: seconds that the oldest unfinished one waits.

    `outbox`: pushes by priority and state, `due_age`: by priority, seconds that the oldest due one waits. `lateness`:
    of each job's last occurrence.
    """

    inbox: dict[str, int]
    inbox_age: float
    outbox: dict[tuple[int, str], int]
    due_age: dict[int, float]
    lateness: dict[str, int] = field(default_factory=dict)
    audit: Head | None = None


async def depths(session: AsyncSession, now: datetime) -> Depths:
    """All figures, each by an index: the history does not make them slow."""
    inbox = select(InboxUpdate.state, func.count(), func.min(InboxUpdate.received_at))
    waiting = {
        state: (count, since)
        for state, count, since in await session.execute(
            inbox.where(InboxUpdate.state.in_(_UNFINISHED)).group_by(InboxUpdate.state)
        )
    }
    pushes = select(Push.priority, Push.state, func.count()).where(Push.state.in_(_UNSETTLED))
    counted = await session.execute(pushes.group_by(Push.priority, Push.state))
    due = select(Push.priority, func.min(Push.not_before)).where(
        Push.state == PushState.QUEUED.value, Push.not_before <= now
    )
    oldest = await session.execute(due.group_by(Push.priority))
    unfinished = [since for state, (_, since) in waiting.items() if state != UpdateState.PARKED.value]
    return Depths(
        inbox={state: waiting[state][0] if state in waiting else 0 for state in _UNFINISHED},
        inbox_age=_age(min(unfinished), now) if unfinished else 0.0,
        outbox={(row[0], row[1]): row[2] for row in counted},
        due_age={row[0]: _age(row[1], now) for row in oldest},
        lateness=await jobs.latest_lateness(session),
        audit=await audit_chain.head_of(session),
    )


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
