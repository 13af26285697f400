"""What every action on a ticket begins and ends with: actor and rights from the store, the move, the event."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from okno.desk import rights
from okno.desk import ticket as life
from okno.desk.rights import Actor, Deed
from okno.errors import NotAllowed
from okno.queue import clocks, roster, tickets
from okno.queue.actions import show
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx


def actor(tx: Tx, by: Actor) -> Actor:
    """Staff with the role and lines they have now. Raises NotAllowed for somebody switched off or never switched on."""
    if by.kind != "staff":
        return by
    member = roster.get(tx, by.id) if by.id is not None else None
    if member is None or not member.active:
        raise NotAllowed("switched_off")
    return member.actor


def admit(tx: Tx, by: Actor, deed: Deed, number: int) -> tuple[Ticket, Actor]:
    """The ticket (the one it was merged into) and the actor, or NotFound, or NotAllowed."""
    ticket = tickets.followed(tx, number)
    who = actor(tx, by)
    rights.require(who, deed, tickets.scope(tx, ticket))
    return ticket, who


def move(
    tx: Tx, ticket: Ticket, kind: life.Move, by: Actor, now: datetime, *, at: datetime | None = None,
    data: Mapping[str, Any] | None = None, **values: Any,
) -> Ticket:  # fmt: skip
    """Takes the ticket to its next state with its event and views. Raises BadMove and changes nothing.

    `at` is when it happened outside (now by default); `values` are columns that change along.
    """
    goal = life.after(ticket.status, kind, ticket.status_before)
    if goal != ticket.status:
        values["status"] = goal
    if goal in {"closed", "spam"} and ticket.status not in {"closed", "spam"}:
        values["closed_at"] = now
    if goal not in life.ENDED and ticket.closed_at is not None:
        values["closed_at"] = None
    if (goal in life.ENDED or goal == "done") and ticket.postponed_until is not None:
        values["postponed_until"] = None
    tickets.change(tx, ticket.id, now, **values)
    tickets.record(tx, Event(ticket=ticket.id, kind=kind, actor=by, happened_at=at or now, data=data or {}), now)
    _clocks(tx, ticket, goal)
    show.changed(tx, ticket.id, now)
    return replace(ticket, **{**values, "updated_at": now})


def _clocks(tx: Tx, ticket: Ticket, goal: life.Status) -> None:
    if goal == ticket.status:
        return
    if goal in life.ENDED or goal == "done":
        clocks.stop(tx, ticket.id, "first_answer", "unassigned", "postponed")
    if ticket.status == "done":
        clocks.stop(tx, ticket.id, "acceptance")
