"""The kinds of push and their priority. Each kind has its template of the same name."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class PushKind(StrEnum):
    """Why a message goes out to somebody who did not ask just now."""

    DIGEST = "digest"
    WARNING = "warning"
    URGE = "urge"
    PROBLEM = "problem"
    DIRECTIVE = "directive"
    BINDING_REQUEST = "binding_request"
    BINDING_DECIDED = "binding_decided"
    ALERT = "alert"
    UNREACHABLE = "unreachable"


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


class UpdateState(StrEnum):
    """Life of an inbox row."""

    RECEIVED = "received"
    EFFECTED = "effected"
    DONE = "done"
    PARKED = "parked"
