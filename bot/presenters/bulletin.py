"""The bulletin as text, as the payload of a picture and as the values of a Word document: the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from bot.domain.bulletin import Bulletin, Discipline
from bot.domain.kinds import NORMAL
from bot.domain.period import Period
from bot.domain.scheme import Grade
from bot.domain.scoreboard import Board, Line
from bot.presenters.actions_board import FileBulletin, ShowBulletin
from bot.presenters.actions_console import OfferBulletin
from bot.presenters.board import bars_panel, lit, stacks_panel
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import fixed_number, full_date, label, month_words, plain_number, render

NAMES_IN_TEXT = 5
UNITS_IN_TEXT = 8
DRAWN_UNITS = 20


@dataclass(frozen=True)
class Named:
    """An indicator that the bulletin names. `gap`, `progress`: percentage points."""

    name: str
    units: tuple[str, ...]
    leader: str | None
    grade_word: str
    gap: Decimal | None
    progress: Decimal | None
    reason: str


@dataclass(frozen=True)
class BulletinShown:
    """A bulletin with the names in it. `before`: the month before, if it has one."""

    bulletin: Bulletin
    grades: tuple[Grade, ...]
    office: str
    named: Mapping[int, Named]
    today: date
    due: date
    before: Period | None

    @property
    def period(self) -> Period:
        """The month."""
        return Period.parse(self.bulletin.period)

    def names(self, ids: Sequence[int]) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.named[key].name for key in ids)


def bulletin_title(shown: BulletinShown) -> str:
    """As it stands over text, picture and document."""
    return label("bulletin.title", year=shown.period.year, month=shown.period.month)


def present_bulletin(shown: BulletinShown) -> Reply:
    """The bulletin as text, with its picture and its document one press away."""
    month = shown.period
    buttons = rows(
        [
            Button(label("bulletin.picture"), FileBulletin(month.year, month.month, False).pack()),
            Button(label("bulletin.paper"), FileBulletin(month.year, month.month, True).pack()),
        ],
        [Button(label("bulletin.before", month=shown.before.month), ShowBulletin(*_key(shown.before)).pack())]
        if shown.before
        else [],
        [
            Button(label("notice.share_units"), OfferBulletin("units", month.year, month.month).pack()),
            Button(label("notice.share_leaders"), OfferBulletin("leaders", month.year, month.month).pack()),
        ],
    )
    return Reply(bulletin_text(shown), buttons)


def bulletin_ready(shown: BulletinShown) -> Reply:
    """The word to the office that the month's bulletin can be checked and sent on."""
    reply = present_bulletin(shown)
    return Reply(label("bulletin.ready", title=bulletin_title(shown)) + "\n\n" + reply.text, reply.buttons)


def _key(period: Period) -> tuple[int, int]:
    return period.year, period.month


def bulletin_text(shown: BulletinShown) -> str:
    """The words of the bulletin for a phone."""
    made = shown.bulletin
    return render(
        "reply/bulletin",
        shown=shown,
        made=made,
        title=bulletin_title(shown),
        lights=lit(made.whole, shown.grades, empty=True),
        trend=_trend_rows(shown),
        months=[month_words(month.period) for month in made.trend],
        fresh=some_names(shown.names(made.fresh), NAMES_IN_TEXT),
        worsened=some_names(shown.names(made.worsened), NAMES_IN_TEXT),
        recovered=some_names(shown.names(made.recovered), NAMES_IN_TEXT),
        worst=[shown.named[key] for key in made.worst],
        categories=[_behind(line, shown.grades) for line in made.categories.lines],
        units=[_behind(line, shown.grades) for line in _warned(made.units)[:UNITS_IN_TEXT]],
        more_units=max(0, len(_warned(made.units)) - UNITS_IN_TEXT),
        late=[_filing(one) for one in made.discipline],
    )


@dataclass(frozen=True)
class _Behind:
    """A line of the bulletin: a category or a unit with its lights."""

    name: str
    total: int
    lights: tuple[str, ...]


def _behind(line: Line, grades: Sequence[Grade]) -> _Behind:
    return _Behind(
        shortened(line.name),
        line.tally.total,
        tuple(f"{one.word}{one.count}" for one in lit(line.tally, grades)),
    )


def _warned(units: Board) -> list[Line]:
    """Units with anything but normal lights, worst first."""
    found = [line for line in units.lines if line.tally.of(NORMAL).count < line.tally.total]
    return sorted(found, key=lambda line: (line.tally.share_normal or 0, line.name))


def _filing(one: Discipline) -> str:
    parts = [
        label(f"bulletin.filed.{name}", count=count)
        for name, count in (("missing", one.missing), ("late", one.late))
        if count
    ]
    return label("bulletin.filed.unit", unit=shortened(one.unit), said=label("bulletin.comma").join(parts))


def _trend_rows(shown: BulletinShown) -> list[tuple[str, list[str]]]:
    """A row of the three months for each grade but normal: its word and the numbers."""
    found = []
    for grade in shown.grades:
        if grade.code == NORMAL:
            continue
        tallies = [month.tally for month in shown.bulletin.trend]
        found.append((grade.word, ["—" if one is None else str(one.of(grade.code).count) for one in tallies]))
    return found


def bulletin_picture(shown: BulletinShown) -> dict[str, object]:
    """The payload of the picture: lights, three months, the units that are behind."""
    made, whole = shown.bulletin, shown.bulletin.whole
    series = [
        {
            "label": grade.word,
            "colour": grade.colour,
            "values": [month.tally.of(grade.code).count if month.tally else None for month in made.trend],
        }
        for grade in shown.grades
        if grade.code != NORMAL
    ]
    behind = _warned(made.units)[:DRAWN_UNITS]
    panels: list[dict[str, object]] = [
        bars_panel(label("bulletin.lights"), lit(whole, shown.grades, empty=True)),
        {
            "kind": "trend",
            "title": label("bulletin.trend"),
            "months": [month_words(month.period) for month in made.trend],
            "series": series,
        },
    ]
    if behind:
        panels.append(stacks_panel(label("bulletin.units"), behind, shown.grades))
    return {
        "title": bulletin_title(shown),
        "subtitle": label(
            "bulletin.subtitle", month=shown.period.month, total=whole.total, points=plain_number(whole.points)
        ),
        "footer": label("bulletin.footer", office=shown.office, day=full_date(shown.today)),
        "panels": panels,
    }


def bulletin_paper(shown: BulletinShown) -> dict[str, object]:
    """The payload of the Word document."""
    made = shown.bulletin
    context = {
        "office": shown.office,
        "title": bulletin_title(shown),
        "month": shown.period.month,
        "year": shown.period.year,
        "day": full_date(shown.today),
        "due": full_date(shown.due),
        "total": made.whole.total,
        "points": plain_number(made.whole.points),
        "lights": [
            {"word": one.word, "count": one.count, "points": one.points}
            for one in lit(made.whole, shown.grades, empty=True)
        ],
        "months": [month_words(month.period) for month in made.trend],
        "trend": [{"word": word, "values": values} for word, values in _trend_rows(shown)],
        "words": [grade.word for grade in shown.grades],
        "categories": [table_row(line, shown.grades) for line in made.categories.lines],
        "units": [table_row(line, shown.grades) for line in made.units.lines],
        "fresh": _all_names(shown, made.fresh),
        "worsened": _all_names(shown, made.worsened),
        "recovered": _all_names(shown, made.recovered),
        "orders": asdict(made.orders),
        "worst": [_worst_row(place, shown.named[key]) for place, key in enumerate(made.worst, 1)],
        "filed": asdict(made.filed),
        "late": [_filing(one) for one in made.discipline],
    }
    return {"template": "bulletin.docx", "context": context}


def _all_names(shown: BulletinShown, ids: Sequence[int]) -> dict[str, object]:
    return {"count": len(ids), "names": label("bulletin.comma").join(shown.names(ids))}


def table_row(line: Line, grades: Sequence[Grade]) -> dict[str, object]:
    """A line of a Word table by grade."""
    return {
        "name": line.name,
        "total": line.tally.total,
        "points": plain_number(line.tally.points),
        "counts": [line.tally.of(grade.code).count for grade in grades],
    }


def _worst_row(place: int, one: Named) -> dict[str, object]:
    return {
        "place": place,
        "name": one.name,
        "units": label("bulletin.comma").join(one.units),
        "leader": one.leader or "—",
        "grade": one.grade_word,
        "gap": fixed_number(one.gap, 1) if one.gap is not None else "—",
        "reason": one.reason,
    }
