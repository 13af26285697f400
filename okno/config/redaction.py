"""Keeps secrets and people's words out of what is logged. It knows no logger; `okno.config.logs` asks it.

A secret is taken out wherever its value is known or its form gives it away. Words cannot be told from other text, so
they are kept out by where they stand: in messages of foreign errors, in bytes, in objects, under names for content.
"""

import base64
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, urlsplit

from okno.config.values import Config, Secret
from okno.errors import OknoError

MASK: Final = "***"
_LONGEST: Final = 1000
_LONGEST_TRACE: Final = 20_000
_MOST: Final = 50
_DEPTH: Final = 4
_CHAIN: Final = 8
_FRAMES: Final = 25
# Shorter ones would blank out half of every line, and protect nothing.
_SHORTEST: Final = 4
# What libraries print of their own accord: a bot's token, also within a URL; a login within a URL; an SQL statement's
# values, which are whatever people wrote.
_FORMS: Final = (
    (re.compile(r"\d+(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE), MASK),
    (re.compile(r"(?<=://)[^/\s'\"]*@"), f"{MASK}@"),
    (re.compile(r"\[parameters: .*?(?=\n\(Background on|\Z)", re.DOTALL), f"[parameters: {MASK}]"),
)  # fmt: skip
# Line ends and terminal commands in a value would forge lines of the log.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_IN_TRACE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTENT: Final = frozenset(
    "authorization body content full_text html parameters params passphrase password payload raw secret subject text"
    " token words".split()
)  # fmt: skip
# Errors whose words are ours, the system's, or about code. Any other may quote what it was given.
_SPEAKING: Final = (OknoError, OSError, AttributeError, NameError, ImportError, RecursionError)


def secrets_of(config: Config) -> list[Secret]:
    """Every secret of the configuration, and the password inside the database's URL."""
    found = list(_secrets(config))
    password = urlsplit(config.database_url.reveal()).password
    return [*found, *(Secret(one) for one in (password, unquote(password or "")) if one)]


def _secrets(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _secrets(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _secrets(one)


class Redaction:
    def __init__(self, secrets: Iterable[Secret]) -> None:
        forms = {form for secret in secrets for form in _written(secret.reveal())}
        # The longest first, so that no half of one is left because another is its beginning.
        known = sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        """Without secrets; otherwise as it was."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text

    def value(self, value: object, depth: int = 0) -> Any:
        """What may be logged of it: plain data, without secrets, of bounded size, on one line."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._line(value)
        if isinstance(value, BaseException):
            return self._line(told(value))
        if isinstance(value, date | timedelta | Path | Secret):
            return self._line(value.isoformat() if isinstance(value, date) else str(value))
        return self._nested(value, depth)

    def fields(self, given: Mapping[Any, object], depth: int = 0) -> dict[str, Any]:
        """Values by name; those under a name for content are not looked at."""
        return {
            self._line(str(name)): MASK if str(name).lower() in _CONTENT and value else self.value(value, depth)
            for name, value in list(given.items())[:_MOST]
        }

    def _nested(self, value: object, depth: int) -> Any:
        if depth < _DEPTH:
            if isinstance(value, Mapping):
                return self.fields(value, depth + 1)
            if isinstance(value, list | tuple | set | frozenset):
                return [self.value(one, depth + 1) for one in list(value)[:_MOST]]
        size = f" of {len(value)} bytes" if isinstance(value, bytes | bytearray | memoryview) else ""
        return f"<{type(value).__name__}{size}>"

    def _line(self, text: str) -> str:
        # Cut behind the redaction: half a secret is not recognised any more.
        return _CONTROL.sub(_escaped, _cut(self.text(text), _LONGEST))

    def trace(self, error: BaseException) -> str:
        """Where it was raised and what led to it. No line of source, no value, and the words only of errors of ours."""
        return _IN_TRACE.sub(_escaped, _cut(self.text("\n".join(_traced(error))), _LONGEST_TRACE))


def _written(secret: str) -> Iterator[str]:
    """The ways it may turn up: as it is, in a URL, in JSON, in a repr, in a login's base64."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1])
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield base64.b64encode(secret.encode("utf-8", "replace")).decode()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more)"


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def told(error: BaseException) -> str:
    """Its kind, and its words where they cannot hold anybody else's."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, _SPEAKING) else kind


def _traced(error: BaseException, depth: int = 0) -> Iterator[str]:
    if depth >= _CHAIN:
        yield "..."
        return
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _traced(before, depth + 1)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__, limit=-_FRAMES):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield told(error)
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions[:_MOST], start=1):
            yield f"of which {number}:"
            yield from _traced(one, depth + 1)
