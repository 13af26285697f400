"""What staff say: a public answer or question, an internal note; and recalling an answer before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from okno.desk import history
from okno.desk import ticket as life
from okno.desk.message import Fact, File
from okno.desk.rights import Actor
from okno.errors import DeskError
from okno.queue import causes, clocks, copies, letters, messages, tickets
from okno.queue.actions import duty, show, step, tell
from okno.queue.actions.policy import Policy
from okno.queue.tickets import Event, Ticket
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Say:
    """Words of a staff member. `kind`: answer and question are public, by an explicit act of theirs; note never is.

    `source` is the staff member's own message (account, chat, id), so that its mark shows what became of the answer.
    `mistakable`: a note that its author may take for an answer gets a mark that it is none.
    """

    ticket: int
    kind: Literal["answer", "question", "note"]
    text: str
    by: Actor
    cause: str
    policy: Policy
    happened_at: datetime
    entities: Sequence[Fact] = ()
    files: Sequence[File] = ()
    facts: Sequence[Fact] = ()
    source: tuple[int, int, int] | None = None
    reply_to: int | None = None
    mistakable: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """`held`: POSIX seconds until which it can be recalled, None for a note. `reached`: false when no channel does."""

    ticket: int
    message: int
    held: float | None = None
    reached: bool = True


def say(tx: Tx, command: Say, now: datetime) -> Said:
    """A closed ticket must be reopened before it is answered (DeskError closed), so that nobody answers blind."""
    return causes.once(tx, command.cause, now, lambda: _say(tx, command, now), lambda kept: Said(**kept))


def _say(tx: Tx, command: Say, now: datetime) -> Said:
    if not command.text.strip() and not command.files and not command.facts:
        raise DeskError("empty_answer")
    deed: Literal["note", "answer", "ask"] = {"note": "note", "answer": "answer", "question": "ask"}[command.kind]  # type: ignore[assignment]
    ticket, who = step.admit(tx, command.by, deed, command.ticket)
    if command.kind == "note":
        key = _write(tx, command, ticket, who, now)
        tickets.record(tx, _event(ticket, "noted", who, key, command), now)
        show.changed(tx, ticket.id, now)
        return Said(ticket=ticket.id, message=key)
    kind: life.Move = "asked" if command.kind == "question" else "answered"
    if not life.can(ticket.status, kind):
        raise DeskError("closed", ticket=ticket.id)
    key = _write(tx, command, ticket, who, now)
    return _send(tx, command, ticket, who, key, kind, now)


def _send(
    tx: Tx, command: Say, ticket: Ticket, who: Actor, key: int, kind: life.Move, now: datetime
) -> Said:  # fmt: skip
    data: dict[str, Any] = {"message": key}
    if ticket.assignee is None and who.id is not None:
        duty.give(tx, ticket, who.id, now)
        data["to"] = who.id
    first = {} if ticket.answered_at else {"answered_at": now}
    step.move(tx, ticket, kind, who, now, at=command.happened_at, data=data, **first)
    clocks.stop(tx, ticket.id, "first_answer", "unassigned")
    held = now + command.policy.recall
    words = tell.Words(
        kind="answer", template=_template(command.kind), key=f"answer:{key}", message=key, hold_until=held
    )
    written = tell.client(tx, ticket, words, command.policy, now)
    return Said(ticket=ticket.id, message=key, held=held.timestamp(), reached=bool(written))


def _template(kind: str | None) -> str:
    return "question" if kind == "question" else "answer"


def _write(tx: Tx, command: Say, ticket: Ticket, who: Actor, now: datetime) -> int:
    extra: dict[str, Any] = {"kind": command.kind} if command.kind == "question" else {}
    if command.source:
        extra["source"] = list(command.source)
    new = messages.NewMessage(
        ticket=ticket.id, direction="note" if command.kind == "note" else "out", author_kind="staff", author=who.id,
        channel="telegram", account=command.source[0] if command.source else command.policy.bot, text=command.text,
        entities=command.entities, facts=command.facts, extra=extra, reply_to=command.reply_to, files=command.files,
        happened_at=command.happened_at,
    )  # fmt: skip
    key = messages.add(tx, new, now)
    if command.source:
        account, chat, number = command.source
        role = "note" if command.kind == "note" else "staff"
        own = copies.Copy(account=account, chat=chat, external_id=number, role=role, ticket=ticket.id, message=key)
        copies.put(tx, own, now)
    if command.source and command.mistakable and command.kind == "note":
        show.message(tx, key, "mark", command.policy, now)
    here = show.room(tx, command.policy)
    if here is None or command.source is None or command.source[1] != here.chat:
        show.fed(tx, ticket.id, key, command.policy, now)
    return key


def _event(ticket: Ticket, kind: str, who: Actor, key: int, command: Say) -> Event:
    return Event(ticket=ticket.id, kind=kind, actor=who, happened_at=command.happened_at, data={"message": key})


@dataclass(frozen=True, kw_only=True)
class _Done:
    """What a press led to, kept so that the same press tells the same again."""

    done: bool


@dataclass(frozen=True, kw_only=True)
class Recall:
    message: int
    by: Actor
    cause: str
    policy: Policy


def recall(tx: Tx, command: Recall, now: datetime) -> bool:
    """Takes an answer back while it is held; False when it has left. What was written stays in the history."""
    message = _answer(tx, command.message)
    ticket, who = step.admit(tx, command.by, "answer", message.ticket)

    def act() -> _Done:
        if not letters.recall(tx, message.id):
            return _Done(done=False)
        data = {"message": message.id}
        tickets.record(tx, Event(ticket=ticket.id, kind="recalled", actor=who, happened_at=now, data=data), now)
        _unsay(tx, ticket, message.id, who, command.policy, now)
        show.changed(tx, ticket.id, now)
        show.message(tx, message.id, "mark", command.policy, now)
        return _Done(done=True)

    return causes.once(tx, command.cause, now, act, lambda kept: _Done(**kept)).done


def _unsay(tx: Tx, ticket: Ticket, key: int, who: Actor, policy: Policy, now: datetime) -> None:
    """The client never saw it: it was no first answer, and a question nobody asked waits for nobody."""
    past = history.replay(tickets.history(tx, [ticket.id]))
    if past.answered_at != ticket.answered_at:
        tickets.change(tx, ticket.id, now, answered_at=past.answered_at)
        duty.promise_again(tx, replace(ticket, answered_at=past.answered_at), policy, now)
    if ticket.status == "waiting_client" and past.asked == key:
        step.move(tx, ticket, "resumed", who, now, data={"message": key})


def _answer(tx: Tx, key: int) -> messages.Message:
    found = messages.get(tx, key)
    if found is None or found.direction != "out":
        raise DeskError("not_found")
    return found


def hurry(tx: Tx, command: Recall, now: datetime) -> None:
    """Lets a held answer leave at once."""
    message = _answer(tx, command.message)
    step.admit(tx, command.by, "answer", message.ticket)
    if causes.first_time(tx, command.cause, now):
        letters.hurry(tx, message.id)


@dataclass(frozen=True, kw_only=True)
class Resend:
    """`channel`: "same" tries again, "other" takes the requester's other address."""

    message: int
    channel: Literal["same", "other"]
    by: Actor
    cause: str
    policy: Policy


def resend(tx: Tx, command: Resend, now: datetime) -> bool:
    """Sends an answer once more after it failed; False when there is no (other) channel.

    What is on its way already is not sent twice, however many press. Raises DeskError: nothing_failed for an answer
    that never did, already_done for one that was sent since.
    """
    message = _answer(tx, command.message)
    ticket, who = step.admit(tx, command.by, "retry", message.ticket)
    again = causes.once(
        tx, command.cause, now, lambda: _resend(tx, command, message, ticket, who, now), lambda kept: _Done(**kept)
    )
    return again.done


def _resend(
    tx: Tx, command: Resend, message: messages.Message, ticket: Ticket, who: Actor, now: datetime
) -> _Done:  # fmt: skip
    every = letters.of_message(tx, message.id)
    # Alerts about it, which staff got, tried no channel of the client's.
    before = [one for one in every if one.kind == "answer"]
    since = _since_it_failed(every)
    if any(one.state == "sent" for one in since):
        raise DeskError("already_done")
    if any(one.state in {"queued", "leaving"} for one in since):
        return _Done(done=True)
    if command.channel == "other":
        reach = tell.elsewhere(tx, ticket, {one.channel for one in before}, command.policy)
    else:
        reach = next(iter(tell.recipients(tx, ticket, command.policy)), None)
    if reach is None:
        return _Done(done=False)
    key = f"answer:{message.id}:{command.cause}"
    words = tell.Words(kind="answer", template=_template(message.data.get("kind")), key=key, message=message.id)
    tell.client(tx, ticket, words, command.policy, now, to=reach)
    data = {"message": message.id, "channel": reach.channel if command.channel == "other" else "same"}
    tickets.record(tx, Event(ticket=ticket.id, kind="resent", actor=who, happened_at=now, data=data), now)
    show.message(tx, message.id, "mark", command.policy, now)
    return _Done(done=True)


def _since_it_failed(every: Sequence[letters.Queued]) -> list[letters.Queued]:
    """Letters to the client written after the last failure: a refusal, or the alert about a bounce, which comes when
    the mail has long been sent. Raises DeskError nothing_failed.
    """
    failures = [one.id for one in every if one.template == "alert_undelivered" or _refused(one)]
    if not failures:
        raise DeskError("nothing_failed")
    return [one for one in every if one.kind == "answer" and one.id > max(failures)]


def _refused(one: letters.Queued) -> bool:
    return one.kind == "answer" and one.state == "refused"
