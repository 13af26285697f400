"""Spans of time as people write them: "1h 30m", "3 working days". No clock and no calendar."""

import re
from datetime import timedelta

from okno.config.quoting import shown
from okno.config.values import WorkingDays
from okno.config.wrong import Wrong

EXAMPLES = '"10s", "30m", "2h", "1h 30m", "7d"'
WORKING = f'{EXAMPLES}, "3 working days"'

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# Eight digits keep timedelta from overflowing; no sensible span needs more.
_PART = re.compile(r"([0-9]{1,8})\s*([smhd])")
_SPAN = re.compile(r"[0-9]{1,8}\s*[smhd](?:\s*[0-9]{1,8}\s*[smhd])*")
_DAYS = re.compile(r"([0-9]{1,8}) +working +days?")


def span(raw: object) -> timedelta:
    """Raises Wrong."""
    text = _text(raw, EXAMPLES)
    if _DAYS.fullmatch(text):
        raise Wrong(f"{shown(raw)} counts working days, but this one is plain time; write it like {EXAMPLES}")
    return _plain(text, EXAMPLES)


def span_or_days(raw: object) -> timedelta | WorkingDays:
    text = _text(raw, WORKING)
    days = _DAYS.fullmatch(text)
    return WorkingDays(days=int(days[1])) if days else _plain(text, WORKING)


def written(value: timedelta | WorkingDays) -> str:
    """The way back: what a config file says for this value."""
    if isinstance(value, WorkingDays):
        return f"{value.days} working day" + "s" * (value.days != 1)
    seconds = value.days * 86400 + value.seconds
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"


def _text(raw: object, examples: str) -> str:
    if not isinstance(raw, str):
        raise Wrong(f"{shown(raw)} has no unit; write a span of time in quotes, like {examples}")
    return raw.strip()


def _plain(text: str, examples: str) -> timedelta:
    parts = _PART.findall(text)
    units = [unit for _, unit in parts]
    if not _SPAN.fullmatch(text) or len(set(units)) != len(units):
        raise Wrong(f"{shown(text)} is not a span of time; write it like {examples}")
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in parts})
