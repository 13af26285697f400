"""The small rules of Russian and English: which plural form a number asks for. Holds no words."""

from collections.abc import Callable, Sequence
from typing import Final

from okno.config.values import Language

_TEENS: Final = range(11, 15)
_FEW: Final = range(2, 5)


def _russian(number: int) -> int:
    if number % 100 in _TEENS:
        return 2
    if number % 10 == 1:
        return 0
    return 1 if number % 10 in _FEW else 2


def _english(number: int) -> int:
    return 0 if number == 1 else 1


_RULES: Final[dict[Language, tuple[int, Callable[[int], int]]]] = {"ru": (3, _russian), "en": (2, _english)}


def plural(number: int, forms: Sequence[str], language: Language) -> str:
    """The form that goes with the number: one, few, many in Russian; one, other in English."""
    awaited, rule = _RULES[language]
    if len(forms) != awaited:
        raise ValueError(f"{language} needs {awaited} plural forms, not {len(forms)}: {', '.join(forms)}")
    return forms[rule(abs(number))]
