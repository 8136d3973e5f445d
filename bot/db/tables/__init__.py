"""All tables, by subject."""

from __future__ import annotations

from bot.db.tables.adjusting import AdjustmentRequest, AdjustmentStep
from bot.db.tables.appraisal import (
    Appraisal,
    BonusItem,
    Category,
    Cycle,
    Indicator,
    IndicatorUnit,
    Node,
    PlanPoint,
    Point,
    SchemeVersion,
    Target,
)
from bot.db.tables.base import Base
from bot.db.tables.console import Group, GroupCode, Notice, NoticeReceipt, PointMark
from bot.db.tables.evidence import Evidence
from bot.db.tables.following import Escalation, Leave, OrderExtension, OrderResponse, Silence
from bot.db.tables.meeting import Meeting, MeetingPerson
from bot.db.tables.messaging import (
    AuditEntry,
    AuditHead,
    FallbackAddress,
    InboxUpdate,
    JobRun,
    Pace,
    Push,
    PushFile,
    PushMessage,
    Urge,
)
from bot.db.tables.naming import NameEntry, NameIndexRow, NameKey
from bot.db.tables.office import GradeOverride, ScoreEvent
from bot.db.tables.people import Account, BindingRequest, Invite, Person, Post, Tenure, Unit
from bot.db.tables.reporting import Draft, PeriodRow, Problem, Report, ReportNote, Task, TaskEventRow
from bot.db.tables.warning import DecisionRow, OrderEvent, OrderRecipient, Snapshot, WarningOrder

__all__ = [
    "Account",
    "AdjustmentRequest",
    "AdjustmentStep",
    "Appraisal",
    "AuditEntry",
    "AuditHead",
    "Base",
    "BindingRequest",
    "BonusItem",
    "Category",
    "Cycle",
    "DecisionRow",
    "Draft",
    "Escalation",
    "Evidence",
    "FallbackAddress",
    "GradeOverride",
    "Group",
    "GroupCode",
    "InboxUpdate",
    "Indicator",
    "IndicatorUnit",
    "Invite",
    "JobRun",
    "Leave",
    "Meeting",
    "MeetingPerson",
    "NameEntry",
    "NameIndexRow",
    "NameKey",
    "Node",
    "Notice",
    "NoticeReceipt",
    "OrderEvent",
    "OrderExtension",
    "OrderRecipient",
    "OrderResponse",
    "Pace",
    "PeriodRow",
    "Person",
    "PlanPoint",
    "Point",
    "PointMark",
    "Post",
    "Problem",
    "Push",
    "PushFile",
    "PushMessage",
    "Report",
    "ReportNote",
    "SchemeVersion",
    "ScoreEvent",
    "Silence",
    "Snapshot",
    "Target",
    "Task",
    "TaskEventRow",
    "Tenure",
    "Unit",
    "Urge",
    "WarningOrder",
]
