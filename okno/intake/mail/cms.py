"""The letter inside an opaque S/MIME signature (RFC 5652): taken out, not verified. Encrypted ones stay closed."""

_SIGNED = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED = (bytes.fromhex("06092a864886f70d010703"), bytes.fromhex("060b2a864886f70d0109100117"))
_OCTETS, _SEQUENCE, _EXPLICIT = 0x04, 0x30, 0xA0
_CONSTRUCTED = 0x20
_PIECES = 1_000_000


def is_encrypted(data: bytes) -> bool:
    return any(mark in data[:60] for mark in _ENVELOPED)


def signed_content(data: bytes) -> bytes:
    """b"" when nothing is signed in it, or it is damaged."""
    if _SIGNED not in data[:60]:
        return b""
    try:
        outer = _enter(data, 0, _SEQUENCE)
        content = _enter(data, _after(data, outer), _EXPLICIT)
        signed = _enter(data, content, _SEQUENCE)
        digests = _after(data, signed)
        enclosed = _enter(data, _after(data, digests), _SEQUENCE)
        place = _enter(data, _after(data, enclosed), _EXPLICIT)
        return _octets(data, place)
    except (IndexError, ValueError):
        return b""


def _tag(data: bytes, place: int) -> tuple[int, int, int | None]:
    """Tag, where the value starts, and its length; None for one that lasts to its end mark."""
    tag, first = data[place], data[place + 1]
    if first < 0x80:  # noqa: PLR2004 - the short form
        return tag, place + 2, first
    size = first & 0x7F
    if not size:
        return tag, place + 2, None
    return tag, place + 2 + size, int.from_bytes(data[place + 2 : place + 2 + size], "big")


def _enter(data: bytes, place: int, wanted: int) -> int:
    tag, start, _ = _tag(data, place)
    if tag != wanted:
        raise ValueError(tag)
    return start


def _after(data: bytes, place: int) -> int:
    """The element behind this one, in one pass however deep it is."""
    depth = 0
    for _ in range(_PIECES):
        tag, start, length = _tag(data, place)
        if length is None:
            depth, place = depth + 1, start
        elif (tag, length) == (0, 0) and depth:
            depth, place = depth - 1, start
        else:
            place = start + length
        if not depth:
            return place
    raise ValueError(place)


def _octets(data: bytes, place: int) -> bytes:
    tag, start, length = _tag(data, place)
    if tag == _OCTETS and length is not None:
        return data[start : start + length]
    if tag != _OCTETS | _CONSTRUCTED:
        raise ValueError(tag)
    end = len(data) if length is None else start + length
    pieces: list[bytes] = []
    while start < end:
        tag, start, length = _tag(data, start)
        if tag != _OCTETS or length is None:
            break
        pieces.append(data[start : start + length])
        start += length
    return b"".join(pieces)
