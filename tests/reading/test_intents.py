"""Typed twins of buttons and commands."""

from __future__ import annotations

import pytest

from bot.reading.intents import Intent, IntentKind, read_intent

WORDS = {
    IntentKind.ACKNOWLEDGE: [
        "收到",
        "收到！",
        "收到。谢谢",
        " 已阅 ",
        "知道了👌",
        "签收",
        "已知悉",
        "收到收到",
        "好的收到",
        "👌",
        "收 到",
        "收到，谢谢领导",
    ],
    IntentKind.CONFIRM: [
        "确认",
        "对",
        "是的",
        "好的",
        "ok",
        "OK",
        "ＯＫ",
        "Okay!",
        "确认无误。",
        "没问题",
        "✅",
        "嗯嗯",
        "好的好的",
    ],
    IntentKind.CANCEL: ["取消", "算了", "算了吧", "取消吧", "不对", "不用了", "cancel"],
    IntentKind.NO_CHANGE: ["无变化", "同上月", "没变", "与上月持平", "本月无变化。"],
    IntentKind.NEXT: ["下一个", "下一项", "继续"],
    IntentKind.SKIP: ["跳过", "先跳过吧"],
    IntentKind.EDIT: ["修改", "更正", "填错了"],
    IntentKind.DETAILS: ["详情", "查看详情"],
    IntentKind.MINE: ["我的指标", "我的指标？", "/mine"],
    IntentKind.WARNINGS: ["预警", "预警？", "有没有预警", "我的预警"],
    IntentKind.REPORT: ["填报", "我要填报"],
    IntentKind.TASKS: ["待办", "我的待办"],
    IntentKind.REMIND: ["催报", "谁还没报"],
    IntentKind.HELP: ["帮助", "?", "？", "怎么用"],
    IntentKind.BOARD: ["计分牌", "排名"],
    IntentKind.REVIEW: ["审核"],
    IntentKind.PROBLEM: ["上报问题"],
    IntentKind.ADJUST: ["申请调整"],
    IntentKind.DISPATCH: ["调度"],
    IntentKind.BULLETIN: ["通报"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in WORDS.items() for text in texts])
def test_a_word_is_as_good_as_its_button(kind: IntentKind, text: str) -> None:
    assert read_intent(text) == Intent(kind)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("批示：请发改局三天内拿出方案。", Intent(IntentKind.DIRECT, "请发改局三天内拿出方案。")),
        ("批示 抓紧", Intent(IntentKind.DIRECT, "抓紧")),
        ("领导批示如下：\n一、抓紧\n二、上报", Intent(IntentKind.DIRECT, "一、抓紧\n二、上报")),
        ("查固投", Intent(IntentKind.FIND, "固投")),
        ("查一下 固定资产投资", Intent(IntentKind.FIND, "固定资产投资")),
        ("查询：PM2.5", Intent(IntentKind.FIND, "PM2.5")),
        ("更正：98.6亿", Intent(IntentKind.EDIT, "98.6亿")),
        ("应为98.6亿", Intent(IntentKind.EDIT, "98.6亿")),
    ],
)
def test_what_follows_the_word_is_kept_as_typed(text: str, intent: Intent) -> None:
    assert read_intent(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "确认收到的投资 98.6亿",
        "好的，98.6亿",
        "收到98.6亿",
        "固投98.6亿，征地慢",
        "98.6",
        "对口帮扶",
        "投资怎么样",
        "gdzc",
        "查处非法捕捞案件 12件",
        "查处非法捕捞案件",
        "无变化，征地慢",
        "取消了两个项目，完成98亿",
        "是否完成了",
        "跳过征地环节，98亿",
        "预警信息发布率 98%",
        "好人好事12件",
        "请批示",
        "通报批评3起",
        "👍✅",
        "不文明行为通报 0",
        "调度 3次",
        "1" * 4096,
        "知道路基什么时候贯通吗",
    ],
)
def test_a_report_or_a_question_is_not_swallowed(text: str) -> None:
    assert read_intent(text) is None
