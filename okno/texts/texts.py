"""Every word Okno says, by name, language and values: the one door to templates and labels."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import jinja2
import structlog

from okno.config.values import Language
from okno.texts import facts, labels, shelf
from okno.texts.contracts import CONTRACTS
from okno.texts.labels import Labels
from okno.texts.printing import Press
from okno.texts.review import review
from okno.texts.rich import Rich

_log = structlog.get_logger(__name__)


class Texts:
    """`operator_dir` holds files that replace ours. `language` and `zone` are for readers who have none of their own.

    Files are read once, when first asked for; a changed file counts from the next start.
    """

    def __init__(self, operator_dir: Path | None, default_language: Language, zone: tzinfo) -> None:
        self._dir = operator_dir
        self._default = default_language
        self._zone = zone
        self._labels = {language: _labels(operator_dir, language) for language in shelf.LANGUAGES}
        self._presses = {language: Press(words) for language, words in self._labels.items()}
        self._ours: dict[tuple[Language, str], jinja2.Template] = {}
        self._theirs: dict[tuple[Language, str], jinja2.Template | None] = {}

    def render(self, name: str, language: str | None, /, zone: tzinfo | None = None, **values: object) -> Rich:
        """The text, its contract in `texts.contracts`. Raises TypeError for values that do not fit it, KeyError for a
        name that is none.

        An operator's template that fails is logged and ours is used in its place.
        """
        contract = CONTRACTS[name]
        fitted = contract.fit(name, values)
        spoken, zone = self.spoken(language), zone or self._zone
        words = self._theirs_printed(name, spoken, zone, fitted)
        if words is None:
            words = self._presses[spoken].print(self._own(name, spoken), fitted, zone)
        return words if contract.limit is None else words.cut(contract.limit)

    def label(self, group: str, key: str, language: str | None, **given: object) -> str:
        """A short word. A key nobody has words for gives the group's "other" and an error in the log."""
        words = self._labels[self.spoken(language)]
        return words.word(group, key, facts.worded(given, words))

    def fact(self, fact: Mapping[str, Any], language: str | None, group: str = facts.GROUP) -> str:
        """Typed data, {"kind": …} and what belongs to the kind, in words: see [facts] and [reasons] of labels.toml."""
        return facts.fact(fact, self._labels[self.spoken(language)], group)

    def spoken(self, language: str | None) -> Language:
        """The language of ours nearest to what the reader's client reported: "en-GB" is English."""
        begins = (language or "").lower().replace("_", "-").partition("-")[0]
        return next((known for known in shelf.LANGUAGES if known == begins), self._default)

    def check(self) -> list[str]:
        """Every mistake in the operator's files; empty when there is none."""
        return review(self._dir, self._presses) if self._dir else []

    def _own(self, name: str, language: Language) -> jinja2.Template:
        key = (language, name)
        if key not in self._ours:
            self._ours[key] = self._presses[language].compile(shelf.ours(_path(language, name)))
        return self._ours[key]

    def _theirs_printed(self, name: str, language: Language, zone: tzinfo, values: Mapping[str, object]) -> Rich | None:
        key = (language, name)
        try:
            if key not in self._theirs:
                # Stays None if it cannot be read or compiled, so that the log tells it once.
                self._theirs[key] = None
                source = shelf.theirs(self._dir, _path(language, name))
                self._theirs[key] = self._presses[language].compile(source) if source is not None else None
            template = self._theirs[key]
            words = self._presses[language].print(template, values, zone) if template else None
            if words is None or words:
                return words
            raise ValueError("it prints nothing")
        except Exception as wrong:  # noqa: BLE001 whatever an operator wrote, the reader gets our words
            _log.error("operator template failed, ours is used", template=_path(language, name), problem=str(wrong))
            return None


def _path(language: Language, name: str) -> str:
    return shelf.path(language, CONTRACTS[name].folder, name)


def _labels(directory: Path | None, language: Language) -> Labels:
    relative = f"{language}/{shelf.LABELS}"
    ours = labels.read(shelf.ours(relative))
    try:
        source = shelf.theirs(directory, relative)
        theirs = labels.read(source) if source is not None else {}
    except (OSError, ValueError) as wrong:
        _log.error("operator labels failed, ours are used", file=relative, problem=str(wrong))
        theirs = {}
    for problem in labels.mistakes(ours, theirs, language):
        _log.error("operator label failed, ours is used", file=relative, problem=problem)
    return Labels(language, labels.merged(ours, theirs, language))
