"""Questions and politeness that a phone sends: each has the answer of a command, none is searched for."""

from __future__ import annotations

import pytest

from bot.reading.intents import IntentKind, read_intent


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", IntentKind.HELP),
        ("在吗？", IntentKind.HELP),
        ("谢谢！", IntentKind.THANKS),
        ("辛苦了", IntentKind.THANKS),
        ("严重的有哪些？", IntentKind.WARNINGS),
        ("哪些指标落后", IntentKind.WARNINGS),
        ("哪些指标没报", IntentKind.REPORT),
        ("我们单位有哪些指标？", IntentKind.MINE),
        ("收到，谢谢", IntentKind.ACKNOWLEDGE),
        ("谁没报", IntentKind.REMIND),
    ],
)
def test_the_word_stands_for_a_command(text: str, kind: IntentKind):
    intent = read_intent(text)
    assert intent is not None
    assert intent.kind is kind
