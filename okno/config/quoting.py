"""Text as TOML writes it, for what we write and for what we show. Reading TOML is tomllib's."""

import json
import re

from okno.config.wrong import Wrong

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LIMIT = 60  # characters of a wrong value shown in a message
# What a bot token looks like: one pasted under a wrong key must not reach a terminal or a log.
_TOKEN = re.compile(r"\d{5,}:[\w-]{16,}")


def quote(text: str) -> str:
    """A TOML basic string. JSON escapes the same way, but leaves U+007F bare, which TOML forbids.

    Raises Wrong for a lone surrogate, which no TOML file can hold.
    """
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Wrong("holds half a character (a lone surrogate), which no file can keep; type it again")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def name(text: str) -> str:
    """A key as TOML writes it: bare where that is allowed."""
    return text if _BARE.fullmatch(text) else quote(text)


def spelt(text: str) -> str:
    """A key in a message: as TOML would write it, short, and never a token."""
    return printable(name(_short(masked(text)).encode(errors="replace").decode()))


def shown(raw: object) -> str:
    """A value in a message: as TOML would write it, short, and never a token."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list | dict):
        return "[…]" if isinstance(raw, list) else "{…}"
    if not isinstance(raw, str):
        return _short(str(raw))
    return printable(quote(_short(masked(raw)).encode(errors="replace").decode()))


def printable(text: str) -> str:
    """What would command a terminal, or turn its direction, is shown by number."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04X}" for letter in text)


def masked(text: str) -> str:
    return _TOKEN.sub("***", text)


def _short(text: str) -> str:
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"
