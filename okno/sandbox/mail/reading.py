"""A mail as the demo page shows it; tolerant and rough. How Okno itself understands mail is not decided here."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from selectolax.lexbor import LexborHTMLParser


@dataclass(frozen=True, kw_only=True)
class Attached:
    name: str
    type: str
    inline: bool
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Reading:
    sender: str
    to: str
    cc: str
    reply_to: str
    subject: str
    date: str
    message_id: str
    references: str
    text: str
    attachments: tuple[Attached, ...]


def read(raw: bytes) -> Reading:
    """Never raises: a mail that cannot be taken apart is shown as it came."""
    try:
        mail: Message = message_from_bytes(raw, policy=compat32)
        parts = list(_leaves(mail))
    except (RecursionError, LookupError, ValueError):
        mail, parts = Message(), []
    return Reading(
        sender=header(mail, "From"),
        to=header(mail, "To"),
        cc=header(mail, "Cc"),
        reply_to=header(mail, "Reply-To"),
        subject=header(mail, "Subject"),
        date=header(mail, "Date"),
        message_id=header(mail, "Message-ID"),
        references=header(mail, "References"),
        text=_text(parts) if parts else raw.decode("utf-8", "replace"),
        attachments=tuple(_attached(part) for part in parts if _is_attached(part)),
    )


def header(mail: Message, name: str) -> str:
    """The header's words, with encoded words decoded where they can be."""
    value = str(mail.get(name, "")).replace("\r", "").replace("\n", "")
    try:
        words = "".join(_word(word, charset) for word, charset in decode_header(value))
    except (HeaderParseError, ValueError):
        words = value
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def addresses(value: str) -> list[tuple[str, str]]:
    """Names and addresses of a header's value."""
    return [(name, address) for name, address in getaddresses([value]) if "@" in address]


def _word(word: bytes | str, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    return _decoded(word, charset or "utf-8")


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _leaves(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if not part.is_multipart():
            yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_maintype() != "text" or bool(part.get_filename()) or _disposition(part) == "attachment"


def _disposition(part: Message) -> str:
    return (part.get_content_disposition() or "").lower()


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attached(part: Message) -> Attached:
    return Attached(
        name=_filename(part),
        type=part.get_content_type(),
        inline=_disposition(part) == "inline" or "Content-ID" in part,
        data=_bytes(part),
    )


def _filename(part: Message) -> str:
    named = Message()
    named["Name"] = part.get_filename() or ""
    return header(named, "Name") or "file"


def _text(parts: list[Message]) -> str:
    bodies = [part for part in parts if not _is_attached(part)]
    plain = [
        _decoded(_bytes(part), part.get_content_charset() or "utf-8") for part in bodies if _subtype(part, "plain")
    ]
    if any(text.strip() for text in plain):
        return "\n".join(plain).replace("\r\n", "\n")
    return "\n".join(_visible(_decoded(_bytes(part), part.get_content_charset() or "utf-8")) for part in bodies)


def _subtype(part: Message, wanted: str) -> bool:
    return part.get_content_subtype() == wanted


def _visible(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator="\n", strip=True) if body else ""
