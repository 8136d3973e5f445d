"""The sheets that an export holds, in the offices' own columns. What is written here reads back equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from bot.domain.kinds import Direction, Kind, Role
from bot.reading.deadline import read_deadline
from bot.reading.plain import name_key
from bot.reading.target import read_target
from bot.sheets.calendar_rows import OFF_WORDS, WORK_WORDS
from bot.sheets.cells import bare_number
from bot.sheets.layout import Head, Page, Value
from bot.sheets.natures import write_nature
from bot.sheets.people_rows import DEPUTY_WORD, ROLE_WORDS
from bot.sheets.records import ExportData, IndicatorRow, NodeRow, PersonRow, PointKind, PointRow

NONE = "/"
_TOWNSHIP = "镇街"


def leader_page(data: ExportData) -> Page:
    """领导包干清单: every indicator with its leader; the column 评分标准 only where there is any."""
    scored = any(row.scoring_text for row in data.indicators)
    heads = (
        Head("序号", 6),
        Head("考评类别", 12, merge=True),
        Head("指标类别", 14, merge=True),
        Head("指标", 30, left=True),
        Head("分值", 7),
        Head("目标值", 24),
        Head("责任领导", 18),
        Head("牵头单位", 18),
        Head("配合单位", 22),
        Head("完成时限", 14),
        *((Head("评分标准", 30, left=True),) if scored else ()),
    )
    rows = tuple(_leader_row(row, data.year)[: len(heads)] for row in data.indicators)
    return Page("领导包干清单", f"{data.district}{data.year}年度绩效考评指标领导包干清单", heads, rows)


def _leader_row(row: IndicatorRow, year: int) -> tuple[Value, ...]:
    return (
        row.number,
        row.appraisal or NONE,
        row.category or NONE,
        row.name,
        row.weight,
        target_words(row),
        row.responsible_leader or "",
        "\n".join(row.lead_units),
        "\n".join(row.cooperating_units) or NONE,
        due_words(row.due, row.due_text, year),
        row.scoring_text,
    )


def target_words(row: IndicatorRow) -> str:
    """The target as it was written while that still says the same, else composed anew."""
    read = read_target(row.target_text, name=row.name)
    nodes = tuple(NodeRow(node.month, node.name, node.weight) for node in read.nodes) if read else ()
    if read and (read.value, read.unit, nodes) == (row.target, row.unit, row.nodes):
        same_way = read.direction is row.direction or row.target is None or row.kind is Kind.MANUAL
        if same_way and (row.target is not None or read.kind is row.kind or row.nodes):
            return row.target_text
    if row.nodes:
        return "节点：" + "；".join(_node_words(node) for node in row.nodes)
    if row.target is None:
        return "按节点推进" if row.kind is Kind.MILESTONE else "定性"
    sign = "≤" if row.direction is Direction.LOWER and row.target != 0 else ""
    return f"{sign}{bare_number(row.target)}{row.unit or ''}"


def _node_words(node: NodeRow) -> str:
    share = f"（{bare_number(node.weight * 100)}%）" if node.weight is not None else ""
    return f"{node.month}月{node.name}{share}"


def due_words(due: date, text: str, year: int) -> str:
    """The deadline as it was written while it still means the day, else the day."""
    meant = read_deadline(text, year) if text else date(year, 12, 31)
    return text if meant == due else due.isoformat()


def unit_page(data: ExportData) -> Page:
    """牵头部门包干清单: the kind of every indicator and its three sorts of points."""
    heads = (
        Head("序号", 6),
        Head("指标", 28, left=True),
        Head("牵头单位", 18),
        Head("指标性质", 16),
        Head("得分点", 26, "三点", left=True),
        Head("风险点", 26, "三点", left=True),
        Head("加分点", 26, "三点", left=True),
        Head("支撑项目", 22),
        Head("责任人", 16),
        Head("启动时间", 12, "时间"),
        Head("完成时间", 12, "时间"),
    )
    rows: list[tuple[Value, ...]] = []
    left = list(data.points)
    for row in data.indicators:
        mine = [point for point in left if _is_about(point, row)]
        left = [point for point in left if point not in mine]
        nature = write_nature(row.kind, row.curve)
        packed = _packed(mine) or [()]
        for index, points in enumerate(packed):
            units = points[0].units if points else row.lead_units
            about = (row.number, row.name, "\n".join(units), nature if index == 0 else None)
            rows.append(about + _point_cells(points))
    strangers = _packed(left)
    rows += [(None, row[0].indicator, "\n".join(row[0].units), None, *_point_cells(row)) for row in strangers]
    title = f"{data.district}{data.year}年度绩效考评指标牵头部门包干清单"
    return Page("牵头部门包干清单", title, heads, tuple(rows))


def _is_about(point: PointRow, row: IndicatorRow) -> bool:
    same_units = not point.units or bool(set(point.units) & set(row.lead_units))
    return name_key(point.indicator) == name_key(row.name) and same_units


def _packed(points: Iterable[PointRow]) -> list[Sequence[PointRow]]:
    """Points that fit on one row: of one project, person and time, and never two of a sort or out of order."""
    order = list(PointKind)
    rows: list[list[PointRow]] = []
    for point in points:
        last = rows[-1][-1] if rows else None
        if last and _shared(last) == _shared(point) and order.index(last.kind) < order.index(point.kind):
            rows[-1].append(point)
        else:
            rows.append([point])
    return list(rows)


def _shared(point: PointRow) -> tuple[object, ...]:
    return (point.indicator, point.units, point.project, point.person, point.start, point.due)


def _point_cells(points: Sequence[PointRow]) -> tuple[Value, ...]:
    if not points:
        return (None,) * 7
    texts = {point.kind: point.text for point in points}
    first = points[0]
    days = (day.isoformat() if day else None for day in (first.start, first.due))
    return (*(texts.get(kind) for kind in PointKind), first.project, first.person, *days)


def bonus_page(data: ExportData) -> Page:
    """创优争先: what earns extra points."""
    heads = (
        Head("序号", 6),
        Head("类别", 16, merge=True),
        Head("加分事项", 44, left=True),
        Head("责任单位", 26),
        Head("分值上限", 10),
    )
    rows = tuple((row.number, row.category or NONE, row.name, "\n".join(row.units), row.cap) for row in data.bonuses)
    return Page("创优争先", f"{data.district}{data.year}年度创优争先加分事项", heads, rows)


def people_page(data: ExportData) -> Page:
    """人员名册: who holds which post; the comparison group of the unit where any has one."""
    grouped = any(row.group for row in data.people)
    heads = (
        Head("编号", 10),
        Head("姓名", 16),
        Head("单位", 24, merge=True),
        Head("职务", 24),
        Head("角色", 14),
        *((Head("比较组", 16),) if grouped else ()),
        Head("备注", 20),
    )
    rows = tuple(
        (
            row.code,
            row.name,
            row.unit or NONE,
            row.title,
            _role_word(row),
            *([row.group] if grouped else []),
            _note(row),
        )
        for row in data.people
    )
    return Page("人员名册", f"{data.district}{data.year}年度绩效考评工作人员名册", heads, rows)


def _role_word(row: PersonRow) -> str:
    return DEPUTY_WORD if row.deputy and row.role is Role.HEAD else ROLE_WORDS[row.role]


def _note(row: PersonRow) -> str:
    return row.note or (_TOWNSHIP if row.township else "")


def calendar_page(data: ExportData) -> Page:
    """工作日调整: the days that differ from the national plan."""
    heads = (Head("日期", 14), Head("安排", 10), Head("说明", 30, left=True))
    rows = tuple((row.day.isoformat(), WORK_WORDS[0] if row.works else OFF_WORDS[0], row.note) for row in data.calendar)
    return Page("工作日调整", f"{data.district}{data.year}年工作日调整表", heads, rows)


def progress_page(data: ExportData) -> Page:
    """进度: one row per indicator and month."""
    rated = any(row.rate is not None for row in data.progress)
    heads = (
        Head("序号", 6),
        Head("指标", 30, left=True),
        Head("单位", 10),
        Head("目标", 18),
        Head("牵头单位", 18),
        Head("本期", 10),
        Head("完成", 12),
        *((Head("完成率", 10),) if rated else ()),
        Head("存在问题", 30, left=True),
        Head("需协调", 26, left=True),
        Head("下步措施", 30, left=True),
    )
    known = {name_key(row.name): row for row in data.indicators}
    rows: list[tuple[Value, ...]] = []
    for number, row in enumerate(data.progress, 1):
        about = next(
            (it for it in data.indicators if it.name == row.indicator and it.lead_units == row.units),
            known.get(name_key(row.indicator)),
        )
        unit, target = (about.unit or NONE, target_words(about)) if about else (NONE, NONE)
        rate = (_percent(row.rate),) if rated else ()
        values = (number, row.indicator, unit, target, "\n".join(row.units) or NONE, row.period, row.actual)
        rows.append((*values, *rate, row.problem, row.needs, row.measures))
    return Page("进度", f"{data.district}{data.year}年度指标进度表", heads, tuple(rows))


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{bare_number(share * 100)}%"
