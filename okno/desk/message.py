"""What arrives, in one normal form: every channel is turned into an Incoming before the desk sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Channel = Literal["telegram", "email", "phone", "whatsapp", "viber", "other"]
IdentityKind = Literal["telegram", "email", "phone", "whatsapp", "viber", "other"]
Kind = Literal["person", "auto_reply", "bounce", "list", "calendar"]
FileKind = Literal[
    "file", "photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker", "raw"
]  # fmt: skip
# pass: the sender's address is vouched for by our own server; fail: it is denied; none: nobody says.
Proof = Literal["pass", "fail", "none"]
Fact = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who wrote, as the channel names them: a Telegram user id or a mail address in lower case."""

    kind: IdentityKind
    address: str
    name: str = ""
    username: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a message: kept already (`sha256`), or to be fetched from Telegram by `remote_id`."""

    kind: FileKind
    name: str = ""
    type: str = "application/octet-stream"
    size: int | None = None
    sha256: str | None = None
    remote_id: str = ""
    content_id: str = ""
    inline: bool = False
    facts: Fact = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MailFacts:
    """What only a mail carries: its ids, who else got it, and what vouches for its sender.

    `from_us`: it names one of our own addresses as its author, and `marks` are the tokens by which it may truly be
    ours. `generated`: a program wrote it of its own accord, in answer to nothing.
    """

    message_id: str
    fingerprint: str
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: tuple[tuple[str, str], ...] = ()
    proof: Proof = "none"
    automatic: bool = False
    generated: bool = False
    from_us: bool = False
    marks: tuple[str, ...] = ()
    bounced: tuple[Mapping[str, Any], ...] = ()
    bounced_ids: tuple[str, ...] = ()
    html_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message as the desk takes it.

    `text` is what staff read first (new words only), `full_text` all of it. `facts` are typed data about the content
    (a location, a forward's origin, an unknown kind), worded by the texts per reader. `chat`, `album` and `reply_to`
    are Telegram's; `edited_at` marks a new version of a message that is there already.
    """

    channel: Channel
    account: int
    sender: Sender
    external_id: str
    happened_at: datetime
    text: str = ""
    full_text: str = ""
    subject: str = ""
    kind: Kind = "person"
    files: tuple[File, ...] = ()
    facts: tuple[Fact, ...] = ()
    entities: tuple[Fact, ...] = ()
    chat: int | None = None
    album: str | None = None
    reply_to: int | None = None
    quote: str = ""
    edited_at: datetime | None = None
    mail: MailFacts | None = None
