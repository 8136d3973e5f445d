"""Who is told: from a grade, or a stage of the monthly report, to posts. Who holds a post comes later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.reporting import Stage
from bot.domain.scheme import Relation, Scheme

# The posts of an indicator by how they stand to it; a relation without a post is missing or empty.
Posts = Mapping[Relation, tuple[int, ...]]
NOBODY_NAMED: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A post that is told. `digest_only`: a line in its daily digest, never a push of its own."""

    post_id: int
    relation: Relation
    digest_only: bool = False


def told_of_grade(
    scheme: Scheme, grade: str, posts: Posts, named: Mapping[str, int] = NOBODY_NAMED
) -> tuple[Recipient, ...]:
    """Who is told that the indicator has this grade, in the scheme's order, each post once, nearest relation first.

    `named`: the posts that the scheme names one by one and that may see every indicator, by name.
    """
    duty = scheme.duty(grade)
    if duty is None:
        return ()
    pushed = [(relation, False) for relation in duty.recipients]
    told = _once([*pushed, *((relation, True) for relation in duty.digest_only)], posts)
    known = {recipient.post_id for recipient in told if not recipient.digest_only}
    extra = [named[name] for name in duty.posts if name in named and named[name] not in known]
    kept = tuple(recipient for recipient in told if recipient.post_id not in extra)
    return (*kept, *(Recipient(post_id, Relation.NAMED) for post_id in dict.fromkeys(extra)))


def told_of_report(scheme: Scheme, stage: Stage, posts: Posts) -> tuple[Recipient, ...]:
    """Who is reminded of the monthly report; where a post is vacant, its stand-in."""
    rules = scheme.reporting
    stand_ins = dict(rules.stand_ins)
    wanted = rules.remind_late_to if stage is Stage.OVERDUE else rules.remind_to
    return _once(
        [(relation if posts.get(relation) else stand_ins.get(relation, relation), False) for relation in wanted], posts
    )


def _once(wanted: Iterable[tuple[Relation, bool]], posts: Posts) -> tuple[Recipient, ...]:
    chosen: dict[int, Recipient] = {}
    for relation, digest_only in wanted:
        for post_id in posts.get(relation, ()):
            chosen.setdefault(post_id, Recipient(post_id, relation, digest_only))
    return tuple(chosen.values())


# Who passes on what does not reach somebody, after whom the scheme names: the nearest who answers with them.
_NEAREST: Mapping[Relation, tuple[Relation, ...]] = {
    Relation.CONTACT: (Relation.DEPUTY, Relation.HEAD),
    Relation.LEAD_CONTACT: (Relation.LEAD_HEAD, Relation.HEAD),
    Relation.DEPUTY: (Relation.HEAD, Relation.CONTACT),
    Relation.HEAD: (Relation.DEPUTY, Relation.CONTACT),
    Relation.LEAD_HEAD: (Relation.LEAD_CONTACT,),
    Relation.RESPONSIBLE_LEADER: (Relation.OFFICE_DIRECTOR,),
    Relation.MAIN_LEADERS: (Relation.OFFICE_DIRECTOR,),
}


def stand_ins(scheme: Scheme, relation: Relation, posts: Posts) -> tuple[int, ...]:
    """The posts that may pass on what does not reach the one that stands so to the indicator, the nearest first."""
    rules = (*scheme.escalation.stand_ins, *scheme.reporting.stand_ins)
    named = [stand_in for post, stand_in in rules if post is relation]
    wanted = (*named, *_NEAREST.get(relation, ()))
    return tuple(dict.fromkeys(post_id for nearest in wanted for post_id in posts.get(nearest, ())))
