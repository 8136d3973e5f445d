"""Workbooks for tests: made by our own writer from records, read back by our own reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.db.engine import Database
from bot.domain.kinds import Direction, Kind, Role
from bot.domain.lists import ImportResult
from bot.services.cause import Cause
from bot.services.import_files import FileToImport
from bot.services.importing import import_files
from bot.sheets.records import BonusRow, ExportData, IndicatorRow, PersonRow, PointKind, PointRow, ProgressRow
from bot.sheets.writer import write_workbook

JANUARY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)

INVESTMENT = IndicatorRow(
    number=1,
    appraisal="综合绩效",
    category="重大工作",
    name="固定资产投资",
    target=Decimal(162),
    unit="亿元",
    target_text="162亿元",
    kind=Kind.CUMULATIVE,
    direction=Direction.HIGHER,
    weight=Decimal(30),
    lead_units=("区发改局",),
    cooperating_units=("区住建局", "区交通局"),
    responsible_leader="常务副区长",
    due=date(2026, 12, 31),
    due_text="12月底前",
)
JOBS = replace(
    INVESTMENT,
    number=2,
    category="保障工作",
    name="城镇新增就业",
    target=Decimal(4500),
    unit="人",
    target_text="4500人",
    weight=Decimal("12.5"),
    lead_units=("区人社局",),
    cooperating_units=(),
    responsible_leader="分管民生副区长",
)
LOSSES = replace(JOBS, number=3, name="粮食产量", target=Decimal("26.7"), unit="万吨", target_text="26.7万吨")
POINT = PointRow("固定资产投资", ("区发改局",), PointKind.RISK, "征地慢", "重点项目", "张三", date(2026, 1, 1), None)
BONUS = BonusRow(1, "超额加分", "固定资产投资超额完成", ("区发改局",), Decimal(20))
LEADER = PersonRow("L1", "领导一", "区委区政府", "常务副区长", Role.LEADER)
HEAD = PersonRow("H1", "负责人一", "区发改局", "主要负责人", Role.HEAD)
CONTACT = PersonRow("C1", "联络员一", "区发改局", "联络员", Role.CONTACT)
VALUE = ProgressRow("固定资产投资", ("区发改局",), "2026-05", Decimal("60.5"), problem="征地慢", measures="倒排工期")


def workbook(
    indicators: Iterable[IndicatorRow] = (INVESTMENT, JOBS, LOSSES), district: str = "示例区", **rows: Any
) -> bytes:
    """A list with these indicators and whatever else is given by name."""
    return write_workbook(ExportData(2026, district, tuple(indicators), **rows))


def full_workbook() -> bytes:
    """A list, a point, a bonus item, a roster and a report."""
    return workbook(
        points=(POINT,), bonuses=(BONUS,), people=(LEADER, HEAD, CONTACT), progress=(VALUE,), district="示例区"
    )


async def put(db: Database, *contents: bytes, now: datetime = JANUARY, **options: Any) -> ImportResult:
    """Import these workbooks."""
    files = [FileToImport(f"{place}.xlsx", content) for place, content in enumerate(contents)]
    return await import_files(db, Cause(now), files, **options)
