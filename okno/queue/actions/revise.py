"""Staff correct their own words and files; and what they have been told once already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from okno.desk.message import Fact, File
from okno.desk.rights import Actor
from okno.errors import DeskError
from okno.queue import causes, letters, messages, parts, tickets
from okno.queue.actions import receive, show, step
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
    files: Sequence[File] = ()


@dataclass(frozen=True, kw_only=True)
class Corrected:
    done: bool


def correct(tx: Tx, command: Correct, now: datetime) -> bool:
    """Keeps the old words as a version; False when the edit changes nothing a person sees.

    Raises DeskError: kept_first when the answer has begun to leave, was_recalled when it never will.
    """
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
    edit = Edit(
        message=message.id, text=command.text, happened_at=command.at, files=command.files,
        data={"entities": [dict(one) for one in command.entities], "facts": message.data.get("facts") or []},
    )  # fmt: skip
    if not messages.changes(tx, edit):
        return Corrected(done=False)
    _still_ours(tx, message)
    if not messages.revise(tx, edit, now):
        return Corrected(done=False)
    record = Event(ticket=ticket.id, kind="corrected", actor=who, happened_at=command.at, data={"message": message.id})
    tickets.record(tx, record, now)
    _rename(tx, ticket, message, command.text, now)
    show.changed(tx, ticket.id, now)
    return Corrected(done=True)


def _still_ours(tx: Tx, message: Message) -> None:
    """Raises DeskError when nothing can be mended any more. What was refused can: Retry sends it as it is by then."""
    sent = [one for one in letters.of_message(tx, message.id) if one.kind == "answer"]
    if any(one.state in {"leaving", "sent"} or _partly(tx, one.id) for one in sent):
        raise DeskError("kept_first")
    if sent and all(one.state == "recalled" for one in sent):
        raise DeskError("was_recalled")


def _partly(tx: Tx, letter: int) -> bool:
    return any(one.state == "sent" or one.unknowns for one in parts.of_letter(tx, letter))


def _rename(tx: Tx, ticket: Ticket, message: Message, text: str, now: datetime) -> None:
    """A request that we began is called by our first words, and the client reads that too."""
    first = messages.of_tickets(tx, [ticket.id], limit=1)
    if message.direction == "out" and first[0].id == message.id and ticket.subject == receive.headline(message.text):
        tickets.change(tx, ticket.id, now, subject=receive.headline(text))


def first_hint(tx: Tx, key: str, now: datetime) -> bool:
    """True the first time this was about to be said."""
    return causes.first_time(tx, key, now)
