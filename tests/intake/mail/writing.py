"""Mails written for these tests: few headers, and the parts a test asks for. Whole oddities stand in tests/letters."""

import base64

HEADERS = {
    "From": "Anna <anna@example.com>",
    "To": "support@example.org",
    "Subject": "Order",
    "Message-ID": "<m1@example.com>",
    "Date": "Sat, 21 Nov 2026 14:05:00 +0300",
}


def letter(body: str | bytes = "Hello", /, **headers: str | bytes) -> bytes:
    """Underscores in names stand for hyphens; an empty value leaves the header out."""
    fields: dict[str, str | bytes] = {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    rows = [name.encode() + b": " + _bytes(value) for name, value in fields.items() if value]
    return b"\n".join([*rows, b"", _bytes(body)])


def html(body: str, /, **headers: str | bytes) -> bytes:
    return letter(body, Content_Type="text/html; charset=utf-8", **headers)


def multipart(kind: str, *parts: bytes, boundary: str = "b1", **headers: str | bytes) -> bytes:
    return letter(joined(*parts, boundary=boundary), Content_Type=f'multipart/{kind}; boundary="{boundary}"', **headers)


def joined(*parts: bytes, boundary: str = "b1") -> bytes:
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"


def part(kind: str, body: str | bytes = b"", /, **headers: str) -> bytes:
    rows = [f"Content-Type: {kind}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\n".join(rows).encode() + b"\n\n" + _bytes(body)


def file(kind: str, content: bytes, /, **headers: str) -> bytes:
    return part(kind, base64.encodebytes(content), Content_Transfer_Encoding="base64", **headers)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
