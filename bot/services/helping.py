"""What a person can do here, with an example of their own."""

from __future__ import annotations

from bot.db import indicators
from bot.db.engine import Database
from bot.domain.errors import NotFound
from bot.domain.rights import Scope, nearness
from bot.presenters.help import Help
from bot.services.cause import Cause
from bot.services.year import year_at


async def help_for(db: Database, cause: Cause) -> Help:
    """The help of the person's role; it also works before any list was imported."""
    actor = cause.actor
    async with db.read() as session:
        try:
            year = await year_at(session, cause.now)
            known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        except NotFound:
            known = ()
    own = (item.name for item in known if nearness(actor.actor, item.subject) is Scope.OWN)
    return Help(actor.role, actor.posts, next(own, None))
