"""What a ticket is like: priority, project, subject; and putting it off until a date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okno.desk.rights import Actor
from okno.desk.ticket import ENDED, PRIORITIES, Priority
from okno.errors import DeskError, NotFound
from okno.queue import causes, clocks, tickets
from okno.queue.actions import show, step
from okno.queue.tables import project
from okno.queue.tickets import URGENCY, Event
from okno.queue.transaction import Tx

_SUBJECT = 200


@dataclass(frozen=True, kw_only=True)
class Change:
    """Only what is given changes."""

    ticket: int
    by: Actor
    cause: str
    priority: Priority | None = None
    subject: str | None = None
    project: int | None = None


@dataclass(frozen=True, kw_only=True)
class Changed:
    ticket: int


def change(tx: Tx, command: Change, now: datetime) -> Changed:
    return causes.once(tx, command.cause, now, lambda: _change(tx, command, now), lambda kept: Changed(**kept))


def _change(tx: Tx, command: Change, now: datetime) -> Changed:
    ticket, who = step.admit(tx, command.by, "change", command.ticket)
    values: dict[str, Any] = {}
    # Words never stand in events: a new subject is told without the old one.
    data: dict[str, Any] = {}
    if command.priority is not None:
        if command.priority not in PRIORITIES:
            raise DeskError("no_such_priority")
        values["urgency"] = URGENCY[command.priority]
        data["priority"] = command.priority
    if command.subject is not None and command.subject.strip():
        values["subject"] = command.subject.strip()[:_SUBJECT]
        data["subject"] = True
    if command.project is not None:
        if tx.one(project.select().where(project.c.id == command.project)) is None:
            raise NotFound("no_such_project")
        values["project"] = data["project"] = command.project
    if values:
        tickets.change(tx, ticket.id, now, **values)
        tickets.record(tx, Event(ticket=ticket.id, kind="changed", actor=who, happened_at=now, data=data), now)
        show.changed(tx, ticket.id, now)
    return Changed(ticket=ticket.id)


@dataclass(frozen=True, kw_only=True)
class Postpone:
    """`until` None: back at once."""

    ticket: int
    until: datetime | None
    by: Actor
    cause: str


def postpone(tx: Tx, command: Postpone, now: datetime) -> Changed:
    """A row on the clock, not a state: the ticket comes back to its assignee at that instant."""
    return causes.once(tx, command.cause, now, lambda: _postpone(tx, command, now), lambda kept: Changed(**kept))


def _postpone(tx: Tx, command: Postpone, now: datetime) -> Changed:
    ticket, who = step.admit(tx, command.by, "postpone", command.ticket)
    if ticket.status in ENDED:
        raise DeskError("closed", ticket=ticket.id)
    if command.until is not None and command.until <= now:
        raise DeskError("past_date")
    tickets.change(tx, ticket.id, now, postponed_until=command.until)
    if command.until is None:
        clocks.stop(tx, ticket.id, "postponed")
        data: dict[str, Any] = {}
    else:
        again = clocks.Clock(subject=ticket.id, kind="postponed", due_at=command.until, next_at=command.until)
        clocks.start(tx, again)
        data = {"until": int(command.until.timestamp())}
    kind = "postponed" if command.until else "woken"
    tickets.record(tx, Event(ticket=ticket.id, kind=kind, actor=who, happened_at=now, data=data), now)
    show.changed(tx, ticket.id, now)
    return Changed(ticket=ticket.id)
