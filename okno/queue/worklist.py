"""What there is to do for the lanes: letters to send and views to draw, as one list."""

from dataclasses import dataclass
from datetime import datetime

from okno.queue import letters, views
from okno.queue.letters import Work
from okno.queue.transaction import Tx


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
