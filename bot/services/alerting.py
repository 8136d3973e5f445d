"""Tell the administrators about a failure: once per kind and hour, never a thousand times."""

from __future__ import annotations

from datetime import datetime

from bot.db.engine import Database
from bot.db.people import holders
from bot.db.pushes import PushToSend, enqueue
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind
from bot.presenters.errors import present_alert

# Where nobody is administrator yet, the office hears of it.
TOLD = (Role.ADMIN, Role.OFFICE)


async def alert_administrators(db: Database, now: datetime, *, kind: str, where: str, reference: str) -> int:
    """Enqueue one alert for each administrator; how many. `kind` and `where` must hold no personal data."""
    async with db.write() as session:
        for role in TOLD:
            people = {item.person_id: item for item in await holders(session, roles=[role]) if item.chat_id}
            if people:
                break
        sent = 0
        for person in people.values():
            made = await enqueue(
                session,
                PushToSend(
                    kind=PushKind.ALERT,
                    chat_id=person.chat_id or 0,
                    person_id=person.person_id,
                    post_id=person.post_id,
                    priority=Priority.BULK,
                    text=present_alert(reference, kind, where).text,
                    dedupe_key=f"alert:{kind}:{where}:{now:%Y-%m-%dT%H}:{person.person_id}",
                    reason="failure",
                    now=now,
                ),
            )
            sent += made is not None
    return sent
