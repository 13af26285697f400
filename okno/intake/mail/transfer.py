"""Content-Transfer-Encoding undone, forgivingly: what is damaged gives the bytes that can be had. No words here."""

import binascii

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\t "
_FOREIGN = 0.05  # more than this share of other bytes: it was never base64


def decode(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes meant, and a warning or ""."""
    encoding = "".join(sign for sign in encoding[:40].lower() if sign.isalnum())  # "8-bit", "quoted-printable;"
    if encoding == "base64":
        decoded = base64(data)
        return (data, "base64: not what it says, taken raw") if decoded is None else (decoded, "")
    if encoding == "quotedprintable":
        return quoted_printable(data), ""
    if encoding in {"xuuencode", "uuencode", "uue", "xuue"}:
        return _uu(data), ""
    known = encoding in {"", "7bit", "8bit", "7bits", "8bits", "binary", "plain"}
    return data, "" if known else f"encoding: {encoding} is unknown, taken raw"


def base64(data: bytes) -> bytes | None:
    """None when the bytes were never base64."""
    foreign = data.translate(None, _BASE64)
    if foreign:
        if len(foreign) > _FOREIGN * len(data):
            return None
        data = data.translate(None, foreign)
    try:
        return binascii.a2b_base64(data + b"==")
    except binascii.Error:
        return _torn(data)


def _torn(data: bytes) -> bytes:
    """Base64 cut off inside a group of four: one letter too many is dropped."""
    letters = data.translate(None, b"=\r\n\t ")
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + b"==")


def quoted_printable(data: bytes) -> bytes:
    return binascii.a2b_qp(data)


def _uu(data: bytes) -> bytes:
    out: list[bytes] = []
    started = False
    for row in data.splitlines():
        if not started:
            started = row.startswith(b"begin ")
        elif row.strip() == b"end":
            break
        else:
            out.append(_uu_row(row))
    return b"".join(out)


def _uu_row(row: bytes) -> bytes:
    try:
        return binascii.a2b_uu(row)
    except binascii.Error:
        # Some senders write more letters than the length at the front of the row says.
        wanted = (((row[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(row[:wanted])
        except binascii.Error:
            return b""
