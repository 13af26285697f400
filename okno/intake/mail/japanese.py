"""ISO-2022-JP as mailers write it: with Microsoft's signs and half-width kana that Python's codec lacks."""

import re

_ESCAPE = re.compile(rb"\x1b(\$[B@]|\([BJI])")
_WIDE, _KANA = frozenset({b"$B", b"$@"}), b"(I"


def decode(data: bytes) -> str:
    """Each stretch is carried over to Shift JIS, whose Japanese Windows form holds all of them."""
    first, *stretches = _ESCAPE.split(data)
    out = [first]
    for mark, stretch in zip(stretches[::2], stretches[1::2], strict=True):
        if mark in _WIDE:
            out.append(b"".join(_shifted(stretch[at : at + 2]) for at in range(0, len(stretch), 2)))
        else:
            out.append(bytes(byte | 0x80 for byte in stretch) if mark == _KANA else stretch)
    return b"".join(out).decode("cp932", "replace")


def _shifted(pair: bytes) -> bytes:
    if len(pair) < 2 or not (0x21 <= pair[0] <= 0x7E and 0x21 <= pair[1] <= 0x7E):  # noqa: PLR2004 - JIS X 0208 rows
        return pair
    row, cell = pair[0] - 0x21, pair[1]
    lead = (row >> 1) + 0x81
    lead += 0x40 if lead > 0x9F else 0  # noqa: PLR2004 - the gap of half-width kana
    trail = cell + 0x7E if row & 1 else cell + (0x20 if cell >= 0x60 else 0x1F)  # noqa: PLR2004 - DEL is left out
    return bytes((lead, trail))
