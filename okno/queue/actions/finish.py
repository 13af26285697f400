"""Ways a ticket ends and comes back: finish, accept, return, close, reopen, spam; and waiting for others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from okno.config.values import WorkingDays
from okno.desk import ticket as life
from okno.desk.rights import Actor, Deed
from okno.queue import causes, clocks, messages, people
from okno.queue.actions import duty, show, step, tell
from okno.queue.actions.policy import Policy
from okno.queue.tickets import Ticket
from okno.queue.transaction import Tx

_SATURDAY: Final = 5
Kind = Literal[
    "finish",
    "accept",
    "accept_passed",
    "return",
    "close",
    "reopen",
    "spam",
    "not_spam",
    "hand_out",
    "resume",
    "silence",
]
_MOVES: Final[Mapping[Kind, tuple[Deed, life.Move]]] = {
    "finish": ("finish", "finished"),
    "accept": ("accept", "accepted"),
    "accept_passed": ("accept", "acceptance_passed"),
    "return": ("return", "returned"),
    "close": ("close", "closed"),
    "reopen": ("reopen", "reopened"),
    "spam": ("spam", "marked_spam"),
    "not_spam": ("spam", "not_spam"),
    "hand_out": ("hand_out", "handed_out"),
    "resume": ("resume", "resumed"),
    "silence": ("close", "silence"),
}
# What the client reads of it; the rest is not theirs to know.
_TOLD: Final[Mapping[Kind, str]] = {
    "finish": "done_please_check", "accept": "accepted", "accept_passed": "accepted", "silence": "closed_silence",
    "close": "closed",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class End:
    """`reason` is kept as an internal message that the event names; for a client's return it is their own words."""

    ticket: int
    kind: Kind
    by: Actor
    cause: str
    policy: Policy
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Ended:
    ticket: int
    status: life.Status


def end(tx: Tx, command: End, now: datetime) -> Ended:
    """Raises BadMove, NotAllowed, NotFound."""
    return causes.once(tx, command.cause, now, lambda: _end(tx, command, now), lambda kept: Ended(**kept))


def _end(tx: Tx, command: End, now: datetime) -> Ended:
    deed, kind = _MOVES[command.kind]
    ticket, who = step.admit(tx, command.by, deed, command.ticket)
    life.after(ticket.status, kind, ticket.status_before)
    data = _reason(tx, command, ticket, who, now)
    keep: dict[str, Any] = {"status_before": None} if command.kind == "not_spam" else {}
    if command.kind == "spam" and ticket.status != "spam":
        keep = {"status_before": ticket.status}
    after = step.move(tx, ticket, kind, who, now, at=command.at, data=data, **keep)
    _set_going(tx, command, after, now)
    template = _TOLD.get(command.kind)
    if template and not ticket.quiet:
        words = tell.Words(kind="notice", template=template, key=f"{command.kind}:{command.cause}")
        tell.client(tx, ticket, words, command.policy, now)
    return Ended(ticket=ticket.id, status=after.status)


def _set_going(tx: Tx, command: End, ticket: Ticket, now: datetime) -> None:
    """What the state it is in now asks for: somebody to work on it, or clocks."""
    policy = command.policy
    if command.kind == "finish":
        _ask_acceptance(tx, ticket, policy, now)
    elif command.kind == "return" and command.by.kind == "client":
        words = tell.Words(kind="alert", template="alert_returned", key=f"returned:{command.cause}")
        duty.tell_owner(tx, ticket, words, policy, now)
    elif command.kind in {"accept", "accept_passed"} and ticket.assignee is not None:
        data = {"silent": command.kind == "accept_passed"}
        words = tell.Words(kind="alert", template="alert_accepted", key=f"accepted:{command.cause}", data=data)
        tell.alert(tx, ticket, ticket.assignee, words, policy, now)
    elif command.kind == "not_spam":
        revive(tx, ticket, policy, now)
    elif command.kind in {"reopen", "resume", "return"} and ticket.assignee is None:
        duty.assign_new(tx, ticket, policy, now)


def revive(tx: Tx, ticket: Ticket, policy: Policy, now: datetime) -> None:
    """Its end was a mistake and is undone: what that had stopped runs again."""
    duty.promise_again(tx, ticket, policy, now)
    if ticket.status == "done":
        _ask_acceptance(tx, ticket, policy, now)
    if ticket.status in duty.QUEUED and ticket.assignee is None and not ticket.quiet:
        duty.assign_new(tx, ticket, policy, now)


def _ask_acceptance(tx: Tx, ticket: Ticket, policy: Policy, now: datetime) -> None:
    due = accept_by(now, policy.accept_after)
    clocks.start(tx, clocks.Clock(subject=ticket.id, kind="acceptance", due_at=due, next_at=due))


def accept_by(now: datetime, after: timedelta | WorkingDays) -> datetime:
    """When silence counts as acceptance of finished work. Working days are Monday to Friday until calendars exist."""
    if isinstance(after, timedelta):
        return now + after
    due, left = now, after.days
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < _SATURDAY
    return due


def _reason(tx: Tx, command: End, ticket: Ticket, who: Actor, now: datetime) -> dict[str, Any]:
    if not command.reason.strip():
        return {}
    client = who.kind == "client"
    new = messages.NewMessage(
        ticket=ticket.id, direction="in" if client else "note", author_kind=who.kind,
        author=_identity(tx, ticket, who) if client else who.id,
        channel=ticket.channel, text=command.reason, happened_at=command.at or now, rule="reason" if client else "",
    )  # fmt: skip
    key = messages.add(tx, new, now)
    if client:
        show.fed(tx, ticket.id, key, command.policy, now)
    return {"reason": key}


def _identity(tx: Tx, ticket: Ticket, who: Actor) -> int | None:
    """The client's own, of the ticket's channel where they have several."""
    mine = people.of_person(tx, who.id) if who.id is not None else []
    return min(mine, key=lambda one: one.kind != ticket.channel).id if mine else None
