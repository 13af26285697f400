"""Raw mails of the journal turned into what the desk takes: read in a limited process, then judged by who vouches."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from okno.config.values import Mailbox
from okno.desk import tokens
from okno.desk.message import Fact, File, Incoming, MailFacts, Sender
from okno.errors import Unreadable
from okno.intake.mail import authentication
from okno.intake.mail.values import Address, Mail
from okno.intake.mail.worker import Reader
from okno.queue.files import Files
from okno.queue.journal import Entry

_LONGEST_ID: Final = 500


class MailReader:
    """`boxes` maps accounts to their mailboxes; our own addresses are never a requester."""

    def __init__(self, reader: Reader, files: Files, boxes: Mapping[int, Mailbox]) -> None:
        self._reader = reader
        self._files = files
        self._boxes = boxes
        self._own = {box.address.lower() for box in boxes.values()}

    async def read(self, entries: Sequence[Entry]) -> list[Incoming | Exception | None]:
        """Raises OSError where a file cannot be read now; one that is gone is that mail's own trouble."""
        raws = await asyncio.to_thread(lambda: [self._raw(entry) for entry in entries])
        mails = iter(await self._reader.read_many([raw for raw in raws if isinstance(raw, bytes)]))
        return [
            await asyncio.to_thread(self._incoming, entry, next(mails)) if isinstance(raw, bytes) else raw
            for entry, raw in zip(entries, raws, strict=True)
        ]

    def _raw(self, entry: Entry) -> bytes | Unreadable:
        if entry.payload is not None:
            return entry.payload
        assert entry.blob is not None
        try:
            return self._files.read(entry.blob)
        except FileNotFoundError:
            return Unreadable(f"its kept file {entry.blob} is gone; put it back from a backup, then `okno retry`")

    def _incoming(self, entry: Entry, mail: Mail) -> Incoming:
        box = self._boxes.get(entry.account)
        files = tuple(self._file(one) for one in mail.attachments)
        return Incoming(
            channel="email",
            account=entry.account,
            sender=self._sender(entry, mail),
            external_id=mail.message_id or f"<journal-{entry.id}@okno.invalid>",
            happened_at=entry.happened_at,
            text=mail.text,
            full_text=mail.full_text,
            subject=mail.subject,
            kind=mail.kind,
            files=files,
            facts=_facts(mail),
            mail=self._mail_facts(entry, mail, box),
        )

    def _sender(self, entry: Entry, mail: Mail) -> Sender:
        """Our own address as an author is an address of no channel: nothing we write can ever go there."""
        address = mail.from_address.lower()
        return Sender(
            kind="other" if self._is_own(address) else "email", address=address or f"unknown-{entry.id}",
            name=mail.from_name, language=mail.language,
        )  # fmt: skip

    def _is_own(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self._own or address.lower() in self._own

    def _file(self, one: Any) -> File:
        sha256 = self._files.adopt(one.file, one.sha256) if one.file is not None else self._files.keep(one.content)
        return File(
            kind="file", name=one.name, type=one.type, size=one.size, sha256=sha256, content_id=one.content_id,
            inline=one.inline,
        )  # fmt: skip

    def _mail_facts(self, entry: Entry, mail: Mail, box: Mailbox | None) -> MailFacts:
        named = [one for one in (mail.message_id, *mail.in_reply_to, *mail.references) if len(one) < _LONGEST_ID]
        routes = [*(one.address for one in (*mail.to, *mail.cc)), *mail.delivered_to]
        html = self._files.keep(mail.html.encode()) if mail.html else None
        return MailFacts(
            message_id=mail.message_id or f"<journal-{entry.id}@okno.invalid>",
            fingerprint=mail.fingerprint,
            in_reply_to=mail.in_reply_to,
            references=mail.references,
            tokens=(*tokens.tokens_in(named), *tokens.tokens_at(routes)),
            to=_pairs(mail.to),
            cc=_pairs(mail.cc),
            reply_to=_pairs([one for one in mail.reply_to if not self._is_own(one.address)]),
            proof=authentication.proof(mail, box.trusted_authserv if box else ""),
            automatic=mail.automatic,
            generated=mail.generated,
            from_us=self._is_own(mail.from_address),
            marks=(*tokens.tokens_in([mail.message_id]), *tokens.tokens_at(one.address for one in mail.reply_to)),
            bounced=tuple(asdict(one) for one in mail.bounced),
            bounced_ids=mail.bounced_ids,
            html_sha256=html,
        )


def _pairs(addresses: Sequence[Address]) -> tuple[tuple[str, str], ...]:
    return tuple((one.address, one.name) for one in addresses)


def _facts(mail: Mail) -> tuple[Fact, ...]:
    """What a reader should know of a mail besides its words."""
    found: list[Fact] = []
    if mail.encrypted:
        found.append({"kind": "encrypted"})
    if mail.signed:
        found.append({"kind": "signed"})
    if mail.kind == "list":
        found.append({"kind": "list_mail"})
    if mail.kind == "auto_reply":
        found.append({"kind": "generated" if mail.generated else "automatic"})
    if mail.invitation is not None:
        found.append({"kind": "invitation", "title": mail.invitation.summary})
    found += [{"kind": "bounce" if one.permanent else "bounce_delayed", "address": one.address} for one in mail.bounced]
    if mail.forwarded_from is not None:
        origin = mail.forwarded_from
        found.append({"kind": "forwarded_mail", "name": origin.name, "address": origin.address})
    others = [one.address for one in mail.reply_to if one.address.lower() != mail.from_address.lower()]
    if others:
        found.append({"kind": "reply_to", "address": others[0]})
    # How a charset or a missing date was dealt with helps nobody who reads the words.
    told = [words for words in mail.warnings if not words.startswith(("charset:", "date:"))]
    found += [{"kind": "warning", "text": words} for words in told]
    return tuple(found)
