"""Requests that did not come through a channel of ours: entered by hand by staff; and writing to a client first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from okno.desk import rights
from okno.desk.message import Channel, Fact, File, Sender
from okno.desk.rights import Actor
from okno.errors import DeskError, NotFound
from okno.queue import causes, copies, messages, people, tickets
from okno.queue.actions import answer, receive, show, step
from okno.queue.actions.policy import Policy
from okno.queue.copies import Copy
from okno.queue.people import Identity
from okno.queue.tickets import Event, NewTicket, Ticket
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Enter:
    """`requester` is a known identity's id, or `sender` says who it is (a phone number, a name)."""

    by: Actor
    cause: str
    policy: Policy
    channel: Channel
    happened_at: datetime
    requester: int | None = None
    sender: Sender | None = None
    text: str = ""
    files: Sequence[File] = ()
    facts: Sequence[Fact] = ()
    account: int | None = None


@dataclass(frozen=True, kw_only=True)
class Entered:
    ticket: int
    message: int


def enter(tx: Tx, command: Enter, now: datetime) -> Entered:
    return causes.once(tx, command.cause, now, lambda: _enter(tx, command, now), lambda kept: Entered(**kept))


def _enter(tx: Tx, command: Enter, now: datetime) -> Entered:
    by = _staff(tx, command.by, "enter")
    if not command.text.strip() and not command.files:
        raise DeskError("empty_request")
    who = _requester(tx, command.requester, command.sender, now)
    ticket = _open(tx, who, command.channel, by, command.policy, now, text=command.text)
    new = messages.NewMessage(
        ticket=ticket.id, direction="in", author_kind="client", author=who.id, channel=command.channel,
        account=command.account, text=command.text, facts=command.facts, extra={"entered_by": by.id}, rule="entered",
        files=command.files, happened_at=command.happened_at,
    )  # fmt: skip
    key = messages.add(tx, new, now)
    show.fed(tx, ticket.id, key, command.policy, now)
    receive.begin(tx, ticket, command.policy, command.happened_at, now, trusted=True)
    return Entered(ticket=ticket.id, message=key)


@dataclass(frozen=True, kw_only=True)
class WriteFirst:
    """The first words go to the client by the identity given; its channel becomes the ticket's. `source` as in Say."""

    by: Actor
    cause: str
    policy: Policy
    requester: int
    text: str
    happened_at: datetime
    entities: Sequence[Fact] = ()
    files: Sequence[File] = ()
    facts: Sequence[Fact] = ()
    source: tuple[int, int, int] | None = None


def write_first(tx: Tx, command: WriteFirst, now: datetime) -> Entered:
    return causes.once(tx, command.cause, now, lambda: _write_first(tx, command, now), lambda kept: Entered(**kept))


def _write_first(tx: Tx, command: WriteFirst, now: datetime) -> Entered:
    by = _staff(tx, command.by, "write_first")
    who = _requester(tx, command.requester, None, now)
    if who.kind not in {"telegram", "email"}:
        raise DeskError("no_channel")
    channel: Channel = "telegram" if who.kind == "telegram" else "email"
    ticket = _open(tx, who, channel, by, command.policy, now, text=command.text)
    tickets.change(tx, ticket.id, now, assignee=by.id)
    tickets.record(tx, Event(ticket=ticket.id, kind="assigned", actor=by, happened_at=now, data={"to": by.id}), now)
    said = answer.say(
        tx,
        answer.Say(
            ticket=ticket.id, kind="answer", text=command.text, by=Actor(kind="staff", id=by.id, role="admin"),
            cause=f"{command.cause}:words", policy=command.policy, happened_at=command.happened_at,
            entities=command.entities, files=command.files, facts=command.facts, source=_elsewhere(tx, command),
        ),
        now,
    )  # fmt: skip
    if command.source:
        account, chat, number = command.source
        own = Copy(account=account, chat=chat, external_id=number, role="staff", ticket=ticket.id, message=said.message)
        copies.put(tx, own, now)
    return Entered(ticket=ticket.id, message=said.message)


def _elsewhere(tx: Tx, command: WriteFirst) -> tuple[int, int, int] | None:
    """Words written in the group stand outside the new ticket's topic: without a source they are shown there."""
    here = show.room(tx, command.policy)
    return None if here and command.source and command.source[1] == here.chat else command.source


def _staff(tx: Tx, by: Actor, deed: rights.Deed) -> Actor:
    who = step.actor(tx, by)
    rights.require(who, deed, rights.Scope(assignee=None, line=0))
    return who


def _requester(tx: Tx, key: int | None, sender: Sender | None, now: datetime) -> Identity:
    who = people.get(tx, key) if key is not None else None
    if who is None and sender is not None:
        who = people.ensure(tx, sender, None, now)
    if who is None:
        raise NotFound("no_such_client")
    return who


def _open(
    tx: Tx, who: Identity, channel: Channel, by: Actor, policy: Policy, now: datetime, *, text: str
) -> Ticket:  # fmt: skip
    account, chat = None, None
    if channel == "telegram":
        account, chat = who.account or policy.bot, int(who.address) if who.kind == "telegram" else None
    elif channel == "email":
        account = who.account if who.account in policy.posts else next(iter(policy.posts), None)
    new = NewTicket(
        subject=receive.headline(text), requester=who.person, channel=channel, account=account, chat=chat,
        line=policy.lines.get(account or 0, policy.first_line),
    )  # fmt: skip
    ticket = tickets.add(tx, new, now)
    tickets.join(tx, ticket.id, who.id, "requester", "staff")
    record = Event(
        ticket=ticket.id, kind="created", actor=by, happened_at=now, data={"channel": channel, "line": ticket.line}
    )
    tickets.record(tx, record, now)
    show.opened(tx, ticket.id, policy, now)
    return ticket
