"""What is said about evidence: filed, where it might belong, refused, the ledger of an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.evidence import LARGEST_MB, EvidenceKind, Refusal
from bot.presenters.actions_evidence import (
    FetchEvidence,
    FileEvidence,
    PackEvidence,
    ShowEvidence,
    WithdrawEvidence,
)
from bot.presenters.reply import Attachment, Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, month_words, render

PAGE = 10
BUTTON_NAME = 18
CHOICES = 9


@dataclass(frozen=True)
class EvidenceFiled:
    """Pieces are filed. `again`: the same file was there already; `album`: more of the same album may follow."""

    evidence_id: int
    names: tuple[str, ...]
    indicator_id: int
    indicator: str
    period: str
    again: bool = False
    album: bool = False


@dataclass(frozen=True)
class EvidenceFollows:
    """A further part of an album went where the first one did: nothing more is said."""


@dataclass(frozen=True)
class WhereDoesItBelong:
    """The sender is asked which indicator it is for. `version`: of the draft."""

    names: tuple[str, ...]
    choices: tuple[tuple[int, str], ...]
    version: int


@dataclass(frozen=True)
class EvidenceRefused:
    """A file that is not kept."""

    name: str
    reason: Refusal


@dataclass(frozen=True)
class EvidenceLine:
    """A piece in the ledger."""

    id: int
    kind: str
    name: str
    reference: str | None
    period: str | None
    person: str
    added_at: datetime


@dataclass(frozen=True)
class EvidenceLedger:
    """The ledger of an indicator, newest first. `removable`: ids that this person may take out."""

    indicator_id: int
    indicator: str
    lines: tuple[EvidenceLine, ...]
    page: int = 0
    removable: frozenset[int] = frozenset()


@dataclass(frozen=True)
class EvidenceOverview:
    """Which indicators have evidence and which lack it, of those that the person may see.

    `lacking`: (unit, indicator) pairs; `year`: set where the whole ledger can be packed by this person.
    """

    filed: int
    lacking: tuple[tuple[str, str], ...]
    month: date
    year: int | None = None


@dataclass(frozen=True)
class EvidenceFile:
    """A file from the ledger."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    caption: str = ""


@dataclass(frozen=True)
class EvidenceGone:
    """A file of the ledger is not on disk any more, or was altered."""

    name: str


@dataclass(frozen=True)
class EvidenceWithdrawn:
    """A piece was taken out of the ledger."""

    name: str


Outcome = (
    EvidenceFiled
    | EvidenceFollows
    | WhereDoesItBelong
    | EvidenceRefused
    | EvidenceLedger
    | EvidenceOverview
    | EvidenceFile
    | EvidenceGone
    | EvidenceWithdrawn
)


def present_evidence(said: Outcome) -> Reply | None:
    """The answer; None where nothing is to be said."""
    if isinstance(said, EvidenceFollows):
        return None
    if isinstance(said, EvidenceFiled):
        return _filed(said)
    if isinstance(said, WhereDoesItBelong):
        return _where(said)
    if isinstance(said, EvidenceLedger):
        return _ledger(said)
    if isinstance(said, EvidenceOverview):
        return _overview(said)
    if isinstance(said, EvidenceFile):
        return Reply(shortened(said.caption, 200), files=(Attachment(said.name, said.content),))
    if isinstance(said, EvidenceRefused):
        title = shortened(said.name)
        return Reply(render("reply/evidence_refused", reason=said.reason.value, title=title, limit=LARGEST_MB))
    kind = "gone" if isinstance(said, EvidenceGone) else "withdrawn"
    return Reply(render("reply/evidence_note", kind=kind, title=shortened(said.name)))


def _filed(said: EvidenceFiled) -> Reply:
    text = render(
        "reply/evidence_filed",
        said=said,
        names=[shortened(name) for name in said.names],
        title=shortened(said.indicator),
    )
    keys = [Button(label("evidence.ledger"), ShowEvidence(said.indicator_id, 0).pack())]
    if not said.again:
        keys.append(Button(label("evidence.withdraw"), WithdrawEvidence(said.evidence_id).pack()))
    return Reply(text, rows(keys))


def _where(said: WhereDoesItBelong) -> Reply:
    text = render("reply/evidence_where", names=[shortened(name) for name in said.names], choices=said.choices)
    keys = [
        [Button(shortened(name, BUTTON_NAME), FileEvidence(key, said.version).pack())]
        for key, name in said.choices[:CHOICES]
    ]
    return Reply(text, rows(*keys))


def _ledger(said: EvidenceLedger) -> Reply:
    pages = max(1, -(-len(said.lines) // PAGE))
    page = min(max(said.page, 0), pages - 1)
    shown = said.lines[page * PAGE : (page + 1) * PAGE]
    text = render(
        "reply/evidence_ledger",
        title=shortened(said.indicator),
        total=len(said.lines),
        lines=[(line, shortened(line.name), month_words(line.period) if line.period else "") for line in shown],
        page=page,
        pages=pages,
        first=page * PAGE + 1,
    )
    keys = [
        Button(str(page * PAGE + place), FetchEvidence(line.id).pack())
        for place, line in enumerate(shown, 1)
        if line.kind != EvidenceKind.REFERENCE
    ]
    turns = [
        Button(label("report.button.back"), ShowEvidence(said.indicator_id, page - 1).pack()) if page else None,
        Button(label("report.button.on"), ShowEvidence(said.indicator_id, page + 1).pack())
        if page + 1 < pages
        else None,
    ]
    return Reply(text, rows(keys[:5], keys[5:], [turn for turn in turns if turn]))


def _overview(said: EvidenceOverview) -> Reply:
    by_unit: dict[str, list[str]] = {}
    for unit, name in said.lacking:
        by_unit.setdefault(unit, []).append(shortened(name, BUTTON_NAME))
    text = render("reply/evidence_overview", said=said, units=_some(by_unit), hidden=max(0, len(by_unit) - CHOICES))
    keys = [Button(label("evidence.pack"), PackEvidence(said.year).pack())] if said.year and said.filed else []
    return Reply(text, rows(keys))


def _some(by_unit: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(unit, label("evidence.comma").join(names)) for unit, names in list(by_unit.items())[:CHOICES]]


def _present(said: Outcome) -> Reply:
    return present_evidence(said) or Reply("")


# What typed words may come to.
PRESENTERS = dict.fromkeys((EvidenceFiled, WhereDoesItBelong, EvidenceLedger, EvidenceOverview), _present)
