"""Collects every mistake and doubt with its place, so that all are told at once. It judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okno.config.document import Document
from okno.config.positions import Key
from okno.config.quoting import spelt

_NOWHERE = 0
_IN_FILE = 1
_IN_ENVIRONMENT = 2

Place = tuple[int, int, str]  # where it sorts: file first, by line, then variables by name


@dataclass(frozen=True, kw_only=True)
class Report:
    """`variables` tells which environment variable set a key; a key that is wrong is reported once."""

    document: Document
    variables: Mapping[Key, str]
    mistakes: dict[Key, str] = field(default_factory=dict)
    cautions: dict[Key, str] = field(default_factory=dict)

    def mistake(self, key: Key, words: str) -> None:
        if not self.wrong(key):
            self.mistakes[key] = words

    def caution(self, key: Key, words: str) -> None:
        self.cautions.setdefault(key, words)

    def wrong(self, key: Key) -> bool:
        """Whether this key, a table it stands in, or the file that should hold it is already known to be wrong."""
        beside = (*key[:-1], f"{key[-1]}_file") if key else key
        return beside in self.mistakes or any(key[:length] in self.mistakes for length in range(1, len(key) + 1))

    def told(self, found: Mapping[Key, str]) -> list[str]:
        return [self._line(key, words) for key, words in sorted(found.items(), key=lambda each: self._place(each[0]))]

    def where(self, key: Key) -> str:
        """For the middle of a sentence: "on line 12" or "in OKNO_LANGUAGE"."""
        kind, line, words = self._place(key)
        return f"on line {line}" if kind == _IN_FILE else f"in {words}"

    def _place(self, key: Key) -> Place:
        """Of the key, or of the nearest table around it that stands somewhere."""
        for length in range(len(key), 0, -1):
            part = key[:length]
            if part in self.variables:
                return _IN_ENVIRONMENT, 0, self.variables[part]
            if part in self.document.lines:
                line = self.document.lines[part]
                return _IN_FILE, line, f"{self.document.name}:{line}"
        return _NOWHERE, 0, self.document.name or "environment"

    def _line(self, key: Key, words: str) -> str:
        place = self._place(key)[2]
        stray = len(key) == 1 and key[0] not in self.document.tree and key in self.variables
        return f"{place}: {words}" if stray or not key else f"{place}: {self._spelt(key)}: {words}"

    def _spelt(self, key: Key) -> str:
        """As a reader knows it: mailbox.support.imap.port, or mailbox[2] for the second one when it has no name."""
        words = ""
        here: Any = self.document.tree
        for part in key:
            here = _inside(here, part)
            if isinstance(part, str):
                words += f".{spelt(part)}" if words else spelt(part)
            else:
                called = here.get("name") if isinstance(here, dict) else None
                words += f".{spelt(called)}" if isinstance(called, str) and called else f"[{part + 1}]"
        return words


def _inside(here: Any, part: str | int) -> Any:
    if isinstance(part, str):
        return here.get(part) if isinstance(here, dict) else None
    return here[part] if isinstance(here, list) and part < len(here) else None
