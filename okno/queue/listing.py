"""Tickets as a list and one ticket whole, with names in the place of ids: for those who look from outside the desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from okno.desk.ticket import ENDED, Priority, Status
from okno.queue import attachments, deliveries, messages, search, tickets
from okno.queue.attachments import Attachment
from okno.queue.deliveries import Sending
from okno.queue.messages import Message
from okno.queue.requests import asked_number
from okno.queue.tables import clock, identity, line, person, staff, ticket
from okno.queue.tickets import PRIORITY, Recorded
from okno.queue.transaction import Tx

_FOUND: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Ask:
    """`status` None: every state. `words`: words of which one message has all, or a number."""

    status: Status | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """`requester` and `assignee` are names; `addresses` are the requester's, as (kind, address)."""

    number: int
    status: Status
    priority: Priority
    subject: str
    requester: str
    addresses: tuple[tuple[str, str], ...]
    channel: str
    assignee: str | None
    line: str
    created_at: datetime
    updated_at: datetime
    first_response_due_at: datetime | None
    resolve_due_at: datetime | None
    merged_into: int | None


def numbers(tx: Tx, ask: Ask) -> list[int]:
    """What is to be done stands first, the most urgent and oldest of it; then what waits for the client's word; then
    what is over, the newest first. What was found by words comes in that order too.
    """
    over = ticket.c.status.in_(sorted(ENDED))
    rank = sa.case((over, 2), (ticket.c.status == "done", 1), else_=0)
    query = sa.select(ticket.c.id).order_by(
        rank, sa.case((over, 0), else_=-ticket.c.urgency), sa.case((over, -ticket.c.id), else_=ticket.c.id)
    )
    if ask.status:
        query = query.where(ticket.c.status == ask.status)
    if ask.words.strip():
        named = asked_number(ask.words)
        query = query.where(ticket.c.id.in_([*search.find(tx, ask.words, _FOUND), *([named] if named else [])]))
    return list(tx.run(query).scalars())


_LINES: Final = (
    sa.select(
        ticket.c.id.label("number"), ticket.c.status, ticket.c.urgency, ticket.c.subject, ticket.c.requester,
        ticket.c.channel, staff.c.name.label("assignee"), line.c.name.label("line"), ticket.c.created_at,
        ticket.c.updated_at, ticket.c.merged_into, person.c.name.label("name"),
    )
    .select_from(ticket.join(line).join(person).outerjoin(staff))
    .where(ticket.c.id.in_(sa.bindparam("keys", expanding=True)))
)  # fmt: skip
_CLOCKS: Final = sa.select(clock.c.subject, clock.c.kind, clock.c.due_at).where(
    clock.c.subject_kind == "ticket", clock.c.kind.in_(("first_answer", "resolve")),
    clock.c.subject.in_(sa.bindparam("keys", expanding=True)),
)  # fmt: skip
_ADDRESSES: Final = (
    sa.select(identity.c.person, identity.c.kind, identity.c.address, identity.c.username)
    .where(identity.c.person.in_(sa.bindparam("keys", expanding=True)))
    .order_by(identity.c.id)
)


def lines(tx: Tx, keys: Sequence[int]) -> list[Listed]:
    """These tickets in this order, a few hundred at a time; those that are not there are left out."""
    rows = {row.number: row for row in tx.rows(_LINES, {"keys": list(keys)})}
    due = {(row.subject, row.kind): row.due_at for row in tx.rows(_CLOCKS, {"keys": list(keys)})}
    people: dict[int, list[Any]] = {}
    for row in tx.rows(_ADDRESSES, {"keys": list({row.requester for row in rows.values()})}):
        people.setdefault(row.person, []).append(row)
    return [_line(rows[key], people.get(rows[key].requester, []), due) for key in keys if key in rows]


def _line(row: Any, known: Sequence[Any], due: Mapping[tuple[int, str], datetime]) -> Listed:
    # The address the ticket came by says best who this is.
    mine = next((one for one in known if one.kind == row.channel), known[0] if known else None)
    return Listed(
        number=row.number, status=row.status, priority=PRIORITY[row.urgency], subject=row.subject,
        requester=row.name or (mine.username or mine.address if mine else ""),
        addresses=tuple((one.kind, one.address) for one in known), channel=row.channel, assignee=row.assignee,
        line=row.line, created_at=row.created_at, updated_at=row.updated_at, merged_into=row.merged_into,
        first_response_due_at=due.get((row.number, "first_answer")), resolve_due_at=due.get((row.number, "resolve")),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One ticket with all that was said and done in it and in those merged into it; `names` are of who did it."""

    listed: Listed
    merged: tuple[int, ...]
    messages: Sequence[Message]
    files: Mapping[int, Sequence[Attachment]]
    sendings: Mapping[int, Sequence[Sending]]
    events: Sequence[Recorded]
    names: Mapping[tuple[str, int], str]


def whole(tx: Tx, number: int) -> Whole | None:
    """None when there is no such ticket."""
    found = lines(tx, [number])
    if not found:
        return None
    keys = tickets.merged(tx, number)
    said = _said(tx, keys)
    files: dict[int, list[Attachment]] = {}
    sendings: dict[int, list[Sending]] = {}
    for batch in _batches([one.id for one in said]):
        sendings |= deliveries.of_messages(tx, batch)
        for file in attachments.of_messages(tx, batch):
            files.setdefault(file.message, []).append(file)
    done = tickets.history(tx, keys)
    return Whole(
        listed=found[0], merged=tuple(keys[1:]), messages=said, files=files, sendings=sendings, events=done,
        names=_names(tx, said, done),
    )  # fmt: skip


def _said(tx: Tx, keys: Sequence[int]) -> list[Message]:
    said: list[Message] = []
    while page := messages.of_tickets(tx, keys, said[-1].id if said else 0):
        said += page
    return said


def _names(tx: Tx, said: Iterable[Message], done: Iterable[Recorded]) -> dict[tuple[str, int], str]:
    """By kind and id: `identity` writes messages, `client` (a person) acts in events, `staff` does both."""
    wanted: dict[str, set[int]] = {"identity": set(), "client": set(), "staff": set()}
    for message in said:
        if message.author is not None:
            wanted["staff" if message.author_kind == "staff" else "identity"].add(message.author)
    for event in done:
        if event.actor is not None and event.actor_kind in wanted:
            wanted[event.actor_kind].add(event.actor)
    queries = {
        "identity": sa.select(identity.c.id, person.c.name, identity.c.username, identity.c.address).join_from(
            identity, person
        ),
        "client": sa.select(person.c.id, person.c.name),
        "staff": sa.select(staff.c.id, staff.c.name),
    }
    found: dict[tuple[str, int], str] = {}
    for kind, query in queries.items():
        column = query.selected_columns[0]
        for batch in _batches(sorted(wanted[kind])):
            for row in tx.rows(query.where(column.in_(batch))):
                found[kind, row[0]] = next(filter(None, row[1:]), "")
    return found


def _batches(keys: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
