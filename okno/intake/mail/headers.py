"""A header block as names and values, with limits; RFC 5322 unfolding and eight-bit values. Structured values are read
elsewhere.
"""

import re
from collections.abc import Container, Iterable

from okno.intake.mail import charsets, encoded
from okno.intake.mail.limits import HEADER_BYTES, HEADER_FIELDS, HEADER_VALUE_BYTES

_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_ENVELOPE = re.compile(rb">?From ")  # the line an mbox puts before a mail
_FOLD = b" \t"
_BLANK = (b"\n", b"\r\n", b"\r")


class Headers:
    """Fields in the order of the mail. A name asked for is in small letters."""

    __slots__ = ("_by_name", "cut")

    def __init__(self, fields: Iterable[tuple[str, bytes]], *, cut: bool = False) -> None:
        self._by_name: dict[str, list[tuple[int, bytes]]] = {}
        self.cut = cut
        for place, (name, value) in enumerate(fields):
            self._by_name.setdefault(name, []).append((place, value))

    def raw(self, name: str) -> str:
        """The first field of this name, unfolded and trimmed, encoded words left as they are; "" without one."""
        found = self._by_name.get(name)
        return _characters(found[0][1]) if found else ""

    def every(self, name: str) -> list[str]:
        return [_characters(value) for _, value in self._by_name.get(name, ())]

    def words(self, name: str) -> str:
        """The first field of this name as a person reads it: one line, decoded."""
        return charsets.line(encoded.decode(self.raw(name))) if name in self._by_name else ""

    def positions(self, name: str) -> list[tuple[int, str]]:
        """With their places among all fields, from the top."""
        return [(place, _characters(value)) for place, value in self._by_name.get(name, ())]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def _characters(value: bytes) -> str:
    value = value.strip()
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return value.decode("ascii") if value.isascii() else charsets.guess(value)[0]


def parse(raw: bytes, start: int, stop: int, delimiters: Container[bytes] = ()) -> tuple[Headers, int]:
    """The header block at `start` and where its body begins. A line that is no header begins the body, as does a
    delimiter.
    """
    spans: list[list[int]] = []  # where each field starts, its value starts, and it ends
    place = body = start
    while place < stop:
        end = raw.find(b"\n", place, stop) + 1 or stop
        if raw[place] in _FOLD:
            if spans:
                spans[-1][2] = end
        elif (found := _NAME.match(raw, place, end)) and not _delimits(raw[place:end], delimiters):
            spans.append([place, found.end(), end])
        elif not (place == start and (_ENVELOPE.match(raw, place) or _is_torn(raw, end))):
            body = end if raw[place:end] in _BLANK else place
            break
        body = place = end
    return _headers(raw, start, spans), body


def _is_torn(raw: bytes, end: int) -> bool:
    """Whether the first line of a mail is the torn end of a header, as behind a bad relay: headers follow."""
    head = raw[end : end + 200].lower()
    return head.startswith(
        (b"received:", b"return-path:", b"delivered-to:", b"from:", b"message-id:", b"dkim-signature:")
    )


def _headers(raw: bytes, start: int, spans: list[list[int]]) -> Headers:
    kept = [span for span in spans[:HEADER_FIELDS] if span[0] - start < HEADER_BYTES]
    fields = [
        (raw[name : value - 1].rstrip().decode("ascii").lower(), raw[value : min(end, value + HEADER_VALUE_BYTES)])
        for name, value, end in kept
    ]
    too_long = any(end - value > HEADER_VALUE_BYTES for _, value, end in kept)
    return Headers(fields, cut=too_long or len(kept) < len(spans))


def _delimits(row: bytes, delimiters: Container[bytes]) -> bool:
    """Whether this line ends the part though it reads like a header: a boundary may hold a colon."""
    if not row.startswith(b"--"):
        return False
    mark = row[2:].rstrip()
    return mark in delimiters or mark.removesuffix(b"--") in delimiters
