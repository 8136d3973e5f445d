"""What an urging says, from the state of the day."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import NotFound
from bot.presenters.push_notes import UrgeNote, present_urge
from bot.presenters.push_urge import present_urge_of
from bot.presenters.remind import Owed, UrgeMatter
from bot.presenters.reply import Reply
from bot.services.digest_morning import Morning


def urge_note(morning: Morning, indicator_ids: Sequence[int], words: str = "") -> UrgeNote:
    """What an urging says of these indicators' reports. Raises NotFound where no month is asked for."""
    if morning.period is None or morning.window is None:
        raise NotFound("no month is asked for")
    return UrgeNote(
        period=morning.period,
        due=morning.window.due,
        days_overdue=morning.days_overdue,
        indicator_ids=tuple(indicator_ids),
        names=tuple(morning.roster.answering[key].name for key in indicator_ids),
        repeatable=frozenset(key for key in indicator_ids if key in morning.repeatable),
        words=words,
    )


def urge_reply(morning: Morning, matter: UrgeMatter, owed: Sequence[Owed], words: str) -> Reply:
    """The urging of one person. Raises NotFound where reports are asked for and no month is."""
    if matter is UrgeMatter.REPORT:
        return present_urge(urge_note(morning, [item.key for item in owed], words))
    return present_urge_of(matter, tuple(owed), words)
