"""Buttons around the review of reports. A report's id is its version: a correction is another report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class ApproveReport(Action):
    """通过, or 审签 by the head."""

    prefix: ClassVar[str] = "rok"
    report_id: int


@dataclass(frozen=True)
class ReturnReport(Action):
    """退回; the reason is asked for."""

    prefix: ClassVar[str] = "rno"
    report_id: int


@dataclass(frozen=True)
class ShowReview(Action):
    """One report with all that speaks for and against it."""

    prefix: ClassVar[str] = "rvw"
    report_id: int


@dataclass(frozen=True)
class ShowReviewQueue(Action):
    """A page of what waits."""

    prefix: ClassVar[str] = "rvq"
    page: int


@dataclass(frozen=True)
class PreviewBatch(Action):
    """What would be approved at once. `page`: where it was pressed."""

    prefix: ClassVar[str] = "rba"
    page: int


@dataclass(frozen=True)
class ApproveBatch(Action):
    """Approve what the preview of this draft showed."""

    prefix: ClassVar[str] = "rbo"
    version: int


@dataclass(frozen=True)
class SetPeriod(Action):
    """Freeze the month, or open it again, as the draft of this version says."""

    prefix: ClassVar[str] = "pset"
    version: int


@dataclass(frozen=True)
class SkipReport(Action):
    """跳过: go on with the next one that is asked for."""

    prefix: ClassVar[str] = "skip"
    indicator_id: int
