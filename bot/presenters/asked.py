"""The one answer to a typed message, whatever it turned out to mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.presenters.actions import Acknowledge, AcknowledgeAll
from bot.presenters.adjustment import PRESENTERS as ADJUST_PRESENTERS
from bot.presenters.card import Card, present_card
from bot.presenters.evidence import PRESENTERS as EVIDENCE_PRESENTERS
from bot.presenters.grade_said import PRESENTERS as GRADE_PRESENTERS
from bot.presenters.group import PRESENTERS as GROUP_PRESENTERS
from bot.presenters.indicator_list import Hits, NothingFound, present_hits, present_nothing
from bot.presenters.meeting import PRESENTERS as MEETING_PRESENTERS
from bot.presenters.notice import PRESENTERS as NOTICE_PRESENTERS
from bot.presenters.office import PRESENTERS as OFFICE_PRESENTERS
from bot.presenters.order import PRESENTERS as ORDER_PRESENTERS
from bot.presenters.order_said import OrderNamed
from bot.presenters.points import PRESENTERS as POINT_PRESENTERS
from bot.presenters.remind import PRESENTERS as REMIND_PRESENTERS
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.report import (
    present_ask_field,
    present_ask_indicator,
    present_confirmed,
    present_open_reports,
    present_preview,
    present_skipped,
    present_told,
)
from bot.presenters.report_said import AskField, AskIndicator, Confirmed, OpenReports, Preview, Skipped, Told
from bot.presenters.review import PRESENTERS as REVIEW_PRESENTERS
from bot.presenters.shortening import shortened
from bot.presenters.succession import PRESENTERS as SUCCESSION_PRESENTERS
from bot.presenters.task_answers import PRESENTERS as TASK_PRESENTERS
from bot.presenters.warning import (
    Acknowledged,
    NothingToAcknowledge,
    OrderClosed,
    Regraded,
    present_acknowledgement,
)
from bot.presenters.words import label, render

BUTTON_NAME = 16


@dataclass(frozen=True)
class WaitingOrders:
    """Several orders wait for this person; `hidden` more are not shown. `told_until`: seconds since 1970."""

    orders: tuple[OrderNamed, ...]
    hidden: int
    told_until: int


def present_waiting(found: WaitingOrders) -> Reply:
    """The orders, each with its button."""
    buttons = [
        [
            Button(
                label("warning.acknowledge_one", name=shortened(order.name, BUTTON_NAME)),
                Acknowledge(order.order_id, order.severity).pack(),
            )
        ]
        for order in found.orders
    ]
    if not found.hidden:  # nobody signs for what they have not seen
        name = label("warning.acknowledge_all", count=len(found.orders))
        buttons.append([Button(name, AcknowledgeAll(found.told_until).pack())])
    return Reply(render("reply/acknowledge_which", orders=found.orders, hidden=found.hidden), rows(*buttons))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    Preview: present_preview,
    AskField: present_ask_field,
    AskIndicator: present_ask_indicator,
    Confirmed: present_confirmed,
    OpenReports: present_open_reports,
    Skipped: present_skipped,
    Told: present_told,
    Card: present_card,
    Hits: present_hits,
    NothingFound: present_nothing,
    WaitingOrders: present_waiting,
    Acknowledged: present_acknowledgement,
    Regraded: present_acknowledgement,
    OrderClosed: present_acknowledgement,
    NothingToAcknowledge: present_acknowledgement,
    **ORDER_PRESENTERS,
    **ADJUST_PRESENTERS,
    **GRADE_PRESENTERS,
    **OFFICE_PRESENTERS,
    **EVIDENCE_PRESENTERS,
    **TASK_PRESENTERS,
    **REVIEW_PRESENTERS,
    **MEETING_PRESENTERS,
    **REMIND_PRESENTERS,
    **NOTICE_PRESENTERS,
    **POINT_PRESENTERS,
    **SUCCESSION_PRESENTERS,
    **GROUP_PRESENTERS,
}


def present(said: object) -> Reply:
    """The answer for a result record of any of these use cases. Raises KeyError for another record."""
    return PRESENTERS[type(said)](said)
