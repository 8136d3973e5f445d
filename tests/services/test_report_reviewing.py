"""审核 of reports: a better correction counts when it is approved, one reviewer wins, what is given back is asked for
again, and the heads sign where the scheme says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db.engine import Database
from bot.db.snapshots import latest
from bot.db.tables import AuditEntry, Report, ReportNote, SchemeVersion
from bot.domain.errors import Expired, NotAllowed
from bot.domain.review import Remark, ReportForReview, remarks
from bot.presenters.review_said import (
    Approved,
    BatchPreview,
    NoteAdded,
    PeriodDone,
    PeriodPreview,
    Returned,
    ReviewTold,
)
from bot.services.desk import desk_of
from bot.services.drafting import correct, give
from bot.services.period_closing import preview_period, set_period
from bot.services.report_deciding import approve, approve_batch, preview_batch
from bot.services.report_noting import add_note
from bot.services.report_queue import review_card, review_queue
from bot.services.report_returning import give_back
from bot.services.reporting import confirm
from bot.services.year import year_at
from tests.services.warned_district import INVESTMENT, UPGRADES, District, small_district, sweep

REPORTED, WHEN = "2026-10-22 10:00", "2026-10-23 10:00"


async def grade_of(district: District, name: str) -> tuple[str, str]:
    async with district.db.read() as session:
        found = (await latest(session))[district.indicators[name]]
    return found.grade, found.reason


async def reported(district: District, value: str, revision: int = 1, who: str = "contact") -> int:
    """The id of a report by a person of the unit; an earlier one of the month is replaced."""
    await district.report(INVESTMENT, "2026-10", value, REPORTED)
    async with district.db.write() as session:
        current = select(Report.id).where(Report.superseded_at.is_(None), Report.period == "2026-10")
        key = int((await session.scalars(current)).one())
        made: dict[str, Any] = {"reporter_id": district.persons[who], "reporter_post_id": district.posts[who]}
        await session.execute(update(Report).where(Report.id == key).values(source="chat", **made))
    return key


async def test_a_better_correction_counts_when_it_is_approved(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await reported(district, "60")
    assert (await grade_of(district, INVESTMENT))[0] == "serious"
    better = await reported(district, "150")
    assert await grade_of(district, INVESTMENT) == ("serious", "unconfirmed")
    office = await district.cause(WHEN, "director")
    queue = await review_queue(sqlite_db, office)
    (row,) = queue.rows
    assert (row.held, str(row.old), row.remarks) == (True, "60", (Remark.GRADE, Remark.CORRECTED))
    done = await approve(sqlite_db, office, [better])
    assert isinstance(done, Approved)
    assert done.grades == ((INVESTMENT, "严重", "正常"),)
    assert await grade_of(district, INVESTMENT) == ("normal", "on_pace")
    assert await district.evaluate_all("2026-10-28 08:00") is not None
    assert await grade_of(district, INVESTMENT) == ("normal", "on_pace")
    # A worse value after that counts at once, and a better one is held against what was approved.
    await reported(district, "60")
    assert (await grade_of(district, INVESTMENT))[0] == "serious"
    async with sqlite_db.read() as session:
        actions = list(await session.scalars(select(AuditEntry.action)))
    assert actions.count("confirm_report") == 1


async def test_one_reviewer_wins(db: Database) -> None:
    district = await small_district(db)
    key = await reported(district, "120")
    causes = [await district.cause(WHEN, who) for who in ("director", "clerk")]
    answers = await asyncio.gather(*(approve(db, cause, [key]) for cause in causes))
    assert sorted(type(one).__name__ for one in answers) == ["Approved", "ReviewTold"]
    told = next(one for one in answers if isinstance(one, ReviewTold))
    assert told.code == "approved_before"
    assert told.who


async def test_nobody_approves_what_they_reported(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "120", who="director")
    own = await approve(sqlite_db, await district.cause(WHEN, "director"), [key])
    assert own == ReviewTold("own", INVESTMENT, month=10)
    assert (await review_queue(sqlite_db, await district.cause(WHEN, "director"))).plain == 0
    assert isinstance(await approve(sqlite_db, await district.cause(WHEN, "clerk"), [key]), Approved)


async def test_what_is_given_back_is_asked_for_again(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "120")
    office = await district.cause(WHEN, "director")
    done = await give_back(sqlite_db, office, key, "数据口径不对")
    assert isinstance(done, Returned)
    (push,) = await district.pushes(kind="returned")
    assert push.person_id == district.persons["contact"]
    assert "数据口径不对" in push.text
    async with sqlite_db.read() as session:
        desk = await desk_of(session, await year_at(session, office.now), (await district.actor("contact")).actor)
    assert district.indicators[INVESTMENT] in {slot.indicator.id for slot in desk.open}
    told = await approve(sqlite_db, await district.cause(WHEN, "clerk"), [key])
    assert isinstance(told, ReviewTold)
    assert told.code == "returned_before"
    assert (await review_queue(sqlite_db, office)).total == 0


async def test_who_corrects_before_the_morning_is_not_told_any_more(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "120")
    evening = await district.cause("2026-10-23 20:00", "director")
    done = await give_back(sqlite_db, evening, key, "数据口径不对")
    assert isinstance(done, Returned)
    assert done.leaves_at is not None
    contact = await district.cause("2026-10-23 21:00", "contact")
    await correct(sqlite_db, contact, key)
    await give(sqlite_db, contact, "121", 7)
    await confirm(sqlite_db, contact)
    (push,) = await district.pushes(kind="returned")
    assert push.state == "cancelled"


async def test_heads_sign_first_where_the_scheme_says_so(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    async with sqlite_db.write() as session:
        row = (await session.scalars(select(SchemeVersion))).one()
        row.body = row.body.replace("head_signs_off = false", "head_signs_off = true")
        row.sha256 = sha256(row.body.encode()).hexdigest()
    key = await reported(district, "120")
    head, office = await district.cause(WHEN, "head"), await district.cause(WHEN, "director")
    assert (await review_queue(sqlite_db, head)).total == 1
    waiting = await review_queue(sqlite_db, office)
    assert (waiting.total, waiting.unsigned) == (0, 1)
    with pytest.raises(NotAllowed):
        await approve(sqlite_db, await district.cause(WHEN, "other head"), [key])
    signed = await approve(sqlite_db, head, [key])
    assert isinstance(signed, Approved)
    assert signed.signing
    assert (await review_queue(sqlite_db, head)).total == 0
    assert (await review_queue(sqlite_db, office)).total == 1
    assert isinstance(await approve(sqlite_db, office, [key]), Approved)


async def test_heads_are_not_asked_where_it_does_not(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await reported(district, "120")
    queue = await review_queue(sqlite_db, await district.cause(WHEN, "head"))
    assert (queue.asked, queue.total) == (False, 0)
    assert (await review_queue(sqlite_db, await district.cause(WHEN, "director"))).unsigned == 0


@pytest.mark.parametrize("who", ["contact", "leader", "other contact"])
async def test_others_review_nothing(sqlite_db: Database, who: str) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "120")
    cause = await district.cause(WHEN, who)
    for attempt in (
        approve(sqlite_db, cause, [key]),
        give_back(sqlite_db, cause, key, "理由"),
        review_queue(sqlite_db, cause),
        review_card(sqlite_db, cause, key),
        preview_batch(sqlite_db, cause),
        approve_batch(sqlite_db, cause, 1),
        preview_period(sqlite_db, cause, 10, "理由", reopens=False),
        set_period(sqlite_db, cause, 1),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_a_batch_takes_what_its_preview_showed(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await reported(district, "150")
    office = await district.cause(WHEN, "director")
    shown = await preview_batch(sqlite_db, office)
    assert isinstance(shown, BatchPreview)
    assert (shown.total, shown.kept_back) == (1, 0)
    # Corrected since: the preview's report is history, and nothing is approved unseen.
    await reported(district, "151")
    assert await approve_batch(sqlite_db, office, shown.version) == ReviewTold("changed", INVESTMENT, month=10)
    with pytest.raises(Expired):
        await approve_batch(sqlite_db, office, shown.version + 1)
    assert (await preview_batch(sqlite_db, office)) == ReviewTold("nothing_plain")


async def test_a_month_is_frozen_and_opened_again_with_a_reason(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "120")
    office = await district.cause(WHEN, "director")
    shown = await preview_period(sqlite_db, office, 10, "", reopens=False)
    assert isinstance(shown, PeriodPreview)
    assert (shown.reported, shown.total, shown.waiting) == (1, 3, 1)
    assert await set_period(sqlite_db, office, shown.version) == PeriodDone(10, reopens=False)
    assert await approve(sqlite_db, office, [key]) == ReviewTold("frozen", INVESTMENT, month=10)
    assert await preview_period(sqlite_db, office, 10, "", reopens=True) == ReviewTold("period_usage")
    again = await preview_period(sqlite_db, office, 10, "统计局调整口径", reopens=True)
    assert isinstance(again, PeriodPreview)
    await set_period(sqlite_db, office, again.version)
    assert isinstance(await approve(sqlite_db, office, [key]), Approved)
    async with sqlite_db.read() as session:
        rows = list(await session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "period")))
    assert [row.action for row in rows] == ["close_period", "reopen_period"]
    assert rows[1].after == {"period": "2026-10", "reason": "统计局调整口径"}


async def test_a_unit_that_takes_part_adds_words_only(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    part = await district.cause(WHEN, "other contact")
    done = await add_note(sqlite_db, part, f"{INVESTMENT} 我局3个项目已入库")
    assert isinstance(done, NoteAdded)
    assert done.text == "我局3个项目已入库"
    assert await district.count(Report) == 0
    foreign = await add_note(sqlite_db, await district.cause(WHEN, "contact"), f"{UPGRADES} 与我无关")
    assert foreign == ReviewTold("note_nobody", UPGRADES)
    assert await district.count(ReportNote) == 1


async def test_what_is_remarkable_is_a_rule_of_the_scheme(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    async with sqlite_db.read() as session:
        scheme = (await year_at(session, (await district.cause(WHEN)).now)).scheme
    plain = ReportForReview(grade="notice", previous_grade="notice")
    assert remarks(scheme, plain) == ()
    assert remarks(scheme, replace(plain, grade="caution")) == (Remark.GRADE,)
    assert remarks(scheme, replace(plain, grade="normal")) == (Remark.BETTER,)
    assert remarks(scheme, replace(plain, doubted=True, corrected=True)) == (Remark.DOUBTED, Remark.CORRECTED)
    assert remarks(scheme, replace(plain, grade=None, previous_grade="unreported", with_problem=True)) == (
        Remark.PROBLEM,
    )


async def test_the_office_hears_once_a_month_what_waits(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await reported(district, "150")
    # October's reports are due on Monday, the 26th.
    for moment in ("2026-10-26 08:35", "2026-10-27 08:35", "2026-10-27 10:00", "2026-10-28 08:35"):
        await sweep(district, moment)
    told = await district.pushes(kind="review")
    assert {push.person_id for push in told} == {district.persons[who] for who in ("director", "clerk")}
    assert "10月填报已截止" in told[0].text
    assert "待审核1项，其中1项无异常" in told[0].text


async def test_nobody_is_told_where_everything_is_reviewed(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    key = await reported(district, "150")
    await approve(sqlite_db, await district.cause(WHEN, "director"), [key])
    await sweep(district, "2026-10-27 08:35")
    assert await district.pushes(kind="review") == []
