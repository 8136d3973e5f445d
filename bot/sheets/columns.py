"""The words that offices put over their columns, and which column each of them means."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.reading.plain import squeezed
from bot.reading.target_units import is_known_unit


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    APPRAISAL = "appraisal"
    CATEGORY = "category"
    GROUP = "group"  # a project or works that several contents belong to
    NAME = "name"
    CONTENT = "content"  # name and target in one cell
    TARGET = "target"
    UNIT = "unit"  # of measure, or (in rosters, or without a lead column) the office's unit
    WEIGHT = "weight"
    SCORING = "scoring"
    LEADER = "leader"
    LEAD = "lead"
    COOPERATING = "cooperating"
    RESPONSIBLE = "responsible"  # the lead where no column says lead, else cooperating
    DUE = "due"
    NATURE = "nature"
    SCORE_POINT = "score_point"
    RISK_POINT = "risk_point"
    BONUS_POINT = "bonus_point"
    PROJECT = "project"
    PERSON = "person"
    START = "start"
    PERIOD = "period"
    ACTUAL = "actual"
    RATE = "rate"
    PROBLEM = "problem"
    NEEDS = "needs"
    MEASURES = "measures"
    BONUS_ITEM = "bonus_item"
    CAP = "cap"
    PERSON_NAME = "person_name"
    POST = "post"
    ROLE = "role"
    DATE = "date"  # of a day that is worked, or not, other than the national plan says
    ARRANGEMENT = "arrangement"
    COMPARISON = "comparison"  # the group that a unit is compared within
    REMARK = "remark"
    IGNORED = "ignored"


_WORDS: dict[Column, str] = {
    Column.NUMBER: "序号 编号 号 序 no no. 指标编号 代码",
    Column.APPRAISAL: "考评类别 考评项目 考评大类 考核大类 考评板块",
    Column.CATEGORY: (
        "指标类别 指标分类 类别 分类 类型 任务类别 任务分类 考核类别 工作类别 板块 一级指标 领域 指标大类"
    ),
    Column.GROUP: "项目名称 工程名称 实事项目",
    Column.NAME: (
        "指标 指标名称 任务 任务名称 考核指标 考评指标 任务/指标 指标/任务 重点任务 重点工作任务 "
        "重点工作 工作任务 主要指标 事项 事项名称 指标任务 二级指标 三级指标 具体指标 任务指标 工作事项"
    ),
    Column.CONTENT: (
        "主要内容 预期目标 主要预期目标 工作目标 任务内容 工作内容 主要任务 目标任务 年度目标任务 "
        "指标及目标 指标及目标值 建设内容"
    ),
    Column.TARGET: (
        "目标 目标值 年度目标 年度目标值 全年目标 全年目标值 计划数 年度计划 全年计划 任务数 目标数 "
        "考核目标 指标值 目标任务数 年度任务 全年任务 年度任务数 计划目标 考核目标值 计划值"
    ),
    Column.UNIT: "单位 计量单位 指标单位 度量单位 所在单位 工作单位 部门",
    Column.WEIGHT: "分值 权重 标准分 标准分值 满分 考核分值 基准分 基本分 考评分值 指标分值",
    Column.SCORING: (
        "评分标准 计分方法 计分办法 评分办法 评分方法 考核标准 评分细则 计分标准 评分规则 考核办法 工作标准"
    ),
    Column.LEADER: (
        "责任领导 分管领导 区政府分管领导 区分管领导 牵头领导 包干领导 区领导 包保领导 挂帅领导 联系领导 "
        "责任区领导 牵头区领导 责任县领导 县分管领导 市分管领导 分管区领导"
    ),
    Column.LEAD: (
        "牵头单位 牵头部门 主要责任单位 主责单位 牵头责任单位 第一责任单位 主责部门 牵头 责任牵头单位 "
        "主办单位 牵头(责任)单位"
    ),
    Column.COOPERATING: (
        "配合单位 协同配合单位 协办单位 配合部门 参与单位 协同单位 责任/配合单位 责任单位/配合单位 "
        "配合责任单位 协助单位 协办 协同配合部门 协作单位"
    ),
    Column.RESPONSIBLE: "责任单位 责任部门 承办单位 责任主体 实施单位 落实单位",
    Column.DUE: (
        "完成时限 完成期限 时限 完成时间 时限要求 截止时间 办结时限 期限 完成日期 截止日期 时间节点 "
        "时间要求 完成时间节点"
    ),
    Column.NATURE: "指标性质 性质 指标类型 指标属性",
    Column.SCORE_POINT: "得分点",
    Column.RISK_POINT: "风险点 失分点",
    Column.BONUS_POINT: "加分点",
    Column.PROJECT: "支撑项目 支撑项目(事项)",
    Column.PERSON: "责任人 具体责任人 责任人员 直接责任人",
    Column.START: "启动时间 开始时间 开工时间 启动日期 开始日期",
    Column.PERIOD: "本期 月份 调度期 期别 报告期",
    Column.ACTUAL: (
        "完成 完成情况 完成数 完成值 累计完成 累计完成数 累计完成值 本期完成 实际完成 实际完成值 "
        "当前完成 完成额 目前完成 实际值 进展情况 目前进展"
    ),
    Column.RATE: "完成率 完成比例 完成进度 完成百分比",
    Column.PROBLEM: "存在问题 存在的问题 困难问题 存在困难 存在问题及困难 主要问题 问题",
    Column.NEEDS: ("需协调 需协调解决事项 需协调事项 需协调解决问题 需协调解决的问题 需要协调事项 需协调问题"),
    Column.MEASURES: ("下步措施 下一步措施 下步工作措施 下一步工作措施 下步打算 下一步打算 工作措施 整改措施"),
    Column.BONUS_ITEM: "加分事项 加分项目 创优事项 争先事项 加分内容 创优争先事项",
    Column.CAP: "分值上限 上限 加分上限 最高分 最高加分 最高分值",
    Column.PERSON_NAME: "姓名",
    Column.POST: "职务 职位 岗位",
    Column.ROLE: "角色 身份 用户角色",
    Column.DATE: "日期 调整日期",
    Column.ARRANGEMENT: "安排 上班安排 工作安排 放假安排 是否上班",
    Column.COMPARISON: "比较组 考核组 考评组 分组 组别 比较分组 考核分组 考评分组",
    Column.REMARK: "备注 说明 附注",
    Column.IGNORED: (
        "序时进度 得分 自评得分 考核得分 联系电话 电话 年度投资 总投资 是否超期 剩余天数 差距 进度 位次 排名"
    ),
}
_COLUMN_OF = {word: column for column, words in _WORDS.items() for word in words.split()}
# Longer headers that end in one of these mean the same: "市级牵头单位", "区委区政府责任领导".
_ENDINGS = {word: column for word, column in _COLUMN_OF.items() if len(word) >= 4 and column is not Column.IGNORED}
_PAREN = re.compile(r"\(([^()]*)\)$")
_YEAR = re.compile(r"^(20\d{2})年?度?(?=\D)")
_LAST_YEAR = re.compile(r"上年|去年|同期|往年|前年")
_MONTH_ACTUAL = re.compile(
    r"(?:截[至止]|1月?[-—–~至到])?(\d{1,2})月(?:份|底|末)?(?:止|为止)?(?:累计|实际)?(?:完成|实绩|实现)(?:情况|数|值|额|率)?"
)
_RATE_END = "率"
PERIOD_IN_HEADER = re.compile(r"(20\d{2})[-.年](\d{1,2})")


def column_of(header: str, year: int) -> Column | None:
    """What a column under this header holds in a workbook of the year; None for words nobody has taught us."""
    bare = squeezed(header).lower().strip("*※:★")
    if _LAST_YEAR.search(bare):
        return Column.IGNORED
    if dated := _YEAR.match(bare):
        if int(dated[1]) != year:
            return Column.IGNORED
        bare = bare[dated.end() :]
    while bare:
        if found := _exact(bare):
            return found
        shorter = _PAREN.sub("", bare)
        if shorter == bare:
            break
        bare = shorter
    return next((column for word, column in _ENDINGS.items() if bare.endswith(word) and len(bare) <= 12), None)


def header_unit(header: str) -> str | None:
    """The unit of measure in brackets: "目标值（亿元）"."""
    match = _PAREN.search(squeezed(header))
    return match[1] if match and is_known_unit(match[1]) else None


def header_month(header: str) -> int | None:
    """The month that a column of values reaches: "1—5月完成" -> 5."""
    match = _MONTH_ACTUAL.fullmatch(squeezed(header).lower()) or re.fullmatch(r".*?(\d{1,2})月.*", squeezed(header))
    return int(match[1]) if match and 1 <= int(match[1]) <= 12 else None


def _exact(bare: str) -> Column | None:
    if found := _COLUMN_OF.get(bare):
        return found
    if _MONTH_ACTUAL.fullmatch(bare):
        return Column.RATE if bare.endswith(_RATE_END) else Column.ACTUAL
    return None
