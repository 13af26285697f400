"""What did not arrive: a bounce or a refusal marks the answer, reopens the ticket for its author and says why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from okno.desk import ticket as life
from okno.desk import tokens
from okno.desk.message import Incoming
from okno.desk.rights import SYSTEM
from okno.queue import letters, messages, people, tables, tickets
from okno.queue.actions import duty, show, step, tell
from okno.queue.actions.policy import Policy
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx


def bounced(tx: Tx, incoming: Incoming, policy: Policy, now: datetime) -> Ticket | None:
    """The ticket of the letter a bounce or delay speaks of; None when it is none of ours."""
    mail = incoming.mail
    assert mail is not None
    letter = tables.letter
    row = tx.one(sa.select(letter).where(letter.c.header_id.in_(mail.bounced_ids)).limit(1))
    if row is None or row.ticket is None:
        return _by_token(tx, incoming, policy)
    ticket = tickets.followed(tx, row.ticket)
    # Anybody who holds a letter of ours can write a report about it: one about another recipient is only filed.
    told = [one for one in mail.bounced if _concerns(one, row.recipient)]
    if not told:
        return ticket
    permanent = any(one.get("permanent") for one in told)
    reason = "; ".join(str(one.get("reason") or one.get("status") or "") for one in told)[:500]
    if permanent:
        people.set_unreachable(tx, row.identity, reason, now)
    if permanent and row.kind == "answer":
        failed(tx, ticket, row.message, reason, policy, now)
    elif permanent:
        notice_failed(tx, ticket, row.id, now)
    else:
        data = {"message": row.message} if row.message else {}
        record = Event(ticket=ticket.id, kind="delayed", actor=SYSTEM, happened_at=incoming.happened_at, data=data)
        tickets.record(tx, record, now)
        show.changed(tx, ticket.id, now)
    return ticket


def _concerns(told: Mapping[str, Any], recipient: str) -> bool:
    """Whether a report speaks of this recipient. One that names nobody speaks of whom the letter went to."""
    named = {_spelt(str(one)) for key in ("address", "final") if (one := told.get(key))}
    return not named or _spelt(recipient) in named


def _spelt(address: str) -> str:
    local, at, domain = address.strip().lower().rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return local + at + domain


def notice_failed(tx: Tx, ticket: Ticket, letter: int, now: datetime) -> None:
    """A receipt or a notice did not arrive: it is told in the history and changes nothing."""
    record = Event(ticket=ticket.id, kind="notice_failed", actor=SYSTEM, happened_at=now, data={"letter": letter})
    tickets.record(tx, record, now)
    show.changed(tx, ticket.id, now)


def _by_token(tx: Tx, incoming: Incoming, policy: Policy) -> Ticket | None:
    mail = incoming.mail
    assert mail is not None
    for token in tokens.tokens_in(mail.bounced_ids):
        signed = tokens.verify(token, policy.keys)
        if signed and tickets.find(tx, signed.ticket):
            return tickets.followed(tx, signed.ticket)
    return None


def failed(tx: Tx, ticket: Ticket, message: int | None, reason: str, policy: Policy, now: datetime) -> None:
    """An answer did not reach the client: whoever wrote it (else the assignee) hears of it, with ways to mend it."""
    if life.can(ticket.status, "answer_failed"):
        data = {"message": message} if message else {}
        ticket = step.move(tx, ticket, "answer_failed", SYSTEM, now, data=data)
        if ticket.status == "open" and ticket.assignee is None:
            duty.assign_new(tx, ticket, policy, now)
    if message is None:
        return
    show.message(tx, message, "mark", policy, now)
    answer = messages.get(tx, message)
    author = answer.author if answer and answer.author_kind == "staff" else ticket.assignee
    if author is None:
        return
    words = tell.Words(
        kind="alert", template="alert_undelivered", key=f"undelivered:{message}:{now.timestamp()}", message=message,
        data={"reason": reason},
    )  # fmt: skip
    if tell.alert(tx, ticket, author, words, policy, now) is None:
        _in_room(tx, ticket, words, policy, now)


def _in_room(tx: Tx, ticket: Ticket, words: tell.Words, policy: Policy, now: datetime) -> None:
    """Its author cannot be told in private (has never pressed Start): the group is, with the same buttons."""
    place = show.room(tx, policy)
    if place is None:
        return
    to = letters.Letter(
        key=f"{words.key}:room", kind="alert", channel="telegram", account=place.account, recipient=str(place.chat),
        template=words.template, language=policy.language, ticket=ticket.id, message=words.message,
        data=words.data or {},
    )  # fmt: skip
    letters.write(tx, to, now)
