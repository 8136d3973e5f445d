"""Tell the administrators about a failure: once per kind and hour, never a thousand times."""

from __future__ import annotations

from datetime import datetime

from bot.db.engine import Database
from bot.db.telling import Notice, tell
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.presenters.errors import present_alert

# Where nobody is administrator yet, the office hears of it.
TOLD = (Role.ADMIN, Role.OFFICE)


async def alert_administrators(db: Database, now: datetime, *, kind: str, where: str, reference: str) -> int:
    """Enqueue one alert for each administrator; how many. `kind` and `where` must hold no personal data."""
    notice = Notice(
        kind=PushKind.ALERT,
        text=present_alert(reference, kind, where).text,
        key=f"alert:{kind}:{where}:{now:%Y-%m-%dT%H}",
        reason="failure",
        now=now,
        second=True,
    )
    async with db.write() as session:
        return await tell(session, TOLD, notice)
