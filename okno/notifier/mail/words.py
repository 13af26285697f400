"""Words made fit for a header: one line, nothing that steers a reader's program, encoded where ASCII does not do."""

import re
from collections.abc import Iterator
from email import base64mime, quoprimime
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

MAX_SUBJECT: Final = 500
MAX_NAME: Final = 120
ENCODED_WORD: Final = 75  # RFC 2047 section 2
_LINE: Final = 76  # of one that holds an encoded word, by the same section
_AROUND: Final = len("=?utf-8?q??=")
_MAX_PIECE: Final = 60  # of what has no spaces: longer runs are encoded, so that they can be folded
_MAX_EXTENSION: Final = 16
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# They turn "exe.pdf" into what looks like another file (U+202E and its kin).
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CHARSET: Final = "utf-8''"
_PLAIN: Final = re.compile(r"[ -~]*", re.ASCII)


def valid(text: str) -> str:
    """The text as UTF-8 can carry it: a lone surrogate becomes U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def one_line(text: str, limit: int = MAX_SUBJECT) -> str:
    """The text without control characters and line ends, cut at `limit` characters.

    What reads as an encoded word is left as the letters it is: it goes out encoded once more, so the reader sees those
    letters, and nothing hidden in it is ever unpacked (CVE-2024-6923).
    """
    line = _CONTROL.sub(" ", valid(text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def file_name(name: str) -> str:
    """A name without folders, control characters and turning marks, its extension kept when it has to be cut."""
    line = _TURNING.sub("", one_line(name, 10 * MAX_NAME)).replace("\\", "/")
    last = PurePosixPath(line).name.strip(" .") or "attachment"
    if len(last) <= MAX_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > _MAX_EXTENSION:
        return last[:MAX_NAME].rstrip()
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip()}.{extension}"


def is_plain(text: str) -> bool:
    """Whether the text can stand in a header as it is and be read as it is."""
    return bool(_PLAIN.fullmatch(text)) and "=?" not in text and all(len(run) <= _MAX_PIECE for run in text.split(" "))


def pieces(text: str, header: str) -> list[str]:
    """The text in pieces between which a line may be folded, each with the space before it (RFC 5322 2.2.3)."""
    if is_plain(text):
        return re.findall(" *[^ ]+", f" {text}")
    return [f" {word}" for word in _encoded_words(text, _LINE - len(header) - 2)]


def _encoded_words(text: str, first: int) -> Iterator[str]:
    """RFC 2047 words of whole characters, the first of at most `first` letters; `email.header` is four times slower."""
    ascii_letters = len(text.encode("ascii", "ignore"))
    readable = 5 * (len(text.encode()) - ascii_letters) <= ascii_letters  # then the Q form is the shorter one, too
    encode, cost = (quoprimime.header_encode, quoprimime.header_length) if readable else (base64mime.header_encode, len)
    letters, used, chunk = first - _AROUND, 0, b""
    for character in text:
        data = character.encode()
        used += cost(data)
        if chunk and used > (letters if readable else letters // 4 * 3):
            yield encode(chunk, "utf-8")
            letters, used, chunk = ENCODED_WORD - _AROUND, cost(data), b""
        chunk += data
    yield encode(chunk, "utf-8")


def parameter(name: str, value: str) -> list[str]:
    """A parameter in pieces that each take a line of their own (RFC 2231: percent signs, continued where long)."""
    if is_plain(value) and not set(value) & set('"\\%') and len(value) <= 60:  # noqa: PLR2004 - one line with room
        return [f'{name}="{value}"']
    encoded = quote(value, safe="", encoding="utf-8")
    whole = f"{name}*={_CHARSET}{encoded}"
    if len(whole) <= ENCODED_WORD:
        return [whole]
    # A continuation may not begin inside a %XX, or Outlook shows the two halves.
    parts = re.findall(r"(?:%..|[^%]){1,17}", encoded)
    return [f"{name}*{number}*={'' if number else _CHARSET}{part}" for number, part in enumerate(parts)]
