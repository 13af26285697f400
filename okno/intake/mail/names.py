"""File names of attachments, safe to store and to show: no path, no control or direction signs, never empty, never
long.
"""

import mimetypes
import re

from okno.intake.mail import charsets
from okno.intake.mail.limits import NAME_CHARS

_FORBIDDEN = re.compile(r'[<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.\w{1,10}$")
_OWN = {
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "message/rfc822": ".eml",
}


def clean(name: str) -> str:
    """Empty when nothing of the name can stay."""
    base = re.split(r"[/\\]", charsets.line(name))[-1]
    base = _FORBIDDEN.sub("_", base.replace("\u2400", "")).strip(". ")
    if _DEVICES.match(base):
        base = f"_{base}"
    if len(base) <= NAME_CHARS:
        return base
    extension = _EXTENSION.search(base)
    tail = extension[0] if extension else ""
    return base[: NAME_CHARS - len(tail)].rstrip() + tail


def made(kind: str, number: int) -> str:
    """A name for a part that has none: by its type and its place among the attachments."""
    family = kind.partition("/")[0]
    stem = {"image": "image", "audio": "audio", "video": "video", "message": "message"}.get(family, "file")
    extension = _OWN.get(kind) or mimetypes.guess_extension(kind, strict=False) or ".bin"
    return f"{stem}-{number}{extension}"
