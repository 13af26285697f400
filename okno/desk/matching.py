"""Which ticket a message belongs to: an ordered list of small rules over evidence the store has gathered.

A rule answers with a Match or passes with None; the name of the rule that hit is kept with the message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from okno.desk.message import Proof
from okno.desk.ticket import Status


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A ticket some evidence points to. Merged tickets have been followed to their target already."""

    ticket: int
    status: Status
    participant: bool
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known before deciding. `open` are the sender's own open tickets in this chat, the liveliest first;
    `closed` is the one closed last there; `thanks` says the words are nothing but thanks.
    """

    token: Thread | None = None
    reply: Thread | None = None
    references: tuple[Thread, ...] = ()
    number: Thread | None = None
    open: tuple[Thread, ...] = ()
    closed: Thread | None = None
    proof: Proof = "none"
    fresh: bool = False
    thanks: bool = False
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Match:
    """`ticket` None: a new one. `maybe`: offered to staff with one button; `continues`: its closed forerunner;
    `choices`: the client is asked which of these they meant.
    """

    rule: str
    ticket: int | None = None
    unverified: bool = False
    maybe: int | None = None
    continues: int | None = None
    choices: tuple[int, ...] = ()


def match(evidence: Evidence, now: datetime, grace: timedelta) -> Match:
    """The first rule that answers decides; then a ticket closed too long ago becomes a new one that continues it."""
    found = next(hit for rule in RULES if (hit := rule(evidence)))
    thread = next((known for known in _threads(evidence) if known.ticket == found.ticket), None)
    if thread is None or thread.status != "closed" or thread.closed_at is None:
        return found
    if now - thread.closed_at <= grace or evidence.thanks or evidence.quiet:
        return found
    if found.choices:
        # Nothing spoke for it but that it was the last one.
        return Match(rule="new")
    return Match(rule=found.rule, continues=thread.ticket, unverified=found.unverified)


def _threads(evidence: Evidence) -> tuple[Thread, ...]:
    single = (evidence.token, evidence.reply, evidence.number, evidence.closed)
    return (*(thread for thread in single if thread), *evidence.references, *evidence.open)


def _asked_for_new(evidence: Evidence) -> Match | None:
    return Match(rule="asked_for_new") if evidence.fresh and evidence.reply is None else None


def _token(evidence: Evidence) -> Match | None:
    if evidence.token is None:
        return None
    if evidence.token.participant:
        return Match(rule="token", ticket=evidence.token.ticket)
    # Somebody else holds our letter: forwarded, or stolen. They learn nothing of the thread.
    return Match(rule="token_of_another", maybe=evidence.token.ticket)


def _reply(evidence: Evidence) -> Match | None:
    if evidence.reply and evidence.reply.participant:
        return Match(rule="reply", ticket=evidence.reply.ticket)
    return None


def _reference(evidence: Evidence) -> Match | None:
    own = next((thread for thread in evidence.references if thread.participant), None)
    if own is None:
        return Match(rule="reference_of_another", maybe=evidence.references[0].ticket) if evidence.references else None
    if evidence.proof == "fail":
        return Match(rule="reference_denied", maybe=own.ticket)
    return Match(rule="reference", ticket=own.ticket, unverified=evidence.proof != "pass")


def _number(evidence: Evidence) -> Match | None:
    if evidence.number is None:
        return None
    if evidence.number.participant and evidence.proof == "pass":
        return Match(rule="number", ticket=evidence.number.ticket)
    return Match(rule="number_unproved", maybe=evidence.number.ticket)


def _thanks(evidence: Evidence) -> Match | None:
    if evidence.thanks and not evidence.open and evidence.closed:
        return Match(rule="thanks", ticket=evidence.closed.ticket)
    return None


def _conversation(evidence: Evidence) -> Match | None:
    if not evidence.open:
        return None
    if len(evidence.open) == 1:
        return Match(rule="conversation", ticket=evidence.open[0].ticket)
    choices = tuple(thread.ticket for thread in evidence.open)
    return Match(rule="conversation_guess", ticket=choices[0], choices=choices)


def _ended(evidence: Evidence) -> Match | None:
    """Plain words after the end: it comes back, as the words at the end promise, and the client is asked."""
    if evidence.closed is None or evidence.thanks:
        return None
    return Match(rule="ended_guess", ticket=evidence.closed.ticket, choices=(evidence.closed.ticket,))


def _new(_evidence: Evidence) -> Match | None:
    return Match(rule="new")


RULES: Final[tuple[Callable[[Evidence], Match | None], ...]] = (
    _asked_for_new, _token, _reply, _reference, _number, _thanks, _conversation, _ended,
    _new,
)  # fmt: skip
