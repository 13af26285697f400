"""Two tickets that are one: merging moves nothing, it only points, so undoing it is clearing the pointer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okno.desk import history
from okno.desk import ticket as life
from okno.desk.rights import Actor
from okno.errors import DeskError
from okno.queue import causes, clocks, tickets
from okno.queue.actions import finish, show, step, tell
from okno.queue.actions.policy import Policy
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Merge:
    """`ticket` becomes part of `into`."""

    ticket: int
    into: int
    by: Actor
    cause: str
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class Merged:
    ticket: int
    into: int


def merge(tx: Tx, command: Merge, now: datetime) -> Merged:
    """The clients of both read both from then on, which is why a merge asks for rights on both."""
    return causes.once(tx, command.cause, now, lambda: _merge(tx, command, now), lambda kept: Merged(**kept))


def _merge(tx: Tx, command: Merge, now: datetime) -> Merged:
    source, who = step.admit(tx, command.by, "merge", command.ticket)
    target, _ = step.admit(tx, command.by, "merge", command.into)
    if source.requester != target.requester:
        raise DeskError("merge_other_client")
    merged = _into(tx, source, target, who, "", now)
    words = tell.Words(
        kind="notice", template="merged_for_client", key=f"merged:{command.cause}", data={"earlier": source.id}
    )
    tell.client(tx, target, words, command.policy, now)
    return merged


def _into(tx: Tx, source: Ticket, target: Ticket, who: Actor, proof: str, now: datetime) -> Merged:
    """`proof` is what vouches for the source's people in the target; empty keeps what they had."""
    if source.id == target.id:
        raise DeskError("same_ticket")
    if target.status in life.ENDED and source.status not in life.ENDED:
        # What the client still waits for would be in nobody's queue.
        raise DeskError("merge_into_ended", ticket=target.id)
    life.after(source.status, "merged")
    values = {
        "status": "merged", "status_before": source.status, "merged_into": target.id, "maybe": None,
        "postponed_until": None,
    }  # fmt: skip
    tickets.change(tx, source.id, now, **values)
    clocks.stop(tx, source.id, "first_answer", "unassigned", "postponed", "acceptance")
    # Whom an earlier merge had brought was brought by this one too: they stay until the last of them is undone.
    past = [done for done in tickets.history(tx, [target.id]) if done.kind == "joined"]
    brought = {identity for done in past for identity in done.data.get("came", ())}
    came = [
        one.identity
        for one in tickets.participants(tx, source.id)
        if tickets.join(tx, target.id, one.identity, "cc", proof or one.proof) or one.identity in brought
    ]
    _tell(tx, source, "merged", who, {"ticket": target.id}, now)
    _tell(tx, target, "joined", who, {"ticket": source.id, "came": came}, now)
    return Merged(ticket=source.id, into=target.id)


def _tell(tx: Tx, one: Ticket, kind: str, who: Actor, data: dict[str, Any], now: datetime) -> None:
    tickets.record(tx, Event(ticket=one.id, kind=kind, actor=who, happened_at=now, data=data), now)
    show.changed(tx, one.id, now)


@dataclass(frozen=True, kw_only=True)
class Unmerge:
    ticket: int
    by: Actor
    cause: str
    policy: Policy


def unmerge(tx: Tx, command: Unmerge, now: datetime) -> Merged:
    return causes.once(tx, command.cause, now, lambda: _unmerge(tx, command, now), lambda kept: Merged(**kept))


def _unmerge(tx: Tx, command: Unmerge, now: datetime) -> Merged:
    source = tickets.get(tx, command.ticket)
    target, who = step.admit(tx, command.by, "unmerge", command.ticket)
    goal = life.after(source.status, "unmerged", source.status_before)
    _tell(tx, source, "unmerged", who, {"ticket": target.id}, now)
    _tell(tx, target, "parted", who, {"ticket": source.id}, now)
    before = history.replay(tickets.history(tx, [source.id])).status_before
    tickets.change(tx, source.id, now, status=goal, status_before=before, merged_into=None)
    _part(tx, source)
    finish.revive(tx, tickets.get(tx, source.id), command.policy, now)
    return Merged(ticket=source.id, into=target.id)


def _part(tx: Tx, source: Ticket) -> None:
    """Whom the merge had brought takes no part any more, in the target or in what that was merged into since."""
    went, one = None, source
    while one.merged_into is not None:
        past = tickets.history(tx, [one.merged_into])
        joined = next(done for done in reversed(past) if done.kind == "joined" and done.data["ticket"] == one.id)
        came = set(joined.data.get("came", ()))
        went = came if went is None else went & came
        for identity in went - _brought(tx, one.merged_into):
            tickets.leave(tx, one.merged_into, identity)
        one = tickets.get(tx, one.merged_into)


def _brought(tx: Tx, key: int) -> set[int]:
    """Who takes part in what is merged into the ticket still."""
    parts = [number for number in tickets.merged(tx, key) if number != key]
    return {one.identity for number in parts for one in tickets.participants(tx, number)}


@dataclass(frozen=True, kw_only=True)
class Join:
    """Staff confirm that a ticket "may belong to #N": its requester takes part there, and it is merged into it."""

    ticket: int
    by: Actor
    cause: str
    policy: Policy


def join(tx: Tx, command: Join, now: datetime) -> Merged:
    return causes.once(tx, command.cause, now, lambda: _join(tx, command, now), lambda kept: Merged(**kept))


def _join(tx: Tx, command: Join, now: datetime) -> Merged:
    source, who = step.admit(tx, command.by, "join", command.ticket)
    if source.maybe is None:
        raise DeskError("nothing_to_join")
    target, _ = step.admit(tx, command.by, "join", source.maybe)
    return _into(tx, source, target, who, "staff", now)
