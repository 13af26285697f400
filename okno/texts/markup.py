"""Reads Telegram's HTML subset, as templates write it, into Rich. Strict: what it does not know is an error."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from okno.texts.rich import Entity, Rich

# Where a value with formatting of its own stands; only the templates' printing writes it, values are escaped.
SLOT: Final = "okno-rich"
TAGS: Final = {
    "b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}  # fmt: skip
_QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
_LITERAL: Final = frozenset({"code", "pre"})
_NAMED: Final = frozenset({"lt", "gt", "amp", "quot", "nbsp"})
_TOKEN: Final = re.compile(
    r"<(?P<shut>/?)(?P<tag>[a-z][a-z0-9-]*)(?P<rest>[^<>]*)>|&(?P<name>#[0-9]+|#x[0-9a-fA-F]+|[a-z]+);|(?P<text>[^<&]+)"
)
_LINK: Final = re.compile(r'\s+href="((?:https?|tg|mailto):[^"\s]+)"\s*')
_SLOT_NUMBER: Final = re.compile(r'\s+n="(\d+)"')


@dataclass
class _Reader:
    slots: Sequence[Rich]
    text: list[str] = field(default_factory=list)
    units: int = 0
    open: list[tuple[str, str, int, tuple[tuple[str, Any], ...]]] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def write(self, words: str) -> None:
        self.text.append(words)
        self.units += Rich(words).units

    def begin(self, tag: str, rest: str) -> None:
        kind, more = _kind(tag, rest)
        inside = self.kinds()
        if inside & _LITERAL:
            raise ValueError(f"<{tag}> stands inside <code> or <pre>, where Telegram allows no formatting")
        if kind in inside or (kind in _QUOTES and inside & _QUOTES):
            raise ValueError(f"<{tag}> stands inside another <{tag}>")
        self.open.append((tag, kind, self.units, more))

    def end(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            awaited = f"</{self.open[-1][0]}> was expected" if self.open else "nothing is open"
            raise ValueError(f"</{tag}> closes what is not open: {awaited}")
        _, kind, start, more = self.open.pop()
        if self.units > start:
            self.entities.append(Entity(type=kind, offset=start, length=self.units - start, more=more))

    def embed(self, rest: str) -> None:
        found = _SLOT_NUMBER.fullmatch(rest)
        if not found or int(found[1]) >= len(self.slots):
            raise ValueError(f"<{SLOT}> is not for templates: write the value's name")
        value, inside = self.slots[int(found[1])], self.kinds()
        for entity in value.entities:
            # Telegram refuses quotes within quotes, and formatting within code.
            if not (inside & _LITERAL or (entity.type in _QUOTES and inside & _QUOTES)):
                self.entities.append(
                    Entity(type=entity.type, offset=entity.offset + self.units, length=entity.length, more=entity.more)
                )
        self.write(value.text)

    def kinds(self) -> frozenset[str]:
        return frozenset(kind for _, kind, _, _ in self.open)


def read(source: str, slots: Sequence[Rich] = ()) -> Rich:
    """Raises ValueError that says which tag or sign is wrong. White space at both ends is dropped."""
    reader, place = _Reader(slots), 0
    while place < len(source):
        token = _TOKEN.match(source, place)
        if token is None:
            raise ValueError(f"a bare {source[place]!r} before {source[place + 1 : place + 20]!r}: write &lt; or &amp;")
        _take(reader, token)
        place = token.end()
    if reader.open:
        raise ValueError(f"<{reader.open[-1][0]}> is never closed")
    entities = sorted(reader.entities, key=lambda one: (one.offset, -one.length))
    return Rich("".join(reader.text), tuple(entities)).stripped()


def _take(reader: _Reader, token: re.Match[str]) -> None:
    tag, name = token["tag"], token["name"]
    if token["text"]:
        reader.write(token["text"])
    elif name:
        if not name.startswith("#") and name not in _NAMED:
            raise ValueError(f"&{name}; is not known: Telegram knows {', '.join(sorted(_NAMED))} and numbers")
        reader.write(html.unescape(token[0]))
    elif tag == SLOT:
        reader.embed(token["rest"])
    elif tag not in TAGS:
        raise ValueError(f"<{tag}> is not known: Telegram takes {', '.join(sorted(TAGS))}")
    elif token["shut"]:
        reader.end(tag)
    else:
        reader.begin(tag, token["rest"])


def _kind(tag: str, rest: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    if tag == "a":
        link = _LINK.fullmatch(rest)
        if link is None:
            raise ValueError('write <a href="https://…">: http, https, mailto and tg links only')
        return TAGS[tag], (("url", html.unescape(link[1])),)
    if tag == "blockquote" and rest.strip() == "expandable":
        return "expandable_blockquote", ()
    if rest.strip():
        raise ValueError(f"<{tag}> takes nothing like {rest.strip()!r}")
    return TAGS[tag], ()
