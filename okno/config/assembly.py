"""Makes one Config of values that have been read. It judges nothing: where a required value is missing or wrong an
empty one stands, so that the rules can still look at the rest.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

from okno.config.shape import FLAT, LISTS, Listed, Table, Titles, root
from okno.config.values import Config, Secret


def assemble(values: Mapping[str, Any], path: Path | None, folder: Path) -> Config:
    flat: dict[str, Any] = {"data_dir": (folder / "data").absolute()}
    for name, node in root().entries.items():
        given = values.get(name)
        if isinstance(node, Listed):
            if given:
                flat[LISTS[name]] = tuple(_made(node.entry.model, each) for each in given)
        elif isinstance(node, Table) and node.model is None:
            flat |= {FLAT[name, part]: value for part, value in (given or {}).items()}
        elif given is not None:
            flat[name] = _made(node.model, given) if isinstance(node, Table) else given
    return _everywhere(Config(path=path, **flat))


def _everywhere(config: Config) -> Config:
    """Staff for whom no line is named work on all of them: so does everybody in a small house."""
    lines = tuple(line.name for line in config.lines)
    return replace(config, staff=tuple(replace(each, lines=each.lines or lines) for each in config.staff))


def _made(model: Any, values: Mapping[str, Any]) -> Any:
    hints = get_type_hints(model)
    given: dict[str, Any] = {}
    for each in dataclasses.fields(model):
        kind = hints[each.name]
        if each.name not in values:
            if each.default is dataclasses.MISSING:
                given[each.name] = kind()
        elif kind == Titles:
            given[each.name] = tuple((language, text) for language, text in values[each.name].items() if text)
        else:
            nested = dataclasses.is_dataclass(kind) and kind is not Secret
            given[each.name] = _made(kind, values[each.name]) if nested else values[each.name]
    return model(**given)
