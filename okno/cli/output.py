"""How commands print: JSON one object a line, tables, and foreign words made harmless to a terminal."""

import json
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

# Controls move the cursor and name windows; formats turn the direction of what follows. Line ends are the caller's.
_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200d\u200c\ufe0f")


def line(value: Any) -> None:
    """One object of JSON, in UTF-8 whatever the terminal speaks."""
    click.echo(text(value).encode("utf-8", "replace"))


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def plain(words: str) -> str:
    """Foreign words on one line."""
    return " ".join(_harmless(words).split())


def block(words: str, indent: str) -> str:
    """Foreign words on as many lines as they had."""
    return "\n".join(f"{indent}{_harmless(one)}".rstrip() for one in words.splitlines())


def room() -> int:
    """How many letters a line may have: those of the terminal, or any number for a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 1000


def table(rows: Sequence[Sequence[str]], *, wide: int, most: int) -> list[str]:
    """Columns side by side within `most` letters; the column of that number is cut when it would be too long."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    others = sum(widths) - widths[wide] + 2 * (len(widths) - 1)
    widths[wide] = min(widths[wide], max(most - others, 12))
    return ["  ".join(map(_fitted, row, widths)).rstrip() for row in rows]


def _fitted(words: str, width: int) -> str:
    if _width(words) > width:
        while _width(words) >= width:
            words = words[:-1]
        words += "…"
    return words + " " * (width - _width(words))


def _width(words: str) -> int:
    """In cells of a terminal."""
    return sum(
        0 if unicodedata.combining(letter) or letter in _JOINERS else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in words
    )


def _harmless(words: str) -> str:
    return "".join(
        letter if letter in _JOINERS or unicodedata.category(letter) not in _HARMFUL else " " for letter in words
    )
