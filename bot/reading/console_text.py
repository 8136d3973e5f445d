"""What the office types to run its console: 通知 联络员 内容, 绑定群 区发改局, 换人 区发改局联络员 张三."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.folding import fold

_NOTICE = re.compile(r"\s*(?:发?通知|群发)[\s:,，]+(?P<who>\S+?)[\s:,，]+(?P<rest>\S.*)", re.DOTALL)
_NOTICE_SHORT = re.compile(r"\s*(?:发?通知|群发)[\s:,，]+\S+[\s.。]*")
_NOTICES = re.compile(r"\s*(?:通知|通知记录|通知签收|签收情况|查看通知)[\s.。]*")
_AUDIENCES = {
    "all": "全体 全体人员 所有人 大家 全部 各位",
    "contacts": "联络员 全体联络员 各联络员 各单位联络员",
    "heads": "负责人 单位负责人 各单位负责人 主要负责人 全体负责人",
    "leaders": "区领导 领导 各位区领导 全体区领导",
    "units": "各单位 全体单位 所有单位",
}
_BY_WORD = {word: code for code, words in _AUDIENCES.items() for word in words.split()}
_BIND = re.compile(r"\s*绑定群[\s:,，]*(?P<rest>.*)", re.DOTALL)
_GROUPS = re.compile(r"\s*(?:群|群聊|群列表|群清单|查看群|已绑定的群|绑定的群)[\s.。]*")
_CHANGE = re.compile(r"\s*(?:岗位)?换人[\s:,，]*(?P<rest>.*)", re.DOTALL)
_POINTS = re.compile(
    r"\s*(?:查看)?(?:牵头部门包干清单|三点清单|三点|得分点清单|风险点清单|加分点清单)[\s:,，]*(?P<rest>\S*)\s*"
)
_LEADERS = re.compile(r"\s*(?:查看)?(?:领导)?包干清单(?:[\s:,，]+(?P<rest>\S*))?\s*")
_NUMBERED = r"[\s:,，]*(?:(?:第|#|№)?\s*(?P<number>\d{1,9})\s*号(?:点)?(?=[\s:,，]|$))?[\s:,，]*(?P<rest>.*)"
_DONE = re.compile(
    r"\s*完成\s*(?:得分点|加分点|风险点|(?=[\s:,，#第]*\d{1,9}\s*号(?:[\s:,，]|$)))" + _NUMBERED,
    re.DOTALL,
)
_TRUE = re.compile(r"\s*风险(?:点)?成真" + _NUMBERED, re.DOTALL)


@dataclass(frozen=True, slots=True)
class PointText:
    """What became of a point, as typed. `number` None where none was named."""

    number: int | None
    words: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice as typed. `audience`: all, contacts, heads, leaders, units; None: `who` names a unit, or its group."""

    audience: str | None
    who: str
    text: str
    group: bool = False


def read_notice(text: str) -> NoticeText | None:
    """The notice that the words are; with an empty text where the words end before it. None for other words."""
    folded = fold(text)
    match = _NOTICE.fullmatch(folded)
    if match is None:
        return NoticeText(None, "", "") if _NOTICE_SHORT.fullmatch(folded) else None
    who = text[match.start("who") : match.end("who")]
    rest = text[match.start("rest") :].strip()
    group = who.endswith("群") and who not in _BY_WORD
    return NoticeText(_BY_WORD.get(who), who.removesuffix("群") if group else who, rest, group)


def wants_notices(text: str) -> bool:
    """Whether the list of notices is wanted."""
    return _NOTICES.fullmatch(fold(text)) is not None


def read_group(text: str) -> str | None:
    """The unit that a group is to be bound to, "" where none is named; None for other words."""
    match = _BIND.fullmatch(fold(text))
    return text[match.start("rest") :].strip() if match else None


def wants_groups(text: str) -> bool:
    """Whether the list of groups is wanted."""
    return _GROUPS.fullmatch(fold(text)) is not None


def read_change(text: str) -> str | None:
    """The post and the person of a change of post, as typed after the word; None for other words."""
    match = _CHANGE.fullmatch(fold(text))
    return text[match.start("rest") :].strip() if match else None


def read_points(text: str) -> str | None:
    """The unit whose points are wanted, "" where none is named; None for other words."""
    match = _POINTS.fullmatch(fold(text))
    return text[match.start("rest") : match.end("rest")] if match and match["rest"] else "" if match else None


def read_leaders(text: str) -> str | None:
    """The leader whose list is wanted, "" where none is named; None for other words."""
    match = _LEADERS.fullmatch(fold(text))
    return text[match.start("rest") : match.end("rest")] if match and match["rest"] else "" if match else None


def read_done(text: str) -> PointText | None:
    """完成 12号 见批复: a point that is done; None for other words."""
    return _numbered(_DONE, text)


def read_true(text: str) -> PointText | None:
    """风险成真 12号 原因: a risk that came true; None for other words."""
    return _numbered(_TRUE, text)


def _numbered(pattern: re.Pattern[str], text: str) -> PointText | None:
    match = pattern.fullmatch(fold(text))
    if match is None:
        return None
    number = int(match["number"]) if match["number"] else None
    return PointText(number, " ".join(text[match.start("rest") :].split()))
