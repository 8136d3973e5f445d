"""Units and leaders as they are typed around a meeting, and the meeting as answers name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import meetings, task_book
from bot.db.tables import Meeting, Post
from bot.domain.errors import NotFound, Refused
from bot.domain.kinds import Role
from bot.domain.meeting import MeetingState
from bot.presenters.meeting_said import MeetingNamed
from bot.reading.meeting_text import EDGES, apart
from bot.reading.named import NamedItem
from bot.reading.search import NameIndex
from bot.services.year import office_zone


@dataclass(frozen=True)
class Owner:
    """Who is meant: a unit, or a leader's post."""

    name: str
    unit_id: int | None = None
    post_id: int | None = None


class Names:
    """The units and the leaders' posts of the district, by what people call them."""

    def __init__(self, units: dict[int, str], posts: dict[int, str]) -> None:
        self._owners = [
            *(Owner(name, unit_id=key) for key, name in units.items()),
            *(Owner(name, post_id=key) for key, name in posts.items()),
        ]

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex(NamedItem(place, owner.name) for place, owner in enumerate(self._owners))

    def find(self, word: str) -> Owner | None:
        """The one that a word names beyond doubt."""
        winner = self._index.find(word).winner if word else None
        return self._owners[winner.item.id] if winner else None

    def head(self, words: str) -> tuple[tuple[Owner, ...], str]:
        """Whom the words begin with, one or several, and what follows: ("区发改局、区财政局 报方案")."""
        first, _, rest = words.partition(" ")
        for candidate, after in ((first, rest), self._glued(words)):
            parts = apart(candidate.strip(EDGES))
            found = [self.find(part) for part in parts]
            if found and all(found):
                return tuple(owner for owner in found if owner), after.strip(EDGES)
        return (), words

    def _glued(self, words: str) -> tuple[str, str]:
        """A full name with what follows written on to it: 区发改局完成…, 区发改局：完成…."""
        names = sorted((owner.name for owner in self._owners if words.startswith(owner.name)), key=len)
        return (names[-1], words[len(names[-1]) :]) if names else ("", words)


async def names_of(session: AsyncSession) -> Names:
    """All of them, in office now."""
    query = select(Post.id, Post.name).where(Post.role == Role.LEADER.value, Post.closed_at.is_(None)).order_by(Post.id)
    posts = {row[0]: row[1] for row in await session.execute(query)}
    return Names(await task_book.units(session), posts)


async def meeting_of(session: AsyncSession, meeting_id: int) -> Meeting:
    """That meeting. Raises NotFound, and Refused for one that was cancelled."""
    found = await meetings.one(session, meeting_id)
    if found is None:
        raise NotFound(meeting_id=meeting_id)
    if found.state == MeetingState.CANCELLED:
        raise Refused("errors_meeting.cancelled")
    return found


def named(meeting: Meeting) -> MeetingNamed:
    """The meeting as answers name it."""
    return MeetingNamed(
        id=meeting.id,
        kind=meeting.kind,
        at=meeting.at.astimezone(office_zone()),
        place=meeting.place,
        state=meeting.state,
        version=meeting.row_version,
    )


def ids(stored: Iterable[object]) -> tuple[int, ...]:
    """Ids as they lie in a meeting's row or a draft."""
    return tuple(int(str(key)) for key in stored)
