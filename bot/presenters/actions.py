"""Typed inline buttons: one frozen dataclass per button, packed into at most 64 bytes of callback data.

A field is an int, a bool or a short text without the separator. A row version inside makes a stale button harmless:
whoever handles it reloads the row and compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import ClassVar, Self, get_type_hints

LIMIT_BYTES = 64
SEPARATOR = ":"
# As many digits as always fit into the database's integers.
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True)
class Action:
    """Base of all buttons. `prefix` is unique among them and never reused for another meaning."""

    prefix: ClassVar[str]

    def pack(self) -> str:
        """The callback data. Raises ValueError beyond 64 bytes or for a text that holds the separator."""
        parts = [self.prefix]
        for value in vars(self).values():
            text = str(int(value)) if isinstance(value, bool) else str(value)
            if SEPARATOR in text:
                raise ValueError(f"{text!r} holds the separator")
            parts.append(text)
        packed = SEPARATOR.join(parts)
        if len(packed.encode()) > LIMIT_BYTES:
            raise ValueError(f"{packed!r} is longer than {LIMIT_BYTES} bytes")
        return packed

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """The action that `data` packs; None when it is another one, has another shape, or was tampered with."""
        prefix, *parts = data.split(SEPARATOR)
        if prefix != cls.prefix:
            return None
        names = [field.name for field in fields(cls)]
        if len(parts) != len(names):
            return None
        hints = get_type_hints(cls)
        values: dict[str, object] = {}
        for name, part in zip(names, parts, strict=True):
            if hints[name] is bool:
                if part not in ("0", "1"):
                    return None
                values[name] = part == "1"
            elif hints[name] is int:
                if not _NUMBER.fullmatch(part):
                    return None
                values[name] = int(part)
            else:
                values[name] = part
        return cls(**values)


@dataclass(frozen=True)
class ShowCard(Action):
    """The card of an indicator."""

    prefix: ClassVar[str] = "card"
    indicator_id: int


@dataclass(frozen=True)
class ShowMine(Action):
    """A page of the person's own indicators."""

    prefix: ClassVar[str] = "mine"
    page: int


@dataclass(frozen=True)
class ShowWarnings(Action):
    """A page of the open warnings."""

    prefix: ClassVar[str] = "warn"
    page: int


@dataclass(frozen=True)
class ShowHits(Action):
    """A further page of a search. `query` travels along, so a long one has no pages."""

    prefix: ClassVar[str] = "hits"
    page: int
    query: str


@dataclass(frozen=True)
class StartReport(Action):
    """Begin to report an indicator."""

    prefix: ClassVar[str] = "rep"
    indicator_id: int


@dataclass(frozen=True)
class ReportNoChange(Action):
    """Report the period with last month's value, as a preview to confirm, or at once from the list (`direct`)."""

    prefix: ClassVar[str] = "same"
    indicator_id: int
    year: int
    month: int


@dataclass(frozen=True)
class ShowOpenReports(Action):
    """A page of what the person still has to report."""

    prefix: ClassVar[str] = "todo"
    page: int


@dataclass(frozen=True)
class SendSheet(Action):
    """The unit's open reports as a workbook."""

    prefix: ClassVar[str] = "sheet"


@dataclass(frozen=True)
class ConfirmDraft(Action):
    """Accept the draft as shown in the preview; `version` is the draft's row version."""

    prefix: ClassVar[str] = "ok"
    version: int


@dataclass(frozen=True)
class EditDraft(Action):
    """Change one field of the draft: value, problem, leader or measure."""

    prefix: ClassVar[str] = "edit"
    field: str
    version: int


@dataclass(frozen=True)
class ToggleNode(Action):
    """Tick or untick a milestone node in the draft."""

    prefix: ClassVar[str] = "node"
    position: int
    version: int


@dataclass(frozen=True)
class ChooseIndicator(Action):
    """Say which of several indicators a typed value belongs to."""

    prefix: ClassVar[str] = "pick"
    indicator_id: int
    version: int


@dataclass(frozen=True)
class CancelDraft(Action):
    """Throw the draft away."""

    prefix: ClassVar[str] = "drop"
    version: int


@dataclass(frozen=True)
class CorrectReport(Action):
    """Correct a report that is already in."""

    prefix: ClassVar[str] = "fix"
    report_id: int


@dataclass(frozen=True)
class Acknowledge(Action):
    """签收 of an order at the grade that was shown (`severity`)."""

    prefix: ClassVar[str] = "ack"
    order_id: int
    severity: int


@dataclass(frozen=True)
class AcknowledgeAll(Action):
    """签收 of everything that the person was told of up to this moment (seconds since 1970)."""

    prefix: ClassVar[str] = "acks"
    told_until: int


@dataclass(frozen=True)
class StartDirective(Action):
    """Begin a directive on an indicator; the text is typed next."""

    prefix: ClassVar[str] = "dir"
    indicator_id: int


@dataclass(frozen=True)
class RemindToggle(Action):
    """Deselect or select a person in the office's reminder; the selection lives in the draft."""

    prefix: ClassVar[str] = "rt"
    person_id: int
    version: int


@dataclass(frozen=True)
class RemindPage(Action):
    """Another page of the office's reminder."""

    prefix: ClassVar[str] = "rp"
    page: int
    version: int


@dataclass(frozen=True)
class RemindSend(Action):
    """Send the reminder to those selected; `again` after the question about a recent one."""

    prefix: ClassVar[str] = "rs"
    version: int
    again: bool


@dataclass(frozen=True)
class DecideBinding(Action):
    """The office's answer to a second account on a post."""

    prefix: ClassVar[str] = "bind"
    request_id: int
    approve: bool


@dataclass(frozen=True)
class SettleUncertain(Action):
    """The office's word on a push without a receipt: send it again, or leave it."""

    prefix: ClassVar[str] = "unc"
    push_id: int
    again: bool


@dataclass(frozen=True)
class Noop(Action):
    """A button that only shows something, such as a page number."""

    prefix: ClassVar[str] = "nop"
