"""What a client says by mail about finished work: only the words that our letter shows, as its first new line."""

from typing import Final, Literal

_ACCEPTED: Final = frozenset({"принято", "accept", "accepted"})
_RETURNED: Final = frozenset({"не готово", "not yet"})
_LONGEST: Final = 40


def of(text: str) -> Literal["accept", "return"] | None:
    """None when the first line with words says anything else: then it is just a message."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(first) > _LONGEST:
        return None
    said = " ".join(first.lower().replace("ё", "е").strip(" .!,«»\"'*_>").split())
    if said in _ACCEPTED:
        return "accept"
    return "return" if said in _RETURNED else None
