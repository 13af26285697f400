"""One reader for each type that an option can have: what TOML gave, made into a value. Raises Wrong.

Whether the value makes sense for its key is checks.py.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from okno.config.durations import span, span_or_days
from okno.config.quoting import shown
from okno.config.shape import SecretFile
from okno.config.values import Secret, WorkingDays
from okno.config.wrong import Wrong


def read(kind: Any, raw: object) -> Any:
    """Text that is empty is None where a type allows None: TOML has no word for it."""
    if kind in _READERS:
        return _READERS[kind](raw)
    options = get_args(kind)
    if NoneType in options:
        some = next(option for option in options if option is not NoneType)
        return None if raw == "" else read(some, raw)
    if get_origin(kind) is Literal:
        return _choice(options, raw)
    raise TypeError(f"values.py has an option of type {kind}, which no reader here knows")


def plain(raw: object) -> str:
    """Text of one line: whatever is shown, put into a header or sent to a server."""
    if not isinstance(raw, str):
        raise Wrong(f"{shown(raw)} is not text; write it in quotes")
    for letter in raw:
        if unicodedata.category(letter) in ("Cc", "Cs"):
            raise Wrong(f"holds a control character (U+{ord(letter):04X}); write it on one line, without tabs")
    return raw


def near(wrong: str, options: tuple[str, ...] | list[str]) -> str:
    """The end of a sentence that helps with a misspelling; empty when nothing is close."""
    found = get_close_matches(wrong.lower().replace("-", "_"), options, n=1)
    return f"; did you mean {shown(found[0])}?" if found else ""


def _number(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lstrip("+-").isdigit():
        raise Wrong(f"{shown(raw)} is text; write the number without quotes")
    raise Wrong(f"{shown(raw)} is not a whole number; write digits only")


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    raise Wrong(f"{shown(raw)} is neither true nor false; write one of them without quotes")


def _choice(options: tuple[Any, ...], raw: object) -> object:
    if isinstance(raw, str) and raw in options:
        return raw
    words = " or ".join(shown(option) for option in options)
    raise Wrong(f"{shown(raw)} is not a choice here; write {words}{near(raw, options) if isinstance(raw, str) else ''}")


def _secret(raw: object) -> Secret:
    """Words about a secret never show it."""
    if not isinstance(raw, str):
        raise Wrong("is not text; write it in quotes")
    if "\0" in raw:
        raise Wrong("holds a NUL character, which no server accepts; write it again")
    return Secret(raw)


def _names(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise Wrong(f'{shown(raw)} is not a list; write one: ["one", "two"]')
    return tuple(plain(each) for each in raw)


def _zone(raw: object) -> ZoneInfo:
    name = plain(raw)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        advice = near_zone(name) or '; write a name like "Europe/Moscow" or "UTC"'
        raise Wrong(f"{shown(name)} is no time zone{advice}") from error


def near_zone(name: str) -> str:
    """People write the city alone as often as they misspell the whole."""
    zones = sorted(available_timezones())
    city = name.rpartition("/")[2].replace(" ", "_").lower()
    same = [zone for zone in zones if city and zone.rpartition("/")[2].lower() == city]
    found = same or get_close_matches(name, zones, n=1)
    return f"; did you mean {shown(found[0])}?" if found else ""


def _path(raw: object) -> Path:
    text = plain(raw)
    if not text:
        raise Wrong('is empty; write a path, "." for the folder of this file')
    if text.startswith("~"):
        raise Wrong(f"{shown(text)} begins with ~, which only a shell understands; write the whole path")
    return Path(text)


def _file(raw: object) -> str:
    return str(_path(raw)) if raw != "" else ""


_READERS: Mapping[Any, Callable[[object], Any]] = {
    str: plain,
    int: _number,
    bool: _flag,
    Secret: _secret,
    SecretFile: _file,
    Path: _path,
    ZoneInfo: _zone,
    dt.timedelta: span,
    dt.timedelta | WorkingDays: span_or_days,
    tuple[str, ...]: _names,
}
