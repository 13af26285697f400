"""The MIME tree of a mail: texts, files and the multiparts that hold them, written to a stream in one pass."""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from okno.errors import Refused
from okno.notifier.mail.headers import CRLF, Header, folded, parameters, plain
from okno.notifier.mail.words import file_name, parameter, pieces, valid

Outline = tuple[tuple[str, ...], ...]

_LINE: Final = 76
_BLOCK: Final = 57 * 1024  # 57 bytes make one line of base64
_LINE_END: Final = re.compile(r"\r\n?|\n")
_TYPE: Final = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9.+_-]{1,100}", re.IGNORECASE | re.ASCII)
_CONTENT_ID: Final = re.compile(r"[a-z0-9._+-]{1,100}(@[a-z0-9.-]{1,100})?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file to send: its bytes, or where they lie. `cid` without brackets: a picture the HTML shows as `cid:…`."""

    name: str
    type: str
    content: bytes | Path
    cid: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Headers and what writes the body; `inside` are the parts of a multipart."""

    headers: tuple[Header, ...]
    body: Callable[[BinaryIO], None]
    inside: tuple["Part", ...] = ()

    def write(self, out: BinaryIO) -> None:
        out.writelines(line for _name, line in self.headers)
        out.write(CRLF)
        self.body(out)

    def outline(self) -> Outline:
        """The header names of this part and of those inside it, in the order they are written."""
        own = tuple(name for name, _line in self.headers)
        return (own, *(names for part in self.inside for names in part.outline()))


def words(text: str, subtype: str) -> Part:
    """A text as UTF-8, quoted-printable or base64, whichever is shorter: no server needs 8-bit or long lines for it."""
    lines = _LINE_END.sub("\r\n", valid(text))
    data = (lines if lines.endswith("\r\n") else f"{lines}\r\n").encode("utf-8")
    encoding, body = "quoted-printable", b2a_qp(data, istext=True)
    if len(body) > len(data) * 4 // 3 * (_LINE + len(CRLF)) // _LINE:
        encoding, body = "base64", b"".join(_base64(data))
    headers = (
        parameters("Content-Type", f"text/{subtype}", ["charset=utf-8"]),
        plain("Content-Transfer-Encoding", encoding),
    )
    return Part(headers=headers, body=lambda out: _put(out, (body,)))


def file(attachment: Attachment) -> Part:
    """A file as base64, read block by block when it lies on disk."""
    name = file_name(attachment.name)
    # A message as an attachment may not be base64 (RFC 2046 5.2.1), and some relays would unpack and change it.
    kind = attachment.type.lower() if _TYPE.fullmatch(attachment.type) else "application/octet-stream"
    headers = [
        ("Content-Type", folded("Content-Type", [f" {kind}", *_legacy(name)])),
        plain("Content-Transfer-Encoding", "base64"),
        parameters("Content-Disposition", "inline" if attachment.cid else "attachment", parameter("filename", name)),
    ]
    if attachment.cid:
        headers.append(plain("Content-ID", f"<{_content_id(attachment.cid)}>"))
    return Part(headers=tuple(headers), body=lambda out: _put(out, _file_lines(attachment)))


def bundle(subtype: str, boundary: str, inside: tuple[Part, ...]) -> Part:
    """A multipart. The boundary must begin with `=_`, which neither base64 nor quoted-printable can contain."""
    kind = ['type="text/html"'] if subtype == "related" else []
    return Part(
        headers=(parameters("Content-Type", f"multipart/{subtype}", [*kind, f'boundary="{boundary}"']),),
        body=lambda out: _bundled(out, boundary.encode("ascii"), inside),
        inside=inside,
    )


def _bundled(out: BinaryIO, boundary: bytes, inside: tuple[Part, ...]) -> None:
    for part in inside:
        out.write(b"--" + boundary + CRLF)
        part.write(out)
        out.write(CRLF)
    out.write(b"--" + boundary + b"--" + CRLF)


def _put(out: BinaryIO, blocks: Iterable[bytes]) -> None:
    out.writelines(blocks)


def _file_lines(attachment: Attachment) -> Iterator[bytes]:
    if isinstance(attachment.content, bytes):
        yield from _base64(attachment.content)
        return
    try:
        with attachment.content.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield from _base64(block)
    except OSError as error:
        words = f"The file {attachment.name!r} could not be read for sending: {error.strerror}; attach it again."
        raise Refused(words) from error


def _base64(data: bytes) -> Iterator[bytes]:
    stream = BytesIO(data)  # shares the bytes, so that a large block is not copied to be cut
    while block := stream.read(_BLOCK):
        line = b2a_base64(block, newline=False)
        yield b"".join(line[start : start + _LINE] + CRLF for start in range(0, len(line), _LINE))


def _legacy(name: str) -> list[str]:
    """The name for readers that know no RFC 2231 (old Outlooks): encoded words in quotes, as other mail programs do."""
    first, *others = pieces(name.replace('"', "'").replace("\\", "_"), "Content-Type")
    quoted = [f'; name="{first.strip()}', *others]
    quoted[-1] += '"'
    return quoted


def _content_id(cid: str) -> str:
    if not _CONTENT_ID.fullmatch(cid):
        raise Refused(f"{cid!r} cannot be the id of a picture; use letters, digits and dots.")
    return cid
