"""Buttons of the evidence ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class FileEvidence(Action):
    """File what was sent under this indicator. `version`: of the draft that asks."""

    prefix: ClassVar[str] = "evfile"
    indicator_id: int
    version: int


@dataclass(frozen=True)
class FetchEvidence(Action):
    """Send the file."""

    prefix: ClassVar[str] = "evget"
    evidence_id: int


@dataclass(frozen=True)
class WithdrawEvidence(Action):
    """Take a piece out of the ledger again."""

    prefix: ClassVar[str] = "evdrop"
    evidence_id: int


@dataclass(frozen=True)
class ShowEvidence(Action):
    """The ledger of an indicator."""

    prefix: ClassVar[str] = "evlist"
    indicator_id: int
    page: int


@dataclass(frozen=True)
class PackEvidence(Action):
    """The ledger of the year as a zip, for the office."""

    prefix: ClassVar[str] = "evzip"
    year: int
