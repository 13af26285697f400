"""One request as its client may read it: public words in order, who said them, their files. Never notes or events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from okno.desk import rights
from okno.desk.rights import Actor
from okno.queue import attachments, tickets
from okno.queue.attachments import Attachment
from okno.queue.messages import Message
from okno.queue.requests import OWN, PUBLIC
from okno.queue.tables import event, identity, letter, line, message, person, staff, ticket
from okno.queue.tickets import Ticket
from okno.queue.transaction import Tx

_LEAVING: Final = ("queued", "leaving")
_ENDS: Final = ("accepted", "acceptance_passed", "returned", "closed", "silence", "client_wrote", "reopened")


@dataclass(frozen=True, kw_only=True)
class One:
    """Whose request (a person's), and which."""

    person: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Words:
    """Something said. `mine`: by this very person. `author`: the colleague's or staff member's name as we know it."""

    message: Message
    mine: bool
    author: str
    files: Sequence[Attachment]


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """`ticket` is the one it was merged into, if it was; `words` are theirs together, the oldest first."""

    ticket: Ticket
    line: str
    assignee: str
    words: list[Words]


def mine(tx: Tx, one: One) -> Ticket:
    """The request, or the one it was merged into. Raises NotFound for what does not exist and what is not theirs."""
    found = tickets.followed(tx, one.number)
    rights.require(Actor(kind="client", id=one.person), "read", tickets.scope(tx, found))
    return found


def read(tx: Tx, one: One) -> Dialogue:
    """Raises NotFound."""
    found = mine(tx, one)
    about = tx.one(
        sa.select(line.c.name.label("line"), sa.func.coalesce(staff.c.name, "").label("assignee"))
        .select_from(ticket.join(line, line.c.id == ticket.c.line).outerjoin(staff, staff.c.id == ticket.c.assignee))
        .where(ticket.c.id == found.id)
    )
    assert about is not None
    said = _said(tx, found, one.person)
    return Dialogue(ticket=found, line=about.line, assignee=about.assignee, words=said)


def _said(tx: Tx, found: Ticket, reader: int) -> list[Words]:
    query = sa.select(message).where(message.c.ticket.in_(tickets.merged(tx, found.id)), PUBLIC)
    rows = tx.rows(query.order_by(message.c.happened_at, message.c.id))
    names = _names(tx, rows) | {("in", None): _named(tx, found.requester)}
    own: set[int | None] = set(tx.run(OWN, {"person": reader}).scalars())
    # Why a request was returned is kept without an identity: the requester's own words.
    own |= {None} if found.requester == reader else set()
    files = _files(tx, [row.id for row in rows])
    return [
        Words(
            message=Message(**row._mapping), mine=row.direction == "in" and row.author in own,
            author=names.get((row.direction, row.author), ""), files=files.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _named(tx: Tx, key: int) -> str:
    return str(tx.value(sa.select(person.c.name).where(person.c.id == key)) or "")


def _names(tx: Tx, rows: Sequence[sa.Row[Any]]) -> dict[tuple[str, int | None], str]:
    clients = {row.author for row in rows if row.direction == "in" and row.author is not None}
    members = {row.author for row in rows if row.direction == "out" and row.author is not None}
    called = sa.case((person.c.name != "", person.c.name), else_=identity.c.address)
    people = sa.select(identity.c.id, called.label("name")).join_from(identity, person)
    found: dict[tuple[str, int | None], str] = {}
    found |= {("in", row.id): row.name for row in tx.rows(people.where(identity.c.id.in_(clients)))}
    ours = sa.select(staff.c.id, staff.c.name).where(staff.c.id.in_(members))
    return found | {("out", row.id): row.name for row in tx.rows(ours)}


def _files(tx: Tx, keys: Collection[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for one in attachments.of_messages(tx, list(keys)):
        # The raw mail and its inline pictures are the mail itself, not files somebody sent along.
        if one.kind != "raw" and not one.inline:
            found.setdefault(one.message, []).append(one)
    return found


def seen_up_to(tx: Tx, found: Ticket) -> int:
    """The newest public message with no answer on its way before it: that one is unread when it arrives."""
    together = message.c.ticket.in_(tickets.merged(tx, found.id))
    leaving = sa.select(sa.func.min(message.c.id)).join_from(message, letter, letter.c.message == message.c.id)
    held = tx.value(leaving.where(together, letter.c.kind == "answer", letter.c.state.in_(_LEAVING)))
    newest = sa.select(sa.func.max(message.c.id)).where(together, PUBLIC)
    return int(tx.value(newest if held is None else newest.where(message.c.id < held)) or 0)


def last_end(tx: Tx, key: int) -> str:
    """How it last ended or came back to life, a kind of event; empty when it never did."""
    query = sa.select(event.c.kind).where(event.c.ticket == key, event.c.kind.in_(_ENDS))
    return str(tx.value(query.order_by(event.c.id.desc()).limit(1)) or "")
