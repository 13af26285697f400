"""A ticket computed anew from its events: the log is the truth, the columns beside it are only quick to read.

It knows nothing of words or names: events carry ids and enumerations.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final, Protocol, get_args

from okno.desk import ticket as life
from okno.desk.ticket import Move, Priority, Status


class Happened(Protocol):
    """One event, as the store keeps it."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """`before`: the states put aside by spam and merges, the last one last. `answers`: the messages that were answers
    or questions and were not taken back, with the instant of each. `asked`: the last question.
    """

    status: Status = "new"
    before: tuple[Status, ...] = ()
    assignee: int | None = None
    line: int | None = None
    priority: Priority = "normal"
    project: int | None = None
    merged_into: int | None = None
    closed_at: datetime | None = None
    postponed_until: datetime | None = None
    answers: tuple[tuple[int, datetime], ...] = ()
    asked: int | None = None

    @property
    def status_before(self) -> Status | None:
        return self.before[-1] if self.before else None

    @property
    def answered_at(self) -> datetime | None:
        return self.answers[0][1] if self.answers else None


def replay(events: Iterable[Happened]) -> Replayed:
    """Takes one ticket's events in the order they were recorded. Raises BadMove where they contradict the table."""
    return reduce(_after, events, Replayed())


_MOVES: Final[Mapping[str, Move]] = {move: move for move in get_args(Move)}


def _after(one: Replayed, event: Happened) -> Replayed:
    move = _MOVES.get(event.kind)
    if move is not None:
        one = _moved(one, move, event)
    change = _CHANGES.get(event.kind)
    return change(one, event) if change else one


def _moved(one: Replayed, move: Move, event: Happened) -> Replayed:
    goal = life.after(one.status, move, one.status_before)
    before = one.before
    if move == "merged" or (move == "marked_spam" and one.status != "spam"):
        before = (*before, one.status)
    elif move in {"unmerged", "not_spam"}:
        before = before[:-1]
    moved = replace(one, status=goal, before=before)
    if goal in life.ENDED or goal == "done":
        moved = replace(moved, postponed_until=None)
    if move in {"merged", "unmerged"}:
        return moved
    if goal not in life.ENDED:
        return replace(moved, closed_at=None)
    return moved if one.status in life.ENDED else replace(moved, closed_at=event.recorded_at)


def _given(one: Replayed, event: Happened) -> Replayed:
    return replace(one, assignee=event.data["to"]) if "to" in event.data else one


def _assigned(one: Replayed, event: Happened) -> Replayed:
    return replace(one, assignee=event.data.get("to"))


def _said(one: Replayed, event: Happened) -> Replayed:
    answers = (*one.answers, (event.data["message"], event.recorded_at))
    asked = event.data["message"] if event.kind == "asked" else one.asked
    return _given(replace(one, answers=answers, asked=asked), event)


def _recalled(one: Replayed, event: Happened) -> Replayed:
    return replace(one, answers=tuple(known for known in one.answers if known[0] != event.data["message"]))


def _created(one: Replayed, event: Happened) -> Replayed:
    return replace(one, line=event.data.get("line"))


def _passed_on(one: Replayed, event: Happened) -> Replayed:
    return replace(one, line=event.data["line"], assignee=None)


def _changed(one: Replayed, event: Happened) -> Replayed:
    known = {name: event.data[name] for name in ("priority", "project") if name in event.data}
    return replace(one, **known)


def _postponed(one: Replayed, event: Happened) -> Replayed:
    return replace(one, postponed_until=datetime.fromtimestamp(event.data["until"], UTC))


def _woken(one: Replayed, _event: Happened) -> Replayed:
    return replace(one, postponed_until=None)


def _merged(one: Replayed, event: Happened) -> Replayed:
    return replace(one, merged_into=event.data["ticket"])


def _unmerged(one: Replayed, _event: Happened) -> Replayed:
    return replace(one, merged_into=None)


_CHANGES: Final[Mapping[str, Callable[[Replayed, Happened], Replayed]]] = {
    "created": _created,
    "taken": _given,
    "assigned": _assigned,
    "answered": _said,
    "asked": _said,
    "recalled": _recalled,
    "passed_on": _passed_on,
    "changed": _changed,
    "postponed": _postponed,
    "woken": _woken,
    "merged": _merged,
    "unmerged": _unmerged,
}
