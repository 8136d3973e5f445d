"""Long messages in parts: nothing lost, nothing too long, every part well-formed."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.tg.markup import LIMIT, plain_text, split_message, units

words = st.text(alphabet="指标完成率 ab<>&\"'\n🔴", max_size=60)


@st.composite
def messages(draw: st.DrawFn, depth: int = 0) -> str:
    """Telegram's HTML: escaped text, tags nested and closed."""
    parts = []
    for _ in range(draw(st.integers(1, 5))):
        text = draw(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(text)
        if depth < 3 and draw(st.booleans()):
            tag = draw(st.sampled_from(["b", "i", "code", 'a href="https://example.org/?a=1&amp;b=2"']))
            parts.append(f"<{tag}>{draw(messages(depth=depth + 1))}</{tag.split()[0]}>")
    return "".join(parts)


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(messages(), st.integers(5, 80))
def test_parts_are_short_well_formed_and_say_everything(text: str, limit: int) -> None:
    parts = split_message(text, limit)
    assert all(units(plain_text(part)) <= limit for part in parts)
    for part in parts:
        balance = Balance()
        balance.feed(part)
        assert balance.open == []
    assert squeezed("".join(plain_text(part) for part in parts)) == squeezed(plain_text(text))


def test_a_message_that_fits_stays_as_it_is() -> None:
    assert split_message("<b>指标</b>\n") == ["<b>指标</b>\n"]


def test_it_is_cut_between_lines() -> None:
    line = "欠进度" * 100
    parts = split_message("\n".join([line] * 20))
    assert [part.count("欠") for part in parts] == [1300, 700]
    assert all(not part.startswith("\n") and not part.endswith("\n") for part in parts)


def test_an_open_tag_is_closed_and_opened_again() -> None:
    first, second = split_message("<b>" + "甲" * 3000 + "\n" + "乙" * 3000 + "</b>")
    assert first == "<b>" + "甲" * 3000 + "</b>"
    assert second == "<b>" + "乙" * 3000 + "</b>"


def test_one_endless_line_is_cut_within_it() -> None:
    parts = split_message("&amp;" * 9000)
    assert [len(plain_text(part)) for part in parts] == [LIMIT, LIMIT, 9000 - 2 * LIMIT]


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert len(split_message("🔴" * 2048)) == 1
    assert len(split_message("🔴" * 2049)) == 2


def test_plain_text_has_neither_tags_nor_entities() -> None:
    assert plain_text('<b>A &lt; B</b> <a href="x">3 &amp; 4</a> 1 < 2') == "A < B 3 & 4 1 < 2"
