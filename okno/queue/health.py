"""How the desk does, in numbers: what waits and for how long, and when each channel was last good. Bounded queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from okno.desk.ticket import STATUSES
from okno.queue import reckoning
from okno.queue.tables import account, clock, journal, letter, ticket
from okno.queue.transaction import Tx
from okno.queue.types import from_ms

# As Postfix's qshape counts: a healthy queue is all on the left.
AGES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 80, 160, 320, 640, 1280))
CHANNELS: Final = ("telegram", "email")
ROWS: Final = ("waiting", "parked", "done", "discarded")
LETTERS: Final = ("queued", "leaving", "sent", "refused", "recalled")
_DAY: Final = timedelta(days=1)


def alive(tx: Tx, _nothing: None) -> bool:
    """Whether the store answers, from a table and not only from the connection."""
    tx.one(sa.select(account.c.id).limit(1))
    return True


@dataclass(frozen=True, kw_only=True)
class Channel:
    """`good_at` None: has never answered. `down_since` None: answers, as far as is known. `mute_since`: cannot send."""

    id: int
    kind: str
    name: str
    good_at: datetime | None
    down_since: datetime | None
    detail: str
    mute_since: datetime | None = None
    mute_detail: str = ""


def channels(tx: Tx, _nothing: None) -> list[Channel]:
    rows = tx.rows(sa.select(account.c.id, account.c.kind, account.c.name, account.c.state).order_by(account.c.id))
    return [
        Channel(
            id=row.id, kind=row.kind, name=row.name, good_at=_instant(row.state.get("ok_at")),
            down_since=_instant(row.state.get("down_since")), detail=str(row.state.get("detail") or ""),
            mute_since=_instant(row.state.get("out_down_since")), mute_detail=str(row.state.get("out_detail") or ""),
        )
        for row in rows
    ]  # fmt: skip


def _instant(value: int | None) -> datetime | None:
    return from_ms(value) if value is not None else None


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """`rows` and `letters`: what is still to do, all of it; what is over, of the last day.

    `ages` counts letters not yet gone by channel and place in AGES, older ones behind its end. `arrived` only grows.
    """

    arrived: int
    rows: Mapping[str, int]
    oldest_row: timedelta
    letters: Mapping[str, int]
    ages: Mapping[tuple[str, int], int]
    tickets: Mapping[str, int]
    overdue: int
    channels: tuple[Channel, ...]


def numbers(tx: Tx, now: datetime) -> Numbers:
    late = sa.select(sa.func.count()).select_from(clock).where(clock.c.next_at <= now)
    rows, oldest = _rows(tx, now)
    return Numbers(
        arrived=tx.value(sa.select(sa.func.max(journal.c.id))) or 0,
        rows=rows,
        oldest_row=max(now - oldest, timedelta()) if oldest else timedelta(),
        letters=_letters(tx, now),
        ages=_ages(tx, now),
        tickets=_counted(tx, _by(ticket.c.status), STATUSES),
        overdue=tx.value(late),
        channels=tuple(channels(tx, None)),
    )


def _counted(tx: Tx, query: sa.Select[Any], known: tuple[str, ...]) -> dict[str, int]:
    """Every known state, also those without a row; what is none of them is "other"."""
    counts = dict.fromkeys((*known, "other"), 0)
    for row in tx.rows(query):
        counts[row.state if row.state in counts else "other"] += row.n
    return counts


def _by(column: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(column.label("state"), sa.func.count().label("n")).group_by(column)


def _rows(tx: Tx, now: datetime) -> tuple[dict[str, int], datetime | None]:
    """With when the oldest of those that wait came. Counted beside it: alone, it would be sought through the index
    of all rows by time.
    """
    over = sa.and_(journal.c.recorded_at >= now - _DAY, journal.c.state.not_in(("waiting", "parked")))
    counts = _counted(tx, _by(journal.c.state).where(over), ROWS)
    oldest: datetime | None = None
    for state in ("parked", "waiting"):
        counted = sa.select(sa.func.count().label("n"), sa.func.min(journal.c.recorded_at).label("oldest"))
        row = tx.rows(counted.where(journal.c.state == state))[0]
        counts[state], oldest = row.n, row.oldest
    return counts, oldest


def _letters(tx: Tx, now: datetime) -> dict[str, int]:
    written = reckoning.newer(tx, letter, letter.c.created_at, now - _DAY)
    gone = sa.and_(written, letter.c.state.not_in(("queued", "leaving")))
    counts = _counted(tx, _by(letter.c.state).where(gone), LETTERS)
    queued = tx.value(sa.select(sa.func.count()).select_from(letter).where(letter.c.state == "queued"))
    every = tx.value(sa.select(sa.func.count()).select_from(reckoning.on_their_way().subquery()))
    return counts | {"queued": queued, "leaving": every - queued}


def _ages(tx: Tx, now: datetime) -> dict[tuple[str, int], int]:
    waiting = reckoning.on_their_way().subquery()
    age = sa.case(
        *((waiting.c.created_at > now - limit, place) for place, limit in enumerate(AGES)), else_=len(AGES)
    ).label("age")
    rows = tx.rows(sa.select(waiting.c.channel, age, sa.func.count().label("n")).group_by(waiting.c.channel, age))
    counts = {(channel, place): 0 for channel in CHANNELS for place in range(len(AGES) + 1)}
    return counts | {(row.channel, row.age): row.n for row in rows if row.channel in CHANNELS}
