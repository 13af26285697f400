"""What there is to do for the lanes: letters to send and views to draw, as one list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from okno.queue import letters, views
from okno.queue.fixed import Fixed
from okno.queue.letters import Work
from okno.queue.tables import letter, part
from okno.queue.transaction import Tx

DUE: Final = Fixed(
    sa.select(part)
    .where(
        part.c.state == "queued",
        part.c.lane == sa.bindparam("lane"),
        part.c.next_at <= sa.bindparam("now"),
        ~letters.behind(),
    )
    .order_by(part.c.rank, part.c.id)
    .limit(1)
)
FRESH: Final = Fixed(
    sa.select(letter)
    .where(
        letter.c.state == "queued", letter.c.lane == sa.bindparam("lane"),
        sa.or_(letter.c.hold_until.is_(None), letter.c.hold_until <= sa.bindparam("now")),
        ~letters.waits(letter.c.lane, letter.c.rank),
    )
    .order_by(letter.c.rank, letter.c.id)
    .limit(1)
)  # fmt: skip
SENDING: Final = Fixed(sa.select(part).where(part.c.state == "sending", part.c.lane == sa.bindparam("lane")))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`skip`: lanes that are busy or shut. `resting`: accounts whose channel is out of reach."""

    skip: list[str]
    resting: list[int]
    now: datetime


def work(tx: Tx, asked: Asked) -> list[Work]:
    """Lanes with something to do now, the most urgent first."""
    found = {work.lane: work for work in views.lanes(tx, asked.skip, asked.now, resting=asked.resting)}
    for work in letters.lanes(tx, asked.skip, asked.now, resting=asked.resting):
        known = found.get(work.lane)
        if known is None or work.rank < known.rank:
            found[work.lane] = work
    return sorted(found.values(), key=lambda work: work.rank)


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which something becomes due."""
    found = [due for due in (letters.next_due(tx, now), views.next_due(tx, now)) if due is not None]
    return min(found, default=None)


@dataclass(frozen=True, kw_only=True)
class Look:
    lane: str
    now: datetime


def peek(tx: Tx, look: Look) -> letters.Queued | None:
    """The letter the lane has to render next, without claiming anything; None when something else comes first."""
    if tx.one(SENDING, {"lane": look.lane}) is not None:
        return None
    place = {"lane": look.lane, "now": look.now}
    due, fresh = tx.one(DUE, place), tx.one(FRESH, place)
    if fresh is None or (due is not None and (due.rank, due.letter) < (fresh.rank, fresh.id)):
        return None
    return letters.Queued(**fresh._mapping)


def more(tx: Tx, lane: str, now: datetime) -> bool:
    """Whether the lane has anything left to send now."""
    place = {"lane": lane, "now": now}
    return tx.one(DUE, place) is not None or tx.one(FRESH, place) is not None
