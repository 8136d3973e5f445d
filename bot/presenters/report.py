"""The conversation of a monthly report: what the services found out, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.presenters.actions import (
    CancelDraft,
    ChooseIndicator,
    ConfirmDraft,
    CorrectReport,
    EditDraft,
    ReportNoChange,
    ShowCard,
    ShowOpenReports,
    StartReport,
    ToggleNode,
)
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.words import label, plain_number, render

# Telegram takes longer button labels, but a phone shows about this much of one in a row of its own.
LABEL_LIMIT = 24
# What a person typed may fill a message; a preview shows this much of it.
SHOWN_WORDS = 300
MOST_LINES = 8


@dataclass(frozen=True)
class Trouble:
    """Why something was not taken. `code` is a key of [trouble] in the word list, `params` its blanks."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class NodeMark:
    """A milestone's node in a preview or on a card."""

    position: int
    month: int
    name: str
    done: bool


@dataclass(frozen=True)
class Line:
    """One indicator's report as it is, or would be. `progress`, `pace`, `gap`: percentage points for showing.

    `old`: the value that a correction replaces. `doubts`: codes of questions asked before the value is taken.
    """

    indicator_id: int
    name: str
    period: str
    unit: str
    kind: str
    value: Decimal | None
    no_change: bool = False
    progress: Decimal | None = None
    pace: Decimal | None = None
    gap: Decimal | None = None
    grade: str = ""
    grade_word: str = ""
    target: Decimal | None = None
    nodes: tuple[NodeMark, ...] = ()
    last_value: Decimal | None = None
    last_period: str | None = None
    is_correction: bool = False
    old: Decimal | None = None
    problem: str | None = None
    measure: str | None = None
    coordinate: str | None = None
    leader: str | None = None
    note: str | None = None
    doubts: tuple[str, ...] = ()

    @property
    def change(self) -> Decimal | None:
        """Against the last report."""
        if self.value is None or self.last_value is None:
            return None
        return self.value - self.last_value


@dataclass(frozen=True)
class Preview:
    """Reports that wait for 确认. `early`: ahead of the month's opening. `notice`: a key of [notice] to begin with."""

    version: int
    lines: tuple[Line, ...]
    troubles: tuple[Trouble, ...] = ()
    early: bool = False
    on_behalf: bool = False
    notice: str | None = None


@dataclass(frozen=True)
class AskField:
    """A question for one field of the draft; the next typed text answers it. `same`: 无变化 is an answer too.

    `current`: the value that is in and may be corrected.
    """

    version: int
    field: str
    indicator_id: int
    name: str
    unit: str
    kind: str
    period: str
    target: Decimal | None = None
    last_value: Decimal | None = None
    last_period: str | None = None
    same: bool = False
    current: Decimal | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True)
class AskIndicator:
    """Which of these the typed text belongs to."""

    version: int
    typed: str
    choices: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class NextUp:
    """The next report that is asked for. `same`: 无变化 is possible."""

    indicator_id: int
    name: str
    period: str
    same: bool
    last_value: Decimal | None
    unit: str


@dataclass(frozen=True)
class Confirmed:
    """Reports that are in. `left`: how many are still asked for."""

    lines: tuple[Line, ...]
    report_ids: tuple[int, ...]
    left: int
    next: NextUp | None = None
    corrected: bool = False


@dataclass(frozen=True)
class OpenItem:
    """A line of the list of what is to be reported."""

    indicator_id: int
    name: str
    period: str
    days_left: int


@dataclass(frozen=True)
class ReportedItem:
    """A line of what is in, which can be corrected."""

    report_id: int
    name: str
    value: Decimal | None
    unit: str


@dataclass(frozen=True)
class OpenReports:
    """A page of what is to be reported, and what is in. `opens`, `due`: of the month in question."""

    period: str
    opens: date
    due: date
    early: bool
    items: tuple[OpenItem, ...]
    reported: tuple[ReportedItem, ...]
    open_count: int
    reported_count: int
    page: int
    pages: int


@dataclass(frozen=True)
class Told:
    """One sentence, a key of [told]. `retry`: an indicator whose report can begin; `report_id`: one to correct."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    retry: int | None = None
    report_id: int | None = None
    card: int | None = None


def short(text: str, limit: int = LABEL_LIMIT) -> str:
    """Cut for a button, with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def present_preview(preview: Preview) -> Reply:
    """The preview with its buttons."""
    only = preview.lines[0] if len(preview.lines) == 1 else None
    text = render("reply/report_preview", preview=preview, only=only, shown=SHOWN_WORDS)
    doubted = any(line.doubts for line in preview.lines)
    accept = "report.button.confirm_doubted" if doubted else "report.button.confirm"
    confirm = Button(
        label(accept) if only else label("report.button.confirm_all", count=len(preview.lines)),
        ConfirmDraft(preview.version).pack(),
    )
    cancel = Button(label("report.button.cancel"), CancelDraft(preview.version).pack())
    if only is None:
        return Reply(text, rows([confirm, cancel]))
    edits = [_edit("value", preview.version)] if not only.nodes else []
    edits += [_edit("problem", preview.version), _edit("coordinate", preview.version)]
    return Reply(text, rows(*_nodes(only, preview.version), [confirm], edits, [cancel]))


def _nodes(line: Line, version: int) -> list[list[Button]]:
    return [
        [
            Button(
                label(
                    "report.button.node_done" if node.done else "report.button.node_open",
                    month=node.month,
                    name=short(node.name, LABEL_LIMIT - 6),
                ),
                ToggleNode(node.position, version).pack(),
            )
        ]
        for node in line.nodes
    ]


def _edit(name: str, version: int) -> Button:
    return Button(label(f"report.button.edit_{name}"), EditDraft(name, version).pack())


def present_ask_field(asked: AskField) -> Reply:
    """The question, with an example of an answer."""
    text = render("reply/report_ask_field", asked=asked)
    same = [_same(asked.indicator_id, asked.period)] if asked.same and asked.field == "value" else []
    words = [_edit("problem", asked.version)] if asked.current is not None and asked.field == "value" else []
    cancel = Button(label("report.button.cancel"), CancelDraft(asked.version).pack())
    return Reply(text, rows([*same, *words, cancel]))


def present_ask_indicator(asked: AskIndicator) -> Reply:
    """The choices, one in a row."""
    text = render("reply/report_ask_indicator", asked=asked)
    choices = [[Button(short(name), ChooseIndicator(key, asked.version).pack())] for key, name in asked.choices]
    return Reply(text, rows(*choices, [Button(label("report.button.cancel"), CancelDraft(asked.version).pack())]))


def _same(indicator_id: int, period: str) -> Button:
    return Button(
        label("report.button.no_change"),
        ReportNoChange(indicator_id, int(period[:4]), int(period[5:7])).pack(),
    )


def present_confirmed(done: Confirmed) -> Reply:
    """What is in, and what comes next."""
    text = render("reply/report_confirmed", done=done, only=done.lines[0] if len(done.lines) == 1 else None)
    following = []
    if done.next is not None:
        if done.next.same:
            following.append(_same(done.next.indicator_id, done.next.period))
        following.append(Button(label("report.button.report"), StartReport(done.next.indicator_id).pack()))
    after = []
    if len(done.report_ids) == 1:
        after.append(Button(label("report.button.correct"), CorrectReport(done.report_ids[0]).pack()))
    if done.left > 1:
        after.append(Button(label("report.button.all_open", count=done.left), ShowOpenReports(0).pack()))
    return Reply(text, rows(following, after))


def present_open_reports(page: OpenReports) -> Reply:
    """The list with a button for each, and pages."""
    text = render("reply/report_open", page=page)
    items = [[Button(short(item.name), StartReport(item.indicator_id).pack())] for item in page.items]
    fixes = [
        [
            Button(
                label("report.button.correct_one", name=short(item.name, 12), value=plain_number(item.value)),
                CorrectReport(item.report_id).pack(),
            )
        ]
        for item in page.reported
    ]
    return Reply(text, rows(*items, *fixes, pager(page.page, page.pages, ShowOpenReports)))


def pager(page: int, pages: int, action: type[ShowOpenReports]) -> Sequence[Button]:
    """‹ and › where there is somewhere to go."""
    found = []
    if page > 0:
        found.append(Button(label("report.button.back"), action(page - 1).pack()))
    if page + 1 < pages:
        found.append(Button(label("report.button.on"), action(page + 1).pack()))
    return found


def present_told(told: Told) -> Reply:
    """One sentence and, where it helps, the button for what to do next."""
    found = []
    if told.retry is not None:
        found.append(Button(label("report.button.report"), StartReport(told.retry).pack()))
    if told.report_id is not None:
        found.append(Button(label("report.button.correct"), CorrectReport(told.report_id).pack()))
    if told.card is not None:
        found.append(Button(label("report.button.card"), ShowCard(told.card).pack()))
    return Reply(render("reply/report_told", sentence=told_sentence(told)), rows(found))


def told_sentence(told: Told) -> str:
    """The sentence with numbers and names as they are shown."""
    params: dict[str, object] = {}
    for name, value in told.params.items():
        if isinstance(value, Decimal) or value is None:
            params[name] = plain_number(value)
        elif isinstance(value, list | tuple):
            params[name] = label("push.comma").join(str(item) for item in value)
        else:
            params[name] = value
    if told.code == "cancelled" and not params["names"]:
        return label("report.told.cancelled_nothing")
    return label(f"report.told.{told.code}", **params)
