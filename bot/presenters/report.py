"""The conversation of a monthly report: how it is said, and with which buttons."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.presenters.actions import (
    CancelDraft,
    ChooseIndicator,
    ConfirmDraft,
    CorrectReport,
    EditDraft,
    ReportNoChange,
    SendSheet,
    ShowCard,
    ShowOpenReports,
    StartReport,
    ToggleNode,
)
from bot.presenters.reply import Attachment, Button, Reply, rows
from bot.presenters.report_said import (
    AskField,
    AskIndicator,
    Confirmed,
    Line,
    NextUp,
    OpenReports,
    Preview,
    Skipped,
    Told,
)
from bot.presenters.review_actions import SkipReport
from bot.presenters.words import label, plain_number, render

# Telegram takes longer button labels, but a phone shows about this much of one in a row of its own.
LABEL_LIMIT = 24
# What a person typed may fill a message; a preview shows this much of it.
SHOWN_WORDS = 300


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
    if asked.others and asked.field == "value":
        same.append(Button(label("report.button.skip"), SkipReport(asked.indicator_id).pack()))
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
    following = _next(done.next, done.left)
    after = []
    if len(done.report_ids) == 1:
        after.append(Button(label("report.button.correct"), CorrectReport(done.report_ids[0]).pack()))
    if done.left > 1:
        after.append(Button(label("report.button.all_open", count=done.left), ShowOpenReports(0).pack()))
    return Reply(text, rows(following, after))


def _next(up: NextUp | None, left: int) -> list[Button]:
    """无变化 · 填报 · 跳过 of the next one."""
    if up is None:
        return []
    found = [_same(up.indicator_id, up.period)] if up.same else []
    found.append(Button(label("report.button.report"), StartReport(up.indicator_id).pack()))
    if left > 1:
        found.append(Button(label("report.button.skip"), SkipReport(up.indicator_id).pack()))
    return found


def present_skipped(done: Skipped) -> Reply:
    """What comes instead of it."""
    text = render("reply/report_skipped", done=done)
    everything = Button(label("report.button.all_open", count=done.left), ShowOpenReports(0).pack())
    return Reply(text, rows(_next(done.next, done.left), [everything]))


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
    sheet = [Button(label("report.button.sheet"), SendSheet().pack())] if len(page.items) > 1 else []
    return Reply(text, rows(*items, *fixes, pager(page.page, page.pages, ShowOpenReports), sheet))


def present_sheet(title: str, content: bytes, count: int) -> Reply:
    """The workbook to be filled in and sent back."""
    words = label("report.told.sheet_ready", title=title, count=count)
    return Reply(words, files=(Attachment(f"{title}.xlsx", content),))


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
