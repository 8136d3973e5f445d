"""Telegram's HTML: text and entities (offsets in UTF-16 units), with its refusals word for word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.sandbox.errors import bad_request

TAGS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji", "span": "spoiler", "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
OPAQUE = ("pre", "code")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|(lt|gt|amp|quot))(?:;|(?<=[0-9a-fA-F])(?=[^0-9a-fA-F;]|\Z))")
SPACES = " \t\n\r\v\f"
NAME = re.compile(r"[^\s=/>]*")
TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
USER_LINK = re.compile(r"tg://user\?id=(\d+)\Z")


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass
class OpenTag:
    name: str
    argument: str
    offset: int
    start: int


class HtmlParser:
    """One pass over the text; `parse()` gives the plain text and its entities."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.units = 0
        self.open: list[OpenTag] = []
        self.entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                begin = self.at
                self.at += 1
                self._end_tag(begin) if self._peek() == "/" else self._start_tag(begin)
            elif character == "&" and (decoded := self._character()):
                self._append(decoded)
            else:
                self.at += 1
                self._append(character)
        if self.open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        self.entities.sort(key=entity_order)
        return "".join(self.plain), _without_overlap(self.entities)

    def _append(self, character: str) -> None:
        self.plain.append(character)
        self.units += utf16(character)

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _skip_spaces(self) -> None:
        while self._peek() and self._peek() in SPACES:
            self.at += 1

    def _character(self) -> str:
        match = CHARACTER.match(self.source, self.at)
        if not match:
            return ""
        code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else 0
        if not match[3] and not (0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000):
            return ""
        self.at = match.end()
        return NAMED[match[3]] if match[3] else chr(code)

    def _start_tag(self, begin: int) -> None:
        place = self._bytes(begin)
        start = self.at
        while self._peek() and self._peek() not in SPACES + ">":
            self.at += 1
        if not self._peek():
            _refuse(f"Unclosed start tag at byte offset {place}")
        name = self.source[start : self.at].lower()
        if name not in TAGS:
            _refuse(f'Unsupported start tag "{name}" at byte offset {place}')
        argument = self._attributes(name, place)
        if name == "span" and argument != "spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
        self.at += 1
        self.open.append(OpenTag(name, argument, self.units, len(self.plain)))

    def _attributes(self, tag: str, place: int) -> str:
        """Reads up to the ">"; gives the attribute that matters for the tag."""
        argument = ""
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                return argument
            name = self._attribute_name(tag, place)
            self._skip_spaces()
            value = ""
            if self._peek() == "=":
                self.at += 1
                self._skip_spaces()
                if not self._peek():
                    _refuse(f'Unclosed start tag "{tag}" at byte offset {place}')
                value = self._attribute_value()
            elif not (tag == "blockquote" and name == "expandable"):
                _refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {place}')
            if not self._peek():
                _refuse(f"Unclosed start tag at byte offset {place}")
            argument = _argument(tag, name, value) or argument

    def _attribute_name(self, tag: str, place: int) -> str:
        match = NAME.match(self.source, self.at)
        assert match
        self.at = match.end()
        if not self._peek():
            _refuse(f'Unclosed start tag "{tag}" at byte offset {place}')
        if not match[0]:
            _refuse(f'Empty attribute name in the tag "{tag}" at byte offset {place}')
        return match[0].lower()

    def _attribute_value(self) -> str:
        quote = self._peek()
        if quote not in "'\"":
            match = TOKEN.match(self.source, self.at)
            assert match
            self.at = match.end()
            if self._peek() and self._peek() not in SPACES + ">":
                _refuse(f"Unexpected end of name token at byte offset {self._bytes(match.start())}")
            return match[0].lower()
        self.at += 1
        value = []
        while self._peek() and self._peek() != quote:
            if self._peek() == "&" and (decoded := self._character()):
                value.append(decoded)
            else:
                value.append(self._peek())
                self.at += 1
        if self._peek():
            self.at += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        place = self._bytes(begin)
        if not self.open:
            _refuse(f"Unexpected end tag at byte offset {place}")
        start = self.at + 1
        while self._peek() and self._peek() not in SPACES + ">":
            self.at += 1
        name = self.source[start : self.at].lower()
        self._skip_spaces()
        if self._peek() != ">":
            _refuse(f"Unclosed end tag at byte offset {place}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            _refuse(f'Unmatched end tag at byte offset {place}, expected "</{tag.name}>", found "</{name}>"')
        if self.units > tag.offset:
            entity = _entity(tag, "".join(self.plain[tag.start :]))
            if entity:
                self.entities.append({**entity, "offset": tag.offset, "length": self.units - tag.offset})

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))


def is_link(url: str) -> bool:
    """Whether Telegram makes a link of it: a host needs a dot, so `localhost` is none."""
    if re.match(r"https?:", url, re.I):
        return bool(re.match(r"https?://[^/?#\s]*[^/?#\s.]\.[^/?#\s.]\S*\Z", url, re.I))
    return bool(re.match(r"(tg|ton|mailto|tel):\S+\Z", url, re.I))


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "1" if (tag, name) == ("blockquote", "expandable") else ""


def _entity(tag: OpenTag, inner: str) -> dict[str, Any] | None:
    kind = TAGS[tag.name]
    if kind == "text_link":
        url = tag.argument or inner
        if mention := USER_LINK.match(url):
            return {"type": "text_mention", "user": {"id": int(mention[1]), "is_bot": False, "first_name": inner}}
        url = url if re.match(r"[a-z][a-z0-9+.\-]*:", url, re.I) else f"http://{url}"
        return {"type": kind, "url": url} if is_link(url) else None
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": tag.argument}
    if kind == "blockquote" and tag.argument:
        return {"type": "expandable_blockquote"}
    if kind == "code" and tag.argument:
        return {"type": "code", "language": tag.argument}
    return {"type": kind}


def _without_overlap(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`pre` and `code` hold no others, and styles stop at them; `<pre><code class="language-x">` is one `pre`."""
    opaque: list[dict[str, Any]] = []
    for entity in (e for e in entities if e["type"] in OPAQUE):
        box = next((box for box in opaque if _start(entity) < _end(box)), None)
        if box is None:
            opaque.append(entity)
        elif _same_place(box, entity):
            language = {**box, **entity}.get("language")
            box |= {"type": "pre", **({"language": language} if language else {})}
    for box in opaque:
        if box["type"] == "code":
            box.pop("language", None)
    kept = [part for e in entities if e["type"] in STYLES for part in _outside(e, opaque)]
    kept += [e for e in entities if e["type"] not in STYLES + OPAQUE and not any(_inside(e, box) for box in opaque)]
    return sorted(kept + opaque, key=entity_order)


def entity_order(entity: dict[str, Any]) -> tuple[int, int, int]:
    """The order in which Telegram lists entities: outer before inner, styles innermost."""
    rank = STYLES.index(entity["type"]) + 1 if entity["type"] in STYLES else 0
    return (_start(entity), -int(entity["length"]), rank)


def _outside(entity: dict[str, Any], boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is left of a style where the boxes are cut out."""
    parts, at = [], _start(entity)
    for box in boxes:
        if _end(box) <= at or _start(box) >= _end(entity):
            continue
        if _start(box) > at:
            parts.append({**entity, "offset": at, "length": _start(box) - at})
        at = _end(box)
    if at < _end(entity):
        parts.append({**entity, "offset": at, "length": _end(entity) - at})
    return parts


def _start(entity: dict[str, Any]) -> int:
    return int(entity["offset"])


def _end(entity: dict[str, Any]) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _inside(entity: dict[str, Any], box: dict[str, Any]) -> bool:
    return _start(box) <= _start(entity) and _end(entity) <= _end(box) and not _same_place(entity, box)


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (_start(one), _end(one)) == (_start(other), _end(other))
