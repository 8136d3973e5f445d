"""Tell whoever holds a role: the same words to each of them. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.fallback import ADMINISTRATORS
from bot.db.people import holders
from bot.db.pushes import PushToSend, enqueue
from bot.domain.kinds import Role
from bot.domain.pushes import SECOND_LASTS, Channel, Priority, PushKind


@dataclass(frozen=True)
class Notice:
    """What is to be told. `key`: told once to each person. `second`: to the administrators' addresses, too."""

    kind: PushKind
    text: str
    key: str
    reason: str
    now: datetime
    priority: Priority = Priority.BULK
    second: bool = False
    buttons: Sequence[Sequence[object]] = ()


# Whether the operator set addresses of the second channel for the administrators; set by whoever reads the settings.
_administrators_have_addresses = False


def set_administrators_channel(present: bool) -> None:
    """Say whether there are addresses for the administrators (BATON_FALLBACK_URLS)."""
    global _administrators_have_addresses
    _administrators_have_addresses = present


async def _tell_second(session: AsyncSession, notice: Notice) -> int:
    push = PushToSend(
        kind=notice.kind,
        chat_id=ADMINISTRATORS,
        channel=Channel.SECOND,
        priority=notice.priority,
        text=notice.text,
        dedupe_key=f"{notice.key}:second",
        reason=notice.reason,
        now=notice.now,
        expires_at=notice.now + SECOND_LASTS,
    )
    return int(await enqueue(session, push) is not None)


async def tell(session: AsyncSession, roles: Sequence[Role], notice: Notice) -> int:
    """Enqueue the notice for everybody reachable who holds the first role that anybody reachable holds; how many."""
    also = await _tell_second(session, notice) if notice.second and _administrators_have_addresses else 0
    for role in roles:
        people = {item.person_id: item for item in await holders(session, roles=[role]) if item.chat_id is not None}
        if people:
            break
    else:
        return also
    sent = also
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
            buttons=notice.buttons,
        )
        sent += await enqueue(session, push) is not None
    return sent
