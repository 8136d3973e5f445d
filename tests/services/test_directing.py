"""批示 and problems that need a leader: who hears of them, when, and what stays on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db import drafts
from bot.db.engine import Database
from bot.db.tables import Problem, Push, Report, Task
from bot.domain.errors import Expired, InvalidInput, NotAllowed
from bot.domain.period import Period
from bot.presenters.warning import DirectiveGiven, DirectiveOfWhat, DirectivePrompt, present_directive
from bot.services.directing import direct, finish_directive, say, start_directive
from bot.services.evaluating import evaluate
from bot.services.problem_raising import raise_problem
from tests.services.warned_district import INVESTMENT, UPGRADES, District, small_district


async def test_a_directive_reaches_the_unit_and_the_office(db: Database) -> None:
    district = await small_district(db)
    cause = await district.cause("2026-10-22 10:00", "leader")
    given = await direct(db, cause, district.indicators[INVESTMENT], "尽快解决征地问题")
    pushes = await district.pushes(kind="directive")
    assert {push.person_id for push in pushes} == {
        district.persons[who] for who in ("contact", "head", "director", "clerk")
    }
    assert all("尽快解决征地问题" in push.text and "常务副区长" in push.text for push in pushes)
    assert "转区发改局办理" in present_directive(given).text
    assert await district.count(Task) == 1


async def test_only_the_responsible_leader_and_the_main_leaders_may(db: Database) -> None:
    district = await small_district(db)
    for who in ("other leader", "head", "clerk"):
        with pytest.raises(NotAllowed):
            await direct(db, await district.cause("2026-10-22 10:00", who), district.indicators[INVESTMENT], "快")
    await direct(db, await district.cause("2026-10-22 10:00", "mayor"), district.indicators[INVESTMENT], "快")


async def test_the_words_come_after_the_button(db: Database) -> None:
    district = await small_district(db)
    cause = await district.cause("2026-10-22 19:00", "leader")
    begun = await start_directive(db, cause, district.indicators[INVESTMENT])
    assert INVESTMENT in present_directive(begun).text
    given = await finish_directive(db, cause, "尽快")
    assert given.leaves_at is not None
    assert "08:30发出" in present_directive(given).text
    with pytest.raises(Expired):
        await finish_directive(db, cause, "再说一遍")
    assert await district.count(Task) == 1


async def test_no_words_and_too_many_words_keep_the_draft(db: Database) -> None:
    district = await small_district(db)
    cause = await district.cause("2026-10-22 10:00", "leader")
    await start_directive(db, cause, district.indicators[INVESTMENT])
    for text in ("  ", "长" * 501):
        with pytest.raises(InvalidInput):
            await finish_directive(db, cause, text)
    async with db.read() as session:
        assert await drafts.current(session, cause.actor.person_id, cause.now) is not None


async def test_words_without_a_subject_or_without_words_ask_for_them(db: Database) -> None:
    district = await small_district(db)
    cause = await district.cause("2026-10-22 10:00", "leader")
    for indicator_id, text, kind in (
        (None, "快", DirectiveOfWhat),
        (district.indicators[INVESTMENT], "", DirectivePrompt),
        (district.indicators[INVESTMENT], "快", DirectiveGiven),
    ):
        said = await say(db, cause, indicator_id, text)
        assert isinstance(said, kind)
        assert present_directive(said).text


async def report_with_plea(district: District, value: str, *, first: bool) -> int:
    cause = await district.cause("2026-10-22 10:00", "contact")
    async with district.db.write() as session:
        await district.store_report(
            session,
            INVESTMENT,
            "2026-10",
            value,
            "2026-10-22 10:00",
            problem="征地慢",
            coordinate_text="请常务副区长协调",
        )
        report_id = int(await session.scalar(select(Report.id)) or 0)
        if first:
            await raise_problem(session, cause, report_id)
        await evaluate(session, cause, [district.indicators[INVESTMENT]], Period(2026, 10))
        if not first:
            await raise_problem(session, cause, report_id)
    return report_id


@pytest.mark.parametrize("first", [True, False], ids=["problem before verdict", "verdict before problem"])
async def test_a_warning_that_carries_the_problem_goes_alone(db: Database, first: bool) -> None:
    district = await small_district(db)
    await report_with_plea(district, "40", first=first)
    (push,) = [push for push in await district.pushes("leader") if push.state == "queued"]
    assert (push.kind, "征地慢" in push.text) == ("warning", True)
    assert "carried_by_warning" in [row.reason for row in await district.decisions("leader")]
    assert await district.count(Problem) == 1


async def test_a_problem_without_a_warning_is_a_push_of_its_own(db: Database) -> None:
    district = await small_district(db)
    await report_with_plea(district, "150", first=False)
    (push,) = await district.pushes("leader")
    assert push.kind == "problem"
    assert "请常务副区长协调" in push.text


async def test_a_problem_goes_to_the_leader_that_was_named(db: Database) -> None:
    district = await small_district(db)
    async with db.write() as session:
        await district.store_report(
            session,
            UPGRADES,
            "2026-10",
            "26",
            "2026-10-22 10:00",
            coordinate_text="请常务副区长协调",
            coordinate_post_id=district.posts["leader"],
        )
        report_id = int(await session.scalar(select(Report.id)) or 0)
        await raise_problem(session, await district.cause("2026-10-22 10:00", "other contact"), report_id)
        assert {push.person_id for push in (await session.scalars(select(Push))).all()} == {district.persons["leader"]}
