"""Binding a messenger account to a person: what can come of a code, and how often it may be tried."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.kinds import Role

TRIES = 5
WINDOW = timedelta(minutes=10)
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Bound:
    """The account now speaks for the person; or did so before (`again`)."""

    person_id: int
    name: str
    post: str
    unit: str | None
    role: Role
    again: bool = False


@dataclass(frozen=True, slots=True)
class WrongCode:
    """No such code was ever issued."""


@dataclass(frozen=True, slots=True)
class ExpiredCode:
    """The code is past its time, or a newer one took its place (`replaced`)."""

    expired_at: datetime
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class UsedCode:
    """The code has bound somebody before."""


@dataclass(frozen=True, slots=True)
class AsksOffice:
    """Another account is bound to the person: the office decides. `again`: it was asked before."""

    post: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class AccountTaken:
    """This account speaks for somebody else already."""

    name: str
    post: str


Outcome = Bound | WrongCode | ExpiredCode | UsedCode | AsksOffice | AccountTaken


@dataclass(frozen=True, slots=True)
class Decided:
    """The office's decision on a second account. `by`: who had decided before, when that was somebody else."""

    approved: bool
    person: str
    post: str
    account: str
    before: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """Who a bound person is to Baton."""

    name: str
    posts: tuple[str, ...]
    units: tuple[str, ...]
    role: Role
    bound_since: datetime | None


class Try(Enum):
    """Whether a code may be tried now."""

    ALLOWED = "allowed"
    TOLD = "told"  # too many: say so
    SILENT = "silent"  # too many, and it was said


@dataclass
class Tries:
    """Wrong codes of each account of the last ten minutes, in memory: enough to make guessing hopeless."""

    wrong: OrderedDict[int, list[datetime]] = field(default_factory=OrderedDict)
    told: set[int] = field(default_factory=set)

    def may_try(self, user_id: int, now: datetime) -> Try:
        """Whether this account may try a code."""
        recent = [at for at in self.wrong.get(user_id, ()) if now - WINDOW < at <= now]
        if len(recent) < TRIES:
            self.told.discard(user_id)
            return Try.ALLOWED
        if user_id in self.told:
            return Try.SILENT
        self.told.add(user_id)
        return Try.TOLD

    def failed(self, user_id: int, now: datetime) -> None:
        """Count a code that was wrong."""
        recent = [at for at in self.wrong.pop(user_id, ()) if now - WINDOW < at <= now]
        self.wrong[user_id] = [*recent, now][-TRIES:]
        while len(self.wrong) > REMEMBERED:
            forgotten, _ = self.wrong.popitem(last=False)
            self.told.discard(forgotten)
