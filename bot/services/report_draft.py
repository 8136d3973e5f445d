"""The draft of a report as it lies in the database: plain values in JSON and back. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.presenters.report_said import Trouble

KIND = "report"


@dataclass(frozen=True)
class DraftItem:
    """One indicator's report so far. `base`: the report that it corrects; None for the first of its month.

    `ready`: a value was given, or none is needed; only then can it be confirmed. `message_id`: the typed message that
    it came from; None for one that only buttons began, which a later report puts aside. `said_month`: the month that
    was typed beside the value.
    """

    indicator_id: int
    period: str
    ready: bool = False
    value: Decimal | None = None
    nodes: tuple[int, ...] = ()
    no_change: bool = False
    problem: str | None = None
    measure: str | None = None
    coordinate: str | None = None
    leader_post_id: int | None = None
    leader: str | None = None
    note: str | None = None
    base: int | None = None
    message_id: int | None = None
    said_month: int | None = None


@dataclass(frozen=True)
class ReportDraft:
    """Reports that wait for one confirmation. `pending` and `choices`: a text that may belong to several indicators."""

    items: tuple[DraftItem, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    pending: str | None = None
    choices: tuple[int, ...] = ()

    def with_item(self, item: DraftItem) -> ReportDraft:
        """The draft with this item as the newest, in place of the one of the same indicator and month."""
        key = (item.indicator_id, item.period)
        others = (one for one in self.items if (one.indicator_id, one.period) != key)
        return replace(self, items=(*others, item))

    def item(self, indicator_id: int, period: str) -> DraftItem | None:
        """The item of that indicator and month."""
        return next((one for one in self.items if (one.indicator_id, one.period) == (indicator_id, period)), None)

    @property
    def newest(self) -> DraftItem | None:
        """The item that was begun last: the one that edits are about."""
        return self.items[-1] if self.items else None

    @property
    def missing(self) -> DraftItem | None:
        """The first item that still lacks its value."""
        return next((item for item in self.items if not item.ready), None)


def pack(draft: ReportDraft) -> dict[str, object]:
    """The draft as JSON values."""
    return {
        "items": [_pack_item(item) for item in draft.items],
        "troubles": [
            {"code": one.code, "params": {k: str(v) for k, v in one.params.items()}} for one in draft.troubles
        ],
        "pending": draft.pending,
        "choices": list(draft.choices),
    }


def unpack(payload: Mapping[str, Any]) -> ReportDraft:
    """The draft from its JSON values."""
    return ReportDraft(
        items=tuple(_unpack_item(item) for item in payload["items"]),
        troubles=tuple(Trouble(one["code"], one["params"]) for one in payload["troubles"]),
        pending=payload["pending"],
        choices=tuple(payload["choices"]),
    )


def _pack_item(item: DraftItem) -> dict[str, object]:
    values = {**vars(item), "nodes": list(item.nodes)}
    values["value"] = None if item.value is None else str(item.value)
    return values


def _unpack_item(values: Mapping[str, Any]) -> DraftItem:
    value = values["value"]
    return DraftItem(**{**values, "nodes": tuple(values["nodes"]), "value": None if value is None else Decimal(value)})
