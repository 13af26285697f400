"""Tries an operator's files before they are used: every mistake of every file, in words, for `okno check`."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from itertools import product
from pathlib import Path
from typing import Any

import jinja2

from okno.config.values import Language
from okno.texts import labels, shelf
from okno.texts.contracts import CONTRACTS, Contract
from okno.texts.fit import Fact, Maybe
from okno.texts.printing import Press


def review(directory: Path, presses: Mapping[Language, Press]) -> list[str]:
    if not directory.is_dir():
        return [f"{directory} is not a directory: correct [templates] dir, or leave it empty"]
    return [
        f"{relative}: {problem}"
        for relative in shelf.listed(directory)
        for problem in _file(directory, relative, presses)
    ]


def samples(contract: Contract) -> Iterator[dict[str, Any]]:
    """Values to try a template with: with and without what may be absent, empty rows, both truths."""
    for given, filled, truth in product((True, False), repeat=3):
        yield _sample(contract.values, given=given, filled=filled, truth=truth)


def mistakes(source: str, contract: Contract, press: Press) -> list[str]:
    """What is wrong with one template."""
    try:
        template = press.compile(source)
        unknown = press.names(source) - contract.values.keys()
    except jinja2.TemplateSyntaxError as wrong:
        return [f"line {wrong.lineno}: {wrong.message}"]
    except jinja2.TemplateError as wrong:
        return [str(wrong)]
    if unknown:
        names = ", ".join(sorted(contract.values)) or "none"
        return [f"unknown {', '.join(sorted(unknown))}; the values are: {names}"]
    found: dict[str, None] = {}
    for values in samples(contract):
        try:
            if not press.print(template, values, UTC):
                found["prints nothing with some values; every text needs words"] = None
        except Exception as wrong:  # noqa: BLE001 an operator's template can fail in any way; each is reported
            found[str(wrong) or type(wrong).__name__] = None
    return list(found)


def _file(directory: Path, relative: str, presses: Mapping[Language, Press]) -> list[str]:
    known = _known().get(relative)
    if known is None:
        return ["is not used: no text of ours stands under this path, see okno/texts/contracts.py for the names"]
    language, name = known
    try:
        source = shelf.theirs(directory, relative) or ""
        if name == shelf.LABELS:
            ours = labels.read(shelf.ours(relative))
            return labels.mistakes(ours, labels.read(source), language)
    except (OSError, ValueError) as wrong:
        return [f"cannot be read: {wrong}"]
    return mistakes(source, CONTRACTS[name], presses[language])


def _known() -> dict[str, tuple[Language, str]]:
    known = {f"{language}/{shelf.LABELS}": (language, shelf.LABELS) for language in shelf.LANGUAGES}
    for name, contract in CONTRACTS.items():
        known |= {shelf.path(language, contract.folder, name): (language, name) for language in shelf.LANGUAGES}
    return known


def _sample(example: Any, **how: bool) -> Any:
    if isinstance(example, Maybe):
        return _sample(example.example, **how) if how["given"] else None
    if isinstance(example, Fact):
        return dict(example)
    if isinstance(example, Mapping):
        return {name: _sample(one, **how) for name, one in example.items()}
    if isinstance(example, list):
        return [_sample(example[0], **how)] * 2 if how["filled"] else []
    return how["truth"] if isinstance(example, bool) else example
