"""Mails put into the journal by hand: each claimed in the commit that keeps it, so that no drain takes it meanwhile.

After a crash the claim ends, and a drain finishes what was kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from okno.queue import journal
from okno.queue.journal import Arrived, Entry
from okno.queue.tables import journal as rows
from okno.queue.transaction import Tx

_CLAIM: Final = timedelta(minutes=15)
_ENTRY: Final = (
    "id", "account", "external_id", "kind", "lane", "payload", "blob", "happened_at", "recorded_at", "tries",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Enter:
    """`lane` is that of imports: what waits in it and belongs to nobody was left by one that died."""

    mails: Sequence[Arrived]
    worker: str


@dataclass(frozen=True, kw_only=True)
class Entered:
    """`fresh`: the caller's to work off. Otherwise it was there before, whatever became of it."""

    entry: Entry
    fresh: bool


def enter(tx: Tx, command: Enter, now: datetime) -> list[Entered]:
    """One for each mail, in order. The same bytes in the same account are the same mail, however they came."""
    return [_enter(tx, one, command.worker, now) for one in command.mails]


def _enter(tx: Tx, mail: Arrived, worker: str, now: datetime) -> Entered:
    same = sa.and_(rows.c.account == mail.account, rows.c.digest == mail.digest)
    known = tx.one(sa.select(rows).where(same).order_by(rows.c.id).limit(1))
    if known is None:
        key = journal.put(tx, journal.Put(rows=[mail]), now)[0]
        known = tx.one(sa.select(rows).where(rows.c.id == key))
        assert known is not None
    left = known.state == "waiting" and known.lane == mail.lane
    fresh = left and (known.claimed_until is None or known.claimed_until <= now)
    if fresh:
        mine = sa.update(rows).where(rows.c.id == known.id)
        tx.run(mine.values(worker=worker, claimed_until=now + _CLAIM))
    return Entered(entry=Entry(**{name: known._mapping[name] for name in _ENTRY}), fresh=fresh)


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a row: its state, and once done its outcome."""

    state: str
    outcome: str | None
    ticket: int | None


def became(tx: Tx, keys: Sequence[int]) -> dict[int, Became]:
    query = sa.select(rows.c.id, rows.c.state, rows.c.outcome, rows.c.ticket).where(rows.c.id.in_(keys))
    return {row.id: Became(state=row.state, outcome=row.outcome, ticket=row.ticket) for row in tx.rows(query)}
