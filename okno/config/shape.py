"""The tree of options that config.toml may hold, taken from the types of values.py: a field added there is an option.

What a value may be is not here but in kinds.py (by type) and checks.py (by key).
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from okno.config.positions import Key
from okno.config.values import Config, Desk, Language, Line, Mailbox, Secret, Staff, Telegram

Titles = tuple[tuple[Language, str], ...]


class SecretFile:
    """The kind of `token_file` beside `token`: the path of a file that holds the secret."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One option; `default` is as values.py has it, and stands for nothing where the option is required."""

    kind: Any
    default: Any = None
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """`model` is the class its values fill; None where they are fields of Config itself."""

    entries: Mapping[str, "Node"] = field(default_factory=dict)
    model: Any = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list of tables, each with a name: [[mailbox]]."""

    entry: Table


Node = Leaf | Table | Listed

# Flat fields of Config that stand in small tables of the file, so that their neighbours to come have a place.
FLAT = {("database", "url"): "database_url", ("http", "listen"): "http_listen", ("templates", "dir"): "templates_dir"}
LISTS = {"mailbox": "mailboxes", "line": "lines", "staff": "staff"}


@cache
def root() -> Table:
    fields = _fields(Config)
    # The one default that values.py cannot know, because it depends on where the file is.
    fields["data_dir"] = Leaf(kind=Path, default=Path("data"))
    entries: dict[str, Node] = {name: fields[name] for name in ("language", "timezone", "data_dir")}
    entries["database"] = _secrets({"url": fields["database_url"]})
    entries["telegram"] = _table(Telegram)
    entries["desk"] = _table(Desk)
    entries["mailbox"] = Listed(entry=_table(Mailbox))
    entries["line"] = Listed(entry=_table(Line))
    entries["staff"] = Listed(entry=_table(Staff))
    entries["http"] = Table(entries={"listen": fields["http_listen"]})
    entries["templates"] = Table(entries={"dir": fields["templates_dir"]})
    return Table(entries=entries)


def nodes(table: Table, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every option and table by its path, entries of lists without index or name: ("mailbox", "imap", "port")."""
    for name, node in table.entries.items():
        yield (*above, name), node
        if not isinstance(node, Leaf):
            yield from nodes(node.entry if isinstance(node, Listed) else node, (*above, name))


def leaves(table: Table) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    return ((path, node) for path, node in nodes(table) if isinstance(node, Leaf))


def dotted(key: Key) -> str:
    """The same for a key of a real file: ("mailbox", 0, "imap", "port") is "mailbox.imap.port"."""
    return ".".join(part for part in key if isinstance(part, str))


def _table(model: type) -> Table:
    table = _secrets(_fields(model))
    return Table(entries=table.entries, model=model)


def _fields(model: type) -> dict[str, Node]:
    hints = get_type_hints(model)
    return {each.name: _node(hints[each.name], each) for each in dataclasses.fields(model)}


def _node(kind: Any, each: "dataclasses.Field[Any]") -> Node:
    if kind == Titles:
        return Table(entries={language: Leaf(kind=str, default="") for language in get_args(Language)})
    if dataclasses.is_dataclass(kind) and kind is not Secret:
        return _table(cast("type", kind))
    if each.default_factory is not dataclasses.MISSING:
        return Leaf(kind=kind, default=each.default_factory())
    required = each.default is dataclasses.MISSING
    return Leaf(kind=kind, default=None if required else each.default, required=required)


def _secrets(entries: Mapping[str, Node]) -> Table:
    """Beside every secret stands the file that may hold it."""
    both: dict[str, Node] = {}
    for name, node in entries.items():
        both[name] = node
        if isinstance(node, Leaf) and node.kind is Secret:
            both[f"{name}_file"] = Leaf(kind=SecretFile, default="")
    return Table(entries=both)
