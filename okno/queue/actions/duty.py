"""Who works on what: a new ticket goes to somebody on duty at once, or waits in the queue until somebody is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from okno.desk import assignment
from okno.desk.assignment import Candidate
from okno.desk.rights import ROBOT
from okno.desk.ticket import UNFINISHED, Status
from okno.queue import causes, clocks, roster, tickets
from okno.queue.actions import show, tell
from okno.queue.actions.policy import Policy
from okno.queue.fixed import Fixed
from okno.queue.tables import message, staff, ticket
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx

_DRAIN: Final = 50
# What waits for somebody when nobody has it: new, or in work and put back, passed on, left behind.
QUEUED: Final[frozenset[Status]] = frozenset({"new", "open"})
_LOAD: Final = (
    sa.select(sa.func.count())
    .where(ticket.c.assignee == staff.c.id, ticket.c.status.in_(sorted(UNFINISHED)))
    .scalar_subquery()
)
_STAFF: Final = Fixed(
    sa.select(staff.c.id, staff.c.lines, staff.c.started_at, staff.c.away_at, staff.c.assigned_at, _LOAD.label("load"))
    .where(staff.c.active)
    .order_by(staff.c.id)
)
_ASSIGNED: Final = Fixed(
    sa.update(staff)
    .where(staff.c.id == sa.bindparam("key"))
    .values(assigned_at=sa.bindparam("now", type_=staff.c.assigned_at.type))
)


def candidates(tx: Tx, line: int) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            staff=row.id, active=True, started=row.started_at is not None, away=row.away_at is not None,
            load=row.load, last_assigned_at=row.assigned_at,
        )
        for row in tx.rows(_STAFF)
        if line in row.lines
    )  # fmt: skip


def assign_new(tx: Tx, one: Ticket, policy: Policy, now: datetime) -> int | None:
    """Gives it to whoever is free; None when it stays in the queue, and the group will be nudged in time."""
    choice = assignment.choose(candidates(tx, one.line))
    if choice.staff is None:
        wait(tx, one, policy, now)
        return None
    why = {"to": choice.staff, "why": "least_load", "log": [list(line) for line in choice.log]}
    give(tx, one, choice.staff, now)
    tickets.record(tx, Event(ticket=one.id, kind="assigned", actor=ROBOT, happened_at=now, data=why), now)
    words = tell.Words(kind="alert", template="alert_assigned", key=f"assigned:{one.id}:{now.timestamp()}")
    tell.alert(tx, one, choice.staff, words, policy, now)
    return choice.staff


def wait(tx: Tx, one: Ticket, policy: Policy, now: datetime) -> None:
    """It stays in the queue; the group hears of it in time."""
    at = now + policy.nudge_unassigned
    clocks.start(tx, clocks.Clock(subject=one.id, kind="unassigned", due_at=at, next_at=at))


def give(tx: Tx, one: Ticket, member: int, now: datetime) -> None:
    """Sets the assignee; the event and the words are the caller's."""
    tickets.change(tx, one.id, now, assignee=member)
    tx.do(_ASSIGNED, {"key": member, "now": now})
    clocks.stop(tx, one.id, "unassigned")
    show.changed(tx, one.id, now)


def wrote(tx: Tx, one: Ticket, message: int | None, policy: Policy, now: datetime) -> None:
    """The client wrote again. A person's words make a request of what was only a machine's mail."""
    if one.quiet:
        tickets.change(tx, one.id, now, quiet=False)
        one = replace(one, quiet=False)
        promise(tx, one, now, policy, now)
    elif one.assignee is None and one.status == "new":
        return
    elif one.answered_at is None and "first_answer" not in clocks.of(tx, one.id):
        # It had ended without an answer, and that had ended the wait for one.
        promise(tx, one, now, policy, now)
    words = tell.Words(kind="alert", template="alert_client_wrote", key=f"wrote:{one.id}:{message}", message=message)
    tell_owner(tx, one, words, policy, now)


def tell_owner(tx: Tx, one: Ticket, words: tell.Words, policy: Policy, now: datetime) -> None:
    """Tells the assignee, or finds one where there is none any more: to them the whole ticket is news."""
    if one.assignee is not None and not roster.get(tx, one.assignee).active:
        one = _left_behind(tx, one, now)
    if one.assignee is None:
        assign_new(tx, one, policy, now)
    else:
        tell.alert(tx, one, one.assignee, words, policy, now)


def promise(tx: Tx, one: Ticket, at: datetime, policy: Policy, now: datetime) -> None:
    """A first answer is due, counted from `at`."""
    due = at + policy.first_answer
    clocks.start(tx, clocks.Clock(subject=one.id, kind="first_answer", due_at=due, next_at=max(due, now)))


def promise_again(tx: Tx, one: Ticket, policy: Policy, now: datetime) -> None:
    """The same promise, where what had kept it was undone and the client has asked something."""
    asked = sa.select(sa.func.min(message.c.happened_at)).where(message.c.ticket == one.id, message.c.direction == "in")
    at = tx.value(asked)
    if one.answered_at is None and one.status in UNFINISHED and not one.quiet and at is not None:
        promise(tx, one, at, policy, now)


def _left_behind(tx: Tx, one: Ticket, now: datetime) -> Ticket:
    """Its assignee was switched off: it is nobody's."""
    data = {"from": one.assignee, "why": "switched_off"}
    tickets.record(tx, Event(ticket=one.id, kind="assigned", actor=ROBOT, happened_at=now, data=data), now)
    tickets.change(tx, one.id, now, assignee=None)
    return replace(one, assignee=None)


_QUEUE: Final = (
    sa.select(ticket)
    .where(
        ticket.c.status.in_(sorted(QUEUED)), ticket.c.assignee.is_(None), ~ticket.c.quiet,
        ticket.c.line.in_(sa.bindparam("lines", expanding=True)),
        sa.or_(ticket.c.postponed_until.is_(None), ticket.c.postponed_until <= sa.bindparam("now")),
    )
    .order_by(ticket.c.urgency.desc(), ticket.c.id)
    .limit(_DRAIN)
)  # fmt: skip


def drain(tx: Tx, policy: Policy, now: datetime) -> int:
    """Hands waiting tickets out in the queue's order, each line to its own; how many left the queue."""
    present = [row.lines for row in tx.rows(_STAFF) if row.started_at is not None and row.away_at is None]
    lines = sorted({line for some in present for line in some})
    waiting = [Ticket(**row._mapping) for row in tx.rows(_QUEUE, {"lines": lines, "now": now})]
    return sum(assign_new(tx, one, policy, now) is not None for one in waiting)


def relieve(tx: Tx, policy: Policy, now: datetime) -> int:
    """Unfinished tickets of people who were switched off go back and are handed out anew; how many went back."""
    theirs = (
        sa.select(ticket)
        .join_from(ticket, staff, ticket.c.assignee == staff.c.id)
        .where(~staff.c.active, ticket.c.status.in_(sorted(UNFINISHED)))
        .order_by(ticket.c.id)
    )
    left = [_left_behind(tx, Ticket(**row._mapping), now) for row in tx.rows(theirs)]
    for one in left:
        assign_new(tx, one, policy, now)
    return len(left)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """`change`: started (pressed Start), away (with `why`), back."""

    staff: int
    change: str
    cause: str
    policy: Policy
    why: str = ""


def presence(tx: Tx, command: Presence, now: datetime) -> int:
    """Notes that somebody came or went; whoever comes gets what waits. How many tickets were handed out."""
    if not causes.first_time(tx, command.cause, now):
        return 0
    mine = sa.update(staff).where(staff.c.id == command.staff)
    if command.change == "away":
        tx.run(mine.values(away_at=now, away_why=command.why[:200]))
        return 0
    if command.change == "started":
        roster.set_started(tx, command.staff, now)
    else:
        tx.run(mine.values(away_at=None, away_why=""))
    return drain(tx, command.policy, now)
