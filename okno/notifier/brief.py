"""What texts need to know of a ticket, gathered from the store in one query for cards, alerts, feeds and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from okno.desk.ticket import Status
from okno.queue import attachments, clocks, messages, people, roster, tables, tickets
from okno.queue.attachments import Attachment
from okno.queue.fixed import Fixed
from okno.queue.messages import Message
from okno.queue.tickets import Participant, Ticket
from okno.queue.transaction import Tx

_PAST: Final = 10


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message with its files and the name of who said it, as staff see it."""

    message: Message
    author: str
    files: Sequence[Attachment]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Typed data about the content, files among them."""
        told = list(self.message.data.get("facts") or [])
        return [*told, *(_fact(file) for file in self.files if not file.inline)]


def _fact(file: Attachment) -> dict[str, Any]:
    fact: dict[str, Any] = {**file.facts, "kind": file.kind}
    fact.pop("too_big", None)
    if file.name:
        fact["name"] = file.name
    if file.size:
        fact["size"] = file.size
    if file.state == "failed":
        fact["kind"] = "too_big" if file.reason == "too_big" else "failed"
    return fact


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What stands before `line` is all that a letter to the client needs."""

    ticket: Ticket
    client: str
    contact: str
    language: str
    line: str = ""
    assignee: roster.Member | None = None
    last: Said | None = None
    clocks: Mapping[str, datetime] = field(default_factory=dict)
    warnings: Sequence[Mapping[str, Any]] = ()
    undelivered: int = 0
    why: Mapping[str, Any] | None = None

    @property
    def number(self) -> int:
        return self.ticket.id

    @property
    def status(self) -> Status:
        return self.ticket.status


_LINE: Final = Fixed(sa.select(tables.line.c.name).where(tables.line.c.id == sa.bindparam("key")))
_NEWEST: Final = Fixed(
    sa.select(tables.message.c.id)
    .where(tables.message.c.ticket == sa.bindparam("key"), tables.message.c.direction != "note")
    .order_by(tables.message.c.id.desc())
    .limit(1)
)


def outline(tx: Tx, ticket: Ticket) -> Brief:
    """Without what only staff are shown."""
    return _outline(ticket, people.of_person(tx, ticket.requester))


def brief(tx: Tx, key: int) -> Brief:
    """Raises NotFound. A merged ticket's brief is its own, not its target's."""
    ticket = tickets.get(tx, key)
    known = people.of_person(tx, ticket.requester)
    last = tx.value(_NEWEST, {"key": key})
    return replace(
        _outline(ticket, known),
        line=str(tx.value(_LINE, {"key": ticket.line}) or ""),
        assignee=roster.get(tx, ticket.assignee) if ticket.assignee else None,
        last=said(tx, last) if last else None,
        clocks=clocks.of(tx, key),
        warnings=_warnings(ticket, known, tickets.participants(tx, key)),
        undelivered=_undelivered(tx, key),
        why=_why(tx, ticket),
    )


def _outline(ticket: Ticket, known: Sequence[people.Identity]) -> Brief:
    # The address the ticket came by says best who this is.
    mine = next((one for one in known if one.kind == ticket.channel), known[0] if known else None)
    return Brief(
        ticket=ticket,
        client=(mine.name or mine.username or mine.address) if mine else "",
        contact=_contact(mine),
        language=mine.language if mine else "",
    )


def _contact(one: people.Identity | None) -> str:
    if one is None:
        return ""
    if one.kind == "telegram":
        return f"@{one.username}" if one.username else ""
    return one.address if one.address != one.name else ""


def said(tx: Tx, key: int) -> Said | None:
    """None when there is no such message."""
    message = messages.get(tx, key)
    if message is None:
        return None
    return Said(message=message, author=author(tx, message), files=attachments.of_messages(tx, [key]))


def author(tx: Tx, message: Message) -> str:
    if message.author is None:
        return ""
    if message.author_kind == "staff":
        return roster.get(tx, message.author).name
    who = people.get(tx, message.author)
    return (who.name or who.username or who.address) if who else ""


def _warnings(
    ticket: Ticket, known: Sequence[people.Identity], joined: Sequence[Participant]
) -> list[Mapping[str, Any]]:  # fmt: skip
    found: list[Mapping[str, Any]] = []
    mine = next((one for one in joined if one.role == "requester"), None)
    if mine is not None and mine.kind == "email" and mine.proof == "fail":
        found.append({"kind": "sender_denied"})
    found += [
        {"kind": "unreachable", "channel": one.kind}
        for one in known
        if one.unreachable_at is not None and one.kind == ticket.channel
    ]
    return found


_ANSWERS: Final = Fixed(
    sa.select(tables.letter.c.message, tables.letter.c.state).where(
        tables.letter.c.ticket == sa.bindparam("key"), tables.letter.c.kind == "answer"
    )
)


def _undelivered(tx: Tx, key: int) -> int:
    """Answers refused and not sent since by another letter."""
    states: dict[int, set[str]] = {}
    for row in tx.rows(_ANSWERS, {"key": key}):
        states.setdefault(row.message, set()).add(row.state)
    return sum("refused" in found and not found & {"sent", "queued", "leaving"} for found in states.values())


_GIVEN: Final = Fixed(
    sa.select(*(tables.event.c[name] for name in ("kind", "actor_kind", "actor", "data")))
    .where(tables.event.c.ticket == sa.bindparam("key"), tables.event.c.kind.in_(("assigned", "taken")))
    .order_by(tables.event.c.id.desc())
    .limit(_PAST)
)


def _why(tx: Tx, ticket: Ticket) -> Mapping[str, Any] | None:
    """Why its assignee has it: the last event that gave it to somebody."""
    past = tx.rows(_GIVEN, {"key": ticket.id})
    # Who takes what they had been given only says that they begin.
    row = next((one for one in past if one.kind == "assigned" or one.data.get("from") != one.data.get("to")), None)
    if row is None:
        return {"kind": "nobody_free"} if ticket.assignee is None and ticket.status == "new" else None
    if row.kind == "taken":
        before = row.data.get("from")
        return {"kind": "took_over", "by": roster.get(tx, before).name} if before is not None else {"kind": "took"}
    if row.actor_kind == "staff":
        return {"kind": "by_staff", "by": roster.get(tx, row.actor).name}
    load = next((load for one, load in row.data.get("log", ()) if one == row.data.get("to")), None)
    return {"kind": "least_load", **({"load": load} if isinstance(load, int) else {})}
