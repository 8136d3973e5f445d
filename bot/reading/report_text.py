"""Takes a typed report apart: which indicator, which value, what is wrong, who should help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.named import NamedItem
from bot.reading.quantity import Quantity


@dataclass(frozen=True, slots=True)
class ReportText:
    """What one reply says about one indicator; every field may be missing.

    `indicator_hint` is the typed name, `item` the indicator it names beyond doubt, `candidates` those it may name.
    `coordinate` is the whole request for help, `coordinate_leader` the post or unit named in it.
    """

    indicator_hint: str | None = None
    item: NamedItem | None = None
    candidates: tuple[NamedItem, ...] = ()
    quantity: Quantity | None = None
    same_as_last: bool = False
    nodes_done: tuple[str, ...] = ()
    problem: str | None = None
    coordinate: str | None = None
    coordinate_leader: str | None = None
    measure: str | None = None
    expected: Quantity | None = None

    @property
    def has_value(self) -> bool:
        """Whether something was reported, and not only told."""
        return self.quantity is not None or self.same_as_last or bool(self.nodes_done)


def read_report(text: str, names: Sequence[NamedItem]) -> ReportText | None:
    """One report from `text`; None where there is nothing in it."""
    raise NotImplementedError


def read_reports(text: str, names: Sequence[NamedItem]) -> list[ReportText]:
    """One report for each indicator that `text` names, line by line."""
    raise NotImplementedError
