"""A client's own requests as lists: tabs with counts, what is unread, search. Every query asks whose they are.

What was said in one of them is read by `dialogue`; what anybody may do, by the actions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa

from okno.desk.ticket import ENDED, STATUSES, Status
from okno.queue import words
from okno.queue.tables import identity, letter, message, participant, ticket
from okno.queue.transaction import Tx

Tab = Literal["new", "work", "answer", "ready", "closed", "all"]
TABS: Final[tuple[Tab, ...]] = get_args(Tab)
_STATES: Final[Mapping[Tab, frozenset[Status]]] = {
    "new": frozenset({"new"}),
    "work": frozenset({"open", "waiting_other"}),
    "answer": frozenset({"waiting_client", "waiting_approval"}),
    "ready": frozenset({"done"}),
    "closed": ENDED,
    "all": frozenset(STATUSES),
}
_NUMBER: Final = re.compile(r"[#№]?\s*(\d{1,15})")  # ids are 64 bits
_NAMED: Final = ticket.c.id.in_(sa.bindparam("keys", expanding=True))

OWN: Final = sa.select(identity.c.id).where(identity.c.person == sa.bindparam("person"))
_MINE: Final = sa.select(participant.c.ticket).where(participant.c.identity.in_(OWN))
_ARRIVED: Final = sa.exists().where(
    letter.c.message == message.c.id, letter.c.kind == "answer", letter.c.state == "sent"
)
# What clients may read: their own side's words, and answers that have reached it. Never notes, never what is held,
# recalled or refused.
PUBLIC: Final = sa.or_(
    sa.and_(message.c.direction == "in", message.c.author_kind == "client"),
    sa.and_(message.c.direction == "out", _ARRIVED),
)
_SEEN: Final = (
    sa.select(sa.func.coalesce(sa.func.max(participant.c.seen_message), 0))
    .where(participant.c.ticket == ticket.c.id, participant.c.identity.in_(OWN))
    .correlate(ticket)
    .scalar_subquery()
)
_UNREAD: Final = (
    sa.select(sa.func.count())
    .select_from(message)
    .where(
        message.c.ticket == ticket.c.id, message.c.id > _SEEN, PUBLIC,
        sa.or_(message.c.direction == "out", message.c.author.not_in(OWN)),
    )
    .correlate(ticket)
    .scalar_subquery()
    .label("unread")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Request:
    """One line of a client's list. `unread`: answers and colleagues' words they have not opened yet."""

    number: int
    status: Status
    subject: str
    updated_at: datetime
    unread: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """Of one tab: its requests, and those of them with something unread."""

    requests: int
    unread: int


@dataclass(frozen=True, kw_only=True)
class Look:
    """Whose requests (a person's), of which tab; `page` counts from 1, `size` is how many stand on one."""

    person: int
    tab: Tab = "all"
    page: int = 1
    size: int = 6


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page. `page` is the one shown: the last when a later one was asked for."""

    requests: list[Request]
    counts: Mapping[Tab, Count]
    page: int
    pages: int


def sheet(tx: Tx, look: Look) -> Sheet:
    """What waits for the client stands first, what is closed last, each by the latest change."""
    totals = counts(tx, look.person)
    page, pages = _bounded(look.page, totals[look.tab].requests, look.size)
    query = _lines(ticket.c.status.in_(sorted(_STATES[look.tab]))).order_by(
        _rank(), ticket.c.updated_at.desc(), ticket.c.id.desc()
    )
    lines = _page(tx, query, {"person": look.person}, page, look.size)
    return Sheet(requests=lines, counts=totals, page=page, pages=pages)


def counts(tx: Tx, person: int) -> dict[Tab, Count]:
    """All tabs in one query."""
    each = sa.select(ticket.c.status, _UNREAD).where(ticket.c.id.in_(_MINE)).subquery()
    fresh = sa.func.sum(sa.case((each.c.unread > 0, 1), else_=0))
    query = sa.select(each.c.status, sa.func.count().label("requests"), fresh.label("unread")).group_by(each.c.status)
    found = {row.status: row for row in tx.rows(query, {"person": person})}
    return {
        tab: Count(
            requests=sum(found[one].requests for one in states if one in found),
            unread=int(sum(found[one].unread for one in states if one in found)),
        )
        for tab, states in _STATES.items()
    }


@dataclass(frozen=True, kw_only=True)
class Find:
    """`asked`: a number, or words of which one public message must have all."""

    person: int
    asked: str
    page: int = 1
    size: int = 6


@dataclass(frozen=True, kw_only=True)
class Found:
    requests: list[Request]
    total: int
    page: int
    pages: int


def find(tx: Tx, ask: Find) -> Found:
    """Among a client's own requests, closed ones too: the one of that number first, then the latest."""
    keys = _having(tx, ask.person, ask.asked)
    page, pages = _bounded(ask.page, len(keys), ask.size)
    shown = keys[(page - 1) * ask.size : page * ask.size]
    rows = tx.rows(_lines(_NAMED), {"person": ask.person, "keys": shown})
    lines = sorted((Request(**row._mapping) for row in rows), key=lambda one: shown.index(one.number))
    return Found(requests=lines, total=len(keys), page=page, pages=pages)


def _having(tx: Tx, who: int, asked: str) -> list[int]:
    number = asked_number(asked) or 0  # which no ticket has
    such = ticket.c.id == number
    values: dict[str, Any] = {"person": who}
    wanted = words.query_words(asked)
    if wanted:
        values["asked"] = words.tsquery(wanted) if tx.postgres else words.fts5_match(wanted)
        # Notes are indexed too: without PUBLIC a client could guess their words.
        said = sa.select(message.c.ticket).where(message.c.id.in_(_matching(tx)), message.c.ticket.in_(_MINE), PUBLIC)
        such = sa.or_(such, ticket.c.id.in_(said))
    first = sa.case((ticket.c.id == number, 0), else_=1)
    query = sa.select(ticket.c.id).where(ticket.c.id.in_(_MINE), such)
    return list(tx.run(query.order_by(first, ticket.c.updated_at.desc(), ticket.c.id.desc()), values).scalars())


def asked_number(asked: str) -> int | None:
    """The number that was asked for, as in "142" or "#142"; None for words."""
    named = _NUMBER.fullmatch(asked.strip())
    return int(named[1]) if named else None


def _matching(tx: Tx) -> sa.Select[Any]:
    """Ids of messages with the words, of everybody's: what may be seen of them is the caller's question."""
    if tx.postgres:
        index = sa.table("search", sa.column("id"), sa.column("words"))
        return sa.select(index.c.id).where(
            index.c.words.op("@@")(sa.func.to_tsquery(sa.literal_column("'simple'"), sa.bindparam("asked")))
        )
    index = sa.table("search", sa.column("rowid"))
    return sa.select(index.c.rowid).where(sa.literal_column("search").op("MATCH")(sa.bindparam("asked")))


def _lines(such: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns = (ticket.c.id.label("number"), ticket.c.status, ticket.c.subject, ticket.c.updated_at, _UNREAD)
    return sa.select(*columns).where(ticket.c.id.in_(_MINE), such)


def _rank() -> sa.ColumnElement[int]:
    waits = _STATES["answer"] | _STATES["ready"]
    return sa.case((ticket.c.status.in_(sorted(waits)), 0), (ticket.c.status.in_(sorted(ENDED)), 2), else_=1)


def _page(tx: Tx, query: sa.Select[Any], values: Mapping[str, Any], page: int, size: int) -> list[Request]:
    rows = tx.rows(query.limit(size).offset((page - 1) * size), values)
    return [Request(**row._mapping) for row in rows]


def _bounded(page: int, total: int, size: int) -> tuple[int, int]:
    pages = max(-(-total // size), 1)
    return min(max(page, 1), pages), pages
