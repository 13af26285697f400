"""Deadlines as rows: one per (subject, kind, scope, cycle), set and stopped in the transaction that moves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.fixed import Fixed
from okno.queue.tables import clock
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Clock:
    """`next_at` is when to look again, None once it has nothing left to say; `due_at` stays what was promised."""

    subject_kind: str = "ticket"
    subject: int
    kind: str
    scope: str = ""
    cycle: int = 0
    due_at: datetime
    next_at: datetime | None
    data: Mapping[str, Any] = field(default_factory=dict)


_KEY: Final = ("subject_kind", "subject", "kind", "scope", "cycle")


_SET: Final = ("due_at", "next_at", "data")


def _moving(insert: sqlite.Insert | postgresql.Insert) -> sa.Insert:
    change = {name: insert.excluded[name] for name in _SET}
    return insert.on_conflict_do_update(index_elements=list(_KEY), set_=change)


_START: Final = Fixed(_moving(sqlite.insert(clock)), _moving(postgresql.insert(clock)))
_STOP: Final = Fixed(
    sa.delete(clock).where(
        clock.c.subject_kind == "ticket", clock.c.subject == sa.bindparam("ticket"), clock.c.kind == sa.bindparam("of")
    )
)


def start(tx: Tx, one: Clock) -> None:
    """Sets it, or moves it where it is set already."""
    tx.do(_START, {name: getattr(one, name) for name in (*_KEY, *_SET)})
    tx.ring("clocks")


def stop(tx: Tx, ticket: int, *kinds: str) -> None:
    """Takes the ticket's clocks of these kinds off the list."""
    tx.do(_STOP, [{"ticket": ticket, "of": kind} for kind in kinds])


def due(tx: Tx, limit: int, now: datetime) -> list[Clock]:
    query = sa.select(clock).where(clock.c.next_at <= now).order_by(clock.c.next_at).limit(limit)
    names = (*_KEY, "due_at", "next_at", "data")
    return [Clock(**{name: getattr(row, name) for name in names}) for row in tx.rows(query)]


def move(tx: Tx, one: Clock, next_at: datetime | None) -> None:
    """The same clock, to be looked at again at `next_at` or never."""
    same = sa.and_(*(clock.c[name] == getattr(one, name) for name in _KEY))
    tx.run(sa.update(clock).where(same).values(next_at=next_at))


_EARLIEST: Final = Fixed(sa.select(sa.func.min(clock.c.next_at)).where(clock.c.next_at.is_not(None)))


def next_due(tx: Tx, _nothing: None) -> datetime | None:
    found: datetime | None = tx.value(_EARLIEST)
    return found


_OF: Final = Fixed(
    sa.select(clock.c.kind, clock.c.due_at).where(
        clock.c.subject_kind == "ticket", clock.c.subject == sa.bindparam("ticket")
    )
)


def of(tx: Tx, ticket: int) -> dict[str, datetime]:
    """When each of the ticket's clocks is due, by kind."""
    return {row.kind: row.due_at for row in tx.rows(_OF, {"ticket": ticket})}
