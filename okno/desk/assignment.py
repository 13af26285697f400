"""Who gets the next ticket: the least open work among those on duty in its line, then the longest without a new one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A member of the ticket's line. On duty: switched on, has pressed Start, not away."""

    staff: int
    active: bool
    started: bool
    away: bool
    load: int
    last_assigned_at: datetime | None

    @property
    def skipped(self) -> str:
        """Why not, as a key of the texts; empty for those who can be chosen."""
        if not self.active:
            return "switched_off"
        if not self.started:
            return "not_started"
        return "away" if self.away else ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`staff` None: nobody is free, the ticket waits. `log` tells each candidate's load or why they were skipped."""

    staff: int | None
    log: tuple[tuple[int, int | str], ...]


def choose(candidates: tuple[Candidate, ...]) -> Choice:
    log = tuple((one.staff, one.skipped or one.load) for one in candidates)
    free = [one for one in candidates if not one.skipped]
    if not free:
        return Choice(staff=None, log=log)
    best = min(free, key=lambda one: (one.load, _longest(one), one.staff))
    return Choice(staff=best.staff, log=log)


def _longest(one: Candidate) -> float:
    return one.last_assigned_at.timestamp() if one.last_assigned_at else 0.0
