"""Every push renders, says nothing blank, and fits into a message with the longest names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.snapshots import StoredSnapshot
from bot.domain.kinds import Kind
from bot.domain.ladder import ReasonCode
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.domain.scheme import Asked
from bot.presenters.push_digest import (
    DigestToSay,
    District,
    NewlyWorst,
    OrderLine,
    ReportLine,
    WarningLine,
    present_digest,
)
from bot.presenters.push_notes import (
    DirectiveNote,
    ProblemNote,
    UrgeNote,
    present_directive,
    present_problem,
    present_urge,
)
from bot.presenters.push_warning import WarningNotice, present_warning
from bot.presenters.reply import Reply
from bot.presenters.rule_words import rule_sentence
from bot.presenters.words import MESSAGE_LIMIT, TEMPLATES, words_under

LONG = "名" * 200
MANY = tuple(LONG for _ in range(60))
DAY = date(2026, 11, 25)
names = st.text(min_size=1, max_size=200).filter(str.strip)


def snapshot(reason: str = "ladder", kind: Kind = Kind.CUMULATIVE, **facts: str) -> StoredSnapshot:
    """A stored verdict with numbers as long as they get."""
    return StoredSnapshot(
        indicator_id=1,
        period="2026-10",
        grade="serious",
        severity=3,
        base_grade="caution",
        standing="behind",
        actual=Decimal("999999999999.123456"),
        target=Decimal("999999999999.123456"),
        pace=Decimal("83.333333"),
        progress=Decimal("999999999.123456"),
        gap=Decimal("58.641975"),
        expected_loss=None,
        reason=reason,
        rule_id="ladder.serious[0]",
        scheme_version_id=1,
        report_id=None,
        inputs={
            "kind": kind.value,
            "ratio": "20/81",
            "gap": "4750/81",
            "thresholds": {"q_below": "0.6", "gap_at_least": "10", "gap_over": "0"},
            "facts": {"months": "2", "points": "1.5", "loss": "7/3", "weight": "30", **facts},
            "nodes_missed": ["路基", "路面", "通车", "验收"],
        },
    )


def notice(name: str = LONG, problem: str = LONG) -> WarningNotice:
    return WarningNotice(
        order_id=10**12,
        indicator_id=10**12,
        name=name,
        unit="亿元",
        number=(2026, 99999),
        severity=3,
        grade_word="严重",
        snapshot=snapshot(),
        base_word="警示",
        since="2026-08",
        months_in_a_row=3,
        responsible=LONG,
        lead_units=MANY,
        cooperating_units=MANY,
        contacts=MANY,
        problem=problem * 20,
        coordinate=problem * 20,
        asked=Asked.PLAN_WITH_TIMETABLE.value,
        acknowledge_by=DAY,
        reply_by=DAY,
        for_unit=True,
        may_direct=True,
    )


def digest(name: str = LONG, count: int = 60, *, for_contact: bool = True) -> DigestToSay:
    reports = tuple(ReportLine(number, name, 3, True, contact=name) for number in range(count))
    warning = WarningLine(1, name, (2026, 12), "警示", 2, Decimal(8), name, DAY, Asked.CAUSE_AND_MEASURE.value, name)
    waiting = OrderLine(1, name, (2026, 12), "严重", 3, DAY, 4)
    return DigestToSay(
        period=Period(2026, 11),
        due=DAY,
        days_left=3,
        for_contact=for_contact,
        stage="report_before_due",
        overdue=reports,
        asked=reports,
        warnings=(warning,) * count,
        recovered=(name,) * count,
        waiting=(waiting,) * count,
        district=District((("严重", 60), ("警示", 5)), "严重", (NewlyWorst(name, name),) * count),
        told_until=2_000_000_000,
    )


def every_push(name: str = LONG) -> dict[PushKind, Reply]:
    moment = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    ids = tuple(range(60))
    return {
        PushKind.WARNING: present_warning(notice(name, name)),
        PushKind.DIGEST: present_digest(digest(name)),
        PushKind.PROBLEM: present_problem(ProblemNote(1, name, name * 20, name * 20, (name,) * 60, (name,) * 60, True)),
        PushKind.DIRECTIVE: present_directive(DirectiveNote(1, name, name * 20, "区长", moment, (name,) * 60, True)),
        PushKind.URGE: present_urge(UrgeNote(Period(2026, 11), DAY, 3, ids, (name,) * 60, frozenset(ids))),
    }


def visible(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


@settings(max_examples=60, deadline=None)
@given(name=names)
def test_with_any_name_a_push_fits_and_its_tags_close(name: str) -> None:
    for kind, reply in every_push(name).items():
        assert 0 < len(visible(reply.text)) <= MESSAGE_LIMIT, kind
        assert reply.text.count("<b>") == reply.text.count("</b>"), kind
        assert not re.search(r"<(?!/?b>)", reply.text), kind
        assert all(len((button.data or "").encode()) <= 64 for row in reply.buttons for button in row), kind
        assert all(button.text.strip() for row in reply.buttons for button in row), kind


def test_long_sections_say_how_many_are_left_out() -> None:
    text = present_digest(digest("指标")).text
    assert text.count("另有48项") == 3
    assert text.count("另有54项") == 3


def test_a_head_is_asked_to_see_to_it_and_not_to_type() -> None:
    reply = present_digest(digest("指标", 2, for_contact=False))
    assert "请督促尽快填报（联络员：指标）" in reply.text
    assert "直接回复" not in reply.text
    assert not any((button.data or "").startswith("same:") for row in reply.buttons for button in row)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("reason", list(ReasonCode))
def test_every_rule_has_its_sentence(reason: ReasonCode, kind: Kind) -> None:
    sentence = rule_sentence(snapshot(reason.value, kind), "警示")
    assert sentence.strip()
    assert not re.search(r"[{}]", sentence)


def test_the_sentence_of_a_rule_holds_its_numbers() -> None:
    assert rule_sentence(snapshot(), "警示") == (
        "进度只有应完成的24.69%（低于60%），且落后序时进度58.64个百分点（达到10个），且落后序时进度58.64个百分点"
    )
    assert "照此进度预测失2.33分，占分值30分的7.78%" in rule_sentence(snapshot("forecast_loss"), "警示")
    assert rule_sentence(snapshot("node_missed", months="0"), "警示") == "节点“路基、路面、通车”本月到期未完成"


def test_every_asked_has_its_words() -> None:
    assert set(words_under("warning.asked")) == {str(asked) for asked in Asked}


@pytest.mark.parametrize(
    "kind", [PushKind.WARNING, PushKind.DIGEST, PushKind.PROBLEM, PushKind.DIRECTIVE, PushKind.URGE]
)
def test_each_kind_has_the_template_of_its_name(kind: PushKind) -> None:
    assert (TEMPLATES / "push" / f"{kind.value}.html.j2").is_file()
