"""Reads a composed mail back with the standard parser, as others will; it knows nothing of how the mail was made."""

import re
from email import policy
from email.parser import BytesHeaderParser
from itertools import pairwise
from typing import Final

from okno.errors import Refused
from okno.notifier.mail.parts import Outline

_PARSER: Final = BytesHeaderParser(policy=policy.compat32)
LONGEST: Final = 998  # RFC 5322 2.1.1
_STRAY: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")


def prove(raw: bytes, expected: Outline) -> None:
    """Refused when a reader would find a header, or a part, that was not set."""
    found = outline(raw, 0, len(raw))
    if found != expected:
        foreign = sorted({name for names in found for name in names} - {name for names in expected for name in names})
        what = ", ".join(foreign) or "another order or number of parts"
        raise Refused(f"The mail was not sent: its text or names would have forged its headers ({what}).")


def outline(raw: bytes, start: int, end: int) -> Outline:
    """The header names of the mail (or part) within these bounds and of each part in it. Bodies are not copied."""
    blank = raw.find(b"\r\n\r\n", start, end)
    block = raw[start : end if blank < 0 else blank + 2]
    message = _PARSER.parsebytes(block)
    if message.defects or _STRAY.search(block) or any(len(line) > LONGEST for line in block.split(b"\r\n")):
        raise Refused("The mail was not sent: its headers came out damaged; the names or the subject are to blame.")
    inner: list[tuple[str, ...]] = []
    boundary = message.get_boundary()
    if boundary is not None and message.get_content_maintype() == "multipart":
        for first, last in _parts(raw, boundary.encode("ascii"), blank, end):
            inner += outline(raw, first, last)
    return (tuple(message.keys()), *inner)


def _parts(raw: bytes, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
    mark = b"\r\n--" + boundary
    marks = []
    place = raw.find(mark, start, end)
    while place >= 0:
        marks.append(place)
        place = raw.find(mark, place + len(mark), end)
    return [(here + len(mark) + 2, there + 2) for here, there in pairwise(marks)]
