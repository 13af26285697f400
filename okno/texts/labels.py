"""Short words by group and key, out of labels.toml: ours, with the operator's merged over them key by key.

A wording may name facts: "{name}", or "{count|file|files}" for a number with its noun. A key may have several wordings;
the first whose facts are all known is taken.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from okno.config.values import Language
from okno.texts import grammar

Wordings = tuple[str, ...]
Groups = Mapping[str, Mapping[str, Wordings]]
OTHER: Final = "other"
_FACT: Final = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Labels:
    language: Language
    groups: Groups

    def word(self, group: str, key: str, facts: Mapping[str, object] | None = None) -> str:
        """An unknown key is worded by the group's "other", or by the key itself: a missing word stops no letter."""
        words = self.groups[group]
        if key not in words:
            _log.error("label missing", group=group, key=key, language=self.language)
        known = {name: value for name, value in (facts or {}).items() if value not in (None, "")}
        wordings = words.get(key) or words.get(OTHER) or (key,)
        chosen = next((wording for wording in wordings if named(wording) <= known.keys()), wordings[-1])
        return _FACT.sub(lambda found: self._filled(found, known), chosen)

    def has(self, group: str, key: str) -> bool:
        return key in self.groups.get(group, {})

    def _filled(self, found: re.Match[str], facts: Mapping[str, object]) -> str:
        value = facts.get(found[1], "")
        if found[2] is None or not isinstance(value, int):
            return str(value)
        return f"{value} {grammar.plural(value, found[2].split('|'), self.language)}"


def named(wording: str) -> set[str]:
    """The facts a wording speaks of."""
    return {found[1] for found in _FACT.finditer(wording)}


def read(source: str) -> Groups:
    """Raises ValueError (TOMLDecodeError is one) that says which group or key is not words."""
    groups = {}
    for group, words in tomllib.loads(source).items():
        named_words = words.items() if isinstance(words, dict) else [("", None)]
        groups[group] = {key: _wordings(f"{group}.{key}".rstrip("."), value) for key, value in named_words}
    return groups


def merged(ours: Groups, theirs: Groups, language: Language) -> Groups:
    """Ours, with those of theirs that nothing is wrong with; `mistakes` tells the rest."""
    return {group: {**words, **_sound(words, theirs.get(group, {}), language)} for group, words in ours.items()}


def mistakes(ours: Groups, theirs: Groups, language: Language) -> list[str]:
    """What is wrong with an operator's labels: keys nothing asks for, facts nobody gives, plural forms missing."""
    found = []
    for group, words in theirs.items():
        if group not in ours:
            found.append(f"[{group}] is not used; the groups are {', '.join(sorted(ours))}")
            continue
        for key, wordings in words.items():
            if key not in ours[group]:
                found.append(f"{group}.{key} is not used; [{group}] has {', '.join(sorted(ours[group]))}")
            else:
                found += _wrong(f"{group}.{key}", wordings, ours[group][key], language)
    return found


def _wrong(where: str, wordings: Wordings, ours: Wordings, language: Language) -> list[str]:
    given: set[str] = set().union(*(named(wording) for wording in ours))
    wrong = []
    for wording in wordings:
        if extra := named(wording) - given:
            names = ", ".join(sorted(given)) or "none"
            wrong.append(f"{where} speaks of {', '.join(sorted(extra))}; its facts are: {names}")
        for found in _FACT.finditer(wording):
            if found[2] is not None:
                try:
                    grammar.plural(1, found[2].split("|"), language)
                except ValueError as problem:
                    wrong.append(f"{where}: {problem}")
    return wrong


def _sound(ours: Mapping[str, Wordings], theirs: Mapping[str, Wordings], language: Language) -> dict[str, Wordings]:
    return {key: new for key, new in theirs.items() if key in ours and not _wrong(key, new, ours[key], language)}


def _wordings(where: str, value: object) -> Wordings:
    wordings = tuple(value) if isinstance(value, list) else (value,)
    if not wordings or not all(isinstance(wording, str) and wording.strip() for wording in wordings):
        raise ValueError(f"{where} must be words in quotes, or a list of them")
    return tuple(str(wording) for wording in wordings)
