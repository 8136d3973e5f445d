"""`why`: the answer is what was recorded, with a sentence for every reason."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.domain.decisions import REASON_CODES, Matter
from bot.domain.errors import Conflict, NotFound
from bot.domain.pushes import PushKind
from bot.presenters.why import decision_line, reason_words
from bot.presenters.words import words_under
from bot.services.explaining import why
from tests.services.warned_district import INVESTMENT, UPGRADES, at, small_district, sweep


def test_every_reason_has_its_sentence_and_no_sentence_is_idle() -> None:
    assert set(words_under("why.reason")) == REASON_CODES


def test_every_matter_has_its_word() -> None:
    words = set(words_under("why.kind"))
    assert {str(matter) for matter in Matter} <= words
    assert {"digest", "warning", "urge", "problem", "directive"} <= words & {str(kind) for kind in PushKind}


async def test_it_tells_why_a_leader_was_told_and_why_not(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    # A better value of the same month waits for the office's word; the next month's lowers the grade.
    await district.report(INVESTMENT, "2026-11", "140", "2026-11-20 10:00")
    found = await why(db, "常务副区长", INVESTMENT, at("2026-11-20 11:00"))
    assert [(item.sent, item.reason, item.grade) for item in found.decisions] == [
        (False, "not_worse", "caution"),
        (True, "ladder", "serious"),
    ]
    assert found.person == "某02"
    earlier = await why(db, "某02", "固定", at("2026-10-22 12:00"))
    assert [item.reason for item in earlier.decisions] == ["ladder"]
    line = decision_line(at("2026-10-22 10:00"), "warning", "严重", True, "ladder")
    assert line == "10月22日 10:00　已推送　预警【严重】：进度达到该等级的预警标准"


async def test_a_contact_learns_why_no_reminder_came(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-10", "23", "2026-10-21 10:00")
    await sweep(district, "2026-10-22 08:30")
    await sweep(district, "2026-10-23 08:30")
    found = await why(db, "P08", UPGRADES, at("2026-10-24 10:00"))
    assert ("reported", False) in [(item.reason, item.sent) for item in found.decisions]
    other = await why(db, "P05", UPGRADES, at("2026-10-24 10:00"))
    assert other.decisions == ()


async def test_names_that_fit_nothing_or_several_are_refused(db: Database) -> None:
    await small_district(db)
    moment = at("2026-10-24 10:00")
    with pytest.raises(NotFound):
        await why(db, "无此人", INVESTMENT, moment)
    with pytest.raises(NotFound):
        await why(db, "某02", "无此指标", moment)
    with pytest.raises(Conflict) as several:
        await why(db, "某02", "投资", moment)
    assert several.value.params["candidates"] == [INVESTMENT, UPGRADES]


def test_several_reasons_are_said_one_after_the_other() -> None:
    assert reason_words("report_opens,unacknowledged") == "本月填报开始；预警尚未签收"
