"""Loads the sample district for a rehearsal: lists, roster, the months reported so far, and accounts for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.tables import Account, Indicator
from bot.domain.period import Period
from bot.services.cause import Cause
from bot.services.evaluating import evaluate_all
from bot.services.importing import import_paths
from bot.services.progress import record_progress
from bot.services.year import office_zone
from bot.sheets.reader import read_workbook
from bot.sheets.records import ProgressRow

LISTS = ("scheme.toml", "lists-2026.xlsx", "roster-2026.xlsx")
PROGRESS = "progress-2026.xlsx"
# Accounts of the sample people in the sandbox messenger start here.
FIRST_ACCOUNT = 10_000
REPORTED_AT = time(15, 0)


@dataclass(frozen=True)
class SamplePerson:
    """A sample person as the sandbox messenger shows them."""

    account: int
    name: str
    role: str
    post: str
    unit: str | None


def account_of(person_id: int) -> int:
    """The messenger account of a sample person."""
    return FIRST_ACCOUNT + person_id


def progress_rows(folder: Path) -> dict[Period, list[ProgressRow]]:
    """The sample reports by month."""
    parsed = read_workbook(folder / PROGRESS, PROGRESS, default_year=2026)
    months: dict[Period, list[ProgressRow]] = {}
    for row in parsed.progress:
        months.setdefault(Period.parse(row.period), []).append(row)
    return months


async def has_lists(db: Database) -> bool:
    """Whether any list was imported before."""
    async with db.read() as session:
        return bool(await session.scalar(select(func.count()).select_from(Indicator)))


async def load_lists(db: Database, folder: Path, now: datetime) -> None:
    """Import the sample scheme, lists and roster as of `now`."""
    await import_paths(db, Cause(now), [folder / name for name in LISTS])


async def load_months(db: Database, folder: Path, upto: Period) -> None:
    """Record the sample reports of all months before `upto`, each in the afternoon of its 24th."""
    for period, rows in sorted(progress_rows(folder).items()):
        if period < upto:
            day, end = (
                datetime.combine(date, REPORTED_AT, office_zone()).astimezone(UTC)
                for date in (period.day(24), period.last_day)
            )
            await record_progress(db, Cause(day), rows)
            # By the month's last day what is missing counts as missing, wherever holidays have moved the due date.
            async with db.write() as session:
                await evaluate_all(session, Cause(end))


async def bind_everybody(db: Database, now: datetime, *, but: Sequence[str] = ()) -> list[SamplePerson]:
    """Bind every person of the roster to an account of their own, except those in the posts named in `but`."""
    async with db.write() as session:
        held = {item.person_id: item for item in await holders(session)}
        bound = set(await session.scalars(select(Account.person_id).where(Account.unbound_at.is_(None))))
        for person_id, item in held.items():
            if person_id not in bound and item.post not in but:
                account = account_of(person_id)
                session.add(
                    Account(
                        person_id=person_id,
                        telegram_user_id=account,
                        chat_id=account,
                        bound_at=now - timedelta(days=30),
                    )
                )
    return [_sample(item) for item in held.values()]


def _sample(item: Holder) -> SamplePerson:
    return SamplePerson(account_of(item.person_id), item.person, str(item.role), item.post, item.unit)
