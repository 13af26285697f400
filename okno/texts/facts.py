"""Typed data about content, worded for a reader: {"kind": "voice", "duration": 12} becomes "Voice message, 0:12"."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from okno.texts import measures, times
from okno.texts.labels import OTHER, Labels

GROUP: Final = "facts"
# Facts that are keys themselves, and the group their words stand in.
_KEYS: Final = {
    "status": "states", "channel": "channels", "priority": "priorities", "role": "roles",
    "rule": "rules",
}  # fmt: skip
_SIZES: Final = frozenset({"size", "limit"})


def fact(told: Mapping[str, Any], labels: Labels, group: str = GROUP) -> str:
    """`told["kind"]` is a key of the group; a kind nobody has words for yet is named as it is."""
    kind = str(told.get("kind", ""))
    if not labels.has(group, kind):
        return labels.word(group, OTHER, {"name": kind})
    return labels.word(group, kind, worded(told, labels))


def worded(facts: Mapping[str, Any], labels: Labels) -> dict[str, object]:
    return {name: _worded(name, value, labels) for name, value in facts.items()}


def _worded(name: str, value: object, labels: Labels) -> object:
    if isinstance(value, str):
        return labels.word(_KEYS[name], value) if name in _KEYS and value else value
    if name in _SIZES and isinstance(value, int):
        return measures.size(value, labels)
    if isinstance(value, timedelta):
        return times.duration(value, labels)
    if name == "duration" and isinstance(value, (int, float)):
        return times.running(value)
    return value
