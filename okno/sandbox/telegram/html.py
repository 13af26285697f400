"""Reads Telegram's HTML into text and entities, with the real server's complaints and byte offsets.

Only what the Bot API knows as HTML: a few tags, four named characters, numbers.
"""

import re
from dataclasses import dataclass
from typing import Any

from okno.sandbox.telegram.refusal import Refusal, bad

Json = dict[str, Any]

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z]+));?")
NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(r"[^\s=>/\"']*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
SPACE = re.compile(r"\s*")
USER_LINK = re.compile(r"tg://user\?id=(\d+)$")
CLASS_PREFIX = {"code": "language-", "span": "tg-"}
SURROGATE = re.compile("[\\ud800-\\udfff]")
HALF = "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
LAST_BMP = 0xFFFF
LAST_CHARACTER = 0x10FFFF


def parse_html(source: str) -> tuple[str, list[Json]]:
    return _Reader(source).read()


@dataclass(slots=True, kw_only=True)
class _Open:
    name: str
    attributes: dict[str, str]
    offset: int
    at: int
    """Where its text begins in the output, for a link that names no address."""


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "&":
                self.character()
            elif char == "<":
                self.tag()
            else:
                self.write(char)
                self.at += 1
        if self.open:
            raise self.wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        text = "".join(self.text)
        if SURROGATE.search(text):
            raise self.wrong(HALF)
        return text, sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def wrong(self, words: str) -> Refusal:
        return bad(f"can't parse entities: {words}")

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def write(self, chars: str) -> None:
        self.text.append(chars)
        self.length += 2 if ord(chars[0]) > LAST_BMP else 1

    def character(self) -> None:
        found = decode(self.source, self.at)
        self.write(found[0] if found else "&")
        self.at = found[1] if found else self.at + 1

    def tag(self) -> None:
        if self.source.startswith("</", self.at):
            self.end()
        else:
            self.start()

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        found = match.group() if match else ""
        self.at += len(found)
        return found

    def next(self) -> str:
        """The character ahead; empty at the end."""
        return self.source[self.at : self.at + 1]

    def start(self) -> None:
        begin = self.at
        self.at += 1
        name = self.take(NAME).lower()
        if not self.next():
            raise self.wrong(f"Unclosed start tag at byte offset {self.byte(begin)}")
        if name not in TYPES:
            raise self.wrong(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        attributes: dict[str, str] = {}
        self.take(SPACE)
        while self.next() != ">":
            key, value = self.attribute(name, begin)
            attributes[key] = value
            self.take(SPACE)
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self.wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(name=name, attributes=attributes, offset=self.length, at=len(self.text)))

    def attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self.take(ATTRIBUTE)
        if not name:
            what = "Unclosed start tag" if not self.next() else "Empty attribute name in the tag"
            raise self.wrong(f'{what} "{tag}" at byte offset {self.byte(begin)}')
        self.take(SPACE)
        if self.next() != "=":
            return name, ""
        self.at += 1
        self.take(SPACE)
        if not self.next():
            raise self.wrong(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        value = self.quoted() if self.next() in "\"'" else self.token()
        if not self.next():
            raise self.wrong(f"Unclosed start tag at byte offset {self.byte(begin)}")
        return name, value

    def token(self) -> str:
        begin = self.at
        value = self.take(TOKEN).lower()
        if self.next() and not self.next().isspace() and self.next() != ">":
            raise self.wrong(f"Unexpected end of name token at byte offset {self.byte(begin)}")
        return value

    def quoted(self) -> str:
        quote = self.next()
        self.at += 1
        value: list[str] = []
        while self.next() and self.next() != quote:
            found = decode(self.source, self.at) if self.next() == "&" else None
            value.append(found[0] if found else self.next())
            self.at = found[1] if found else self.at + 1
        self.at += 1
        return "".join(value)

    def end(self) -> None:
        begin = self.at
        if not self.open:
            raise self.wrong(f"Unexpected end tag at byte offset {self.byte(begin)}")
        self.at += 2
        name = self.take(NAME).lower()
        self.take(SPACE)
        if self.next() != ">":
            raise self.wrong(f"Unclosed end tag at byte offset {self.byte(begin)}")
        self.at += 1
        expected = self.open[-1].name
        if name and name != expected:
            raise self.wrong(
                f'Unmatched end tag at byte offset {self.byte(begin)}, expected "</{expected}>", found "</{name}>"'
            )
        opened = self.open.pop()
        if self.length > opened.offset:
            self.mark(opened)

    def mark(self, opened: _Open) -> None:
        entity: Json = {
            "offset": opened.offset,
            "length": self.length - opened.offset,
            "type": TYPES[opened.name],
        }
        if opened.name == "a":
            self.link(entity, opened.attributes.get("href") or "".join(self.text[opened.at :]))
        elif opened.name == "tg-emoji":
            entity["custom_emoji_id"] = self.emoji(opened.attributes.get("emoji-id", ""))
            self.entities.append(entity)
        elif opened.name == "tg-time":
            self.time(entity, opened.attributes)
        elif opened.name in {"pre", "code"}:
            self.code(entity, opened.attributes.get("class", "").removeprefix("language-"))
        else:
            if "expandable" in opened.attributes and opened.name == "blockquote":
                entity["type"] = "expandable_blockquote"
            self.entities.append(entity)

    def link(self, entity: Json, address: str) -> None:
        user = USER_LINK.match(address)
        if user:
            self.entities.append({**entity, "type": "text_mention", "user_id": int(user[1])})
        elif re.match(r"(?:https?|tg|ton|tonsite)://|[\w-]+(?:\.[\w-]+)+", address):
            # Telegram completes an address without a scheme and forgets what is no address.
            self.entities.append({**entity, "url": address if "://" in address else f"http://{address}/"})

    def emoji(self, said: str) -> str:
        if not said.isdigit() or int(said) == 0:
            raise self.wrong("Invalid custom emoji identifier specified")
        return said

    def time(self, entity: Json, attributes: dict[str, str]) -> None:
        unix = attributes.get("unix", "")
        if unix.isdigit() and int(unix) > 0:
            self.entities.append({**entity, "unix_time": int(unix), "date_time_format": attributes.get("format", "")})

    def code(self, entity: Json, language: str) -> None:
        """`<pre><code class="language-x">` is one entity."""
        before = self.entities[-1] if self.entities else None
        if entity["type"] == "code":
            self.entities.append({**entity, "language": language} if language else entity)
        elif before and before["type"] == "code" and all(before[k] == entity[k] for k in ("offset", "length")):
            before["type"] = "pre"
        else:
            self.entities.append(entity)


def decode(source: str, at: int) -> tuple[str, int] | None:
    """The character `&…;` at this place and where the text goes on; None when it is only an ampersand."""
    match = CHARACTER.match(source, at)
    if match is None:
        return None
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (NAMED[name], match.end()) if name in NAMED else None
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return (chr(code), match.end()) if 0 < code <= LAST_CHARACTER else None
