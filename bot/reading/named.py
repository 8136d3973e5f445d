"""A thing that people call by name in the chat: an indicator, as the readers and the search need it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedItem:
    """`measure` is the unit of measure (亿元), `owners` the units that answer for it, `nodes` its milestones.

    `incidents`: what it counts should not happen, so that 没有 and 零发生 report a zero.
    """

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    measure: str | None = None
    owners: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    incidents: bool = False
