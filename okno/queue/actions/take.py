"""Whose ticket it is: take, assign, pass on to another line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okno.desk import ticket as life
from okno.desk.rights import Actor
from okno.errors import DeskError, NotFound
from okno.queue import causes, roster, tickets
from okno.queue.actions import duty, show, step, tell
from okno.queue.actions.policy import Policy
from okno.queue.tickets import Event
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Take:
    """`even_from`: take it from a colleague too, having been told whose it is."""

    ticket: int
    by: Actor
    cause: str
    policy: Policy
    even_from: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    ticket: int
    assignee: int | None = None
    before: int | None = None


def take(tx: Tx, command: Take, now: datetime) -> Taken:
    """Raises DeskError already_taken with the colleague's name when somebody else works on it."""
    return causes.once(tx, command.cause, now, lambda: _take(tx, command, now), lambda kept: Taken(**kept))


def _take(tx: Tx, command: Take, now: datetime) -> Taken:
    ticket, who = step.admit(tx, command.by, "take", command.ticket)
    assert who.id is not None
    if ticket.status in life.ENDED:
        life.after(ticket.status, "taken")
    before = ticket.assignee
    if before not in {None, who.id} and ticket.status != "new" and not command.even_from:
        assert before is not None
        raise DeskError("already_taken", name=roster.get(tx, before).name, ticket=ticket.id)
    if before == who.id and ticket.status != "new":
        return Taken(ticket=ticket.id, assignee=who.id, before=before)
    if before != who.id:
        duty.give(tx, ticket, who.id, now)
    step.move(tx, ticket, "taken", who, now, data={"to": who.id, "from": before} if before else {"to": who.id})
    return Taken(ticket=ticket.id, assignee=who.id, before=before)


@dataclass(frozen=True, kw_only=True)
class Assign:
    """`to` a staff member's id; None puts it back into the queue."""

    ticket: int
    to: int | None
    by: Actor
    cause: str
    policy: Policy


def assign(tx: Tx, command: Assign, now: datetime) -> Taken:
    return causes.once(tx, command.cause, now, lambda: _assign(tx, command, now), lambda kept: Taken(**kept))


def _assign(tx: Tx, command: Assign, now: datetime) -> Taken:
    ticket, who = step.admit(tx, command.by, "assign", command.ticket)
    if ticket.status in life.ENDED:
        raise DeskError("closed", ticket=ticket.id)
    before = ticket.assignee
    if command.to is not None and not roster.get(tx, command.to).active:
        raise NotFound("no_such_member")
    if command.to == before:
        return Taken(ticket=ticket.id, assignee=before, before=before)
    data = {key: value for key, value in (("to", command.to), ("from", before)) if value is not None}
    tickets.record(tx, Event(ticket=ticket.id, kind="assigned", actor=who, happened_at=now, data=data), now)
    if command.to is None:
        tickets.change(tx, ticket.id, now, assignee=None)
        duty.wait(tx, ticket, command.policy, now)
        show.changed(tx, ticket.id, now)
    else:
        duty.give(tx, ticket, command.to, now)
        if command.to != who.id:
            words = tell.Words(kind="alert", template="alert_assigned", key=f"assign:{command.cause}")
            tell.alert(tx, ticket, command.to, words, command.policy, now)
    return Taken(ticket=ticket.id, assignee=command.to, before=before)


@dataclass(frozen=True, kw_only=True)
class PassOn:
    """To another line: the ticket leaves its assignee and goes to somebody there who is free."""

    ticket: int
    line: int
    by: Actor
    cause: str
    policy: Policy


def pass_on(tx: Tx, command: PassOn, now: datetime) -> Taken:
    return causes.once(tx, command.cause, now, lambda: _pass_on(tx, command, now), lambda kept: Taken(**kept))


def _pass_on(tx: Tx, command: PassOn, now: datetime) -> Taken:
    ticket, who = step.admit(tx, command.by, "pass_on", command.ticket)
    if ticket.status in life.ENDED:
        raise DeskError("closed", ticket=ticket.id)
    if command.line not in {line.id for line in roster.lines(tx, None)}:
        raise NotFound("no_such_line")
    if command.line == ticket.line:
        raise DeskError("same_line", ticket=ticket.id)
    data: dict[str, Any] = {"line": command.line, "from": ticket.line}
    tickets.record(tx, Event(ticket=ticket.id, kind="passed_on", actor=who, happened_at=now, data=data), now)
    tickets.change(tx, ticket.id, now, line=command.line, assignee=None)
    given = duty.assign_new(tx, tickets.get(tx, ticket.id), command.policy, now)
    show.changed(tx, ticket.id, now)
    return Taken(ticket=ticket.id, assignee=given, before=ticket.assignee)
