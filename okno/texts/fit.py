"""Makes what a caller hands over fit a template's contract: only what the contract names gets in, in plain values.

So a template never sees an object of ours, and a wrong value fails in the caller's test, not in a client's chat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from okno.texts.rich import Rich


@dataclass(frozen=True)
class Maybe:
    """A value that may be None or left out."""

    example: object


class Name(str):
    """A colleague's name: words on one line, or Rich.mention, which notifies them."""

    __slots__ = ()


class Fact(dict[str, Any]):
    """Typed data with a "kind", whose other keys depend on it; see `texts.facts`."""


def fit(example: object, value: object, where: str) -> Any:
    """The value in the example's form. What a letter keeps as JSON fits too: an instant as ISO 8601, a span in seconds,
    Rich as {"text", "entities"}. Raises TypeError that names the place.
    """
    if isinstance(example, Maybe):
        return None if value is None else fit(example.example, value, where)
    if isinstance(example, Fact):
        return _fact(value, where)
    if isinstance(example, Mapping):
        return _row(example, value, where)
    if isinstance(example, list):
        return _rows(example, value, where)
    return _plain(example, value, where)


def _fact(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
        raise TypeError(f'{where} must be a mapping with a "kind", not {value!r}')
    return dict(value)


def _row(example: Mapping[str, object], value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{where} must be a mapping of {', '.join(example)}, not {value!r}")
    missing = [name for name, one in example.items() if name not in value and not isinstance(one, Maybe)]
    if missing or value.keys() - example.keys():
        extra = ", ".join(sorted(value.keys() - example.keys())) or "nothing"
        raise TypeError(
            f"{where} lacks {', '.join(missing) or 'nothing'} and has {extra} too much; see texts.contracts"
        )
    return {name: fit(one, value.get(name), f"{where}.{name}") for name, one in example.items()}


def _rows(example: list[Any], value: object, where: str) -> list[Any]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise TypeError(f"{where} must be a list, not {value!r}")
    return [fit(example[0], one, f"{where}[{place}]") for place, one in enumerate(value)]


def _plain(example: object, value: object, where: str) -> object:
    value = _revived(example, value.value if isinstance(value, Enum) else value)
    words = isinstance(example, str) and isinstance(value, (str, Rich) if isinstance(example, Name) else str)
    if type(example) is not type(value) and not words:
        raise TypeError(f"{where} must be {type(example).__name__}, not {value!r}")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError(f"{where} must be an aware datetime, not {value!r}")
    return value


def _revived(example: object, value: object) -> object:
    """From the JSON of a letter to the value it stood for."""
    if isinstance(example, Rich) and isinstance(value, Mapping):
        return Rich.from_telegram(value["text"], value.get("entities", ()))
    if isinstance(example, datetime) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(example, timedelta) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return timedelta(seconds=value)
    return value
