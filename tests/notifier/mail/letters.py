"""A plain letter to vary, and a reader that sees a mail as other programs do."""

import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from okno.notifier.mail.addresses import Addressee
from okno.notifier.mail.compose import Outgoing, compose

OWN_ID = "<okno.aeawgzltorswgojrgq3dknzrga2timrx@example.com>"
WHEN = datetime(2026, 11, 21, 14, 5, 7, tzinfo=UTC)
PLAIN_HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
]  # fmt: skip


def letter(**changes: Any) -> Outgoing:
    fields: dict[str, Any] = {
        "from_address": "support@example.com",
        "to": (Addressee(address="anna@example.org", name="Anna"),),
        "subject": "Your question",
        "text": "Good day!\n",
        "message_id": OWN_ID,
        "date": WHEN,
    }
    return Outgoing(**{**fields, **changes})


def sent(**changes: Any) -> Message:
    return email.message_from_bytes(compose(letter(**changes)), policy=policy.compat32)


def unfolded(mail: Message, name: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", str(mail[name]))


def words(mail: Message, name: str) -> str:
    return str(make_header(decode_header(unfolded(mail, name))))


def body(part: Message) -> str:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode("utf-8")


def leaves(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if not part.is_multipart()]


def tree(mail: Message) -> Any:
    if not mail.is_multipart():
        return mail.get_content_type()
    return {mail.get_content_type(): [tree(part) for part in _inside(mail)]}


def _inside(mail: Message) -> Iterator[Message]:
    for part in mail.get_payload():
        assert isinstance(part, Message)
        yield part
