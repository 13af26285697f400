"""Tickets, their participants, events and messages as rows. Rules stand in `desk`, what happens in `actions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.desk.message import Channel
from okno.desk.rights import Actor, Scope
from okno.desk.ticket import Priority, Status
from okno.errors import NotFound
from okno.queue.fixed import Fixed, listed
from okno.queue.tables import event, identity, participant, ticket
from okno.queue.transaction import Tx

# Kept as a number so that the queue can be ordered by it.
URGENCY: Final[dict[Priority, int]] = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
PRIORITY: Final[dict[int, Priority]] = {number: name for name, number in URGENCY.items()}


@dataclass(frozen=True, kw_only=True)
class Ticket:
    id: int
    status: Status
    status_before: Status | None
    urgency: int
    subject: str
    requester: int
    channel: Channel
    account: int | None
    chat: int | None
    line: int
    project: int | None
    assignee: int | None
    merged_into: int | None
    continues: int | None
    maybe: int | None
    quiet: bool
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    postponed_until: datetime | None

    @property
    def priority(self) -> Priority:
        return PRIORITY[self.urgency]


_BY_ID: Final = Fixed(sa.select(ticket).where(ticket.c.id == sa.bindparam("key")))


def find(tx: Tx, key: int) -> Ticket | None:
    row = tx.one(_BY_ID, {"key": key})
    return Ticket(**row._mapping) if row else None


def get(tx: Tx, key: int) -> Ticket:
    """Raises NotFound."""
    found = find(tx, key)
    if found is None:
        raise NotFound("not_found")
    return found


def followed(tx: Tx, key: int) -> Ticket:
    """The ticket, or the one it was merged into. Raises NotFound."""
    found = get(tx, key)
    while found.merged_into is not None:
        found = get(tx, found.merged_into)
    return found


_PEOPLE: Final = Fixed(
    sa.select(identity.c.person).join_from(participant, identity).where(participant.c.ticket == sa.bindparam("key"))
)


def scope(tx: Tx, one: Ticket) -> Scope:
    people = frozenset(row.person for row in tx.rows(_PEOPLE, {"key": one.id}))
    return Scope(assignee=one.assignee, line=one.line, participants=people)


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    subject: str
    requester: int
    channel: Channel
    account: int | None
    chat: int | None
    line: int
    continues: int | None = None
    maybe: int | None = None
    quiet: bool = False
    urgency: int = 1


_INSERT: Final = Fixed(sa.insert(ticket).returning(ticket.c.id))


def add(tx: Tx, new: NewTicket, now: datetime) -> Ticket:
    values: dict[str, Any] = {
        "status": "new", "status_before": None, "urgency": new.urgency, "subject": new.subject,
        "requester": new.requester, "channel": new.channel, "account": new.account, "chat": new.chat,
        "line": new.line, "project": None, "assignee": None, "merged_into": None, "continues": new.continues,
        "maybe": new.maybe, "quiet": new.quiet, "created_at": now, "updated_at": now, "answered_at": None,
        "closed_at": None, "postponed_until": None,
    }  # fmt: skip
    return Ticket(id=tx.value(_INSERT, values), **values)


def change(tx: Tx, key: int, now: datetime, **values: Any) -> None:
    tx.do(_change(tuple(values)), {"key": key, "now": now, **{f"new_{name}": values[name] for name in values}})


@cache
def _change(names: tuple[str, ...]) -> Fixed:
    """One for each set of columns that some action changes."""
    values = {name: sa.bindparam(f"new_{name}", type_=ticket.c[name].type) for name in names}
    return Fixed(
        sa.update(ticket)
        .where(ticket.c.id == sa.bindparam("key"))
        .values(updated_at=sa.bindparam("now", type_=ticket.c.updated_at.type), **values)
    )


_JOIN: Final = Fixed(
    sqlite.insert(participant).on_conflict_do_nothing(), postgresql.insert(participant).on_conflict_do_nothing()
)


def join(tx: Tx, key: int, who: int, role: str, proof: str) -> bool:
    """Adds an identity to the ticket; False when it was there."""
    values = {"ticket": key, "identity": who, "role": role, "proof": proof, "seen_message": 0}
    return tx.do(_JOIN, values) == 1


def leave(tx: Tx, key: int, who: int) -> None:
    tx.run(sa.delete(participant).where(participant.c.ticket == key, participant.c.identity == who))


@dataclass(frozen=True, kw_only=True)
class Participant:
    identity: int
    person: int
    kind: str
    address: str
    role: str
    proof: str
    account: int | None
    unreachable_at: datetime | None


_PARTICIPANTS: Final = Fixed(
    sa.select(
        participant.c.identity, identity.c.person, identity.c.kind, identity.c.address, participant.c.role,
        participant.c.proof, identity.c.account, identity.c.unreachable_at,
    )
    .join_from(participant, identity)
    .where(participant.c.ticket == sa.bindparam("key"))
    .order_by(participant.c.id)
)  # fmt: skip


def participants(tx: Tx, key: int) -> list[Participant]:
    return [Participant(**row._mapping) for row in tx.rows(_PARTICIPANTS, {"key": key})]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the ticket's history: ids and enumerations, never words or names, so that erasing erases."""

    ticket: int
    kind: str
    actor: Actor
    happened_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


_EVENT: Final = Fixed(sa.insert(event))


def record(tx: Tx, one: Event, now: datetime) -> None:
    values = {
        "ticket": one.ticket, "kind": one.kind, "actor_kind": one.actor.kind, "actor": one.actor.id,
        "data": dict(one.data), "happened_at": one.happened_at, "recorded_at": now,
    }  # fmt: skip
    tx.do(_EVENT, values)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    id: int
    kind: str
    actor_kind: str
    actor: int | None
    data: dict[str, Any]
    happened_at: datetime
    recorded_at: datetime


def history(tx: Tx, keys: Sequence[int]) -> list[Recorded]:
    """Events of these tickets in the order they were recorded."""
    names = ("id", "kind", "actor_kind", "actor", "data", "happened_at", "recorded_at")
    query = sa.select(*(event.c[name] for name in names)).where(event.c.ticket.in_(keys)).order_by(event.c.id)
    return [Recorded(**row._mapping) for row in tx.rows(query)]


_PARTS: Final = Fixed(*(
    sa.select(ticket.c.id).where(ticket.c.merged_into.in_(listed("into", sa.BigInteger, postgres=postgres)))
    for postgres in (False, True)
))  # fmt: skip


def merged(tx: Tx, key: int) -> list[int]:
    """The ticket's own id and those merged into it, at any depth."""
    found, fresh = [key], [key]
    while fresh:
        fresh = [row.id for row in tx.rows(_PARTS, {"into": fresh})]
        found += fresh
    return found
