"""A mail as it was understood, as frozen values; `read` makes them. No bytes are interpreted here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Kind = Literal["person", "auto_reply", "bounce", "list", "calendar"]
Language = Literal["ru", "en", ""]


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    address: str  # as written, without mailto: and brackets
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """`content` holds the bytes unless a Reader with a spool folder wrote them to `file`, named by their sha256."""

    name: str
    type: str
    size: int
    inline: bool  # a picture of the body, a signature: not what the sender "attached"
    content_id: str = ""
    sha256: str
    content: bytes = b""
    file: Path | None = None

    def data(self) -> bytes:
        return self.content if self.file is None else self.file.read_bytes()


@dataclass(frozen=True, kw_only=True, slots=True)
class Forwarded:
    """The letter inside a forwarded one. What the forward does not say is empty, never guessed."""

    address: str
    name: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """One recipient who was not reached. `permanent` False: only delayed, the sender's server still tries."""

    address: str
    status: str  # RFC 3463, "5.1.1"; empty when the report gives none
    permanent: bool
    reason: str
    final: str = ""  # where it was to go in the end, when that is another address


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """One Authentication-Results header; `position` counts headers from the top, to be compared with `Mail.hops`."""

    position: int
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """The meeting a calendar part speaks of. Times stay as the calendar wrote them: zones there are often private
    names.
    """

    method: str  # REQUEST, CANCEL, REPLY, …; empty when the part names none
    summary: str
    starts: str
    ends: str
    location: str
    organizer: str
    attendees: tuple[str, ...]
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    kind: Kind
    automatic: bool  # no automatic answer may ever go to it
    auto: tuple[str, ...]  # why, header by header
    generated: bool  # an "auto_reply" that answers nobody: a program wrote it of its own accord
    from_address: str
    from_name: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    text: str  # the new words: without quotation and signature
    full_text: str
    html: str | None  # safe to show; None when there is none or it is too heavy to clean
    language: Language
    message_id: str  # ids keep their angle brackets
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    all_ids: tuple[str, ...]  # every id the headers name, its own first
    thread_topic: str
    thread_index: str
    date: datetime | None  # UTC; the sender's word, not to be trusted
    attachments: tuple[Attachment, ...]
    forwarded_from: Forwarded | None
    bounced: tuple[Bounced, ...]
    bounced_ids: tuple[str, ...]  # Message-IDs of the letters that came back
    invitation: Invitation | None
    signed: bool
    encrypted: bool
    authentication: tuple[Authentication, ...]  # topmost first
    hops: tuple[int, ...]  # positions of the Received headers, topmost first
    fingerprint: str  # equal for the same letter delivered twice, whatever its route
    warnings: tuple[str, ...]
