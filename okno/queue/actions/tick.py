"""What the clock brings: nudges, acceptance by silence, tickets that come back from being put off."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from okno.desk import ticket as life
from okno.desk.rights import ROBOT
from okno.queue import clocks, letters, roster, tickets
from okno.queue.actions import duty, finish, show, tell
from okno.queue.actions.policy import Policy
from okno.queue.clocks import Clock
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx, own_fault

log: Final = structlog.stdlib.get_logger()
_BATCH: Final = 100
_NUDGE_AGAIN: Final = timedelta(minutes=30)
_STUCK: Final = timedelta(minutes=5)


def tick(tx: Tx, policy: Policy, now: datetime) -> int:
    """Deals with what is due, a batch at a time; how many. Safe to run twice, late, on two workers."""
    due = clocks.due(tx, _BATCH, now)
    for clock in due:
        clocks.move(tx, clock, _deal(tx, clock, policy, now))
    return len(due)


def _deal(tx: Tx, clock: Clock, policy: Policy, now: datetime) -> datetime | None:
    """When to look at it again. One that cannot be dealt with must not stop the rest of the desk's clocks."""
    ticket = tickets.find(tx, clock.subject)
    act = _ACTS.get(clock.kind)
    if act is None or ticket is None:
        return None
    try:
        with tx.attempt():
            return act(tx, clock, ticket, policy, now)
    except Exception as error:
        if not own_fault(error):
            raise
        log.exception("a clock could not be dealt with", ticket=ticket.id, clock=clock.kind)
        return now + _STUCK


def _unassigned(tx: Tx, clock: Clock, ticket: Ticket, policy: Policy, now: datetime) -> datetime | None:
    """Nobody has it: hand it out if somebody came meanwhile, else tell the group and every lead."""
    if ticket.assignee is not None or ticket.status not in duty.QUEUED:
        return None
    if ticket.postponed_until is not None and ticket.postponed_until > now:
        return ticket.postponed_until
    if duty.assign_new(tx, ticket, policy, now) is not None:
        return None
    _room(tx, "nudge_unassigned", ticket, clock, policy, now)
    for member in roster.members(tx, None):
        if member.role != "agent":
            words = tell.Words(kind="alert", template="nudge_unassigned", key=f"unassigned:{ticket.id}:{_cycle(now)}")
            tell.alert(tx, ticket, member.id, words, policy, now)
    return now + _NUDGE_AGAIN


def _first_answer(tx: Tx, clock: Clock, ticket: Ticket, policy: Policy, now: datetime) -> datetime | None:
    """First the assignee is nudged, then the leads; and then it is left to them."""
    if ticket.answered_at is not None or ticket.status not in life.UNFINISHED:
        return None
    late = bool(clock.data.get("nudged"))
    if not late and ticket.assignee is not None:
        words = tell.Words(kind="alert", template="nudge_first_answer", key=f"first_answer:{ticket.id}")
        tell.alert(tx, ticket, ticket.assignee, words, policy, now)
    for member in roster.members(tx, None) if late else ():
        if member.role != "agent":
            words = tell.Words(kind="alert", template="nudge_lead", key=f"first_answer_lead:{ticket.id}")
            tell.alert(tx, ticket, member.id, words, policy, now)
    kind = "first_answer_late" if late else "first_answer_nudged"
    tickets.record(tx, Event(ticket=ticket.id, kind=kind, actor=ROBOT, happened_at=now), now)
    show.changed(tx, ticket.id, now)
    if late:
        return None
    again = now + policy.first_answer
    data = {**clock.data, "nudged": True}
    clocks.start(tx, Clock(subject=ticket.id, kind=clock.kind, due_at=clock.due_at, next_at=again, data=data))
    return again


def _acceptance(tx: Tx, clock: Clock, ticket: Ticket, policy: Policy, now: datetime) -> datetime | None:
    if ticket.status == "done":
        cause = f"clock:acceptance:{ticket.id}:{int(clock.due_at.timestamp())}"
        command = finish.End(ticket=ticket.id, kind="accept_passed", by=ROBOT, cause=cause, policy=policy)
        finish.end(tx, command, now)
    return None


def _postponed(tx: Tx, _clock: Clock, ticket: Ticket, policy: Policy, now: datetime) -> datetime | None:
    if ticket.status in life.ENDED:
        return None
    tickets.change(tx, ticket.id, now, postponed_until=None)
    tickets.record(tx, Event(ticket=ticket.id, kind="woken", actor=ROBOT, happened_at=now), now)
    show.changed(tx, ticket.id, now)
    words = tell.Words(kind="alert", template="alert_woken", key=f"woken:{ticket.id}:{now.timestamp()}")
    duty.tell_owner(tx, tickets.get(tx, ticket.id), words, policy, now)
    return None


_ACTS: Final[Mapping[str, Callable[[Tx, Clock, Ticket, Policy, datetime], datetime | None]]] = {
    "unassigned": _unassigned,
    "first_answer": _first_answer,
    "acceptance": _acceptance,
    "postponed": _postponed,
}


def _room(tx: Tx, template: str, ticket: Ticket, clock: Clock, policy: Policy, now: datetime) -> None:
    place = show.room(tx, policy)
    if place is None:
        return
    letters.write(
        tx,
        letters.Letter(
            key=f"{clock.kind}:{ticket.id}:{_cycle(now)}:room", kind="alert", channel="telegram",
            account=place.account, recipient=str(place.chat), template=template, language=policy.language,
            ticket=ticket.id, data={"room": True},
        ),
        now,
    )  # fmt: skip


def _cycle(now: datetime) -> int:
    return int(now.timestamp()) // int(_NUDGE_AGAIN.total_seconds())
