"""Marks the appraisal years whenever what a year's indicators are made of changes, so that copies of it can be kept.

Nobody who writes has to think of it: the session sees what it writes. A mark is never used twice, so what was read
under a mark holds wherever that mark is found again: in another process, or after a change that was rolled back.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session

from bot.db.tables import Category, Cycle, Indicator, IndicatorUnit, Node, PlanPoint, Post, Target, Unit

MADE_OF = (Indicator, IndicatorUnit, Target, Node, PlanPoint, Category, Post, Unit)
_TABLES = frozenset({Cycle.__tablename__, *(row.__tablename__ for row in MADE_OF)})
_CHANGED = "baton_indicators_changed"
_COMING = "baton_coming_revision"


class MarkingSession(Session):
    """A session that gives all years a new mark when it commits a change of their indicators."""


def is_changed(session: AsyncSession) -> bool:
    """Whether this transaction has changed indicators, so that no mark tells what it sees."""
    waiting = (*session.new, *session.dirty, *session.deleted)
    return _CHANGED in session.info or any(isinstance(row, MADE_OF) for row in waiting)


def coming_revision(session: AsyncSession) -> str:
    """The mark that the years get when this transaction commits: it changes what is kept beside their indicators."""
    session.info[_CHANGED] = True
    return str(session.info.setdefault(_COMING, token_hex(8)))


@event.listens_for(MarkingSession, "before_flush")
def _on_flush(session: Session, _context: Any, _rows: Any) -> None:
    rows = (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row)))
    if any(isinstance(row, MADE_OF) for row in rows):
        session.info[_CHANGED] = True


@event.listens_for(MarkingSession, "do_orm_execute")
def _on_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    if getattr(getattr(state.statement, "table", None), "name", None) in _TABLES:
        state.session.info[_CHANGED] = True


@event.listens_for(MarkingSession, "before_commit")
def _on_commit(session: Session) -> None:
    session.flush()
    coming = session.info.pop(_COMING, None) or token_hex(8)
    if session.info.pop(_CHANGED, False):
        session.connection().execute(update(Cycle.__table__).values(revision=coming))  # type: ignore[arg-type]
