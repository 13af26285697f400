"""Where a long text may be broken: at a paragraph, a line, a space, and never inside one visible character."""

import re
import unicodedata
from typing import Final

# One astral character takes two UTF-16 units.
LEAST: Final = 2
_TIES: Final = "\u00a0\u202f\u2007\u2060\ufeff"
_JOINER: Final = "\u200d"
_LONGEST_CLUSTER: Final = 32
_GAP: Final = re.compile(r"\s*\n|[^\S\u00a0\u202f\u2007]+")


def ending(window: str, after: str) -> int:
    """How much of `window` (all that fits, followed by `after`) makes a piece.

    A paragraph or a line ends a piece only in the window's second half: "Hello," alone in a message reads badly.
    """
    probe = window + after[:2]
    half = len(window) // 2
    for mark in ("\n\n", "\n"):
        place = probe.rfind(mark, 0, len(window) + len(mark))
        if place > 0 and place >= half:
            return place
    return _space(probe, len(window)) or _visible(window, after) or len(window)


def word(window: str, after: str) -> int:
    """The end of the last whole word in the second half of `window`; a longer word is cut."""
    place = _space(window + after[:1], len(window))
    return place if place and place >= len(window) // 2 else _visible(window, after)


def gap(rest: str) -> int:
    """How much white space to drop behind a cut: to the next line's start (its indent stays), or to the next word."""
    found = _GAP.match(rest)
    return found.end() if found else 0


def _space(probe: str, last: int) -> int:
    """The last place up to `last` where white space may end a piece; 0 if there is none. Within an indent it is the
    line's end before it.
    """
    place = next((at for at in range(min(last, len(probe) - 1), 0, -1) if _breakable(probe[at])), 0)
    line = probe.find("\n", len(probe[:place].rstrip()), place)
    return line if line > 0 else place


def _breakable(char: str) -> bool:
    return char.isspace() and char not in _TIES


def _visible(window: str, after: str) -> int:
    """The last place that does not cut a character; 0 if there is none but the start."""
    probe = window + after[:1]
    last = len(window)
    for place in range(last, max(last - _LONGEST_CLUSTER, 0), -1):
        if place == len(probe) or not _joined(probe, place):
            return place
    return 0 if last <= _LONGEST_CLUSTER else last


def _joined(probe: str, place: int) -> bool:
    """Whether the characters on both sides of `place` are drawn as one: an accent, a family, a flag."""
    left, right = probe[place - 1], probe[place]
    if _JOINER in (left, right) or unicodedata.category(right) in ("Mn", "Me"):
        return True
    if "\U0001f3fb" <= right <= "\U0001f3ff" or "\U000e0020" <= right <= "\U000e007f":
        return True
    return _flag(right) and _flags_before(probe, place) % 2 == 1


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(probe: str, place: int) -> int:
    count = 0
    while count < place and _flag(probe[place - 1 - count]):
        count += 1
    return count
