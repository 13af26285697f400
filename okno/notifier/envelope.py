"""Turns a letter into the bytes of a mail: subject with the number, thread, our words, the history below."""

import asyncio
import base64
import mimetypes
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa

from okno.config.values import Config, Mailbox
from okno.desk import tokens
from okno.errors import Postponed, Refused
from okno.notifier import values
from okno.notifier.mail.addresses import Addressee
from okno.notifier.mail.compose import Outgoing, compose
from okno.notifier.mail.parts import Attachment
from okno.notifier.mail.quoting import quote
from okno.notifier.values import Material
from okno.queue import messages, roster, tables
from okno.queue.attachments import Attachment as Kept
from okno.queue.fixed import Fixed
from okno.queue.letters import Queued
from okno.queue.messages import Message
from okno.queue.parts import Draft
from okno.queue.store import Store
from okno.queue.transaction import Tx
from okno.texts import Rich, Texts
from okno.texts.contracts import BY_MAIL

_IN_ROW: Final = 16 << 10
_WITH_HISTORY: Final = frozenset({"answer", "question", "done_please_check"})


class Envelopes:
    def __init__(self, store: Store, texts: Texts, config: Config) -> None:
        self._store = store
        self._texts = texts
        self._config = config
        self._names: dict[int, str] = {}

    async def drafts(self, material: Material) -> list[Draft]:
        """One mail, the same bytes for each of its recipients. Raises DeliveryError when it cannot be made safely."""
        box = await self._box(material.letter.account)
        return await self._sealed(self._outgoing(material, box))

    async def about_nothing(self, letter: Queued, words: Rich) -> list[Draft]:
        """A mail to one of the staff that is about no ticket: an alarm, the statement."""
        box = await self._box(letter.account)
        subject = self._texts.render("staff_mail_subject", letter.language, letter=letter.template)
        outgoing = Outgoing(
            from_address=box.address,
            from_name=box.from_name,
            to=(Addressee(address=letter.recipient, name=""),),
            subject=subject.text,
            text=words.written_out().strip("\n") + "\n",
            message_id=letter.header_id or "",
            date=letter.created_at,
            automatic="auto-generated",
            language=letter.language,
        )
        return await self._sealed(outgoing)

    async def _sealed(self, outgoing: Outgoing) -> list[Draft]:
        payload = {"from": "" if outgoing.automatic else outgoing.from_address, "subject": outgoing.subject}
        raw, blob = await asyncio.to_thread(self._kept, outgoing)
        if blob is None:
            payload["raw"] = base64.b64encode(raw).decode()
        return [Draft(recipient=outgoing.to[0].address, payload=payload, blob=blob)]

    def _kept(self, outgoing: Outgoing) -> tuple[bytes, str | None]:
        """A small mail stands in its row: a file of its own would be synced twice. Blocks: use a thread."""
        raw = compose(outgoing)
        return raw, self._store.files.keep(raw) if len(raw) > _IN_ROW else None

    async def _box(self, account: int) -> Mailbox:
        if account not in self._names:
            self._names = {one.id: one.name for one in await self._store.read(roster.accounts, None)}
        name = self._names[account]
        found = next((box for box in self._config.mailboxes if box.name == name), None)
        if found is None:
            raise Refused(f"the mailbox {name} is no longer in config.toml; put it back or answer by another channel")
        return found

    def _outgoing(self, material: Material, box: Mailbox) -> Outgoing:
        letter, thread = material.letter, material.thread
        newest = next((one for one in reversed(thread) if one.external_id and one.direction == "in"), None)
        references = [one.external_id for one in thread if one.external_id]
        automatic: Literal["", "auto-replied", "auto-generated"] = "" if letter.kind == "answer" else "auto-replied"
        return Outgoing(
            from_address=box.address,
            from_name=box.from_name or material.signed,
            to=(Addressee(address=letter.recipient, name=""),),
            reply_to=_plus(box, letter.header_id or ""),
            subject=self._subject(material),
            text=self._text(material, newest),
            message_id=letter.header_id or "",
            in_reply_to=(newest.external_id or "") if newest else "",
            references=tuple(references),
            date=material.now,
            automatic=automatic,
            attachments=self._files(material),
            language=letter.language,
        )

    def _subject(self, material: Material) -> str:
        language, brief = material.letter.language, material.brief
        if material.letter.template == "mail_receipt":
            return self._texts.render("mail_receipt_subject", language, number=brief.number).text
        text = self._texts.render("mail_subject", language, number=brief.number, subject=brief.ticket.subject)
        return text.text

    def _text(self, material: Material, newest: Message | None) -> str:
        letter = material.letter
        name = BY_MAIL.get(letter.template, letter.template)
        given = {"number": material.brief.number} if name == "mail_receipt" else values.of(material)
        words = self._texts.render(name, letter.language, **given).written_out()
        footer = self._texts.render("mail_footer", letter.language, number=material.brief.number).written_out()
        pieces = [words, footer]
        if letter.template in _WITH_HISTORY and newest is not None and not newest.data.get("unverified"):
            pieces.append(self._quoted(material, newest))
        return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip()) + "\n"

    def _quoted(self, material: Material, newest: Message) -> str:
        """The client's words below ours, as a mail program would put them."""
        when = _moment(newest.happened_at, self._config, material.letter.language)
        return quote(newest.text, material.brief.client, when)

    def _files(self, material: Material) -> tuple[Attachment, ...]:
        """Raises Postponed while one is on its way, Refused when one cannot be had: no file is left out in silence."""
        if material.said is None or material.letter.kind != "answer":
            return ()
        for one in material.said.files:
            if one.state == "wanted":
                raise Postponed("its files are on their way")
            if one.state == "failed":
                raise Refused(f"the file {one.name or one.kind} could not be fetched from Telegram; send it again")
        return tuple(
            Attachment(name=_file_name(one), type=one.type, content=self._store.files.path(one.sha256))
            for one in material.said.files
            if one.sha256 and self._store.files.has(one.sha256)
        )


def _file_name(one: Kept) -> str:
    return one.name or f"{one.kind}{mimetypes.guess_extension(one.type) or ''}"


def _moment(instant: datetime, config: Config, language: str) -> str:
    form = "%d.%m.%Y %H:%M" if language == "ru" else "%d %b %Y %H:%M"
    return instant.astimezone(config.timezone).strftime(form)


def _plus(box: Mailbox, header_id: str) -> str:
    if not box.plus_address:
        return ""
    found = tokens.tokens_in([header_id])
    return tokens.plus_address(box.address, found[0]) if found else ""


_OURS: Final = Fixed(
    sa.select(tables.letter.c.message, tables.letter.c.header_id).where(
        tables.letter.c.ticket == sa.bindparam("ticket"), tables.letter.c.header_id.is_not(None),
        tables.letter.c.state == "sent",
    )
)  # fmt: skip


def mails(tx: Tx, ticket: int) -> list[Message]:
    """The mails of the ticket that came in and that we sent, in order, our own under the id they left with."""
    ours = {row.message: row.header_id for row in tx.rows(_OURS, {"ticket": ticket})}
    return [
        replace(one, external_id=ours[one.id]) if one.id in ours else one
        for one in messages.of_tickets(tx, [ticket])
        if one.id in ours or (one.direction == "in" and one.channel == "email")
    ]
