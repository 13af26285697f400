"""OKNO_… variables laid over the tree of the file. What they may hold is judged later, with the file's own values."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, get_origin

from okno.config.document import Document
from okno.config.positions import Key
from okno.config.quoting import printable, shown
from okno.config.shape import LISTS, Leaf, Listed, Node, Table, leaves, root
from okno.config.wrong import Wrong

PREFIX = "OKNO_"
_OURS = ("OKNO_CONFIG",)
_TESTS = "OKNO_TEST_"
# Kubernetes and Docker tell every container about a service called "okno" in variables of these names.
_SERVICE = re.compile(
    r"OKNO_(?!\w*__)(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)"
)
_SERVICE_PORT = re.compile(r"OKNO_(?!\w*__)(?:\w+_)?PORT")
_SERVICE_URL = ("tcp://", "udp://", "sctp://")

_ALIKE = 0.87  # names of variables share so much that less would suggest any neighbour

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """`variables`: which variable set a key; `mistakes`: of variables that name no option or hold the wrong thing.

    `entries`: which entry of a list a part of a name means; kept, because a variable may change the entry's name.
    """

    variables: dict[Key, str] = field(default_factory=dict)
    mistakes: dict[Key, str] = field(default_factory=dict)
    entries: dict[tuple[Key, str], int] = field(default_factory=dict)

    def stray(self, variable: str, words: str) -> None:
        """Its own name is the key: the option it was meant for may be right in the file."""
        self.variables[(variable,)] = printable(variable)
        self.mistakes[(variable,)] = words


def settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that are meant as options, in the order they are read."""
    return {name: environ[name] for name in sorted(environ) if name.startswith(PREFIX) and not _passed(name, environ)}


def fold(name: str) -> str:
    """Names are compared without case, and "-", "_", spaces and dots are alike, as a variable needs."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_") or name


def lay(document: Document, environ: Mapping[str, str]) -> Overlay:
    """Changes `document.tree`."""
    overlay = Overlay()
    for variable, text in settings(environ).items():
        path = variable.removeprefix(PREFIX).split("__")
        node = _option(path)
        if isinstance(node, Leaf):
            _write(document, overlay, variable, node, text)
        else:
            overlay.stray(variable, _unknown(variable, document.tree) if node is None else _whole(variable, node))
    return overlay


def _passed(name: str, environ: Mapping[str, str]) -> bool:
    if name in _OURS or name.startswith(_TESTS) or _SERVICE.fullmatch(name):
        return True
    return bool(_SERVICE_PORT.fullmatch(name)) and environ[name].startswith(_SERVICE_URL)


def _option(path: list[str]) -> Node | None:
    node: Node | None = root()
    for part in path:
        if isinstance(node, Listed):
            node = node.entry if part else None
        else:
            node = node.entries.get(part.lower()) if isinstance(node, Table) else None
    return node


def _write(document: Document, overlay: Overlay, variable: str, leaf: Leaf, text: str) -> None:
    key, table = _way(document.tree, overlay, variable)
    if table is None:
        return  # the file holds something else there: its own mistake, told when it is read
    if key in overlay.variables:
        overlay.stray(variable, f"sets the same option as {overlay.variables[key]}; unset one of the two")
        return
    try:
        table[key[-1]] = typed(text, leaf.kind)
    except Wrong as error:
        table[key[-1]] = text
        overlay.mistakes[key] = str(error)
    overlay.variables[key] = variable
    for length in range(1, len(key)):
        if key[:length] not in document.lines:
            overlay.variables.setdefault(key[:length], variable)


def _way(tree: dict[str, Any], overlay: Overlay, variable: str) -> tuple[Key, Any]:
    """The key of the option and the table it stands in, made on the way; None where the file has no table there."""
    *path, last = variable.removeprefix(PREFIX).split("__")
    node: Node = root()
    here: Any = tree
    key: Key = ()
    for part in path:
        if isinstance(node, Listed) and isinstance(here, list):
            index = overlay.entries.get((key, fold(part)), -1)
            if index < 0:
                index = overlay.entries[key, fold(part)] = _position(here, part)
            key, node, here = (*key, index), node.entry, here[index]
        elif isinstance(node, Table) and isinstance(here, dict):
            name = part.lower()
            key, node = (*key, name), node.entries[name]
            here = here.setdefault(name, [] if isinstance(node, Listed) else {})
        else:
            return key, None
    return (*key, last.lower()), here if isinstance(here, dict) else None


def _position(entries: list[Any], part: str) -> int:
    """Of the entry with this name, which is added when nobody has it."""
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and fold(str(entry.get("name", ""))) == fold(part):
            return index
    entries.append({"name": part.lower()})
    return len(entries) - 1


def typed(text: str, kind: Any) -> Any:
    """As TOML would have given it: a variable is always text."""
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        raise Wrong("is not UTF-8 text; set it again in a UTF-8 terminal or file")
    if kind is bool:
        return _flag(text)
    if kind is int:
        return _number(text)
    return _list(text) if get_origin(kind) is tuple else text


def _flag(text: str) -> bool:
    if text.strip().lower() not in _TRUE + _FALSE:
        raise Wrong(f"{shown(text)} is neither true nor false; write true or false")
    return text.strip().lower() in _TRUE


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", text.strip()):
        raise Wrong(f"{shown(text)} is not a whole number; write digits only")
    return int(text)


def _list(text: str) -> list[Any]:
    if not text.strip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return list(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise Wrong(f'{shown(text)} is not a list; write one, two or ["one", "two"]') from error


def _unknown(variable: str, tree: dict[str, Any]) -> str:
    near = get_close_matches(variable.upper(), list(_variables(variable, tree)), n=1, cutoff=_ALIKE)
    advice = f"did you mean {near[0]}?" if near else "config.example.toml lists every option; unset this variable"
    return f"there is no such option; {advice}"


def _whole(variable: str, node: Node) -> str:
    table = node.entry if isinstance(node, Listed) else node
    path, _ = next(leaves(table)) if isinstance(table, Table) else ((), None)
    name = "SUPPORT__" * isinstance(node, Listed) + "__".join(path).upper()
    return f"this is a table, not one option; set {variable}__{name} and its like"


def _variables(variable: str, tree: dict[str, Any]) -> Iterator[str]:
    """Every variable that would set an option of this tree, or of the new entry that `variable` itself would make."""
    own = variable.removeprefix(PREFIX).split("__")
    for path, _ in leaves(root()):
        if path[0] not in LISTS:
            yield PREFIX + "__".join(path).upper()
            continue
        for name in dict.fromkeys([*_folded(tree.get(path[0])), *filter(None, own[1:2])]):
            yield PREFIX + "__".join((path[0], name, *path[1:])).upper()


def _folded(entries: Any) -> list[str]:
    found = entries if isinstance(entries, list) else []
    return [fold(str(entry.get("name", ""))) for entry in found if isinstance(entry, dict)]
