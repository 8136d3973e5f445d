"""Who gets no answer but one sentence: strangers, groups, floods."""

from __future__ import annotations

from tests.chat.driver import Chat


async def test_a_stranger_gets_one_polite_sentence_and_then_silence(chat: Chat) -> None:
    first = await chat.send(chat.stranger, "你好")
    assert len(first) == 1
    assert "尚未绑定" in first[0].text
    assert await chat.send(chat.stranger, "在吗") == []
