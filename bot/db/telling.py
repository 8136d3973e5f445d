"""Tell whoever holds a role: the same words to each of them. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import holders
from bot.db.pushes import PushToSend, enqueue
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind


@dataclass(frozen=True)
class Notice:
    """What is to be told. `key` makes it be told once to each person."""

    kind: PushKind
    text: str
    key: str
    reason: str
    now: datetime
    priority: Priority = Priority.BULK


async def tell(session: AsyncSession, roles: Sequence[Role], notice: Notice) -> int:
    """Enqueue the notice for everybody reachable who holds the first role that anybody reachable holds; how many."""
    for role in roles:
        people = {item.person_id: item for item in await holders(session, roles=[role]) if item.chat_id is not None}
        if people:
            break
    else:
        return 0
    sent = 0
    for person in people.values():
        assert person.chat_id is not None
        push = PushToSend(
            kind=notice.kind,
            chat_id=person.chat_id,
            person_id=person.person_id,
            post_id=person.post_id,
            priority=notice.priority,
            text=notice.text,
            dedupe_key=f"{notice.key}:{person.person_id}",
            reason=notice.reason,
            now=notice.now,
        )
        sent += await enqueue(session, push) is not None
    return sent
