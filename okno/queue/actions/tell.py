"""Writes letters: to the people of a ticket through their channel, and alerts to staff."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk import tokens
from okno.queue import letters, mail_refs, people, roster, tables, tickets
from okno.queue.actions.policy import Policy
from okno.queue.fixed import Fixed
from okno.queue.tickets import Ticket
from okno.queue.transaction import Tx

# Alerts under which the ticket's own buttons live; others have none, or some that must stay (Retry).
WITH_BUTTONS: Final = frozenset({
    "alert_assigned", "alert_client_wrote", "alert_returned", "alert_woken", "nudge_unassigned", "nudge_first_answer",
    "nudge_lead",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """What to say: a template, its plain values, and the message that carries the words themselves, if one does."""

    kind: letters.Kind
    template: str
    key: str
    message: int | None = None
    data: Mapping[str, Any] | None = None
    hold_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Recipient:
    channel: Literal["telegram", "email"]
    account: int
    address: str
    identity: int
    language: str


def client(
    tx: Tx, ticket: Ticket, words: Words, policy: Policy, now: datetime, *, to: "Recipient | None" = None
) -> list[int]:
    """Letters to the ticket's requester in their channel (or `to`); empty when no channel reaches them."""
    written = []
    for one in [to] if to else recipients(tx, ticket, policy):
        header = new_header(tx, ticket.id, one.account, words.message, policy) if one.channel == "email" else None
        letter = letters.Letter(
            key=f"{words.key}:{one.identity}", kind=words.kind, channel=one.channel, account=one.account,
            recipient=one.address, template=words.template, language=one.language, identity=one.identity,
            ticket=ticket.id, message=words.message, data=words.data or {}, header_id=header,
            hold_until=words.hold_until,
        )  # fmt: skip
        number = letters.write(tx, letter, now)
        if number is not None:
            written.append(number)
    return written


def recipients(tx: Tx, ticket: Ticket, policy: Policy) -> list[Recipient]:
    """The requester's address in the ticket's channel, else any other address that reaches them."""
    joined_ones = tickets.participants(tx, ticket.id)
    asked = next((one for one in joined_ones if one.role == "reply_to"), None)
    known = people.of_person(tx, asked.person if asked and ticket.channel == "email" else ticket.requester)
    joined = {one.identity for one in joined_ones}
    wanted = [one for one in known if one.kind == ticket.channel and one.id in joined]
    for one in (*wanted, *(other for other in known if other.unreachable_at is None)):
        reached = _reach(one, ticket, policy)
        if reached:
            return [reached]
    return []


def elsewhere(tx: Tx, ticket: Ticket, tried: Collection[str], policy: Policy) -> Recipient | None:
    """The requester's address in a channel that was not tried yet; None when there is none."""
    for one in people.of_person(tx, ticket.requester):
        reached = _reach(one, ticket, policy)
        if reached and reached.channel not in tried and one.unreachable_at is None:
            return reached
    return None


def _reach(one: people.Identity, ticket: Ticket, policy: Policy) -> Recipient | None:
    language = one.language or policy.language
    if one.kind == "telegram" and policy.bot is not None:
        account = one.account or policy.bot
        return Recipient(channel="telegram", account=account, address=one.address, identity=one.id, language=language)
    if one.kind == "email" and policy.posts:
        known = (post for post in (ticket.account, one.account) if post is not None and post in policy.posts)
        account = next(known, next(iter(policy.posts)))
        return Recipient(channel="email", account=account, address=one.address, identity=one.id, language=language)
    return None


def new_header(tx: Tx, ticket: int, account: int, message: int | None, policy: Policy) -> str:
    """A Message-ID with our token, known to the ticket before the mail leaves."""
    token = tokens.sign(ticket, secrets.token_hex(5), policy.key_id, policy.keys[policy.key_id])
    header = tokens.message_id(token, policy.posts[account].domain)
    mail_refs.put(tx, [mail_refs.Reference(header_id=header, ticket=ticket, message=message)])
    return header


_WAITING: Final = Fixed(
    sa.select(tables.letter.c.id).where(
        *(tables.letter.c[name] == sa.bindparam(name) for name in ("ticket", "staff", "template")),
        tables.letter.c.state == "queued",
    )
)


def alert(tx: Tx, ticket: Ticket, member: int, words: Words, policy: Policy, now: datetime) -> int | None:
    """A private alert to one of the staff; None when nothing new was written.

    An alert of the same kind about the ticket as a whole that has not left yet says it already. Who has never pressed
    Start cannot be reached in private: the topic and its card tell them. Who was switched off learns nothing any more.
    """
    who = roster.get(tx, member)
    if policy.bot is None or not who.active or who.started_at is None:
        return None
    same = {"ticket": ticket.id, "staff": member, "template": words.template}
    if words.template in WITH_BUTTONS and tx.one(_WAITING, same):
        return None
    return letters.write(
        tx,
        letters.Letter(
            key=f"{words.key}:{member}", kind="alert", channel="telegram", account=policy.bot,
            recipient=str(who.telegram_id), template=words.template, language=who.language or policy.language,
            staff=member, ticket=ticket.id, message=words.message, data=words.data or {},
        ),
        now,
    )  # fmt: skip


def receipt(tx: Tx, ticket: Ticket, policy: Policy, now: datetime, *, trusted: bool) -> None:
    """One short receipt a ticket. By mail at most one per address a day and so many an hour in all, never where the
    sender's authentication failed: it must not become a cannon.
    """
    if not policy.receipts:
        return
    template = "closed_new_linked" if ticket.continues else "receipt"
    words = Words(kind="receipt", template=template, key=f"receipt:{ticket.id}")
    for to in recipients(tx, ticket, policy):
        if to.channel == "telegram":
            client(tx, ticket, words, policy, now, to=to)
        elif trusted and _receipts_left(tx, to.address, policy, now):
            words = replace(words, template="mail_receipt")
            client(tx, ticket, words, policy, now, to=to)


_BY_MAIL: Final = sa.and_(
    tables.letter.c.kind == "receipt", tables.letter.c.channel == "email",
    tables.letter.c.created_at > sa.bindparam("since"),
)  # fmt: skip
_HOUR: Final = Fixed(sa.select(sa.func.count()).where(_BY_MAIL))
_DAY: Final = Fixed(
    sa.select(tables.letter.c.id).where(_BY_MAIL, tables.letter.c.recipient == sa.bindparam("address")).limit(1)
)


def _receipts_left(tx: Tx, address: str, policy: Policy, now: datetime) -> bool:
    if tx.value(_HOUR, {"since": now - timedelta(hours=1)}) >= policy.receipts_per_hour:
        return False
    return tx.one(_DAY, {"since": now - timedelta(days=1), "address": address}) is None
