"""Peels the question off its subject: 我们单位的高企怎么样了 asks about 高企."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"^(?:请问|请|帮我|帮忙|麻烦|给我|我想|我要|想|看看|看一下|看下|看|查一下|查下|查查|查询|查|问一下|问下|说说|说一下|了解一下|了解|"
    r"我们单位|我们局|我们区|我们|咱们|咱|我单位|我局|本单位|本局|我区|我负责|我|全区|区里|单位|今年|本月|上月|这个月|目前|截至目前|现在|当前|关于|"
    r"的|那个|那|这个|报一下|报)"
)
_AFTER = re.compile(
    r"(?:怎么样|怎样|咋样|如何|什么情况|啥情况|情况|完成多少|完成率|完成|多少|到哪儿|到哪一步|到哪|在哪|几个|几家|进度|进展|数据|数字|数|指标|"
    r"是|有|还差|差|呢|吗|嘛|吧|啊|呀|了|的|得|目前|现在|今年|本月|任务|做|干|推进|怎么|现状|预警|达标|没有|没|一下|什么|样子|百分之|率是)$"
)


def subjects_of(compact: str) -> list[str]:
    """The compact query and what is left of it as words of asking are peeled off, longest first.

    The last one is empty where nothing but asking was said.
    """
    stages = [compact]
    while True:
        shorter = _AFTER.sub("", _BEFORE.sub("", stages[-1], count=1), count=1)
        if shorter == stages[-1]:
            return stages
        stages.append(shorter)
