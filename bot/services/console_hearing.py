"""What the office types to run its console: urging, notices, posts, groups, the two lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.errors import InvalidInput
from bot.domain.rights import Action, Scope, scope_of
from bot.presenters.remind import EverybodyReported, RemindList, UrgeMatter, UrgeRecord
from bot.reading.urge_text import UrgeText, is_record, matter_named, read_urge
from bot.services import reminding, urge_record
from bot.services.hearing import Hearing
from bot.services.year import office_zone

Said = RemindList | EverybodyReported | UrgeRecord


async def answers_console(one: Hearing) -> Said | None:
    """The answer where the words are the console's; None for anything else, and for who has no such right."""
    for means in HEARS:
        said = await means(one)
        if said is not None:
            return said
    return None


async def _about_urging(one: Hearing) -> Said | None:
    if scope_of(one.cause.actor.actor, Action.REMIND) is Scope.NONE:
        return None
    if is_record(one.text):
        return await urge_record.record(one.db, one.cause)
    matter = matter_named(one.text)
    if matter is not None and one.push is None:
        return await reminding.open_remind(one.db, one.cause, UrgeMatter(matter))
    kept = one.kept
    if kept is None or kept.kind != reminding.KIND or one.push is not None:
        return None
    said = read_urge(one.text, one.cause.now, office_zone())
    if said is None and kept.awaiting is not None and (one.intent is None or one.rest):
        if kept.awaiting == "when":
            raise InvalidInput("errors_remind.when")
        said = UrgeText(words=" ".join(one.text.split()))
    return await reminding.say_of_urge(one.db, one.cause, said) if said is not None else None


HEARS: tuple[Callable[[Hearing], Awaitable[Said | None]], ...] = (_about_urging,)
