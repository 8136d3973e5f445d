"""What an urging says, from the state of the month."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import NotFound
from bot.presenters.push_notes import UrgeNote
from bot.services.digest_morning import Morning


def urge_note(morning: Morning, indicator_ids: Sequence[int]) -> UrgeNote:
    """What an urging says of these indicators. Raises NotFound where no month is asked for."""
    if morning.period is None or morning.window is None:
        raise NotFound("no month is asked for")
    return UrgeNote(
        period=morning.period,
        due=morning.window.due,
        days_overdue=morning.days_overdue,
        indicator_ids=tuple(indicator_ids),
        names=tuple(morning.roster.answering[key].name for key in indicator_ids),
        repeatable=frozenset(key for key in indicator_ids if key in morning.repeatable),
    )
