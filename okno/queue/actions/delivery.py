"""What became of a part of a letter, and what follows: copies for replies, marks, marks of unreachable people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from okno.desk.rights import SYSTEM
from okno.queue import copies, letters, mail_refs, messages, parts, people, roster, tables, tickets, views, worklist
from okno.queue.actions import show, tell, undelivered
from okno.queue.actions.policy import Policy
from okno.queue.letters import Queued
from okno.queue.tickets import Event
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Report:
    """`unreachable`: the recipient is gone, not only this message bad. `ids`: the messages it became in `chat`."""

    outcome: parts.Outcome
    policy: Policy
    unreachable: bool = False
    chat: int | None = None
    ids: tuple[int, ...] = ()


def report(tx: Tx, command: Report, now: datetime) -> bool:
    """Whether the part's lane has more to send now.

    Written in one transaction with the attempt's end, so that a crash knows either all of it or nothing.

    The same report again changes nothing, and neither does that of somebody who was given up for dead: only what they
    did send can be replied to all the same.
    """
    _report(tx, command, now)
    return worklist.more(tx, command.outcome.part.lane, now)


def _report(tx: Tx, command: Report, now: datetime) -> None:
    done = command.outcome
    closed = parts.close(tx, done, now)
    letter = letters.get(tx, done.part.letter)
    if done.outcome == "sent":
        _copies(tx, letter, command, now)
    if not closed.counts:
        return
    if done.outcome == "sent":
        if closed.last and letter.state != "refused":
            _sent(tx, letter, command.policy, now)
    elif done.again is None:
        parts.give_up(tx, done.part)
        letters.set_state(tx, letter.id, "refused")
        _refused(tx, letter, command, now)


def _copies(tx: Tx, letter: Queued, command: Report, now: datetime) -> None:
    """Every message the part became stands for the ticket, so that a reply to it finds its way."""
    if command.chat is None:
        return
    role = "answer" if letter.identity is not None else "alert"
    for number in command.ids:
        one = copies.Copy(
            account=letter.account, chat=command.chat, external_id=number, role=role, ticket=letter.ticket,
            message=letter.message,
        )  # fmt: skip
        copies.put(tx, one, now)


def _sent(tx: Tx, letter: Queued, policy: Policy, now: datetime) -> None:
    letters.set_state(tx, letter.id, "sent")
    if letter.header_id and letter.ticket:
        reference = mail_refs.Reference(header_id=letter.header_id, ticket=letter.ticket, message=letter.message)
        mail_refs.put(tx, [reference])
    if letter.template in tell.WITH_BUTTONS and letter.staff is not None and letter.ticket is not None:
        _alert_surface(tx, letter, now)
    if letter.kind == "answer" and letter.message is not None and letter.ticket is not None:
        doubt = any(one.unknowns for one in parts.of_letter(tx, letter.id))
        data: dict[str, Any] = {"message": letter.message, **({"twice": True} if doubt else {})}
        record = Event(ticket=letter.ticket, kind="delivered", actor=SYSTEM, happened_at=now, data=data)
        tickets.record(tx, record, now)
        show.message(tx, letter.message, "mark", policy, now)
        show.changed(tx, letter.ticket, now)
        if doubt:
            _warn(tx, letter, policy, now)


def _warn(tx: Tx, letter: Queued, policy: Policy, now: datetime) -> None:
    """The author hears that their words may have arrived twice."""
    answer = messages.get(tx, letter.message) if letter.message is not None else None
    if letter.ticket is None or answer is None or answer.author_kind != "staff" or answer.author is None:
        return
    words = tell.Words(kind="alert", template="alert_failed_part", key=f"twice:{letter.id}", message=letter.message)
    tell.alert(tx, tickets.followed(tx, letter.ticket), answer.author, words, policy, now)


def _alert_surface(tx: Tx, letter: Queued, now: datetime) -> None:
    """The newest alert about a ticket is where its buttons live; they are redrawn when the ticket moved meanwhile."""
    assert letter.ticket is not None
    first = next(one.remote for one in parts.of_letter(tx, letter.id) if one.remote)
    surface = views.Surface(
        subject_kind="ticket", subject=letter.ticket, surface=f"alert:{letter.staff}", account=letter.account,
        chat=int(letter.recipient), remote=int(first[-1]), data={"letter": letter.id, "template": letter.template},
    )  # fmt: skip
    views.place(tx, surface, now)


def _refused(tx: Tx, letter: Queued, command: Report, now: datetime) -> None:
    reason = command.outcome.reason
    if command.unreachable:
        if letter.identity is not None:
            people.set_unreachable(tx, letter.identity, reason, now)
        if letter.staff is not None and letter.channel == "telegram":
            roster.set_unreachable(tx, letter.staff)
    if letter.ticket is None or letter.staff is not None:
        return
    ticket = tickets.followed(tx, letter.ticket)
    if letter.kind == "answer":
        undelivered.failed(tx, ticket, letter.message, reason, command.policy, now)
    else:
        undelivered.notice_failed(tx, ticket, letter.id, now)


@dataclass(frozen=True, kw_only=True)
class Migrate:
    """A group became a supergroup: everything on its way to the old id goes to the new one. Telegram says it twice."""

    account: int
    old: int
    new: int


def migrate(tx: Tx, command: Migrate, now: datetime) -> None:
    chat, view, part, letter = tables.chat, tables.view, tables.part, tables.letter
    mine = chat.c.account == command.account
    named = sa.update(chat).where(mine, chat.c.current == command.old)
    known = sa.select(chat.c.id).where(mine, chat.c.configured == command.old)
    if tx.run(named.values(current=command.new)).rowcount == 0 and tx.one(known) is None:
        values = {"account": command.account, "configured": command.old, "current": command.new, "data": {}}
        tx.run(sa.insert(chat), values)
    old, new = letters.lane(command.account, str(command.old)), letters.lane(command.account, str(command.new))
    # Message ids do not carry over: what is shown there is drawn anew.
    moved = {"chat": command.new, "lane": new, "remote": None, "next_at": now, "claimed_until": None}
    # A feed's wanted revision is a message: it is shown from the start again instead.
    feed = view.c.surface == "feed"
    tx.run(sa.update(view).where(view.c.lane == old, ~feed).values(wanted=view.c.wanted + 1, **moved))
    tx.run(sa.update(view).where(view.c.lane == old, feed).values(shown=0, **moved))
    for table in (part, letter):
        tx.run(sa.update(table).where(table.c.lane == old).values(lane=new, recipient=str(command.new)))
    tx.ring("views")
    tx.ring("letters")
