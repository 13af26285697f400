"""Walks the tree of the file beside the tree of options and reads each value; every mistake goes to the report.

What comes out are plain values by name; assembly.py makes them a Config.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okno.config import secrets
from okno.config.checks import check
from okno.config.kinds import near, read
from okno.config.positions import Key
from okno.config.quoting import shown
from okno.config.report import Report
from okno.config.shape import LISTS, Leaf, Listed, Node, SecretFile, Table, dotted, nodes, root
from okno.config.values import Secret
from okno.config.wrong import Wrong

_EXAMPLES = {
    "mailbox.name": '"support"',
    "mailbox.address": '"support@example.com"',
    "line.name": '"support"',
    "staff.name": '"Anna"',
    "staff.telegram_id": "123456789",
}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`guarded` is the folder where systemd keeps this service's secrets."""

    report: Report
    folder: Path
    guarded: Path | None

    def table(self, table: Table, raw: object, key: Key = ()) -> dict[str, Any]:
        """Only what is there and right, by name; the rest is left to the defaults."""
        if not isinstance(raw, dict):
            self.report.mistake(key, _not_a_table(raw, key))
            return {}
        for name in raw:
            if name not in table.entries:
                self.report.mistake((*key, name), _unknown(name, table))
        values: dict[str, Any] = {}
        for name, node in table.entries.items():
            self._option(values, name, node, raw, key)
        return values

    def _option(self, values: dict[str, Any], name: str, node: Node, raw: dict[str, Any], key: Key) -> None:
        below = (*key, name)
        if isinstance(node, Leaf) and node.kind is Secret:
            self._secret(values, name, raw, key)
        elif isinstance(node, Leaf) and node.kind is SecretFile:
            return  # taken together with the secret it holds
        elif name in raw:
            values[name] = self._node(node, raw[name], below)
            if self.report.wrong(below):
                del values[name]
        elif isinstance(node, Leaf) and node.required:
            self.report.mistake(below, f"is missing; write {name} = {_EXAMPLES[dotted(below)]}")

    def _node(self, node: Node, raw: object, key: Key) -> Any:
        if isinstance(node, Table):
            return self.table(node, raw, key)
        if isinstance(node, Listed):
            return self._entries(node, raw, key)
        return self._leaf(node, raw, key)

    def _entries(self, listed: Listed, raw: object, key: Key) -> list[dict[str, Any]]:
        if isinstance(raw, list):
            return [self.table(listed.entry, entry, (*key, index)) for index, entry in enumerate(raw)]
        name = key[-1]
        advice = f"write [[{name}]] with two brackets: there may be several"
        self.report.mistake(key, advice if isinstance(raw, dict) else f"{shown(raw)} is not a list of tables; {advice}")
        return []

    def _leaf(self, leaf: Leaf, raw: object, key: Key) -> Any:
        try:
            value = check(dotted(key), read(leaf.kind, _lenient(raw, key)))
        except Wrong as error:
            self.report.mistake(key, str(error))
            return None
        return (self.folder / value).absolute() if isinstance(value, Path) else value

    def _secret(self, values: dict[str, Any], name: str, raw: dict[str, Any], key: Key) -> None:
        inline, beside = (*key, name), (*key, f"{name}_file")
        path = self._leaf(Leaf(kind=SecretFile), raw.get(f"{name}_file", ""), beside)
        if path and raw.get(name):
            self.report.mistake(beside, f"{name} is given too, {self.report.where(inline)}; keep one of the two")
        text, key = raw.get(name, ""), inline
        if path:
            text, key = self._file(path, beside), beside
        try:
            value = check(dotted(inline), read(Secret, text))
        except Wrong as error:
            self.report.mistake(key, str(error))
            return
        values[name] = value

    def _file(self, path: str, key: Key) -> str:
        if self.report.wrong(key):
            return ""
        try:
            return secrets.read(self.folder / path, guarded=self.guarded)
        except Wrong as error:
            self.report.mistake(key, str(error))
            return ""


def _lenient(raw: object, key: Key) -> object:
    """The id of a channel is a number to everybody but us, who also take a name."""
    number = isinstance(raw, int) and not isinstance(raw, bool)
    return str(raw) if number and dotted(key) == "telegram.announce_channel" else raw


def _not_a_table(raw: object, key: Key) -> str:
    name = key[-1]
    if isinstance(raw, list) and isinstance(name, str):
        return f"write [{name}] with single brackets: there is only one"
    return f"{shown(raw)} is not a table; write its options under a header of their own"


def _unknown(name: str, table: Table) -> str:
    advice = near(name, list(table.entries)) or _elsewhere(name)
    return f"there is no such option{advice or '; config.example.toml lists every one'}"


def _elsewhere(name: str) -> str:
    """A key that is right but stands under a wrong header is the commonest slip of all."""
    homes = [_home(path, node) for path, node in nodes(root()) if path[-1] == name]
    return f"; it {' or '.join(dict.fromkeys(homes))}" if homes else ""


def _home(path: tuple[str, ...], node: Node) -> str:
    if path[:-1]:
        return f"belongs under {_header(path[:-1])}"
    at_top = "belongs at the top, before the first header"
    return at_top if isinstance(node, Leaf) else f"is a table of its own: {_header(path)}"


def _header(path: tuple[str, ...]) -> str:
    return f"[[{path[0]}]]" if path[0] in LISTS and len(path) == 1 else f"[{'.'.join(path)}]"
