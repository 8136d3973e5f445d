"""The papers of a dispatch meeting: the packet as Word and as a workbook, the minutes. The same rows for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.meeting import MeetingKind
from bot.domain.scheme import Grade
from bot.domain.scoreboard import Line, Tally
from bot.presenters.board import lit
from bot.presenters.bulletin import table_row
from bot.presenters.meeting_said import Guest, MeetingNamed
from bot.presenters.push_warning import order_number
from bot.presenters.words import fixed_number, full_date, label, month_day, month_words, plain_number

Table = tuple[str, tuple[str, ...], tuple[tuple[str | int, ...], ...]]


@dataclass(frozen=True)
class Decided:
    """A decision with what became of it. `late`: calendar days past its due date, 0 when it is not late."""

    text: str
    who: str
    due: date | None
    state: str
    progress: str
    late: int = 0


@dataclass(frozen=True)
class BehindLine:
    """An indicator that is behind, with what its unit said about it."""

    name: str
    units: tuple[str, ...]
    leader: str | None
    grade_word: str
    gap: Decimal | None
    cause: str
    measure: str
    needs: str


@dataclass(frozen=True)
class OrderLine:
    """An open order."""

    number: tuple[int, int]
    name: str
    grade_word: str
    state: str
    reply_due: date | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class ProblemLine:
    """A problem that waits for a decision."""

    name: str
    text: str
    raised_at: datetime
    leader: str | None


@dataclass(frozen=True)
class Packet:
    """All that a meeting needs to know. `before`: the meeting whose decisions it looks back on, None at the first."""

    meeting: MeetingNamed
    office: str
    today: date
    before: MeetingNamed | None
    last: tuple[Decided, ...]
    grades: tuple[Grade, ...]
    whole: Tally
    months: tuple[tuple[str, Tally], ...]
    lines: tuple[Line, ...]
    behind: tuple[BehindLine, ...]
    orders: tuple[OrderLine, ...]
    problems: tuple[ProblemLine, ...]


@dataclass(frozen=True)
class Minutes:
    """What the minutes say."""

    meeting: MeetingNamed
    office: str
    today: date
    guests: tuple[Guest, ...]
    decisions: tuple[Decided, ...]


def packet_paper(packet: Packet) -> dict[str, object]:
    """The payload of the packet as a Word document."""
    whole, normal = packet.whole, packet.grades[0]
    context = {
        **_head(packet.meeting, packet.office, packet.today),
        "title": label("meeting.packet_title", title=packet.meeting.title),
        "by_leader": packet.meeting.kind == MeetingKind.QUARTERLY,
        "before": packet.before.title if packet.before else "",
        "last": [dict(zip(_LAST, row, strict=True)) for row in _last_rows(packet.last)],
        "done": sum(one.state == "done" for one in packet.last),
        "late": sum(one.late > 0 for one in packet.last),
        "total": whole.total,
        "points": plain_number(whole.points),
        "lights": [
            {"word": one.word, "count": one.count, "points": one.points}
            for one in lit(whole, packet.grades, empty=True)
        ],
        "months": [month_words(period) for period, _ in packet.months],
        "trend": [
            {"word": grade.word, "values": [str(tally.of(grade.code).count) for _, tally in packet.months]}
            for grade in packet.grades
            if grade is not normal
        ],
        "words": [grade.word for grade in packet.grades],
        "lines": [table_row(line, packet.grades) for line in packet.lines],
        "behind": [dict(zip(_BEHIND, row, strict=True)) for row in _behind_rows(packet.behind)],
        "orders": [dict(zip(_ORDERS, row, strict=True)) for row in _order_rows(packet.orders)],
        "problems": [dict(zip(_PROBLEMS, row, strict=True)) for row in _problem_rows(packet.problems)],
    }
    return {"template": "packet.docx", "context": context}


_LAST = ("place", "text", "who", "due", "state", "progress")
_BEHIND = ("place", "name", "units", "leader", "grade", "gap", "cause", "measure", "needs")
_ORDERS = ("place", "number", "name", "grade", "state", "due", "units")
_PROBLEMS = ("place", "name", "text", "day", "leader")


def _head(meeting: MeetingNamed, office: str, today: date) -> dict[str, object]:
    return {
        "office": office,
        "year": meeting.at.year,
        "when": meeting.when,
        "place": meeting.place,
        "day": full_date(today),
    }


def _names(names: Sequence[str]) -> str:
    return label("push.comma").join(names) or label("meeting.none")


def _last_rows(decided: Sequence[Decided]) -> list[tuple[str | int, ...]]:
    return [
        (
            number,
            one.text,
            one.who,
            month_day(one.due) if one.due else label("meeting.none"),
            label(f"tasks.state.{one.state}") + (label("meeting.late", days=one.late) if one.late else ""),
            one.progress or label("meeting.none"),
        )
        for number, one in enumerate(decided, 1)
    ]


def _behind_rows(behind: Sequence[BehindLine]) -> list[tuple[str | int, ...]]:
    none = label("meeting.none")
    return [
        (
            number,
            one.name,
            _names(one.units),
            one.leader or none,
            one.grade_word,
            fixed_number(one.gap, 1) if one.gap is not None else none,
            one.cause or none,
            one.measure or none,
            one.needs or none,
        )
        for number, one in enumerate(behind, 1)
    ]


def _order_rows(orders: Sequence[OrderLine]) -> list[tuple[str | int, ...]]:
    return [
        (
            number,
            order_number(*one.number),
            one.name,
            one.grade_word,
            label(f"card.state.{one.state}"),
            month_day(one.reply_due) if one.reply_due else label("meeting.none"),
            _names(one.units),
        )
        for number, one in enumerate(orders, 1)
    ]


def _problem_rows(problems: Sequence[ProblemLine]) -> list[tuple[str | int, ...]]:
    return [
        (number, one.name, one.text, month_day(one.raised_at), one.leader or label("meeting.none"))
        for number, one in enumerate(problems, 1)
    ]


def packet_tables(packet: Packet) -> tuple[Table, ...]:
    """The sheets of the workbook: title, column heads, rows. What became of the last decisions comes first."""
    by = "leader" if packet.meeting.kind == MeetingKind.QUARTERLY else "unit"
    status_heads = (
        label(f"meeting.heads.status_{by}"),
        *label("meeting.heads.status").split(","),
        *(grade.word for grade in packet.grades),
    )
    status = tuple(_status_row(line, packet.grades) for line in packet.lines)
    found: dict[str, list[tuple[str | int, ...]]] = {
        "last": _last_rows(packet.last),
        "behind": _behind_rows(packet.behind),
        "orders": _order_rows(packet.orders),
        "problems": _problem_rows(packet.problems),
    }
    tables = {
        key: (label(f"meeting.sheets.{key}"), tuple(label(f"meeting.heads.{key}").split(",")), tuple(rows))
        for key, rows in found.items()
    }
    tables["status"] = (label("meeting.sheets.status"), status_heads, status)
    return tuple(tables[key] for key in ("last", "status", "behind", "orders", "problems"))


def minutes_paper(minutes: Minutes) -> dict[str, object]:
    """The payload of the minutes as a Word document."""
    context = {
        **_head(minutes.meeting, minutes.office, minutes.today),
        "title": label("meeting.minutes_title", title=minutes.meeting.title),
        **{key: _said(minutes.guests, key) for key in ("comes", "sends", "away")},
        "silent": _said(minutes.guests, None),
        "decisions": [dict(zip(_LAST, row, strict=True)) for row in _last_rows(minutes.decisions)],
    }
    return {"template": "minutes.docx", "context": context}


def _status_row(line: Line, grades: Sequence[Grade]) -> tuple[str | int, ...]:
    counts = (line.tally.of(grade.code).count for grade in grades)
    return (line.name, line.tally.total, plain_number(line.tally.points), *counts)


def _said(guests: Sequence[Guest], answer: str | None) -> str:
    """The posts with that answer, with a reason or a name in brackets; empty without any."""
    found = [
        label("meeting.guest", post=guest.post, text=guest.text) if guest.text else guest.post
        for guest in guests
        if guest.answer == answer
    ]
    return label("push.comma").join(found)
