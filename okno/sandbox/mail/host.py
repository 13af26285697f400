"""The mail host as Python sees it: start and stop, mailboxes, deliver and look, send as a client, faults on request."""

import asyncio
import smtplib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from pathlib import Path

from pymap.parsing.specials.flag import Seen

from okno.sandbox.mail import state
from okno.sandbox.mail.faults import Faults
from okno.sandbox.mail.imap import Imap
from okno.sandbox.mail.letters import Draft, build, envelope
from okno.sandbox.mail.mailboxes import Mailboxes
from okno.sandbox.mail.smtp import Smtp

CHANGES_KEPT = 10_000
SEND_TIMEOUT = 15.0


@dataclass(frozen=True, kw_only=True)
class Ports:
    host: str
    imap: int
    smtp: int


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail as it lies in an inbox; `at` is its INTERNALDATE."""

    uid: int
    raw: bytes
    at: datetime
    seen: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """A mail arrived; numbers only grow."""

    number: int
    mailbox: str
    uid: int


class MailHost:
    """Mailboxes may be added before or after start; stop and start again keeps them, with `ports` also the ports."""

    def __init__(self, *, auth_required: bool = False) -> None:
        self.mailboxes = Mailboxes(self._arrived)
        self.faults = Faults()
        self._imap = Imap(self.mailboxes)
        self._smtp = Smtp(self.mailboxes, self.faults, auth_required=auth_required)
        self._changes: deque[Change] = deque(maxlen=CHANGES_KEPT)
        self._number = 0
        self._bell = asyncio.Event()
        self._ports: Ports | None = None

    @property
    def ports(self) -> Ports:
        if self._ports is None:
            raise RuntimeError("the mail host has not been started")
        return self._ports

    async def start(self, host: str = "127.0.0.1", *, imap_port: int = 0, smtp_port: int = 0) -> Ports:
        """Port 0 takes a free one."""
        imap = await self._imap.start(host, imap_port)
        try:
            smtp = await self._smtp.start(host, smtp_port)
        except OSError:
            await self._imap.stop()
            raise
        self._ports = Ports(host=host, imap=imap, smtp=smtp)
        return self._ports

    async def stop(self) -> None:
        await self._smtp.stop()
        await self._imap.stop()

    async def hang_up(self) -> None:
        """Ends every IMAP connection with BYE; new ones are welcome."""
        await self._imap.hang_up()

    def add_mailbox(self, address: str, password: str) -> None:
        self.mailboxes.add(address, password)

    def deliver(self, to: str, raw: bytes, *, at: datetime | None = None) -> int:
        """Straight into the inbox, byte for byte; its UID. Raises NoMailbox."""
        return self.mailboxes.inbox(to).put(raw, at=at).uid

    def messages(self, address: str) -> list[Mail]:
        """The inbox by UID, oldest first. Raises NoMailbox."""
        return [
            Mail(
                uid=message.uid,
                raw=bytes(message._content or b""),
                at=message.internal_date,
                seen=Seen in message.permanent_flags,
            )
            for message in self.mailboxes.inbox(address).stored
        ]

    async def send(self, draft: Draft) -> str:
        """As a client's mail program, over SMTP to this host; gives the Message-ID. Raises SMTPException or OSError."""
        mail = build(draft, datetime.now(UTC))
        await asyncio.to_thread(self._hand_over, draft.sender, envelope(draft), mail)
        return str(mail["Message-ID"])

    @property
    def number(self) -> int:
        """Of the last change; 0 before the first."""
        return self._number

    async def changes(self, since: int, *, seconds: float = 0) -> list[Change]:
        """What came after number `since`; waits that long for the first when there is nothing yet."""
        if self._number <= since and seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self._bell.wait()
            except TimeoutError:
                return []
        return [change for change in self._changes if change.number > since]

    def save(self, place: Path) -> None:
        state.save(self.mailboxes, place)

    def load(self, place: Path) -> None:
        state.load(self.mailboxes, place)

    def _arrived(self, address: str, uid: int) -> None:
        self._number += 1
        self._changes.append(Change(number=self._number, mailbox=address, uid=uid))
        # Whoever waits has its own hold on the old bell; the next one waits for the next change.
        self._bell.set()
        self._bell = asyncio.Event()

    def _hand_over(self, sender: str, recipients: Sequence[str], mail: Message) -> None:
        with smtplib.SMTP(self.ports.host, self.ports.smtp, timeout=SEND_TIMEOUT) as line:
            refused = line.sendmail(sender, recipients, _crlf(mail))
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)


def _crlf(mail: Message) -> bytes:
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=mail.policy.clone(linesep="\r\n")).flatten(mail)
    return out.getvalue()
