"""Queries of the integrity check: what should never be there. Functions take the session and never commit."""

from __future__ import annotations

from datetime import datetime
from socket import gaierror

from asyncpg import PostgresError  # type: ignore[import-untyped]
from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import (
    Account,
    DecisionRow,
    InboxUpdate,
    Indicator,
    IndicatorUnit,
    OrderRecipient,
    Person,
    Post,
    Push,
    Report,
    Snapshot,
    Target,
    Tenure,
    WarningOrder,
)
from bot.domain.kinds import Side
from bot.domain.pushes import PushState, UpdateState

# What a database that cannot be reached, or does not let us in, raises. asyncpg's own errors come unwrapped at connect.
UNREACHABLE = (DBAPIError, PostgresError, ConnectionError, gaierror, TimeoutError)


def reason_of(error: BaseException) -> str:
    """The first line of what the database or the network said."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0] if lines else type(error).__name__


async def one_look(session: AsyncSession) -> None:
    """Let the session see all tables as of one moment: SQLite's does anyway, PostgreSQL's has to be asked at once."""
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


async def damage(session: AsyncSession) -> list[str]:
    """What SQLite itself finds wrong with its file, foreign keys included; PostgreSQL keeps both by itself."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in await session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    keys = await session.execute(text("PRAGMA foreign_key_check"))
    return found + [f"{row[0]} {row[1]} -> {row[2]}" for row in keys]


async def forgotten_updates(session: AsyncSession, before: datetime) -> list[str]:
    """Updates received before that moment which nobody finished."""
    open_states = (UpdateState.RECEIVED.value, UpdateState.EFFECTED.value)
    query = select(InboxUpdate.update_id).where(InboxUpdate.state.in_(open_states), InboxUpdate.received_at < before)
    return await _texts(session, query)


async def parked_updates(session: AsyncSession) -> list[str]:
    """Updates that were given up after repeated failure."""
    return await _texts(session, select(InboxUpdate.update_id).where(InboxUpdate.state == UpdateState.PARKED.value))


async def stuck_pushes(session: AsyncSession, before: datetime) -> list[str]:
    """Pushes that have been on their way since before that moment."""
    query = select(Push.id).where(Push.state == PushState.SENDING.value, Push.claimed_at < before)
    return await _texts(session, query)


async def undelivered_pushes(session: AsyncSession) -> list[str]:
    """Pushes that failed for good."""
    return await _texts(session, select(Push.id).where(Push.state == PushState.FAILED.value))


async def indicators_without_target(session: AsyncSession) -> list[str]:
    """Open indicators that have no version of a target."""
    has_target = exists().where(Target.indicator_id == Indicator.id)
    return await _texts(session, select(Indicator.name).where(Indicator.closed_at.is_(None), ~has_target))


async def indicators_without_unit(session: AsyncSession) -> list[str]:
    """Open indicators that nobody leads."""
    led = exists().where(IndicatorUnit.indicator_id == Indicator.id, IndicatorUnit.side == Side.LEAD.value)
    return await _texts(session, select(Indicator.name).where(Indicator.closed_at.is_(None), ~led))


async def doubled_reports(session: AsyncSession) -> list[str]:
    """Months of an indicator with more than one current report."""
    query = (
        select(func.min(Report.id))
        .where(Report.superseded_at.is_(None))
        .group_by(Report.indicator_id, Report.period)
        .having(func.count() > 1)
    )
    return await _texts(session, query)


async def bound_without_post(session: AsyncSession) -> list[str]:
    """Persons with an account who hold no post."""
    in_office = exists().where(Tenure.person_id == Person.id, Tenure.until.is_(None))
    query = select(Person.name).join(Account, Account.person_id == Person.id)
    return await _texts(session, query.where(Account.unbound_at.is_(None), ~in_office))


async def snapshots_of_old_reports(session: AsyncSession) -> list[str]:
    """Snapshots that were judged on a report which is not the current one of its month."""
    query = (
        select(Snapshot.id)
        .join(Report, Report.id == Snapshot.report_id)
        .where(
            (Report.superseded_at.is_not(None))
            | (Report.indicator_id != Snapshot.indicator_id)
            | (Report.period != Snapshot.period)
        )
    )
    return await _texts(session, query)


async def leaders_not_told(session: AsyncSession, worst: int, year: int) -> list[str]:
    """Open orders of the worst grade whose responsible leader, bound by then, was neither told nor passed over."""
    decided = exists().where(
        DecisionRow.person_id == Tenure.person_id,
        DecisionRow.indicator_id == WarningOrder.indicator_id,
        DecisionRow.at >= WarningOrder.issued_at,
    )
    told = exists().where(
        OrderRecipient.order_id == WarningOrder.id,
        OrderRecipient.person_id == Tenure.person_id,
        OrderRecipient.told_at.is_not(None),
    )
    query = (
        select(Indicator.name)
        .join(WarningOrder, WarningOrder.indicator_id == Indicator.id)
        .join(Tenure, Tenure.post_id == Indicator.responsible_post_id)
        .join(Account, Account.person_id == Tenure.person_id)
        .where(
            WarningOrder.closed_at.is_(None),
            WarningOrder.year == year,
            WarningOrder.severity == worst,
            Tenure.until.is_(None),
            Account.unbound_at.is_(None),
            Account.bound_at <= WarningOrder.graded_at,
            ~decided,
            ~told,
        )
    )
    return await _texts(session, query)


async def _texts(session: AsyncSession, query: Select[str] | Select[int]) -> list[str]:
    return [str(value) for value in await session.scalars(query)]


async def unbound_count(session: AsyncSession) -> tuple[int, int]:
    """How many persons are in office, and how many of them have no account."""
    in_office = select(Person.id).join(Tenure, Tenure.person_id == Person.id).join(Post, Post.id == Tenure.post_id)
    in_office = in_office.where(Tenure.until.is_(None), Person.closed_at.is_(None)).distinct()
    people = set(await session.scalars(in_office))
    bound = set(await session.scalars(select(Account.person_id).where(Account.unbound_at.is_(None))))
    return len(people), len(people - bound)
