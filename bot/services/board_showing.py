"""/board: the scoreboard by unit, responsible leader, category and appraisal. Everybody bound may look at it."""

from __future__ import annotations

from bot.db import boards
from bot.db.engine import Database
from bot.domain.rights import Action
from bot.domain.scoreboard import Side, board
from bot.presenters.board import BoardShown
from bot.services.board_facts import lights_of
from bot.services.cause import Cause
from bot.services.year import year_at


async def board_shown(db: Database, cause: Cause, side: Side = Side.UNIT, page: int = 0) -> BoardShown:
    """One side of the board with each indicator's newest light. Raises NotFound before anything was imported."""
    cause.check(Action.VIEW_BOARD)
    async with db.read() as session:
        year = await year_at(session, cause.now)
        lights = await lights_of(session, year, year.period)
        groups = await boards.groups(session) if side is Side.UNIT else {}
    return BoardShown(
        board=board(lights.newest(), side, groups),
        grades=year.scheme.grades,
        period=max((period for _, period in lights.stored), default=None),
        own=frozenset(cause.actor.units if side is Side.UNIT else cause.actor.posts),
        today=year.today,
        page=page,
    )
