"""Typed twins of buttons and commands: 收到 for a tap on 签收, 预警 for /warnings. A report is never taken for one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.reading.folding import fold
from bot.reading.unchanged import all_same_as_last, same_as_last


class IntentKind(StrEnum):
    """What a typed line asks for; the commands carry the names of their slash twins."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    NO_CHANGE = "no_change"
    ALL_NO_CHANGE = "all_no_change"
    NEXT = "next"
    SKIP = "skip"
    EDIT = "edit"
    DETAILS = "details"
    DIRECT = "direct"
    MINE = "mine"
    WARNINGS = "warnings"
    REPORT = "report"
    TASKS = "tasks"
    REMIND = "remind"
    HELP = "help"
    BOARD = "board"
    FIND = "find"
    REVIEW = "review"
    PROBLEM = "problem"
    ADJUST = "adjust"
    DISPATCH = "dispatch"
    BULLETIN = "bulletin"
    ME = "me"
    THANKS = "thanks"
    RESPOND = "respond"
    EXTEND = "extend"
    REQUEST_CLOSING = "request_closing"
    CLOSE = "close"
    APPROVE = "approve"
    RETURN = "return"
    ORDER = "order"
    SILENCE = "silence"
    SILENCES = "silences"
    LIFT = "lift"
    LEAVE = "leave"
    LEAVES = "leaves"
    END_LEAVE = "end_leave"
    EVIDENCE = "evidence"
    SHEET = "sheet"
    GRADE = "grade"
    UNGRADE = "ungrade"


@dataclass(frozen=True, slots=True)
class Intent:
    """`rest` is what follows the word, as typed: the text of a 批示, the name to find, the value to correct."""

    kind: IntentKind
    rest: str = ""


_WHOLE: dict[IntentKind, str] = {
    IntentKind.ACKNOWLEDGE: "收到 已收到 收到了 已收悉 收悉 已阅 阅 已阅知 阅知 知道 知道了 已知 已知悉 知悉 "
    "已知晓 知晓 签收 已签收 了解 已了解 明白 明白了 "
    "好的收到 收到好的 收到谢谢 roger",
    IntentKind.CONFIRM: "确认 确定 对 对的 是 是的 好 好的 好滴 好嘞 可以 行 没错 正确 没问题 "
    "确认无误 无误 确认提交 提交 确认上报 嗯 嗯嗯 ok okay okk yes y",
    IntentKind.CANCEL: "取消 算了 不要了 不报了 不用了 撤销 放弃 退出 不对 不是 错了 不 否 返回 cancel no n",
    IntentKind.NEXT: "下一个 下一项 下一条 下个 继续 继续填报 next",
    IntentKind.SKIP: "跳过 先跳过 跳过这个 以后再说 稍后 稍后再报 skip",
    IntentKind.EDIT: "修改 更正 改一下 我要修改 改正 重填 重新填 重新填报 填错了 报错了 edit",
    IntentKind.DETAILS: "详情 详细 查看详情 看详情 明细 更多",
    IntentKind.MINE: "我的指标 我的 我负责的指标 我的任务指标 我们的指标 指标 mine "
    "我有哪些指标 有哪些指标 我负责哪些指标 我们单位的指标 我单位的指标 我们单位有哪些指标",
    IntentKind.WARNINGS: "预警 预警信息 查看预警 我的预警 预警情况 有没有预警 有什么预警 预警清单 warnings "
    "严重 警示 严重的有哪些 有哪些严重 有严重的吗 哪些严重 有哪些预警 哪些落后 哪些指标落后 落后的有哪些 落后的指标",
    IntentKind.REPORT: "填报 我要填报 上报 我要上报 报数 报数据 开始填报 填数 月报 report "
    "哪些没报 哪些还没报 还有哪些没报 我还有哪些没报 哪些指标没报",
    IntentKind.TASKS: "待办 我的待办 待办事项 任务 我的任务 tasks",
    IntentKind.REMIND: "催报 催办 一键催报 谁没报 谁还没报 未报 未报清单 还有谁没报 remind",
    IntentKind.HELP: "帮助 怎么用 使用说明 说明 help 菜单 你能做什么 你会什么 ? 你好 您好 在吗 在不在 hi hello",
    IntentKind.BOARD: "计分牌 得分 得分情况 排名 计分榜 分数 board",
    IntentKind.FIND: "查 查询 查找 搜索 找 查指标 find",
    IntentKind.REVIEW: "审核 待审核 审批 我要审核 review",
    IntentKind.PROBLEM: "上报问题 有问题 反映问题 提问题 problem",
    IntentKind.ADJUST: "申请调整 指标调整 调整申请 adjust",
    IntentKind.DISPATCH: "调度 调度会 dispatch",
    IntentKind.BULLETIN: "通报 月度通报 bulletin",
    IntentKind.ME: "我是谁 我的岗位 我的信息 me",
    IntentKind.THANKS: "谢谢 谢谢你 谢谢您 多谢 感谢 辛苦了 辛苦 thanks",
    IntentKind.RESPOND: "反馈 我要反馈 整改反馈 反馈整改",
    IntentKind.EXTEND: "延期 申请延期 要求延期 延期申请",
    IntentKind.REQUEST_CLOSING: "申请销号 销号申请 请求销号",
    IntentKind.CLOSE: "销号 同意销号 准予销号 予以销号",
    IntentKind.APPROVE: "同意 批准 准予 审核通过 通过 同意延期 审核同意",
    IntentKind.RETURN: "退回 不同意 驳回 退回重报 不批准 不予同意",
    IntentKind.ORDER: "预警单 查看预警单 我的预警单",
    IntentKind.SILENCE: "静默",
    IntentKind.GRADE: "评级 认定评级",
    IntentKind.UNGRADE: "取消评级 解除评级",
    IntentKind.SILENCES: "静默清单 静默列表 静默名单 查看静默",
    IntentKind.LIFT: "解除静默 取消静默",
    IntentKind.LEAVE: "请假",
    IntentKind.SHEET: "填报表 填表 填表格 表格 表格填报 用表格报 要填报表",
    IntentKind.EVIDENCE: "台账 佐证 佐证材料 台账清单 查看台账 缺台账 缺佐证 哪些缺台账 evidence",
    IntentKind.LEAVES: "请假名单 请假清单 查看请假 谁在请假 谁请假",
}
_BY_WORD = {word: kind for kind, words in _WHOLE.items() for word in words.split()}
_BY_EMOJI = {
    "👌": IntentKind.ACKNOWLEDGE,
    "👍": IntentKind.ACKNOWLEDGE,
    "🫡": IntentKind.ACKNOWLEDGE,
    "✅": IntentKind.CONFIRM,
}
# Politeness before and after the word that changes nothing.
_POLITE = re.compile(r"^(?:请|麻烦|那就|那|我|帮我)|(?:谢谢|感谢|辛苦了|领导|吧|啊|呀|哦|噢|啦|哈|了|呢|吗|嘛|的)$")
_DIRECT = re.compile(r"\s*(?:领导)?批示(?:如下|意见)?(?P<mark>[\s:,，。;；]*)(?P<rest>.+)", re.DOTALL)
_FIND = re.compile(
    r"\s*(?:请|帮我|麻烦)?(?:查一下|查查|查询|查找|搜索|查看|查|搜一下|找一下|(?:搜|找)(?=[\s:,]))(?P<mark>[\s:,]*)(?P<rest>.+)",
    re.DOTALL,
)
_EDIT = re.compile(
    r"\s*(?:更正为?|修改为?|改为|改成|应为|应该是)(?P<mark>[\s:,]*)(?P<rest>.*[0-9零一二三四五六七八九十].*)", re.DOTALL
)
# An order's words with what they are about: 反馈 原因…, 延期 12-15 等批复, 静默 固定资产投资 至12-01 等口径.
_ORDERS: tuple[tuple[re.Pattern[str], IntentKind], ...] = tuple(
    (re.compile(rf"\s*(?:请|我要)?(?:{words})(?P<mark>[\s:,，。;；]*)(?P<rest>.+)", re.DOTALL), kind)
    for words, kind in (
        (r"申请调整|指标调整|调整申请", IntentKind.ADJUST),
        (r"反馈(?!率|数|量)", IntentKind.RESPOND),
        (r"(?:申请|要求|请求)?延期(?:申请)?(?!率)", IntentKind.EXTEND),
        (r"申请销号|销号申请|请求销号", IntentKind.REQUEST_CLOSING),
        (r"(?:同意|准予|予以)?销号(?!率)", IntentKind.CLOSE),
        (r"解除静默|取消静默", IntentKind.LIFT),
        (r"静默", IntentKind.SILENCE),
        (r"(?:取消|解除|撤销)评级", IntentKind.UNGRADE),
        (r"(?:认定|设定|调整)?评级(?!率|结果)", IntentKind.GRADE),
        (r"退回(?:重报)?|不同意|驳回|不批准", IntentKind.RETURN),
        (r"同意(?:延期)?|批准(?:延期)?", IntentKind.APPROVE),
        (r"(?:取消|结束|撤销)请假|销假", IntentKind.END_LEAVE),
        (r"预警单", IntentKind.ORDER),
        (r"(?:查看)?台账|佐证(?:材料)?|缺台账|缺佐证", IntentKind.EVIDENCE),
    )
)
# 王强 请假 11-20至11-25 由李明代: the person stands before the word.
_LEAVE = re.compile(r"\s*\S{2,12}?\s*(?:请假|出差|外出|休假)(?P<mark>[\s:,，]*)(?=.*\d).+", re.DOTALL)
# 查处非法捕捞案件 is a name, not a request to search.
_NOT_A_SEARCH = ("处", "办", "封", "扣", "获", "补", "实", "明", "验", "摆", "收", "阅")
_LONGEST = 24


def read_intent(text: str) -> Intent | None:
    """The intent of a line that is nothing but a button's or a command's word, or that begins with 批示, 查 or 更正."""
    bare = _bare(text)
    if not bare:
        return _emoji(text)
    if len(bare) <= _LONGEST:
        kind = _whole(bare)
        if kind is not None:
            return Intent(kind)
        if same_as_last(bare):
            return Intent(IntentKind.NO_CHANGE)
        if all_same_as_last(bare):
            return Intent(IntentKind.ALL_NO_CHANGE)
    return _with_rest(text)


def _bare(text: str) -> str:
    """The letters and digits of `text`, folded: what is left without punctuation, spaces and emoji."""
    return "".join(char for char in fold(text[:200]) if unicodedata.category(char)[0] in "LN")


def _emoji(text: str) -> Intent | None:
    if text.strip() in ("?", "？"):
        return Intent(IntentKind.HELP)
    kinds = {_BY_EMOJI[char] for char in text if char in _BY_EMOJI}
    return Intent(kinds.pop()) if len(kinds) == 1 else None


def _whole(bare: str) -> IntentKind | None:
    while bare:
        if bare in _BY_WORD:
            return _BY_WORD[bare]
        # 好的好的, 收到收到
        half = bare[: len(bare) // 2]
        if len(bare) % 2 == 0 and half * 2 == bare and half in _BY_WORD:
            return _BY_WORD[half]
        shorter = _POLITE.sub("", bare, count=1)
        if shorter == bare:
            return None
        bare = shorter
    return None


def _with_rest(text: str) -> Intent | None:
    folded = fold(text)
    for pattern, kind in ((_DIRECT, IntentKind.DIRECT), (_EDIT, IntentKind.EDIT), (_FIND, IntentKind.FIND)):
        match = pattern.match(folded)
        if match is None:
            continue
        rest = text[match.start("rest") :].strip()
        if kind is IntentKind.FIND and not match["mark"] and rest.startswith(_NOT_A_SEARCH):
            continue
        if rest:
            return Intent(kind, rest)
    for pattern, kind in _ORDERS:
        if (match := pattern.match(folded)) is not None:
            return Intent(kind, text[match.start("rest") :].strip())
    return Intent(IntentKind.LEAVE, text.strip()) if _LEAVE.match(folded) else None
