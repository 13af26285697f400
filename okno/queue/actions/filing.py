"""Puts an arrived message into the ticket it belongs to. Which one that is was decided before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okno.desk.matching import Match
from okno.desk.message import Incoming
from okno.queue import copies, mail_refs, messages
from okno.queue.actions import show, tell
from okno.queue.actions.policy import Policy
from okno.queue.people import Identity
from okno.queue.tickets import Ticket
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Filing:
    """`who` None: a machine's mail about a letter of ours. `entry` as in Receive."""

    incoming: Incoming
    ticket: Ticket
    found: Match
    who: Identity | None
    policy: Policy
    entry: int | None


def file(tx: Tx, filing: Filing, now: datetime) -> int:
    """Writes the message itself, its files and ids, and asks for it to be shown to staff. Its id."""
    incoming, ticket, who, found = filing.incoming, filing.ticket, filing.who, filing.found
    extra: dict[str, Any] = {}
    if incoming.kind != "person":
        extra["kind"] = incoming.kind
    if incoming.subject:
        extra["subject"] = incoming.subject
    if incoming.quote:
        extra["quote"] = incoming.quote
    if found.unverified or (incoming.mail and incoming.mail.proof == "fail"):
        extra["unverified"] = True
    if incoming.mail:
        extra["mail"] = _mail_data(incoming)
    new = messages.NewMessage(
        ticket=ticket.id, direction="in", author_kind="client" if who else "robot", author=who.id if who else None,
        channel=incoming.channel, account=incoming.account, external_id=incoming.external_id, chat=incoming.chat,
        text=incoming.text, full_text=incoming.full_text, facts=incoming.facts, entities=incoming.entities,
        extra=extra, rule=found.rule, album=incoming.album, reply_to=_replied(tx, incoming), journal=filing.entry,
        files=incoming.files, happened_at=incoming.happened_at,
    )  # fmt: skip
    key = messages.add(tx, new, now)
    if incoming.mail:
        _refer(tx, incoming, ticket.id, key)
    elif incoming.chat is not None and incoming.external_id.lstrip("-").isdigit():
        own = copies.Copy(
            account=incoming.account, chat=incoming.chat, external_id=int(incoming.external_id), role="client",
            ticket=ticket.id, message=key,
        )  # fmt: skip
        copies.put(tx, own, now)
    show.fed(tx, ticket.id, key, filing.policy, now, album=incoming.album is not None)
    _too_big(tx, filing, key, now)
    return key


def _too_big(tx: Tx, filing: Filing, key: int, now: datetime) -> None:
    """Telegram lets us fetch no more than 20 MB: staff get the file by its id, the client hears how to send it."""
    for one in filing.incoming.files:
        if one.facts.get("too_big"):
            data = {"name": one.name or None, "size": one.size}
            words = tell.Words(kind="notice", template="file_too_big", key=f"too_big:{key}", data=data)
            tell.client(tx, filing.ticket, words, filing.policy, now)


def _mail_data(incoming: Incoming) -> dict[str, Any]:
    mail = incoming.mail
    assert mail is not None
    return {
        "to": list(mail.to), "cc": list(mail.cc), "reply_to": list(mail.reply_to),
        "in_reply_to": list(mail.in_reply_to), "references": list(mail.references),
        "proof": mail.proof, "html": mail.html_sha256,
    }  # fmt: skip


def _replied(tx: Tx, incoming: Incoming) -> int | None:
    if incoming.reply_to is None or incoming.chat is None:
        return None
    copy = copies.find(tx, incoming.account, incoming.chat, incoming.reply_to)
    return copy.message if copy else None


def _refer(tx: Tx, incoming: Incoming, ticket: int, key: int) -> None:
    """The mail's own id, and those it names: a sibling of a letter we never got finds the same ticket."""
    mail = incoming.mail
    assert mail is not None
    own = mail_refs.Reference(header_id=mail.message_id, ticket=ticket, message=key, fingerprint=mail.fingerprint)
    named = [*mail.in_reply_to, *mail.references][-20:]
    mail_refs.put(tx, [own, *(mail_refs.Reference(header_id=one, ticket=ticket) for one in named)])
