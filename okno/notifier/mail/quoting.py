"""The history quoted below an answer; which of it may be shown to whom is decided elsewhere."""

from typing import Final

from okno.notifier.mail.words import MAX_NAME, one_line

MAX_LINES: Final = 200
MAX_CHARS: Final = 10_000
LEFT_OUT: Final = "> […]"


def quote(text: str, who: str, when_words: str) -> str:
    """`when_words, who:` and the text in `> ` lines, cut to what a reader may still scroll past."""
    lines = text.strip().splitlines()
    kept: list[str] = []
    room = MAX_CHARS
    for line in lines[:MAX_LINES]:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(_quoted(line.rstrip()))
    if len(kept) < len(lines):
        kept.append(LEFT_OUT)
    first = ", ".join(part for part in (one_line(when_words), one_line(who, MAX_NAME)) if part)
    return "\n".join([f"{first}:", *kept]) + "\n"


def _quoted(line: str) -> str:
    # What is quoted already gets its next mark without a space (RFC 3676 4.5), an empty line no trailing one.
    return f">{line}" if not line or line.startswith(">") else f"> {line}"
