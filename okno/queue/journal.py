"""What arrived, raw, before anybody confirmed it: each row ends done, again at a time, parked or discarded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue import leases
from okno.queue.fixed import Fixed
from okno.queue.tables import journal
from okno.queue.transaction import Tx
from okno.queue.types import Instant

# Larger payloads are files: a row is read whole each time.
ROW_LIMIT: Final = 64 * 1024
_CLAIM: Final = timedelta(seconds=60)
_PAUSES: Final = tuple(timedelta(seconds=pause) for pause in (1, 5, 30, 120, 600))


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One raw update or mail. `lane` is what must be taken in order; the content is in `payload` or the file `blob`."""

    account: int
    external_id: str
    digest: bytes
    kind: str
    lane: str
    happened_at: datetime
    payload: bytes | None = None
    blob: str | None = None


@dataclass(frozen=True, kw_only=True)
class Put:
    """`lease`, where given, is the receiver's right to write: FenceLost when another worker holds it by now."""

    rows: Sequence[Arrived]
    lease: leases.Lease | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    id: int
    account: int
    external_id: str
    kind: str
    lane: str
    payload: bytes | None
    blob: str | None
    happened_at: datetime
    recorded_at: datetime
    tries: int


@dataclass(frozen=True, kw_only=True)
class Claim:
    worker: str
    limit: int = 200


@dataclass(frozen=True, kw_only=True)
class Done:
    """`outcome` as `okno mail import` prints it: ticket, follow_up, duplicate, ignored, or what the bot did."""

    id: int
    outcome: str
    ticket: int | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    id: int
    tries: int
    reason: str


_COLUMNS: Final = (
    journal.c.id, journal.c.account, journal.c.external_id, journal.c.kind, journal.c.lane, journal.c.payload,
    journal.c.blob, journal.c.happened_at, journal.c.recorded_at, journal.c.tries,
)  # fmt: skip


_PUT: Final = Fixed(
    sqlite.insert(journal).on_conflict_do_nothing().returning(journal.c.id),
    postgresql.insert(journal).on_conflict_do_nothing().returning(journal.c.id),
)


def put(tx: Tx, command: Put, now: datetime) -> list[int]:
    """Ids of the rows that were not there yet; a repeat is known by account, external id and digest."""
    if command.lease:
        leases.check(tx, command.lease)
    values = [
        {
            "account": row.account, "external_id": row.external_id, "digest": row.digest, "kind": row.kind,
            "lane": row.lane, "payload": row.payload, "blob": row.blob, "happened_at": row.happened_at,
            "recorded_at": now, "state": "waiting", "tries": 0, "next_at": now, "worker": "", "reason": "",
        }
        for row in command.rows
    ]  # fmt: skip
    if not values:
        return []
    tx.ring("journal")
    return tx.each(_PUT, values)


def digests(tx: Tx, account: int, asked: Sequence[bytes]) -> set[bytes]:
    """Which of these contents have come to this account before, under whatever id."""
    if not asked:
        return set()
    query = sa.select(journal.c.digest).where(journal.c.account == account, journal.c.digest.in_(asked))
    return {bytes(row.digest) for row in tx.rows(query)}


_EARLIER: Final = journal.alias("earlier")
_BUSY: Final = (
    sa.select(journal.c.lane)
    .where(journal.c.state == "waiting", journal.c.claimed_until > sa.bindparam("now"))
    .distinct()
)
# Rows behind one of their lane that is not due yet, or is being worked on, wait for it.
_HELD: Final = (
    sa.select(sa.literal(1))
    .select_from(_EARLIER)
    .where(
        _EARLIER.c.state == "waiting",
        _EARLIER.c.lane == journal.c.lane,
        _EARLIER.c.id < journal.c.id,
        _EARLIER.c.next_at > sa.bindparam("now"),
    )
    .exists()
)
_CLAIMABLE: Final = Fixed(
    sa.select(*_COLUMNS)
    .where(journal.c.state == "waiting", journal.c.next_at <= sa.bindparam("now"), journal.c.lane.not_in(_BUSY), ~_HELD)
    .order_by(journal.c.id)
    .limit(sa.bindparam("limit"))
)
_TAKEN: Final = Fixed(
    sa.update(journal)
    .where(journal.c.id == sa.bindparam("key"))
    .values(worker=sa.bindparam("who"), claimed_until=sa.bindparam("until", type_=journal.c.claimed_until.type))
)


def claim(tx: Tx, command: Claim, now: datetime) -> list[Entry]:
    """The earliest due rows of lanes nobody works on; the rows of one lane come in order and belong to one worker."""
    found = tx.rows(_CLAIMABLE, {"now": now, "limit": command.limit})
    tx.do(_TAKEN, [{"key": row.id, "who": command.worker, "until": now + _CLAIM} for row in found])
    return [Entry(**row._mapping) for row in found]


_DONE: Final = Fixed(
    sa.update(journal)
    .where(journal.c.id == sa.bindparam("key"))
    .values(
        state="done", outcome=sa.bindparam("the_outcome"), ticket=sa.bindparam("the_ticket"), claimed_until=None,
        reason="",
    )
)  # fmt: skip


def done(tx: Tx, command: Done, now: datetime) -> None:
    del now
    tx.do(_DONE, {"key": command.id, "the_outcome": command.outcome, "the_ticket": command.ticket})


def again(tx: Tx, command: Failed, now: datetime) -> None:
    """Sets the next try after an outage of ours (the store, the disk). Outages never park."""
    pause = _PAUSES[min(command.tries, len(_PAUSES) - 1)]
    tx.run(
        sa.update(journal)
        .where(journal.c.id == command.id, journal.c.state == "waiting")
        .values(tries=command.tries + 1, reason=command.reason[:2000], claimed_until=None, next_at=now + pause)
    )


def park(tx: Tx, command: Failed, now: datetime) -> None:
    """For what no further try can help."""
    del now
    tx.run(
        sa.update(journal)
        .where(journal.c.id == command.id, journal.c.state == "waiting")
        .values(state="parked", reason=command.reason[:2000], claimed_until=None)
    )


@dataclass(frozen=True, kw_only=True)
class Parked:
    id: int
    kind: str
    account: int
    external_id: str
    recorded_at: datetime
    tries: int
    reason: str


def parked(tx: Tx, limit: int) -> list[Parked]:
    names = ("id", "kind", "account", "external_id", "recorded_at", "tries", "reason")
    query = sa.select(*(journal.c[name] for name in names)).where(journal.c.state == "parked")
    return [Parked(**row._mapping) for row in tx.rows(query.order_by(journal.c.id).limit(limit))]


def retry(tx: Tx, key: int, now: datetime) -> bool:
    """False when there is no such parked row."""
    tx.ring("journal")
    again = sa.update(journal).where(journal.c.id == key, journal.c.state == "parked")
    return tx.run(again.values(state="waiting", tries=0, next_at=now, claimed_until=None)).rowcount == 1


@dataclass(frozen=True, kw_only=True)
class Discard:
    id: int
    why: str


def discard(tx: Tx, command: Discard, now: datetime) -> bool:
    """Kept with the reason, never worked on again. False when there is no such parked row."""
    del now
    gone = sa.update(journal).where(journal.c.id == command.id, journal.c.state == "parked")
    return tx.run(gone.values(state="discarded", reason=command.why)).rowcount == 1


def _earliest(latest: Callable[..., sa.Function[datetime]]) -> sa.Select[Any]:
    due = latest(journal.c.next_at, sa.func.coalesce(journal.c.claimed_until, journal.c.next_at), type_=Instant())
    return sa.select(sa.func.min(due, type_=Instant())).where(journal.c.state == "waiting")


_EARLIEST: Final = Fixed(_earliest(sa.func.max), _earliest(sa.func.greatest))


def next_due(tx: Tx, _nothing: None) -> datetime | None:
    """When the earliest waiting row becomes due, claimed ones at the end of their claim; None when nothing waits."""
    found: datetime | None = tx.value(_EARLIEST)
    return found
