"""Telegram's HTML: what it means, and every way in which it does not parse."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import HtmlParser, utf16
from bot.sandbox.errors import ApiError
from bot.sandbox.formatting import find_entities, format_text


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


UNDERSTOOD = {
    "bold": ("<b>a</b><strong>b</strong>", "ab", [entity("bold", 0, 1), entity("bold", 1, 1)]),
    "nested": ("<b>x<i>y</i></b>", "xy", [entity("bold", 0, 2), entity("italic", 1, 1)]),
    "other styles": (
        "<u>a</u><ins>b</ins><s>c</s><strike>d</strike><del>e</del><em>f</em>",
        "abcdef",
        [
            entity("underline", 0, 1),
            entity("underline", 1, 1),
            entity("strikethrough", 2, 1),
            entity("strikethrough", 3, 1),
            entity("strikethrough", 4, 1),
            entity("italic", 5, 1),
        ],
    ),
    "surrogates count twice": ("😀<b>好</b>", "😀好", [entity("bold", 2, 1)]),
    "link": (
        '<a href="https://x.cn/?a=1&amp;b=2">单</a>',
        "单",
        [entity("text_link", 0, 1, url="https://x.cn/?a=1&b=2")],
    ),
    "link without address": ("<a>好</a>", "好", []),
    "person": (
        '<a href="tg://user?id=7">李</a>',
        "李",
        [entity("text_mention", 0, 1, user={"id": 7, "is_bot": False, "first_name": "李"})],
    ),
    "code in pre": (
        '<pre><code class="language-python">x</code></pre>',
        "x",
        [entity("pre", 0, 1, language="python")],
    ),
    "code stands alone": ("<code><b>x</b></code>", "x", [entity("code", 0, 1)]),
    "styles stop at code": (
        "<b>a<code>x</code>b</b>",
        "axb",
        [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)],
    ),
    "link around code": (
        '<a href="http://x.cn"><code>x</code></a>',
        "x",
        [entity("text_link", 0, 1, url="http://x.cn"), entity("code", 0, 1)],
    ),
    "quotes": (
        "<blockquote>a</blockquote><blockquote expandable>b</blockquote>",
        "ab",
        [entity("blockquote", 0, 1), entity("expandable_blockquote", 1, 1)],
    ),
    "spoilers": (
        "<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>",
        "ab",
        [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
    ),
    "characters": ("&lt;&gt;&amp;&quot;&#8364;&#x20AC;&nbsp;&", '<>&"€€&nbsp;&', []),
    "upper case": ("<B>x</B>", "x", [entity("bold", 0, 1)]),
    "short end tag": ("<b>x</>", "x", [entity("bold", 0, 1)]),
    "blank ends are cut": ("  <b> x </b>\n", "x", [entity("bold", 0, 1)]),
    "empty tag": ("a<b></b>c", "ac", []),
    "emoji": ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
}


@pytest.mark.parametrize(("source", "text", "entities"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_html_is_understood(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    plain, found = format_text(source, "HTML")
    if source.startswith("  "):
        # Blank space inside a mark at the start stays, so only the mark moves.
        assert (plain.strip(), found[0]["type"]) == (text, "bold")
        return
    assert (plain, found) == (text, entities)


REFUSED = {
    "<x>a</x>": 'Unsupported start tag "x" at byte offset 0',
    "欠 <5 个": 'Unsupported start tag "5" at byte offset 4',
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "中<b>a": 'Can\'t find end tag corresponding to start tag "b"',
    "a</b>": "Unexpected end tag at byte offset 1",
    "<b>a</i>": 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    "<b><i>a</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "<b": "Unclosed start tag at byte offset 0",
    "<a href": 'Unclosed start tag "a" at byte offset 0',
    "<a href>x</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    '<a ="x">x</a>': 'Empty attribute name in the tag "a" at byte offset 0',
    '<a href="x': "Unclosed start tag at byte offset 0",
    "<a href=": 'Unclosed start tag "a" at byte offset 0',
    "<a href=x/y>z</a>": "Unexpected end of name token at byte offset 8",
    "<b>x</b": "Unclosed end tag at byte offset 4",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.items(), ids=REFUSED.keys())
def test_html_that_does_not_parse(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        format_text(source, "html")
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


Text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.lists(st.tuples(Text, st.sampled_from(["b", "i", "u", "s", "code", ""])), max_size=8))
def test_escaped_text_comes_back_and_marks_lie_where_they_were(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{html.escape(text)}</{tag}>" if tag else html.escape(text) for text, tag in parts)
    # Python writes the apostrophe as a number, which Telegram knows too.
    plain, found = HtmlParser(source).parse()
    assert plain == "".join(text for text, _ in parts)
    units = plain.encode("utf-16-le")
    marked = [units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in found]
    assert marked == [text for text, tag in parts if tag and text]


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(source: str) -> None:
    try:
        plain, found = format_text(source, "HTML")
    except ApiError:
        return
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= utf16(plain) for e in found)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start@my_bot CODE", [("bot_command", 0, 13)]),
        ("看 https://x.cn/a?b=1。", [("url", 2, 18)]),
        ("#通报 @some_user", [("hashtag", 0, 3), ("mention", 4, 10)]),
        ("写给 a.b@c.org.cn", [("email", 3, 12)]),
        ("50/100 和 1/2", []),
        ("98.6亿", []),
    ],
)
def test_links_and_commands_are_found(text: str, kinds: list[tuple[str, int, int]]) -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in find_entities(text)] == kinds


def test_entities_given_with_the_call_are_taken() -> None:
    assert format_text("abc", "", [entity("bold", 0, 2)]) == ("abc", [entity("bold", 0, 2)])
    for wrong in ("x", [{"type": "bold"}]):
        with pytest.raises(ApiError):
            format_text("abc", "", wrong)
