"""The scheme file: the default one loads as the rules say, and each mistake is named with key, line and code."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.kinds import UNREPORTED
from bot.domain.scheme import Asked, Relation, Scheme
from bot.sheets import scheme_checks, scheme_file
from bot.sheets.scheme_file import load_scheme
from bot.sheets.scheme_rules import ConditionsModel

ROOT = Path(__file__).parents[2]
DEFAULT = (ROOT / "samples/scheme.toml").read_text(encoding="utf-8")
SENTENCES = tomllib.loads((ROOT / "templates/sheets/scheme_problems.toml").read_text(encoding="utf-8"))


def line_of(beginning: str, text: str = DEFAULT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if line.startswith(beginning))


def test_default_scheme_holds_the_rules_of_the_office():
    scheme = load_scheme(DEFAULT, "scheme.toml")
    assert isinstance(scheme, Scheme)
    assert [(grade.word, grade.colour, grade.severity) for grade in scheme.grades] == [
        ("正常", "green", 0),
        ("提醒", "blue", 1),
        ("警示", "yellow", 2),
        ("严重", "red", 3),
        ("未报", "grey", -1),
    ]
    assert [rule.grade for rule in scheme.ladder] == ["serious", "caution", "notice"]
    assert scheme.ladder[0].any_of[0].q_below == Decimal("0.6")
    assert scheme.effective_from == date(2026, 1, 1)
    assert (scheme.reporting.opens_day, scheme.reporting.due_day) == (20, 25)
    assert (scheme.quiet.start, scheme.quiet.end, scheme.digest_at) == (time(18), time(8, 30), time(8, 30))
    serious = scheme.duty("serious")
    assert serious is not None
    assert (serious.asked, serious.acknowledge_within, serious.reply_within) == (Asked.PLAN_WITH_TIMETABLE, 1, 3)
    assert serious.digest_only == (Relation.MAIN_LEADERS,)
    assert serious.at_once
    assert scheme.duty(UNREPORTED) is None
    assert scheme.worst.code == "serious"
    assert scheme.adjustment.is_open(date(2026, 11, 30))
    assert not scheme.adjustment.is_open(date(2026, 12, 1))


def test_a_short_file_takes_the_defaults():
    """What the file leaves out is what the default file says."""
    start, end = DEFAULT.index("[reporting]"), DEFAULT.index("[office]")
    short, full = load_scheme(DEFAULT[:start] + DEFAULT[end:], "short"), load_scheme(DEFAULT, "full")
    assert isinstance(short, Scheme)
    assert isinstance(full, Scheme)
    # The mildest warning has a name only in a file; without one it is meant all the same.
    assert short.review.up_to is None
    assert full.review.up_to == full.warnings[0].code
    assert short == replace(full, review=replace(full.review, up_to=None))


def test_an_office_may_have_other_grades():
    two_colours = """
name = "黄红两级"
version = "1"
effective_from = 2026-01-01
grades = [
  {code = "normal", word = "正常", colour = "green"},
  {code = "yellow", word = "黄牌", colour = "yellow"},
  {code = "red", word = "红牌", colour = "red"},
  {code = "unreported", word = "未报", colour = "grey"},
]
[[ladder.yellow]]
q_below = 0.8
[[ladder.red]]
q_below = 0.6
[duties.yellow]
recipients = ["contact"]
[duties.red]
recipients = ["contact", "head"]
"""
    scheme = load_scheme(two_colours, "two.toml")
    assert isinstance(scheme, Scheme)
    assert scheme.raised("yellow", 1) == scheme.raised("yellow", 5) == "red"
    assert scheme.overrides.points_lost is None


# What is changed in the default file -> key, code, beginning of the line that is pointed at.
MISTAKES = {
    "a word for a number": (
        "q_below = 0.6",
        'q_below = "六成"',
        "ladder.serious[0].q_below",
        "not_a_number",
        "q_below",
    ),
    "ratio of a percentage": ("q_below = 0.6", "q_below = 60", "ladder.serious[0].q_below", "out_of_range", "q_below"),
    "misspelled key": ("due_day =", "due_dya =", "reporting.due_dya", "unknown_key", "due_dya"),
    "misspelled table": ("[quiet]", "[quite]", "quite", "unknown_key", "[quite]"),
    "unknown relation": (
        'digest_only = ["main_leaders"]',
        'digest_only = ["mayor"]',
        "duties.serious.digest_only[0]",
        "not_one_of",
        "digest_only",
    ),
    "unknown grade": (
        'points_lost = "serious"',
        'points_lost = "black"',
        "overrides.points_lost",
        "unknown_grade",
        "points_lost",
    ),
    "duty of no grade": ("[duties.notice]", "[duties.blue]", "duties.blue", "unknown_grade", "[duties.blue]"),
    "nobody is told": (
        'recipients = ["contact", "deputy"]\nasked',
        "recipients = []\nasked",
        "duties.notice.recipients",
        "grade_without_recipients",
        "recipients = []",
    ),
    "due before it opens": ("due_day = 25", "due_day = 19", "reporting.due_day", "due_before_opens", "due_day"),
    "no 31 February": ('opens = "10-01"', 'opens = "2-31"', "adjustment.opens", "not_a_month_day", 'opens = "2'),
    "window the wrong way": (
        'closes = "11-30"',
        'closes = "09-30"',
        "adjustment.closes",
        "closes_before_opens",
        "closes",
    ),
    "cut-off too late": (
        'internal_cutoff = "10-31"',
        'internal_cutoff = "12-31"',
        "adjustment.internal_cutoff",
        "cutoff_outside_window",
        "internal_cutoff",
    ),
    "no such hour": ('start = "18:00"', 'start = "25:00"', "quiet.start", "not_a_time", "start"),
    "digest at night": (
        'digest_at = "08:30"',
        'digest_at = "08:00"',
        "quiet.digest_at",
        "digest_in_quiet_hours",
        "digest_at",
    ),
    "quiet all day": ('end = "08:30"', 'end = "18:00"', "quiet.end", "quiet_all_day", "end"),
    "reply before 签收": (
        "acknowledge_within = 1",
        "acknowledge_within = 9",
        "duties.serious.reply_within",
        "reply_before_acknowledgement",
        None,
    ),
    "empty word": ('word = "提醒"', 'word = " "', "grades[1].word", "empty", 'word = " "'),
    "same word twice": ('word = "提醒"', 'word = "正常"', "grades[1].word", "twice", None),
    "unknown colour": ('colour = "blue"', 'colour = "蓝"', "grades[1].colour", "not_one_of", 'colour = "蓝"'),
    "no date": (
        "effective_from = 2026-01-01",
        "effective_from = 2026",
        "effective_from",
        "not_a_date",
        "effective_from",
    ),
    "milder than the milder": ("gap_over = 30", "gap_over = 3", "ladder.serious[1]", "gap_in_ladder", None),
    "hidden by a worse grade": (
        "q_below = 0.8\ngap_at_least = 5",
        "q_below = 0.5\ngap_at_least = 10",
        "ladder.caution[0]",
        "never_reached",
        None,
    ),
    "no threshold": ("gap_over = 30", "", "ladder.serious[1]", "no_condition", None),
    "grade that nothing leads to": (
        "[[ladder.notice]]\ngap_over = 0",
        "",
        "ladder.notice",
        "grade_without_conditions",
        None,
    ),
    "normal is missing": (
        'code = "normal"',
        'code = "fine"',
        "grades[0].code",
        "first_grade_not_normal",
        'code = "fine"',
    ),
    "director without a title": (
        'directors = ["主任"]',
        "directors = []",
        "office.directors",
        "no_titles",
        "directors",
    ),
    "missing key": ('version = "2026.1"', "", "version", "missing", None),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named(mistake):
    old, new, key, code, line = MISTAKES[mistake]
    assert old in DEFAULT
    text = DEFAULT.replace(old, new, 1) if mistake != "quiet all day" else DEFAULT.replace(old, new)
    problems = load_scheme(text, "scheme.toml")
    assert isinstance(problems, list)
    found = {(problem.key, problem.code): problem for problem in problems}
    assert (key, code) in found, problems
    if line is not None:
        assert text.splitlines()[found[key, code].line - 1].startswith(line)


def test_every_problem_is_told_at_once():
    text = DEFAULT.replace("due_day =", "due_dya =").replace('colour = "red"', 'colour = "pink"')
    assert {problem.code for problem in load_scheme(text, "x")} == {"unknown_key", "not_one_of"}


def test_broken_toml_says_where():
    (problem,) = load_scheme(DEFAULT.replace("[grading]", "[grading"), "x")
    assert (problem.code, problem.line) == ("not_toml", line_of("[grading"))


def test_no_relation_is_told_twice():
    text = DEFAULT.replace('digest_only = ["main_leaders"]', 'digest_only = ["head"]')
    (problem,) = load_scheme(text, "x")
    assert (problem.code, problem.key) == ("twice", "duties.serious.digest_only")


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (scheme_file, scheme_checks))
    used = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    # Whether a post exists is only known beside the roster.
    assert set(SENTENCES) - {"unknown_post"} <= used
    for old, new, _, code, _ in MISTAKES.values():
        for problem in load_scheme(DEFAULT.replace(old, new, 1), "x") if old != 'end = "08:30"' else ():
            blanks = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[problem.code]) if name}
            assert blanks <= {name for name, _ in problem.params}, code


@pytest.mark.parametrize(
    ("one", "other", "implied"),
    [
        ({"q_below": "0.6"}, {"q_below": "0.8"}, True),
        ({"q_below": "0.8"}, {"q_below": "0.6"}, False),
        ({"q_below": "0.6"}, {"gap_over": "0"}, True),
        ({"q_below": "0.6"}, {"gap_over": "1"}, False),
        ({"gap_over": "10"}, {"gap_at_least": "10"}, True),
        ({"gap_at_least": "10"}, {"gap_over": "10"}, False),
        ({"gap_over": "30"}, {"gap_over": "10", "from_month": 4}, False),
    ],
)
def test_one_condition_implies_another(one, other, implied):
    assert scheme_checks.implies(ConditionsModel(**one), ConditionsModel(**other)) is implied
