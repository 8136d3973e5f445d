"""What must hold for any scheme, any year and any stream of reports. The rules alone, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.indicators import CycleKey
from bot.db.judging import ReportRow, Revision, VerdictRow
from bot.db.yardsticks import IndicatorFacts, NodeFact, TargetFact
from bot.domain.kinds import Direction, Kind
from bot.domain.period import Period
from bot.domain.scheme import Scheme
from bot.domain.workdays import Calendar
from bot.services.evaluating import grade_all
from bot.services.evaluation_books import Books, Month
from bot.services.grading import Case, Reported, grade_month
from bot.services.year import Year
from tests.domain.random_schemes import sound_schemes
from tests.domain.schemes import default_scheme

UNIT = 10**6
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
EXAMPLES = 40
# (indicator, month) -> value in whole units; what is missing was not reported.
Stream = Mapping[tuple[int, int], int]
KINDS = (Kind.CUMULATIVE, Kind.GROWTH, Kind.LEVEL, Kind.MILESTONE)
STREAMS = st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 12)), st.integers(0, 130), max_size=40)


def facts(key: int) -> IndicatorFacts:
    kind = KINDS[key % len(KINDS)]
    nodes = tuple(NodeFact(number, 3 * number, f"node {number}", Decimal(1)) for number in range(1, 5))
    return IndicatorFacts(
        id=key,
        name=f"indicator {key}",
        kind=kind,
        direction=Direction.HIGHER,
        unit_of_measure=None,
        weight=Decimal(10),
        start_month=1,
        end_month=12,
        targets=(TargetFact(date(2026, 1, 1), Decimal(100), "100"),),
        nodes=nodes if kind is Kind.MILESTONE else (),
        due=date(2026, 12, 15),
    )


def year_of(scheme: Scheme, today: date = date(2026, 12, 31)) -> Year:
    zone = ZoneInfo("Asia/Shanghai")
    return Year(CycleKey(1, "r"), 2026, scheme, 1, Calendar(), zone, today)


def books_of(stream: Stream, scheme: Scheme, keys: tuple[int, ...] = (1, 2, 3, 4)) -> Books:
    reports: dict[int, dict[str, ReportRow]] = {}
    for (key, month), value in stream.items():
        nodes = f"[{', '.join(map(str, range(1, value // 30 + 1)))}]"
        row = ReportRow(key * 100 + month, value * UNIT, nodes, 1, "chat")
        reports.setdefault(key, {})[MONTHS[month - 1]] = row
    rules = scheme.overrides.repetition
    lookback = max((max(rule.months, rule.within or 0) - 1 for rule in rules), default=0)
    return Books({key: facts(key) for key in keys}, reports, {}, {}, {}, {}, {}, lookback)


def graded(stream: Stream, scheme: Scheme, keys: tuple[int, ...] = (1, 2, 3, 4)) -> dict[tuple[int, str], VerdictRow]:
    months = [Month(Period.parse(name), year_of(scheme)) for name in MONTHS]
    found = grade_all(books_of(stream, scheme, keys), months)
    return {(row.indicator_id, row.period): row for row in found.changed}


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), STREAMS, st.integers(1, 12), st.integers(0, 130), st.integers(0, 130))
def test_a_worse_value_never_lowers_a_grade_at_once(scheme, stream, month, one, other) -> None:
    worse, better = sorted((one, other))
    severities = [
        graded({**stream, (key, month): value}, scheme)[key, MONTHS[month - 1]].severity
        for key in (1, 2, 3, 4)
        for value in (worse, better)
    ]
    for at in range(0, 8, 2):
        assert severities[at] >= severities[at + 1]


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), st.integers(1, 12), st.lists(st.integers(0, 130), min_size=2, max_size=6))
def test_corrections_of_a_month_never_lower_its_grade_until_one_is_confirmed(scheme, month, values) -> None:
    year, period = year_of(scheme), Period(2026, month)
    worst = -1
    for number, value in enumerate(values):
        case = Case(
            facts(4),
            period,
            Reported(Decimal(value)),
            series=((month, Decimal(value)),),
            earlier=[Reported(Decimal(before)) for before in values[:number]],
        )
        severity = grade_month(year, case).row.severity
        assert severity >= worst
        worst = severity
    confirmed = replace(case, earlier=())
    assert grade_month(year, confirmed).row.severity <= worst


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), STREAMS, STREAMS, st.integers(1, 12))
def test_a_grade_depends_only_on_what_came_up_to_its_month(scheme, stream, other, month) -> None:
    shared = {key: value for key, value in stream.items() if key[1] <= month}
    later = {key: value for key, value in other.items() if key[1] > month}
    one, two = graded({**stream}, scheme), graded({**shared, **later}, scheme)
    upto = [key for key in one if key[1] <= MONTHS[month - 1]]
    assert [one[key] for key in upto] == [two[key] for key in upto]


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), STREAMS, st.permutations((1, 2, 3, 4)))
def test_the_order_of_evaluation_does_not_matter(scheme, stream, order) -> None:
    together = graded(stream, scheme)
    assert graded(stream, scheme, tuple(order)) == together
    apart: dict[tuple[int, str], VerdictRow] = {}
    for key in order:
        apart |= graded(stream, scheme, (key,))
    assert apart == together


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), STREAMS)
def test_sweeping_twice_changes_nothing(scheme, stream) -> None:
    months = [Month(Period.parse(name), year_of(scheme)) for name in MONTHS]
    first = graded(stream, scheme)
    again = books_of(stream, scheme)
    again.stored = first
    again.bases = {}
    for row in first.values():
        again.bases.setdefault(row.indicator_id, {})[row.period] = row.base_grade
    assert grade_all(again, months).changed == []
    # Nor does looking at the last months only, with what is stored of those before.
    assert grade_all(again, months[9:]).changed == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(sound_schemes(), STREAMS)
def test_a_verdict_row_is_read_back_as_it_was_given(scheme, stream) -> None:
    for row in graded(stream, scheme).values():
        snapshot = row.snapshot()
        assert (snapshot.grade, snapshot.severity) == (row.grade, row.severity)
        assert snapshot.actual is None or snapshot.actual * UNIT == row.actual
        assert snapshot.gap is None or snapshot.gap * UNIT == row.gap


def test_what_the_office_typed_itself_is_confirmed() -> None:
    """A correction from the office's table ends the wait for a confirmation; a later one waits again."""
    books = books_of({(4, 6): 50}, default_scheme())
    row = books.reports[4]["2026-06"]
    for source, sources, held in (
        ("chat", ["chat"], 1),
        ("import", ["chat"], 0),
        ("chat", ["chat", "import"], 1),
        ("chat", ["chat", "import", "chat"], 2),
    ):
        books.reports[4]["2026-06"] = row._replace(revision=2, source=source)  # type: ignore[index]
        books.revisions = {(4, "2026-06"): [Revision(UNIT, "[]", one) for one in sources]}
        case = books.case(4, Period(2026, 6), "2026-06", overdue=False)
        assert case is not None
        assert len(case.earlier) == held
