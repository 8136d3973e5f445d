"""The kind that a list states goes before the kind that the wording speaks for."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.kinds import Direction, Kind
from bot.reading.target_kind import direction_of
from bot.sheets.log import Log
from bot.sheets.records import CurvePoint, IndicatorRow, Note

_CONTROLS = {Kind.CUMULATIVE: Kind.CONTROL_CUMULATIVE, Kind.LEVEL: Kind.CONTROL_LEVEL, Kind.GROWTH: Kind.CONTROL_LEVEL}
_WITHOUT_NUMBER = frozenset({Kind.MILESTONE, Kind.MANUAL})


def with_kind(indicator: IndicatorRow, kind: Kind, curve: tuple[CurvePoint, ...], log: Log) -> IndicatorRow:
    """The indicator as the stated kind. Where the target speaks against it the target decides, and a note says so."""
    settled = _settled(indicator, kind)
    if settled is not kind:
        at = indicator.source
        params = {"name": indicator.name, "target": indicator.target_text}
        log.notes.append(Note(at.file, at.sheet, at.cell, "kind_against_target", params))
    return replace(indicator, kind=settled, direction=direction_of(settled), curve=curve, kind_stated=True)


def _settled(indicator: IndicatorRow, kind: Kind) -> Kind:
    if indicator.target is None:
        # Text cannot be measured; nodes and plain words say which of the two kinds without a number it is.
        return kind if kind in _WITHOUT_NUMBER else indicator.kind
    if indicator.kind is Kind.EVENT and kind in (*_CONTROLS, *_CONTROLS.values()):
        return Kind.EVENT
    if indicator.direction is Direction.LOWER:
        return _CONTROLS.get(kind, kind)
    return kind
