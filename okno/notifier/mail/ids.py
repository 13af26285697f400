"""Message-IDs of others as they may stand in our headers; our own are made in okno.desk.tokens."""

import re
from collections.abc import Iterable
from typing import Final

MAX_ID: Final = 250
# Relays refuse header blocks past 4 KB: the start of a thread and its last steps are enough for every client.
LAST: Final = 10
MAX_REFERENCES: Final = 1500
# Wider than RFC 5322's dot-atoms by what Outlook, JavaMail and lists really send; nothing here can end a line, a header
# or an id, and "=?" is kept out because some readers decode encoded words wherever they see them.
_LETTER: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~.:\[\]-]"
_ID: Final = re.compile(rf"<(?!.*=\?){_LETTER}+(@{_LETTER}+)+>", re.IGNORECASE | re.ASCII)
_THREAD_INDEX: Final = re.compile(r"[A-Za-z0-9+/]{8,500}={0,2}", re.ASCII)


def known_id(value: str) -> str | None:
    """The id in its brackets, or None for what is not safe or not an id: then it is left out of our headers."""
    bare = value.strip()
    bracketed = bare if bare.startswith("<") else f"<{bare}>"
    return bracketed if len(bracketed) <= MAX_ID and _ID.fullmatch(bracketed) else None


def thread(references: Iterable[str], in_reply_to: str | None) -> tuple[str, ...]:
    """The ids for References, oldest first, each once, the parent last; trimmed to the first and the last ten."""
    known = [found for value in references if (found := known_id(value)) and found != in_reply_to]
    chain = list(dict.fromkeys([*known, in_reply_to] if in_reply_to else known))
    if len(chain) > LAST + 1:
        del chain[1:-LAST]
    while len(chain) > 1 and sum(len(each) + 1 for each in chain) > MAX_REFERENCES:
        del chain[1 if len(chain) > 2 else 0]  # noqa: PLR2004 - the first and the parent go last
    return tuple(chain)


def thread_index(value: str) -> str | None:
    """Outlook's Thread-Index as it came, or None when it is not one."""
    bare = value.strip()
    return bare if _THREAD_INDEX.fullmatch(bare) else None
