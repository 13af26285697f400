"""Staff correct their own words; and what they have been told once already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from okno.desk.message import Fact
from okno.desk.rights import Actor
from okno.errors import DeskError
from okno.queue import causes, letters, messages, tickets
from okno.queue.actions import show, step
from okno.queue.actions.policy import Policy
from okno.queue.messages import Edit, Message
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Correct:
    message: int
    text: str
    entities: Sequence[Fact]
    by: Actor
    cause: str
    policy: Policy
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Corrected:
    done: bool


def correct(tx: Tx, command: Correct, now: datetime) -> bool:
    """Keeps the old words as a version. False when the answer has begun to leave: the client has the old ones."""
    message = messages.get(tx, command.message)
    if message is None or message.author_kind != "staff" or message.author != command.by.id:
        raise DeskError("not_found")
    ticket, who = step.admit(tx, command.by, "note", message.ticket)
    corrected = causes.once(
        tx, command.cause, now, lambda: _correct(tx, command, message, ticket, who, now), lambda kept: Corrected(**kept)
    )
    return corrected.done


def _correct(
    tx: Tx, command: Correct, message: Message, ticket: Ticket, who: Actor, now: datetime
) -> Corrected:  # fmt: skip
    if any(one.state != "queued" for one in letters.of_message(tx, message.id)):
        return Corrected(done=False)
    edit = Edit(
        message=message.id, text=command.text, data={"entities": [dict(one) for one in command.entities]},
        happened_at=command.at,
    )  # fmt: skip
    if messages.revise(tx, edit):
        record = Event(
            ticket=ticket.id, kind="corrected", actor=who, happened_at=command.at, data={"message": message.id}
        )
        tickets.record(tx, record, now)
        show.changed(tx, ticket.id, now)
    return Corrected(done=True)


def first_hint(tx: Tx, key: str, now: datetime) -> bool:
    """True the first time this was about to be said."""
    return causes.first_time(tx, key, now)
