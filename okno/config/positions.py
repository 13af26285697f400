"""Tells on which line of a TOML text each key stands, which tomllib does not.

Not a parser: it walks text that tomllib has already accepted, and looks at nothing but keys and brackets.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Key = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
    (?P<string> """(?:\\.|[^\\])*?"""(?:"{0,2}) | \'\'\'.*?\'\'\'(?:'{0,2}) | "(?:\\.|[^"\\])*" | '[^']*' )
  | (?P<skip> [ \t\r]+ | \#[^\n]* )
  | (?P<newline> \n )
  | (?P<mark> [\[\]{}=,.] )
  | (?P<bare> [^\s\[\]{}=,.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class _Token:
    kind: str
    text: str
    line: int


def positions(text: str) -> dict[Key, int]:
    """Lines counted from 1; an entry of a list of tables has its index in its key: ("mailbox", 0, "name")."""
    return _Walk(text).statements()


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind=kind, text=match[0], line=line)
        line += match[0].count("\n")
    yield _Token(kind="end", text="", line=line)


class _Walk:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._found: dict[Key, int] = {}
        self._newest: dict[Key, int] = {}  # of each list of tables, the entry that headers below it mean

    def statements(self) -> dict[Key, int]:
        table: Key = ()
        while self._here().kind != "end":
            if self._here().kind == "newline":
                self._take()
            elif self._here().text == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _here(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._here()
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _skip(self, *kinds: str) -> None:
        while self._here().kind in kinds:
            self._take()

    def _names(self) -> list[str]:
        names = [self._name()]
        while self._here().text == ".":
            self._take()
            names.append(self._name())
        return names

    def _name(self) -> str:
        token = self._take()
        return str(tomllib.loads(f"v = {token.text}")["v"]) if token.kind == "string" else token.text

    def _note(self, key: Key, line: int, depth: int = 0) -> None:
        """The first place counts, also for the tables a dotted name makes on its way."""
        for length in range(depth + 1, len(key) + 1):
            self._found.setdefault(key[:length], line)

    def _header(self) -> Key:
        line = self._take().line
        listed = self._here().text == "["
        if listed:
            self._take()
        names = self._names()
        for _ in range(1 + listed):
            self._take()
        key = self._entry(names) if listed else self._resolved(names)
        self._note(key, line)
        return key

    def _entry(self, names: list[str]) -> Key:
        key = (*self._resolved(names[:-1]), names[-1])
        self._newest[key] = self._newest.get(key, -1) + 1
        return (*key, self._newest[key])

    def _resolved(self, names: list[str]) -> Key:
        key: Key = ()
        for name in names:
            key = (*key, name)
            if key in self._newest:
                key = (*key, self._newest[key])
        return key

    def _pair(self, table: Key) -> None:
        line = self._here().line
        key = (*table, *self._names())
        self._note(key, line, len(table))
        self._take()  # the equals sign
        self._value(key)

    def _value(self, key: Key) -> None:
        token = self._take()
        if token.text == "[":
            self._array(key)
        elif token.text == "{":
            self._inline(key)
        else:
            while self._here().kind == "bare" or self._here().text == ".":
                self._take()

    def _array(self, key: Key) -> None:
        index = 0
        self._skip("newline")
        while self._here().text != "]" and self._here().kind != "end":
            self._note((*key, index), self._here().line, len(key))
            self._value((*key, index))
            self._comma()
            index += 1
        self._take()

    def _inline(self, table: Key) -> None:
        self._skip("newline")
        while self._here().text != "}" and self._here().kind != "end":
            self._pair(table)
            self._comma()
        self._take()

    def _comma(self) -> None:
        self._skip("newline")
        if self._here().text == ",":
            self._take()
        self._skip("newline")
