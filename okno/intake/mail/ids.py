"""Message ids out of headers, whatever their shape: Outlook's <[...]>, folded in the middle, bare, encoded."""

import re

from okno.intake.mail import charsets, encoded
from okno.intake.mail.limits import IDS

_BRACKETED = re.compile(r"<([^<>]{1,998})>")
_SPACE = re.compile(r"\s+")


def parse(value: str) -> tuple[str, ...]:
    """Each id once, in brackets, in order; of a very long list the first ones and the last."""
    text = charsets.mend(encoded.decode(value))
    found = [_SPACE.sub("", inner) for inner in _BRACKETED.findall(text)] or [
        word for word in text.split() if "@" in word
    ]
    ids = tuple(dict.fromkeys(f"<{charsets.line(inner.strip('<>'))}>" for inner in found if inner))
    return ids if len(ids) <= IDS else ids[: IDS // 2] + ids[-IDS // 2 :]
