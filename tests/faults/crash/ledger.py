"""What people said and did, as they themselves know it: the attempts every reckoning begins with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

Channel = Literal["telegram", "email"]
Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Word:
    """A client's message. `root` is the marker of the message whose ticket it belongs to, its own for a new request.

    `place` is (chat, message id) in Telegram; `id` the Message-ID of a mail.
    """

    marker: str
    channel: Channel
    who: str
    root: str
    place: Place | None = None
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A new text of an earlier message; it bears the old marker and its own."""

    marker: str
    of: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Words of staff meant for the client who wrote `to`, at `place` in the group."""

    marker: str
    to: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Note:
    """Words of staff for staff, at `place` in the group."""

    marker: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Press:
    """A button under the card of a ticket."""

    ticket: int
    verb: str
    by: int


@dataclass
class Ledger:
    """Grows while people act. Markers are unique words no text of the service contains."""

    words: dict[str, Word] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    presses: list[Press] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def marker(self, kind: Literal["c", "e", "a", "n"]) -> str:
        """c: a client's words, e: an edit, a: an answer, n: a note. Fixed length, so that none is part of another."""
        return f"q{kind}{next(self._numbers):05d}z"
