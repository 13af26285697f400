"""Gathers from the store what `desk.matching` decides by: where a message says, or seems, to belong."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from okno.desk import gratitude, tokens
from okno.desk.matching import Evidence, Thread
from okno.desk.message import Incoming
from okno.desk.ticket import UNFINISHED
from okno.queue import copies, mail_refs, tickets
from okno.queue.actions.policy import Policy
from okno.queue.fixed import Fixed
from okno.queue.people import Identity
from okno.queue.tables import letter, message, participant, ticket
from okno.queue.transaction import Tx

_NUMBER: Final = re.compile(r"(?:\[|\b)#(\d{1,12})\b")
_OPEN: Final = (*sorted(UNFINISHED), "done")
_MOST: Final = 10

_THREADS: Final = (
    sa.select(ticket.c.id, ticket.c.status, ticket.c.closed_at)
    .join_from(participant, ticket)
    .where(
        participant.c.identity == sa.bindparam("who"), ticket.c.account == sa.bindparam("account"),
        ticket.c.chat == sa.bindparam("chat"),
    )
    .limit(_MOST)
)  # fmt: skip
_OPEN_ONES: Final = Fixed(
    _THREADS.where(ticket.c.status.in_(_OPEN)).order_by(ticket.c.updated_at.desc(), ticket.c.id.desc())
)
_LAST_CLOSED: Final = Fixed(_THREADS.where(ticket.c.status == "closed").order_by(ticket.c.closed_at.desc()).limit(1))
_SEAT: Final = Fixed(
    sa.select(participant.c.id).where(
        participant.c.identity == sa.bindparam("who"),
        participant.c.ticket.in_((sa.bindparam("key"), sa.bindparam("target"))),
    )
)


def gather(tx: Tx, incoming: Incoming, who: Identity, policy: Policy, now: datetime) -> Evidence:
    if incoming.mail is not None:
        return _of_mail(tx, incoming, who, policy)
    return _of_chat(tx, incoming, who, now)


def _of_chat(tx: Tx, incoming: Incoming, who: Identity, now: datetime) -> Evidence:
    place = {"who": who.id, "account": incoming.account, "chat": incoming.chat}
    thanks = not incoming.files and gratitude.is_thanks(incoming.text)
    mine = tuple(_own(row) for row in tx.rows(_OPEN_ONES, place))
    closed = None if mine else tx.one(_LAST_CLOSED, place)
    return Evidence(
        reply=_album(tx, incoming, who) or _reply(tx, incoming, who),
        open=mine,
        closed=_own(closed) if closed else None,
        proof="pass",
        fresh=who.fresh_until is not None and who.fresh_until > now,
        thanks=thanks,
    )


def _own(row: sa.Row[Any]) -> Thread:
    return Thread(ticket=row.id, status=row.status, participant=True, closed_at=row.closed_at)


def _reply(tx: Tx, incoming: Incoming, who: Identity) -> Thread | None:
    if incoming.reply_to is None or incoming.chat is None:
        return None
    copy = copies.find(tx, incoming.account, incoming.chat, incoming.reply_to)
    return _thread(tx, copy.ticket, who) if copy and copy.ticket else None


def _album(tx: Tx, incoming: Incoming, who: Identity) -> Thread | None:
    """The item of an album goes where the item before it went, whatever was decided meanwhile."""
    if incoming.album is None:
        return None
    earlier = sa.select(message.c.ticket).where(
        message.c.account == incoming.account, message.c.chat == incoming.chat, message.c.album == incoming.album
    )
    key = tx.value(earlier.order_by(message.c.id.desc()).limit(1))
    return _thread(tx, key, who) if key else None


def _of_mail(tx: Tx, incoming: Incoming, who: Identity, policy: Policy) -> Evidence:
    mail = incoming.mail
    assert mail is not None
    found = mail_refs.find(tx, [*mail.in_reply_to, *mail.references])
    keys = list(dict.fromkeys(one.ticket for one in reversed(found)))
    return Evidence(
        token=_token(tx, mail.tokens, who, policy),
        references=tuple(thread for key in keys[:_MOST] if (thread := _thread(tx, key, who))),
        number=_number(tx, incoming.subject, who),
        proof=mail.proof,
        thanks=not incoming.files and gratitude.is_thanks(incoming.text),
        quiet=incoming.kind != "person",
    )


# What we send about no ticket bears no token: `actions.notice`, `okno check`.
_OF_OURS: Final = re.compile(r"<okno-(?:alarm|check)\.[\w-]+@([^<>@\s]+)>", re.ASCII)


def is_echo(tx: Tx, incoming: Incoming, policy: Policy) -> bool:
    """Whether it is a mail of our own that came back. Our address as its author proves nothing: forms and colleagues
    write from it; our Message-ID does, and our signed token in its Message-ID or Reply-To.
    """
    mail = incoming.mail
    if mail is None or not mail.from_us:
        return False
    if any(tokens.verify(token, policy.keys) for token in mail.marks):
        return True
    named = _OF_OURS.fullmatch(mail.message_id)
    if named and named[1].lower() in {post.domain.lower() for post in policy.posts.values()}:
        return True
    # A name others used first is no proof: only a letter that left with it is.
    refs = {one.ticket for one in mail_refs.find(tx, [mail.message_id])}
    sent = sa.select(letter.c.id).where(letter.c.ticket.in_(refs), letter.c.header_id == mail.message_id)
    return bool(refs) and tx.one(sent.limit(1)) is not None


def _token(tx: Tx, candidates: Sequence[str], who: Identity, policy: Policy) -> Thread | None:
    """A participant's thread first: a letter may carry the tokens of several."""
    signed = [one for token in candidates if (one := tokens.verify(token, policy.keys))]
    threads = [thread for one in signed if (thread := _thread(tx, one.ticket, who))]
    return next((thread for thread in threads if thread.participant), threads[0] if threads else None)


def _number(tx: Tx, subject: str, who: Identity) -> Thread | None:
    """Whoever fills in a form that writes as one of our addresses is none of the others who did."""
    named = _NUMBER.search(subject)
    found = _thread(tx, int(named[1]), who) if named else None
    return replace(found, participant=False) if found and who.kind == "other" else found


def _thread(tx: Tx, key: int, who: Identity) -> Thread | None:
    if tickets.find(tx, key) is None:
        return None
    target = tickets.followed(tx, key)
    mine = tx.one(_SEAT, {"who": who.id, "key": key, "target": target.id})
    return Thread(ticket=target.id, status=target.status, participant=mine is not None, closed_at=target.closed_at)
