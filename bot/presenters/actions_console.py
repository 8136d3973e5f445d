"""Buttons of the office's console: urging, notices, changes of post, groups, points of the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class RemindMatter(Action):
    """The list of who owes something else: report, order, task, evidence."""

    prefix: ClassVar[str] = "rmat"
    matter: str


@dataclass(frozen=True)
class AskOfUrge(Action):
    """Ask for the office's own sentence (`words`) or for a time (`when`)."""

    prefix: ClassVar[str] = "rask"
    what: str
    version: int


@dataclass(frozen=True)
class ShowUrges(Action):
    """A page of the record of urgings."""

    prefix: ClassVar[str] = "rrec"
    page: int


@dataclass(frozen=True)
class CancelUrge(Action):
    """Take back an urging that has not left."""

    prefix: ClassVar[str] = "rcan"
    urge_id: int


@dataclass(frozen=True)
class SendNotice(Action):
    """Send the notice of the preview."""

    prefix: ClassVar[str] = "nsend"
    version: int


@dataclass(frozen=True)
class AcknowledgeNotice(Action):
    """收到 of a notice."""

    prefix: ClassVar[str] = "nack"
    notice_id: int


@dataclass(frozen=True)
class ShowNotice(Action):
    """Who has acknowledged a notice."""

    prefix: ClassVar[str] = "nshow"
    notice_id: int


@dataclass(frozen=True)
class ShowNotices(Action):
    """The newest notices."""

    prefix: ClassVar[str] = "nlist"
    page: int


@dataclass(frozen=True)
class RepeatNotice(Action):
    """Remind those who have not acknowledged."""

    prefix: ClassVar[str] = "nrep"
    notice_id: int


@dataclass(frozen=True)
class OfferBulletin(Action):
    """Preview the month's bulletin as a notice to `whom`: units or leaders."""

    prefix: ClassVar[str] = "bsend"
    whom: str
    year: int
    month: int


@dataclass(frozen=True)
class SendBulletin(Action):
    """Send the bulletin of the preview, with its picture."""

    prefix: ClassVar[str] = "bgo"
    version: int
    year: int
    month: int


@dataclass(frozen=True)
class ConfirmChange(Action):
    """Carry out the change of post of the preview."""

    prefix: ClassVar[str] = "succ"
    version: int


@dataclass(frozen=True)
class EndLeave(Action):
    """End a leave early."""

    prefix: ClassVar[str] = "lvend"
    leave_id: int


@dataclass(frozen=True)
class EndGroup(Action):
    """Unbind a group."""

    prefix: ClassVar[str] = "grend"
    group_id: int


@dataclass(frozen=True)
class ShowPoints(Action):
    """A page of the points of a unit (0: of all)."""

    prefix: ClassVar[str] = "pts"
    unit_id: int
    page: int


@dataclass(frozen=True)
class MarkPoint(Action):
    """Record what the draft says of a point."""

    prefix: ClassVar[str] = "ptok"
    version: int
