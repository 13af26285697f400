"""One letter as the bytes all its recipients get: headers, text, HTML, files. What it says is decided elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from typing import Final, Literal

from okno.errors import Refused
from okno.notifier.mail import headers
from okno.notifier.mail.addresses import Addressee
from okno.notifier.mail.headers import Header
from okno.notifier.mail.ids import known_id, thread, thread_index
from okno.notifier.mail.parts import Attachment, Part, bundle, file, words
from okno.notifier.mail.proof import prove
from okno.notifier.mail.words import valid

Automatic = Literal["", "auto-replied", "auto-generated"]

# What a caller may add; everything else is set from the fields, so that no value can become a header by its name.
EXTRA: Final = frozenset(
    {"Feedback-ID", "Importance", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "X-Loop"}
)
_VISIBLE: Final = re.compile(r"(?!.*=\?)[!-~][ -~]{0,800}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One letter. `to` and `cc` are what its headers show; who gets it is the envelope's affair.

    `references` is the thread as it came, oldest first; ids of others that are not safe are left out. `automatic` is ""
    for what a person wrote (RFC 3834). `thread_topic` and `thread_index` are Outlook's, echoed.
    """

    from_address: str
    from_name: str = ""
    to: tuple[Addressee, ...]
    cc: tuple[Addressee, ...] = ()
    reply_to: str = ""
    subject: str
    text: str
    html: str | None = None
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime
    automatic: Automatic = ""
    attachments: tuple[Attachment, ...] = ()
    thread_topic: str = ""
    thread_index: str = ""
    language: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.date.utcoffset() is None:
            raise ValueError("the date of a letter needs a time zone")


def compose(letter: Outgoing) -> bytes:
    """The whole mail with CRLF line ends, the same bytes for the same letter.

    Refused, with words for staff, when it cannot be made safely. Reads the attachments: call it in a thread when large.
    """
    body = _body(letter)
    mime = headers.plain("MIME-Version", "1.0")
    mail = replace(body, headers=(*_head(letter), mime, *body.headers))
    stream = BytesIO()
    mail.write(stream)
    raw = stream.getvalue()  # shares the stream's buffer: a large mail is held once
    prove(raw, mail.outline())
    return raw


def _head(letter: Outgoing) -> Iterator[Header]:
    if not letter.to:
        raise Refused("The letter has no recipient in its To line; name one.")
    yield headers.people("From", [Addressee(address=letter.from_address, name=letter.from_name)])
    yield headers.people("To", letter.to)
    if letter.cc:
        yield headers.people("Cc", letter.cc)
    if letter.reply_to:
        yield headers.people("Reply-To", [Addressee(address=letter.reply_to, name=letter.from_name)])
    yield headers.text("Subject", letter.subject)
    yield headers.plain("Date", format_datetime(letter.date))
    yield headers.ids("Message-ID", [_own_id(letter)])
    yield from _threading(letter)
    yield from _marks(letter)


def _threading(letter: Outgoing) -> Iterator[Header]:
    parent = known_id(letter.in_reply_to)
    if parent:
        yield headers.ids("In-Reply-To", [parent])
    if chain := thread(letter.references, parent):
        yield headers.ids("References", chain)
    if letter.thread_topic:
        yield headers.text("Thread-Topic", letter.thread_topic)
    if index := thread_index(letter.thread_index):
        yield headers.ids("Thread-Index", [index])


def _marks(letter: Outgoing) -> Iterator[Header]:
    if _LANGUAGE.fullmatch(letter.language):
        yield headers.plain("Content-Language", letter.language)
    if letter.automatic:
        yield headers.plain("Auto-Submitted", letter.automatic)
        yield headers.plain("X-Auto-Response-Suppress", "All")
    for name, value in letter.extra:
        if name not in EXTRA or not _VISIBLE.fullmatch(value):
            raise Refused(f"The header {name!r} may not be added to a letter, or its value is not plain ASCII.")
        yield headers.plain(name, value)


def _own_id(letter: Outgoing) -> str:
    own = known_id(letter.message_id)
    if own is None or own != letter.message_id:
        raise Refused(f"{letter.message_id!r} cannot be the Message-ID of a letter.")
    return own


def _body(letter: Outgoing) -> Part:
    boundaries = _boundaries(letter.message_id)
    shown = [each for each in letter.attachments if each.cid and letter.html is not None]
    listed = [each if letter.html is not None else replace(each, cid="") for each in letter.attachments]
    part = words(letter.text, "plain")
    if letter.html is not None:
        html = words(letter.html, "html")
        if shown:
            html = bundle("related", next(boundaries), (html, *(file(each) for each in shown)))
        part = bundle("alternative", next(boundaries), (part, html))
    files = tuple(file(each) for each in listed if not each.cid)
    return bundle("mixed", next(boundaries), (part, *files)) if files else part


def _boundaries(message_id: str) -> Iterator[str]:
    # From the id, not from chance: a letter composed again is the same bytes.
    seal = sha256(valid(message_id).encode()).hexdigest()[:24]
    return (f"=_okno_{number}_{seal}" for number in range(1, 4))
