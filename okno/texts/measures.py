"""Sizes of files as a reader says them. Of 1024, as Telegram counts its limits."""

from typing import Final

from okno.texts.labels import Labels

_STEP: Final = 1024
_UNITS: Final = ("bytes", "kilobytes", "megabytes", "gigabytes")
# Past this, a digit behind the point tells nothing.
_ROUND: Final = 10


def size(number: int, labels: Labels) -> str:
    amount, place = float(max(number, 0)), 0
    while place < len(_UNITS) - 1 and round(amount) >= _STEP:
        amount, place = amount / _STEP, place + 1
    exact = f"{amount:.1f}" if place and amount < _ROUND else f"{amount:.0f}"
    told = exact.removesuffix(".0").replace(".", labels.word("sizes", "point"))
    return labels.word("sizes", _UNITS[place], {"amount": told})
