"""What clients do besides writing: say hello, choose which request they meant, ask for a new one, read, speak."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from okno.desk.message import Sender
from okno.desk.rights import Actor
from okno.desk.ticket import ENDED
from okno.errors import NotFound
from okno.queue import causes, dialogue, messages, people, tables, tickets
from okno.queue.actions import duty, receive, show, step
from okno.queue.actions.policy import Policy
from okno.queue.messages import Message
from okno.queue.people import Identity
from okno.queue.tickets import Event, NewTicket
from okno.queue.transaction import Tx

_FRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """An identity's wish; `value` is the language for `speak`."""

    identity: int
    cause: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Meet:
    """Somebody turns to the desk without words of a request yet: pressed Start, asked for the list."""

    sender: Sender
    account: int
    cause: str


def meet(tx: Tx, command: Meet, now: datetime) -> Identity:
    """Who it is, known or made now. Whoever had blocked the bot is back."""
    who = people.ensure(tx, command.sender, command.account, now)
    if causes.first_time(tx, command.cause, now) and who.unreachable_at is not None:
        _reached(tx, who.id, "", now)
    return _identity(tx, who.id)


def ask_new(tx: Tx, command: Ask, now: datetime) -> None:
    """Their next message within the hour starts a new request."""
    if causes.first_time(tx, command.cause, now):
        people.set_fresh(tx, command.identity, now + _FRESH)


def speak(tx: Tx, command: Ask, now: datetime) -> Identity:
    """Who they are, with the language they read from now on."""
    if causes.first_time(tx, command.cause, now):
        who = _identity(tx, command.identity)
        people.set_language(tx, who.person, command.value)
    return _identity(tx, command.identity)


def reachable(tx: Tx, command: Ask, now: datetime) -> None:
    """They blocked the bot (`value` says why) or are back (empty)."""
    if causes.first_time(tx, command.cause, now):
        _reached(tx, command.identity, command.value, now)


def _reached(tx: Tx, identity: int, why: str, now: datetime) -> None:
    """Whether they can be written to, `why` not when they cannot: their open requests say it to staff."""
    people.set_unreachable(tx, identity, why, now if why else None)
    seat, ticket = tables.participant, tables.ticket
    mine = sa.select(ticket.c.id).join_from(seat, ticket).where(seat.c.identity == identity)
    for key in tx.run(mine.where(ticket.c.status.not_in(sorted(ENDED)))).scalars().all():
        show.changed(tx, key, now)


@dataclass(frozen=True, kw_only=True)
class Seen:
    identity: int
    ticket: int


def seen(tx: Tx, command: Seen, now: datetime) -> None:
    """They have looked: what they could read is not unread any more. Raises NotFound for what is not theirs."""
    del now
    who = _identity(tx, command.identity)
    found = dialogue.mine(tx, dialogue.One(person=who.person, number=command.ticket))
    newest = dialogue.seen_up_to(tx, found)
    seat = tables.participant
    own = sa.select(tables.identity.c.id).where(tables.identity.c.person == who.person)
    # Each of their addresses, in this request and in those merged into it: the list asks each of them.
    mine = sa.and_(seat.c.ticket.in_(tickets.merged(tx, found.id)), seat.c.identity.in_(own))
    tx.run(sa.update(seat).where(mine, seat.c.seen_message < newest).values(seen_message=newest))


@dataclass(frozen=True, kw_only=True)
class Route:
    """The client says which request a message belongs to; `ticket` None: to a new one."""

    message: int
    ticket: int | None
    identity: int
    cause: str
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Routed:
    ticket: int


def route(tx: Tx, command: Route, now: datetime) -> Routed:
    """Moves the message, and those of the same burst that were guessed after it. Raises NotFound."""
    return causes.once(tx, command.cause, now, lambda: _route(tx, command, now), lambda kept: Routed(**kept))


def _route(tx: Tx, command: Route, now: datetime) -> Routed:
    who = _identity(tx, command.identity)
    first = messages.get(tx, command.message)
    if first is None or first.author != who.id or first.direction != "in":
        raise NotFound("not_found")
    target = command.ticket if command.ticket is not None else _new(tx, first, who, command, now)
    ticket, by = step.admit(tx, Actor(kind="client", id=who.person), "read", target)
    if ticket.id == first.ticket:
        return Routed(ticket=ticket.id)
    for one in _burst(tx, first, who):
        messages.move(tx, one, ticket.id)
        for number in (first.ticket, ticket.id):
            data = {"message": one.id, "from": first.ticket, "to": ticket.id}
            record = Event(ticket=number, kind="message_moved", actor=by, happened_at=now, data=data)
            tickets.record(tx, record, now)
        show.message(tx, one.id, "revised", command.policy, now)
    _end_again(tx, first, by, now)
    show.changed(tx, first.ticket, now)
    show.changed(tx, ticket.id, now)
    if command.ticket is not None and ticket.status != "spam":
        step.move(tx, ticket, "client_wrote", by, now, data={"message": first.id})
        duty.wrote(tx, ticket, first.id, command.policy, now)
    return Routed(ticket=ticket.id)


def _burst(tx: Tx, first: Message, who: Identity) -> list[Message]:
    """The message and what came after it on the same guess. What brought a request back was followed by words in it."""
    rules = {first.rule, "conversation"} if first.rule == "ended_guess" else {first.rule}
    later = messages.of_tickets(tx, [first.ticket], after=first.id - 1)
    return [one for one in later if one.author == who.id and one.direction == "in" and one.rule in rules]


def _end_again(tx: Tx, first: Message, by: Actor, now: datetime) -> None:
    """A request that only these words had brought back, and that nobody has worked on since, is over as it was."""
    old = tickets.get(tx, first.ticket)
    if first.rule != "ended_guess" or old.status != "open":
        return
    past = tickets.history(tx, [old.id])
    wrote = (at for at, one in enumerate(past) if one.kind == "client_wrote" and one.data.get("message") == first.id)
    back = next(wrote, None)
    if back is not None and not any(one.actor_kind == "staff" for one in past[back:]):
        step.move(tx, old, "closed", by, now)


def _new(tx: Tx, first: Message, who: Identity, command: Route, now: datetime) -> int:
    old = tickets.get(tx, first.ticket)
    policy = command.policy
    new = NewTicket(
        subject=receive.headline(first.text), requester=who.person, channel=old.channel, account=old.account,
        chat=old.chat, line=old.line,
    )  # fmt: skip
    ticket = tickets.add(tx, new, now)
    tickets.join(tx, ticket.id, who.id, "requester", "pass")
    by = Actor(kind="client", id=who.person)
    record = Event(ticket=ticket.id, kind="created", actor=by, happened_at=now, data={"from": old.id, "line": old.line})
    tickets.record(tx, record, now)
    show.opened(tx, ticket.id, policy, now)
    receive.begin(tx, ticket, policy, first.happened_at, now, trusted=True)
    return ticket.id


def _identity(tx: Tx, key: int) -> Identity:
    who = people.get(tx, key)
    if who is None:
        raise NotFound("not_found")
    return who
