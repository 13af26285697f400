"""Compressed RTF, as Outlook puts it into winmail.dat, unpacked (MS-OXRTFCP). What the RTF says is read in rtf."""

import struct

_HEADER = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_RING = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript"
    b" \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_LARGEST = 4 * 1024 * 1024


def unpack(data: bytes) -> bytes:
    """The RTF, as far as it can be had; b"" when it is none."""
    if len(data) < _HEADER.size:
        return b""
    _, size, kind, _ = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEADER.size :]
    return _Unpacking(data[_HEADER.size :]).run(min(size, _LARGEST)) if kind == _PACKED else b""


class _Unpacking:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ring = bytearray(_START.ljust(_RING, b"\0"))
        self._write = len(_START)
        self._out = bytearray()

    def run(self, size: int) -> bytes:
        place = 0
        while place < len(self._data) and len(self._out) < size:
            flags = self._data[place]
            place += 1
            for bit in range(8):
                packed = flags >> bit & 1
                if place + packed >= len(self._data) or (packed and not self._copy(place)):
                    return bytes(self._out)
                if not packed:
                    self._put(self._data[place])
                place += 1 + packed
        return bytes(self._out)

    def _copy(self, place: int) -> bool:
        """Twelve bits of place in the ring, four of length; a reference to the place being written ends it all."""
        both = self._data[place] << 8 | self._data[place + 1]
        start, length = both >> 4, (both & 15) + 2
        if start == self._write:
            return False
        for step in range(length):
            self._put(self._ring[(start + step) % _RING])
        return True

    def _put(self, sign: int) -> None:
        self._ring[self._write] = sign
        self._write = (self._write + 1) % _RING
        self._out.append(sign)
