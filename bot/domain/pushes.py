"""The kinds of push and their priority. Each kind has its template of the same name."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, StrEnum

# What was decided longer ago than this is decided anew before it leaves: after an outage it may not be true any more.
REDECIDE_AFTER = timedelta(minutes=30)
# What the second channel could not deliver for so long is given up: by then it has been said in other ways.
SECOND_LASTS = timedelta(days=1)


class PushKind(StrEnum):
    """Why a message goes out to somebody who did not ask just now."""

    DIGEST = "digest"
    WARNING = "warning"
    URGE = "urge"
    PROBLEM = "problem"
    DIRECTIVE = "directive"
    ORDER = "order"
    TASK = "task"
    SILENCE = "silence"
    ADJUSTMENT = "adjustment"
    BINDING_REQUEST = "binding_request"
    BINDING_DECIDED = "binding_decided"
    ALERT = "alert"
    UNREACHABLE = "unreachable"
    BULLETIN = "bulletin"
    BRIEF = "brief"
    CALENDAR = "calendar"
    MEETING = "meeting"
    NOTICE = "notice"
    UNCERTAIN = "uncertain"
    RETURNED = "returned"
    REVIEW = "review"


class Priority(IntEnum):
    """Smaller goes first."""

    RED = 0
    ROUTINE = 10
    BULK = 20


class PushState(StrEnum):
    """Life of an outbox row."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """The way by which a push goes out."""

    TELEGRAM = "telegram"
    SECOND = "second"


class Act(StrEnum):
    """What a row of the outbox does."""

    SEND = "send"
    EDIT = "edit"


class UpdateState(StrEnum):
    """Life of an inbox row."""

    RECEIVED = "received"
    EFFECTED = "effected"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"
