"""Order sheets as Word documents: a task as a supervision sheet, a warning order as its form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.tasks import TaskState
from bot.presenters.order import event_sentence
from bot.presenters.order_said import OrderView, RecipientLine
from bot.presenters.push_warning import order_number
from bot.presenters.shortening import shortened
from bot.presenters.tasks import TaskCard
from bot.presenters.words import fixed_number, full_date, label, moment, plain_number

TITLE = 30
THREAD = 20


@dataclass(frozen=True)
class Signed:
    """Under whose name and on which day a sheet is made. `leader`: who is responsible for the indicator."""

    office: str
    today: date
    leader: str = ""


def task_number(card: TaskCard) -> str:
    """督办〔2026〕12号: by the year in which it was given."""
    year = card.thread[0][0].year if card.thread else 0
    return label("paper.task_number", kind=label(f"tasks.kind.{card.line.kind}"), year=year, serial=card.line.id)


def task_paper(card: TaskCard, signed: Signed) -> dict[str, object]:
    """The payload of a task's sheet, in the columns of a supervision order; what Baton does not know stays blank."""
    line = card.line
    is_open = line.state != TaskState.DONE
    late = is_open and line.days_left is not None and line.days_left < 0
    left = ""
    if is_open and line.days_left is not None:
        left = label("paper.days_over" if late else "paper.days", days=abs(line.days_left))
    values = {
        "number": task_number(card),
        "title": shortened(line.text, TITLE),
        "kind": label(f"tasks.kind.{line.kind}"),
        "basis": line.source or line.indicator or "",
        "urgency": "",
        "due": full_date(line.due) if line.due else "",
        "lead": line.receiver,
        "helpers": "",
        "supervisor": line.giver,
        "matter": line.text,
        "frequency": "",
        "leader": signed.leader,
        "remark": "",
        "attachments": "",
        "late": label("paper.yes" if late else "paper.no"),
        "days": left,
    }
    thread = [
        (moment(at), person, _colon(label(f"tasks.event.{event}"), words)) for at, event, person, words in card.thread
    ]
    return _sheet(label(f"paper.title.{line.kind}"), ("task", values), thread, signed)


def order_paper(view: OrderView, signed: Signed) -> dict[str, object]:
    """The payload of a warning order's sheet."""
    answer = view.answer
    values = {
        "number": order_number(*view.order.number),
        "indicator": view.order.name,
        "grade": view.order.grade_word,
        "lead": label("push.comma").join(view.lead_units),
        "values": _values(view),
        "gap": label("paper.gap", gap=fixed_number(view.gap, 2)) if view.gap is not None else "",
        "rule": view.rule,
        "asked": label(f"warning.asked.{view.asked}") if view.asked else "",
        "due": full_date(view.reply_due) if view.reply_due else "",
        "signed": label("paper.semicolon").join(_signed(one) for one in view.recipients),
        "cause": answer.cause if answer else "",
        "measure": answer.measure if answer else "",
        "recovery": label("paper.month_until", day=full_date(answer.recovery)) if answer and answer.recovery else "",
        "help": answer.help if answer else "",
        "state": label(f"card.state.{view.state}"),
    }
    thread = [(moment(one.at), one.who, event_sentence(one)) for one in view.thread]
    title = label("paper.title.order", word=view.order.grade_word)
    return _sheet(title, ("order", values), thread, signed)


def _values(view: OrderView) -> str:
    if view.actual is None or view.target is None:
        return ""
    return label("paper.value", actual=plain_number(view.actual), target=plain_number(view.target), unit=view.unit)


def _signed(one: RecipientLine) -> str:
    at = moment(one.acknowledged_at) if one.acknowledged_at else ""
    return label("paper.signed" if at else "paper.unsigned", post=one.post, person=one.person, moment=at)


def _colon(event: str, words: str) -> str:
    return f"{event}{label('order.colon')[0]}{words}" if words else event


def _sheet(
    title: str,
    fields: tuple[str, dict[str, str]],
    thread: Iterable[tuple[str, str, str]],
    signed: Signed,
) -> dict[str, object]:
    kind, values = fields
    lines = [{"at": at, "who": who, "what": what} for at, who, what in thread]
    context = {
        "office": signed.office,
        "title": title,
        "fields": [{"head": label(f"paper.{kind}.{key}"), "text": text} for key, text in values.items()],
        "thread": lines[-THREAD:],
        "day": full_date(signed.today),
    }
    return {"template": "order.docx", "context": context}
