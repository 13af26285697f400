"""Takes one message in: an Incoming becomes part of a ticket, new or old, exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from okno.desk import matching, verdict
from okno.desk import ticket as life
from okno.desk.matching import Evidence, Match
from okno.desk.message import Incoming, Sender
from okno.desk.rights import Actor
from okno.queue import causes, journal, letters, mail_refs, messages, people, tickets
from okno.queue.actions import duty, evidence, filing, finish, show, step, tell, undelivered
from okno.queue.actions.filing import Filing
from okno.queue.actions.policy import Policy
from okno.queue.people import Identity
from okno.queue.tickets import Event, NewTicket, Ticket
from okno.queue.transaction import Tx, own_fault

Outcome = Literal["ticket", "follow_up", "edited", "duplicate", "machine_mail", "ignored"]
_SUBJECT: int = 120
_ASK_AGAIN = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Receive:
    """`entry` is the journal row this came from, marked done along; None for what staff enter by hand."""

    incoming: Incoming
    cause: str
    policy: Policy
    entry: int | None = None


@dataclass(frozen=True, kw_only=True)
class Received:
    """`sender` of what became no ticket, for the daily statement to name it."""

    outcome: Outcome
    ticket: int | None = None
    message: int | None = None
    rule: str = ""
    sender: str = ""


def receive(tx: Tx, command: Receive, now: datetime) -> Received:
    result = causes.once(tx, command.cause, now, lambda: _receive(tx, command, now), _again)
    if command.entry is not None:
        done = journal.Done(id=command.entry, outcome=result.outcome, ticket=result.ticket)
        journal.done(tx, done, now)
    return result


def receive_many(tx: Tx, commands: Sequence[Receive], now: datetime) -> list[Received | Exception]:
    """In one commit, in order; what goes wrong with one is its own result and undoes nothing of the others."""
    results: list[Received | Exception] = []
    for command in commands:
        try:
            with tx.attempt():
                results.append(receive(tx, command, now))
        except Exception as error:
            if not own_fault(error):
                raise
            results.append(error)  # the caller parks it
    return results


def _again(kept: dict[str, Any]) -> Received:
    return Received(**kept) if kept else Received(outcome="duplicate")


def _receive(tx: Tx, command: Receive, now: datetime) -> Received:
    incoming = command.incoming
    if evidence.is_echo(tx, incoming, command.policy):
        return Received(outcome="ignored")
    repeated = _repeat(tx, incoming, command.policy, now)
    if repeated:
        return repeated
    if incoming.mail and incoming.mail.bounced:
        landed = undelivered.bounced(tx, incoming, command.policy, now)
        if landed:
            return _file(tx, command, landed, Match(rule="bounce", ticket=landed.id), None, now)
    who = people.ensure(tx, incoming.sender, incoming.account, now)
    if who.unreachable_at is not None and incoming.kind == "person":
        people.set_unreachable(tx, who.id, "", None)
    known = evidence.gather(tx, incoming, who, command.policy, now)
    found = matching.match(known, now, command.policy.grace)
    if found.ticket is None and incoming.kind in {"auto_reply", "bounce"} and not _generated(incoming):
        return Received(outcome="machine_mail", rule=found.rule, sender=incoming.sender.address)
    if found.ticket is None:
        return _open(tx, command, found, who, now)
    return _follow(tx, command, found, known, who, now)


def _repeat(tx: Tx, incoming: Incoming, policy: Policy, now: datetime) -> Received | None:
    """The same message again: an edit becomes a version, anything else changes nothing."""
    if incoming.mail is not None:
        for one in mail_refs.find(tx, [incoming.mail.message_id]):
            if one.fingerprint == incoming.mail.fingerprint:
                return Received(outcome="duplicate", ticket=one.ticket, message=one.message)
        return None
    if incoming.chat is None:
        return None
    old = messages.natural(tx, incoming.account, incoming.chat, incoming.external_id)
    if old is None:
        return None
    if incoming.edited_at is None or not _revise(tx, incoming, old, policy, now):
        return Received(outcome="duplicate", ticket=old.ticket, message=old.id)
    return Received(outcome="edited", ticket=old.ticket, message=old.id)


def _revise(tx: Tx, incoming: Incoming, old: messages.Message, policy: Policy, now: datetime) -> bool:
    assert incoming.edited_at is not None
    data = {"facts": [dict(fact) for fact in incoming.facts], "entities": [dict(one) for one in incoming.entities]}
    edit = messages.Edit(
        message=old.id, text=incoming.text, data=data, happened_at=incoming.edited_at, files=incoming.files
    )
    if not messages.revise(tx, edit, now):
        return False
    author = people.get(tx, old.author) if old.author else None
    by = Actor(kind="client", id=author.person if author else None)
    record = Event(ticket=old.ticket, kind="edited", actor=by, happened_at=incoming.edited_at, data={"message": old.id})
    tickets.record(tx, record, now)
    show.message(tx, old.id, "revised", policy, now)
    show.changed(tx, old.ticket, now)
    for file in incoming.files:
        if file.facts.get("too_big"):
            about = {"name": file.name or None, "size": file.size}
            words = tell.Words(kind="notice", template="file_too_big", key=f"too_big:{old.id}", data=about)
            tell.client(tx, tickets.followed(tx, old.ticket), words, policy, now)
    return True


def _open(tx: Tx, command: Receive, found: Match, who: Identity, now: datetime) -> Received:
    incoming, policy = command.incoming, command.policy
    quiet = incoming.kind != "person" and not _generated(incoming)
    new = NewTicket(
        subject=_subject(incoming), requester=who.person, channel=incoming.channel, account=incoming.account,
        chat=incoming.chat, line=policy.lines.get(incoming.account, policy.first_line), continues=found.continues,
        maybe=found.maybe, quiet=quiet,
    )  # fmt: skip
    ticket = tickets.add(tx, new, now)
    by = Actor(kind="client", id=who.person)
    tickets.join(tx, ticket.id, who.id, "requester", _proof(incoming))
    _reply_address(tx, command, ticket, now)
    facts = {"rule": found.rule, "continues": found.continues, "maybe": found.maybe}
    data = {"line": ticket.line, **{key: value for key, value in facts.items() if value}}
    record = Event(ticket=ticket.id, kind="created", actor=by, happened_at=incoming.happened_at, data=data)
    tickets.record(tx, record, now)
    if who.fresh_until is not None:
        people.set_fresh(tx, who.id, None)
    show.opened(tx, ticket.id, policy, now)
    result = _file(tx, command, ticket, found, who, now)
    if not quiet:
        machine = incoming.mail is not None and (incoming.mail.automatic or incoming.mail.proof == "fail")
        begin(tx, ticket, policy, incoming.happened_at, now, trusted=not machine)
    return replace(result, outcome="ticket")


def _generated(incoming: Incoming) -> bool:
    """Forms, monitors and other desks write as programs, of things that people must see. They get no receipt."""
    return incoming.kind == "auto_reply" and incoming.mail is not None and incoming.mail.generated


def _reply_address(tx: Tx, command: Receive, ticket: Ticket, now: datetime) -> None:
    """Forms and lists write in somebody's name: answers go where the opening mail asks. Later mails cannot move it."""
    mail, own = command.incoming.mail, {post.address.lower() for post in command.policy.posts.values()}
    asked = next((one for one in mail.reply_to if one[0].lower() not in own), None) if mail else None
    if asked is None or "@" not in asked[0]:
        return
    address = asked[0].lower()
    if address == command.incoming.sender.address:
        return
    sender = Sender(kind="email", address=address, name=asked[1], language=command.incoming.sender.language)
    one = people.ensure(tx, sender, command.incoming.account, now)
    tickets.join(tx, ticket.id, one.id, "reply_to", _proof(command.incoming))


def begin(tx: Tx, ticket: Ticket, policy: Policy, at: datetime, now: datetime, *, trusted: bool) -> None:
    """What a person's new request sets going: the receipt, the clock of the first answer, somebody to work on it."""
    tell.receipt(tx, ticket, policy, now, trusted=trusted)
    duty.promise(tx, ticket, at, policy, now)
    duty.assign_new(tx, ticket, policy, now)


def _follow(
    tx: Tx, command: Receive, found: Match, known: Evidence, who: Identity, now: datetime
) -> Received:  # fmt: skip
    incoming, policy = command.incoming, command.policy
    assert found.ticket is not None
    ticket = tickets.get(tx, found.ticket)
    if not found.unverified:
        tickets.join(tx, ticket.id, who.id, "cc", _proof(incoming))
    result = _file(tx, command, ticket, found, who, now)
    quiet = incoming.kind != "person" or (found.unverified and ticket.status == "closed")
    if quiet or ticket.status == "spam":
        return result
    if _judged(tx, command, ticket, found, who, now):
        return result
    kind: life.Move = "thanked" if known.thanks and ticket.status != "waiting_client" else "client_wrote"
    facts = {"message": result.message, "rule": found.rule, "unverified": found.unverified or None}
    step.move(
        tx, ticket, kind, Actor(kind="client", id=who.person), now, at=incoming.happened_at,
        data={key: value for key, value in facts.items() if value},
    )  # fmt: skip
    if kind == "client_wrote":
        duty.wrote(tx, ticket, result.message, policy, now)
    if found.choices:
        _ask_which(tx, ticket, found, result, who, policy, now)
    return result


def _judged(
    tx: Tx, command: Receive, ticket: Ticket, found: Match, who: Identity, now: datetime
) -> bool:  # fmt: skip
    """By mail finished work is accepted or returned in words, and only in a thread that our token vouches for."""
    if ticket.status != "done" or found.rule != "token" or found.unverified:
        return False
    said = verdict.of(command.incoming.text)
    if said is None or (command.incoming.mail and command.incoming.mail.proof == "fail"):
        return False
    by = Actor(kind="client", id=who.person)
    end = finish.End(
        ticket=ticket.id, kind=said, by=by, cause=f"{command.cause}:{said}", policy=command.policy,
        at=command.incoming.happened_at,
    )  # fmt: skip
    finish.end(tx, end, now)
    return True


def _file(
    tx: Tx, command: Receive, ticket: Ticket, found: Match, who: Identity | None, now: datetime
) -> Received:  # fmt: skip
    one = Filing(
        incoming=command.incoming, ticket=ticket, found=found, who=who, policy=command.policy, entry=command.entry
    )  # fmt: skip
    return Received(outcome="follow_up", ticket=ticket.id, message=filing.file(tx, one, now), rule=found.rule)


def _ask_which(
    tx: Tx, ticket: Ticket, found: Match, result: Received, who: Identity, policy: Policy, now: datetime
) -> None:  # fmt: skip
    """Asked once for a burst: what follows within the pause goes where its first message goes."""
    minute = int(now.timestamp() // _ASK_AGAIN.total_seconds())
    data = {"message": result.message, "choices": list(found.choices), "guess": ticket.id}
    if ticket.status == "closed":
        data["ended"] = True
    letters.write(
        tx,
        letters.Letter(
            key=f"which:{who.id}:{minute}", kind="notice", channel="telegram", account=_bot(ticket, policy),
            recipient=who.address, template="which_ticket", language=who.language or policy.language, identity=who.id,
            ticket=ticket.id, message=None, data=data,
        ),
        now,
    )  # fmt: skip


def _bot(ticket: Ticket, policy: Policy) -> int:
    account = ticket.account or policy.bot
    assert account is not None
    return account


def _proof(incoming: Incoming) -> str:
    return incoming.mail.proof if incoming.mail else "pass"


def _subject(incoming: Incoming) -> str:
    return incoming.subject.strip()[:_SUBJECT] or headline(incoming.text)


def headline(text: str) -> str:
    """The first line of words, cut at a word: what a request without a subject is called. Empty for no words."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= _SUBJECT else first[: _SUBJECT - 1].rsplit(" ", 1)[0] + "…"
