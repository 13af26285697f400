"""Address lists (RFC 5322, and what mailers write instead) in one pass: no comment, quote or bracket is looked at
twice.
"""

import re

from okno.intake.mail import charsets, encoded
from okno.intake.mail.limits import ADDRESSES
from okno.intake.mail.values import Address

_SIMPLE = re.compile(r'([^"<>(),;:@\\\[\]]*)<([^"<>(),;:@\\\s\[\]]+@[^"<>(),;:@\\\s\[\]]+)>')
_BARE = re.compile(r'[^"<>(),;:@\\\s\[\]]+@[^"<>(),;:@\\\s\[\]]+')
_PIECE = re.compile(r'=\?[^?\s=]{1,60}\?[bBqQ]\?[^?\s]*\?=|[^"<>(),;:\\=]+|.', re.DOTALL)
_MAILTO = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)
_INSIDE = re.compile(r"[^\s<>()\[\],;:\"'«»]+@[^\s<>()\[\],;:\"'«»]+")


def parse(value: str) -> tuple[Address, ...]:
    """All addresses of a header; a mailbox without "@" is kept only when it has a name, with an empty address."""
    value = value.strip()
    if simple := _SIMPLE.fullmatch(value):
        return (Address(name=_words(simple[1]), address=simple[2]),)
    if _BARE.fullmatch(value):
        return (Address(address=value),)
    reader = _Reader()
    for piece in _PIECE.finditer(value):
        reader.take(piece[0])
        if len(reader.found) >= ADDRESSES:
            break
    return tuple(reader.finish())


def find(text: str) -> str:
    """The first address in running text; "" when there is none."""
    found = _INSIDE.search(text[:1000])
    return found[0].rstrip(".") if found else ""


def _words(text: str) -> str:
    return charsets.line(encoded.decode(text)).strip("'").strip()


class _Reader:
    """The state between two pieces: within quotes, a comment, brackets, or between them."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self._begin()

    def _begin(self) -> None:
        self._quoted = self._escaped = self._bracketed = False
        self._comments = 0
        self._name: list[str] = []
        self._address: list[str] = []
        self._comment: list[str] = []

    def take(self, piece: str) -> None:
        if self._escaped:
            self._escaped = False
            self._put(piece)
        elif piece == "\\":
            self._escaped = True
        elif self._quoted:
            self._in_quotes(piece)
        elif self._comments or piece == "(":
            self._in_comment(piece)
        else:
            self._between(piece)

    def finish(self) -> list[Address]:
        self._close()
        return self.found

    def _put(self, piece: str) -> None:
        if self._comments:
            self._comment.append(piece)
        elif self._bracketed:
            self._address.append(piece)
        else:
            self._name.append(piece)

    def _in_quotes(self, piece: str) -> None:
        if piece == '"':
            self._quoted = False
        else:
            self._put(piece)

    def _in_comment(self, piece: str) -> None:
        depth = self._comments + {"(": 1, ")": -1}.get(piece, 0)
        if depth and (depth > 1 or self._comments):
            self._put(piece)
        self._comments = depth

    def _between(self, piece: str) -> None:
        if piece == '"':
            self._quoted = True
        elif piece == "<":
            self._bracketed = True
        elif piece == ">":
            self._bracketed = False
        elif piece in ",;" and not (self._bracketed and self._route()):
            self._close()
        elif piece == ":" and not self._bracketed:
            self._name = []  # a group's name, as in "undisclosed-recipients:;"
        else:
            self._put(piece)

    def _route(self) -> bool:
        """Whether a comma here parts relays (<@a,@b:user@c>), not addresses whose bracket was forgotten."""
        return not self._address or self._address[0].lstrip().startswith("@")

    def _close(self) -> None:
        name, comment = _words("".join(self._name)), _words("".join(self._comment))
        address = _MAILTO.sub("", "".join("".join(self._address).split())).rpartition(":")[2]
        if "@" not in address:
            address = find(name)
            name = name.replace(address, "").strip(" []<>") if address else name
        if address or name:
            self.found.append(Address(address=charsets.line(address), name=name or comment))
        self._begin()
