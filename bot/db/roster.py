"""Who stands how to an indicator: its posts by relation, and who holds them now. Takes the session, never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.leaves import stand_ins_on
from bot.db.people import Holder, holders
from bot.db.tables import Indicator, IndicatorUnit, Unit
from bot.domain.kinds import Role, Side
from bot.domain.recipients import Posts
from bot.domain.scheme import Relation, Scheme

Sides = defaultdict[int, defaultdict[str, list[tuple[int, str]]]]
SEE_ALL = frozenset({Role.LEADER, Role.OFFICE, Role.ADMIN})


@dataclass(frozen=True)
class Answering:
    """Who answers for an indicator. A post that nobody holds is not among the `posts`."""

    indicator_id: int
    name: str
    posts: Posts
    lead_units: tuple[str, ...]
    cooperating_units: tuple[str, ...]
    responsible_post_id: int | None


@dataclass(frozen=True)
class Roster:
    """Everybody in office by post, and who answers for each of the indicators asked for."""

    by_post: Mapping[int, tuple[Holder, ...]]
    answering: Mapping[int, Answering]
    # The posts that the scheme names one by one, if they may see every indicator.
    named: Mapping[str, int] = field(default_factory=dict)

    def of_post(self, post_id: int) -> tuple[Holder, ...]:
        """Who holds the post; empty when it is vacant."""
        return self.by_post.get(post_id, ())

    def of(self, indicator_id: int, relation: Relation) -> tuple[Holder, ...]:
        """Who stands so to the indicator."""
        posts = self.answering[indicator_id].posts.get(relation, ())
        return tuple(holder for post_id in posts for holder in self.of_post(post_id))

    def by_person(self) -> dict[int, tuple[Holder, ...]]:
        """Everybody's posts."""
        found: dict[int, list[Holder]] = defaultdict(list)
        for held in self.by_post.values():
            for holder in held:
                found[holder.person_id].append(holder)
        return {key: tuple(value) for key, value in found.items()}


async def roster_for(
    session: AsyncSession, scheme: Scheme, indicator_ids: Iterable[int], on: date | None = None
) -> Roster:
    """The roster around these indicators, in three queries whatever their number.

    `on`: with a day, whoever is on leave that day is replaced by the stand-in.
    """
    everybody = await holders(session)
    if on is not None:
        everybody = _with_stand_ins(everybody, await stand_ins_on(session, on))
    by_post = _by_post(everybody)
    ids = list(indicator_ids)
    sides = await _sides(session, ids)
    district = _district_posts(scheme, everybody)
    by_unit = _unit_posts(everybody)
    answering = {}
    query = select(Indicator.id, Indicator.name, Indicator.responsible_post_id).where(Indicator.id.in_(ids))
    for indicator_id, name, leader in await session.execute(query):
        lead = sides[indicator_id][Side.LEAD]
        posts = {**district, **_posts_of_units([unit_id for unit_id, _ in lead], by_unit)}
        if leader in by_post:
            posts[Relation.RESPONSIBLE_LEADER] = (leader,)
        cooperating = sides[indicator_id][Side.COOPERATING]
        if helping := _contacts_of([unit_id for unit_id, _ in cooperating], by_unit):
            posts[Relation.COOPERATING_CONTACT] = helping
        answering[indicator_id] = Answering(
            indicator_id=indicator_id,
            name=name,
            posts=posts,
            lead_units=tuple(unit for _, unit in lead),
            cooperating_units=tuple(unit for _, unit in cooperating),
            responsible_post_id=leader,
        )
    return Roster(by_post, answering, _named_posts(scheme, everybody))


def _named_posts(scheme: Scheme, everybody: Iterable[Holder]) -> dict[str, int]:
    wanted = {name for duty in scheme.duties for name in duty.posts}
    return {holder.post: holder.post_id for holder in everybody if holder.post in wanted and holder.role in SEE_ALL}


def _contacts_of(unit_ids: Iterable[int], by_unit: Mapping[tuple[int, Relation], list[int]]) -> tuple[int, ...]:
    found = [post_id for unit_id in unit_ids for post_id in by_unit.get((unit_id, Relation.CONTACT), [])]
    return tuple(dict.fromkeys(found))


async def _sides(session: AsyncSession, ids: Sequence[int]) -> Sides:
    """The units of each indicator by their part in it, as id and name."""
    sides: Sides = defaultdict(lambda: defaultdict(list))
    units = (
        select(IndicatorUnit.indicator_id, IndicatorUnit.side, Unit.id, Unit.name)
        .join(Unit, Unit.id == IndicatorUnit.unit_id)
        .where(IndicatorUnit.indicator_id.in_(ids))
        .order_by(IndicatorUnit.position)
    )
    for indicator_id, side, unit_id, unit in await session.execute(units):
        sides[indicator_id][side].append((unit_id, unit))
    return sides


def _by_post(everybody: Iterable[Holder]) -> dict[int, tuple[Holder, ...]]:
    found: dict[int, list[Holder]] = defaultdict(list)
    for holder in everybody:
        found[holder.post_id].append(holder)
    return {key: tuple(value) for key, value in found.items()}


def _with_stand_ins(everybody: list[Holder], stand_ins: Mapping[int, int]) -> list[Holder]:
    """The stand-in in the posts of whoever is away; one whose stand-in is away too goes on to the next."""
    if not stand_ins:
        return everybody
    people = {holder.person_id: holder for holder in everybody}
    found = []
    for holder in everybody:
        person_id, passed = holder.person_id, {holder.person_id}
        while (following := stand_ins.get(person_id)) is not None and following not in passed:
            person_id = following
            passed.add(person_id)
        other = people.get(person_id)
        if other is None or person_id == holder.person_id:
            found.append(holder)
        else:
            named = replace(holder, person_id=other.person_id, person=other.person)
            found.append(replace(named, chat_id=other.chat_id, menu_role=other.menu_role))
    return found


def _unit_posts(everybody: Iterable[Holder]) -> dict[tuple[int, Relation], list[int]]:
    found: dict[tuple[int, Relation], list[int]] = defaultdict(list)
    for holder in everybody:
        relation = _relation(holder)
        if holder.unit_id is not None and relation is not None:
            found[holder.unit_id, relation].append(holder.post_id)
    return found


def _relation(holder: Holder) -> Relation | None:
    if holder.role == Role.CONTACT:
        return Relation.CONTACT
    if holder.role == Role.HEAD:
        return Relation.DEPUTY if holder.deputy else Relation.HEAD
    return None


def _posts_of_units(
    unit_ids: Iterable[int], by_unit: Mapping[tuple[int, Relation], list[int]]
) -> dict[Relation, tuple[int, ...]]:
    found: dict[Relation, list[int]] = defaultdict(list)
    for unit_id in unit_ids:
        for relation in (Relation.CONTACT, Relation.DEPUTY, Relation.HEAD):
            found[relation] += by_unit.get((unit_id, relation), [])
    posts = {relation: tuple(dict.fromkeys(post_ids)) for relation, post_ids in found.items() if post_ids}
    if Relation.CONTACT in posts:
        # The lead unit is the one that reports.
        posts[Relation.LEAD_CONTACT] = posts[Relation.CONTACT]
    if Relation.HEAD in posts:
        posts[Relation.LEAD_HEAD] = posts[Relation.HEAD]
    return posts


def _district_posts(scheme: Scheme, everybody: Iterable[Holder]) -> dict[Relation, tuple[int, ...]]:
    directors, main, office = [], [], []
    for holder in everybody:
        if holder.role == Role.OFFICE:
            office.append(holder.post_id)
        if holder.role == Role.OFFICE and holder.title in scheme.office_director_titles:
            directors.append(holder.post_id)
        if holder.role == Role.LEADER and holder.title in scheme.main_leader_titles:
            main.append(holder.post_id)
    posts = {Relation.OFFICE_DIRECTOR: directors, Relation.MAIN_LEADERS: main, Relation.OFFICE: office}
    return {relation: tuple(dict.fromkeys(found)) for relation, found in posts.items() if found}
