"""Why something was said, or not, beside what the ladder and the digest name themselves."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.digest import WithheldReason
from bot.domain.ladder import ReasonCode
from bot.domain.reporting import Stage


class Matter(StrEnum):
    """What a recorded decision was about."""

    WARNING = "warning"
    RECOVERY = "recovery"
    REPORT = "report"
    ORDER = "order"
    DIGEST = "digest"
    URGE = "urge"
    PROBLEM = "problem"
    DIRECTIVE = "directive"
    REPLY = "reply"
    TASK = "task"
    PENDING = "pending"
    ESCALATION = "escalation"
    STEP = "step"  # a step on an order: answered, asked for more time, decided


class Said(StrEnum):
    """Why something went out, or is not said now, for reasons that no other list has."""

    REPORT_OPENS = "report_opens"
    REPORT_BEFORE_DUE = "report_before_due"
    REPORT_DUE_TODAY = "report_due_today"
    REPORT_OVERDUE = "report_overdue"
    UNACKNOWLEDGED = "unacknowledged"
    RECOVERED = "recovered"
    URGED = "urged"
    REPORT_RETURNED = "report_returned"
    NEEDS_COORDINATION = "needs_coordination"
    DIRECTED = "directed"
    ORDER_STEP = "order_step"
    REPLY_WAITS = "reply_waits"
    TASK_DUE = "task_due"
    TASK_LATE = "task_late"
    WAITS_FOR_LEADER = "waits_for_leader"  # a problem, or a directive of theirs, once a week
    WENT_UP = "went_up"
    WAITS_FOR_DIGEST = "waits_for_digest"
    NOT_WORSE = "not_worse"  # the grade fell: nobody is pushed for that
    CARRIED_BY_WARNING = "carried_by_warning"  # the warning sent at the same moment says it already
    NOT_DELIVERED = "not_delivered"  # it could not leave in time
    NOT_CHOSEN = "not_chosen"  # the office took this person off the list
    URGED_ENOUGH = "urged_enough"  # as often today as the scheme allows
    OVERTAKEN = "overtaken"  # it could not leave for a while, and is not true or not new any more
    SECOND_UNACKNOWLEDGED = "second_unacknowledged"  # on other ways than Telegram
    SECOND_UNREACHABLE = "second_unreachable"
    STANDS_IN = "stands_in"  # passes on what does not reach somebody else


REPORT_STAGES = {
    Stage.OPENS: Said.REPORT_OPENS,
    Stage.BEFORE_DUE: Said.REPORT_BEFORE_DUE,
    Stage.DUE_TODAY: Said.REPORT_DUE_TODAY,
    Stage.OVERDUE: Said.REPORT_OVERDUE,
}
# Every code that a recorded decision may carry; each has its sentence in templates/words/why.toml.
REASON_CODES = frozenset(str(code) for codes in (ReasonCode, WithheldReason, Said) for code in codes)
