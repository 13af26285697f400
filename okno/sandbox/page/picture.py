"""The picture a client sends in the demo: a shop's page with an empty cart and an error, drawn in rectangles."""

import struct
import zlib
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 420

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

_PAPER: Final = (246, 248, 251)
_INK: Final = (52, 64, 84)
_GREY: Final = (208, 215, 225)
_WHITE: Final = (255, 255, 255)
_RED: Final = (214, 69, 65)
_PALE: Final = (250, 219, 216)
_BLUE: Final = (62, 124, 232)

# Left, top, width, height; what comes later covers what came before.
_SHAPES: Final[tuple[tuple[Box, Colour], ...]] = (
    ((0, 0, WIDTH, 44), _INK),
    ((18, 16, 12, 12), _RED),
    ((38, 16, 12, 12), (240, 180, 60)),
    ((58, 16, 12, 12), (90, 190, 110)),
    ((90, 11, 420, 22), (84, 98, 122)),
    ((0, 44, WIDTH, 52), _RED),
    ((24, 62, 16, 16), _WHITE),
    ((52, 60, 300, 8), _WHITE),
    ((52, 76, 190, 6), _PALE),
    ((24, 118, 170, 16), _INK),
    *(((24 + 202 * at, 152, 188, 150), _WHITE) for at in range(3)),
    *(((36 + 202 * at, 164, 164, 84), _GREY) for at in range(3)),
    *(((36 + 202 * at, 260, 110, 8), _GREY) for at in range(3)),
    *(((36 + 202 * at, 278, 64, 8), _GREY) for at in range(3)),
    ((24, 322, 592, 72), _WHITE),
    ((44, 344, 220, 10), _GREY),
    ((44, 364, 140, 8), _GREY),
    ((476, 340, 120, 36), _BLUE),
    ((504, 355, 64, 6), _WHITE),
)


def drawn() -> bytes:
    """A PNG."""
    rows = [bytearray(bytes(_PAPER) * WIDTH) for _ in range(HEIGHT)]
    for (left, top, width, height), colour in _SHAPES:
        for row in rows[top : top + height]:
            row[left * 3 : (left + width) * 3] = bytes(colour) * width
    pixels = b"".join(b"\0" + bytes(row) for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
