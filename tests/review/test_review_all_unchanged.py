"""无变化 for everything at once, and while the bot asks which indicator was meant."""

from __future__ import annotations

import pytest

from bot.reading.intents import IntentKind, read_intent


@pytest.mark.parametrize("text", ["全部无变化", "都无变化", "全部同上月", "都没变化", "所有指标均无变化", "其他都不变"])
def test_nothing_changed_anywhere(text: str):
    intent = read_intent(text)
    assert intent is not None
    assert intent.kind is IntentKind.ALL_NO_CHANGE


@pytest.mark.parametrize("text", ["全部完成", "都在推进", "全部"])
def test_other_words_about_everything_are_no_such_report(text: str):
    intent = read_intent(text)
    assert intent is None or intent.kind is not IntentKind.ALL_NO_CHANGE
