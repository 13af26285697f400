"""winmail.dat, the envelope Outlook puts round a letter for its own kind: opened with tnefparse, body included."""

import logging
import struct
from dataclasses import dataclass
from typing import SupportsIndex, overload

from okno.intake.mail import charsets, lzfu, rtf
from okno.intake.mail.limits import TNEF_BYTES, TNEF_COPIED_BYTES

_HEADER = struct.Struct("<BHHI")
_MIME_TYPE, _CONTENT_ID = 0x370E, 0x3712
_PROPERTIES = {0x9003, 0x9005}  # objects that begin with a count of properties
_LEAST_PROPERTY = 4  # bytes
_FIRST, _CHECKSUM = 6, 2  # bytes before the first object, and behind each
_LEVELS = {1, 2}  # of the letter, of an attachment


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    name: str
    type: str  # "" when the envelope does not say
    content_id: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    text: str
    html: str
    files: tuple[File, ...]
    whole: bool  # False: it ends before its last object does, so that something may be missing


class _Bounded(bytes):
    """Bytes that have an end: tnefparse reads thousands of millions of values past it when told to."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> "_Bounded": ...
    def __getitem__(self, key: SupportsIndex | slice) -> "int | _Bounded":
        if not isinstance(key, slice):
            return super().__getitem__(key)
        if isinstance(key.start, int) and key.start > len(self):
            raise IndexError(key.start)
        return _Bounded(super().__getitem__(key))


def read(data: bytes) -> Envelope | None:
    """None when it is no such envelope, one made to hang its reader, or one in which nothing can be found."""
    if not _is_sane(data):
        return None
    from tnefparse.tnef import TNEF  # slow to import, rarely needed

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it prints what it meets, clients' words among it
    try:
        opened = TNEF(_Bounded(data), do_checksum=False)
        html = _text(opened.htmlbody)
        text = _text(opened.body)
        if not html and not text and opened._rtfbody:  # its own unpacking needs a library we do not have
            words, is_html = rtf.read(lzfu.unpack(_bytes(opened._rtfbody)).rstrip(b"\0"))
            html, text = (words, "") if is_html else ("", words)
        files = tuple(_file(attachment) for attachment in opened.attachments)
    except Exception:  # noqa: BLE001 - the library raises whatever damaged bytes make it raise; the file is kept as it came
        return None
    kept = tuple(file for file in files if file.content)
    if not (kept or text.strip() or html.strip()):
        return None
    # An attachment without bytes may be one whose bytes are damaged.
    whole = len(kept) == len(files) and _is_whole(data)
    return Envelope(text=charsets.clean(text), html=charsets.clean(html), files=kept, whole=whole)


def _is_whole(data: bytes) -> bool:
    """Whether its objects end where it ends, give or take padding; garbage in the middle leads astray."""
    place = _FIRST
    while place + _HEADER.size <= len(data):
        level, _, _, length = _HEADER.unpack_from(data, place)
        if level not in _LEVELS:
            return not any(data[place:])
        place += _HEADER.size + length + _CHECKSUM
    return place <= len(data)


def _is_sane(data: bytes) -> bool:
    """Tnefparse copies the rest of the file at each object, and believes any count of properties."""
    if len(data) > TNEF_BYTES or not data.startswith(b"\x78\x9f\x3e\x22"):
        return False
    place, copied = _FIRST, 0
    while place + _HEADER.size < len(data):
        _, name, _, length = _HEADER.unpack_from(data, place)
        count = int.from_bytes(data[place + 9 : place + 13], "little")
        copied += len(data) - place
        if copied > TNEF_COPIED_BYTES or (name in _PROPERTIES and count * _LEAST_PROPERTY > length):
            return False
        place += length + 11
    return True


def _file(attachment: object) -> File:
    properties = {found.name: found.data for found in getattr(attachment, "mapi_attrs", ())}
    name = _text(getattr(attachment, "long_filename")()) or _text(getattr(attachment, "_name", ""))  # noqa: B009
    return File(
        name=name.strip("\0"),
        type=_text(properties.get(_MIME_TYPE)).strip("\0").lower(),
        content_id=_text(properties.get(_CONTENT_ID)).strip("\0<> "),
        content=_bytes(getattr(attachment, "data", b"")),
    )


def _bytes(value: object) -> bytes:
    if isinstance(value, list | tuple):
        value = value[0] if value else b""
    return bytes(value) if isinstance(value, bytes | bytearray) else b""


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes | bytearray):
        return charsets.guess(bytes(value))[0].replace("\0", "")
    return value.replace("\0", "") if isinstance(value, str) else ""
