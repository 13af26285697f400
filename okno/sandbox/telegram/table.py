"""The published table of the Bot API: which fields a method or type has, of which types, how long.

Read from botapi.json (Bot API 10.1) with what is newer added; it says what may be sent, not what is done with it.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from okno.sandbox.telegram import newer

PLAIN = frozenset({"String", "Integer", "Boolean", "Float", "InputFile"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    least: int
    most: int
    in_bytes: bool
    after_entities: bool
    """Measured by whoever parses the text, not by the table."""


@dataclass(frozen=True, kw_only=True)
class Field:
    types: tuple[str, ...]
    required: bool
    length: Length | None

    @cached_property
    def is_text(self) -> bool:
        return self.types == ("String",)

    @cached_property
    def is_object(self) -> bool:
        """Comes as JSON inside a form."""
        return not PLAIN.intersection(self.types)


Fields = dict[str, Field]


class Table:
    def __init__(self, methods: dict[str, Fields], types: dict[str, Fields], subtypes: dict[str, list[str]]) -> None:
        self.methods = methods
        self.types = types
        self.subtypes = subtypes
        self.by_lower_case = {name.lower(): name for name in methods}
        self._choices: dict[tuple[str, ...], tuple[str, ...]] = {}

    def choices(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """The concrete object types a field may hold."""
        if types not in self._choices:
            found: list[str] = []
            for name in types:
                below = self.subtypes.get(name)
                found.extend(self.choices(tuple(below)) if below else (name,))
            self._choices[types] = tuple(found)
        return self._choices[types]


def _field(raw: list[Any]) -> Field:
    length = None
    if len(raw) > 2:  # noqa: PLR2004 - the third item is the length, when there is one
        least, most, unit, after = raw[2]
        length = Length(least=least, most=most, in_bytes=unit == "b", after_entities=bool(after))
    return Field(types=tuple(raw[0]), required=bool(raw[1]), length=length)


def _fields(raw: dict[str, list[Any]]) -> Fields:
    return {name: _field(field) for name, field in raw.items()}


def load() -> Table:
    raw = json.loads(files("okno.sandbox.telegram").joinpath("botapi.json").read_text("utf-8"))
    for part, added in (("methods", newer.METHODS), ("types", newer.TYPES)):
        for name, more in added.items():
            raw[part][name] = {**raw[part].get(name, {}), **more}
    return Table(
        {name: _fields(fields) for name, fields in raw["methods"].items()},
        {name: _fields(fields) for name, fields in raw["types"].items()},
        raw["subtypes"],
    )
