"""What set a use case in motion, and the one transaction that it may have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import audit_chain, updates
from bot.db.audit_chain import Line
from bot.db.engine import Database
from bot.db.people import KnownActor
from bot.domain.errors import AlreadyDone, NotAllowed
from bot.domain.rights import NOTHING_IN_PARTICULAR, Action, Subject, may

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Cause:
    """Why something happens: when, who asked (None: the machine itself), and by which update."""

    now: datetime
    by: KnownActor | None = None
    update_id: int | None = None

    @property
    def actor(self) -> KnownActor:
        """Who asked. Raises NotAllowed when nobody did."""
        if self.by is None:
            raise NotAllowed
        return self.by

    def check(self, action: Action, subject: Subject = NOTHING_IN_PARTICULAR) -> None:
        """Raise NotAllowed unless the actor may do this."""
        if not may(self.actor.actor, action, subject):
            raise NotAllowed(action=action.value)


@asynccontextmanager
async def effect(db: Database, cause: Cause) -> AsyncIterator[AsyncSession]:
    """The transaction of a use case: all of it or nothing, and at most once for the update that caused it.

    Raises AlreadyDone when this update already had its effect (it was handled before a crash).
    """
    async with db.write() as session:
        if cause.update_id is not None and not await updates.claim_effect(session, cause.update_id):
            raise AlreadyDone
        yield session
        actions = audit_chain.noted(session)
    if actions:
        log.info("changed", actions=actions)


@dataclass(frozen=True)
class Change:
    """What the audit keeps of one change."""

    action: str
    subject_kind: str
    subject_id: int | None = None
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None


def audit(session: AsyncSession, cause: Cause, change: Change) -> None:
    """Write who did what, in the transaction that does it; the row is chained to those before it."""
    audit_chain.note(
        session,
        Line(
            at=cause.now,
            person_id=cause.by.person_id if cause.by else None,
            action=change.action,
            subject_kind=change.subject_kind,
            subject_id=change.subject_id,
            before=change.before,
            after=change.after,
            update_id=cause.update_id,
        ),
    )
