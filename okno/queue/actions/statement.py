"""The daily statement: the span since the last one, its figures, and the letters that tell them, once a date."""

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is the field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from okno.queue import causes, reckoning
from okno.queue.actions import notice
from okno.queue.actions.notice import Notice
from okno.queue.actions.policy import Policy
from okno.queue.reckoning import Departures, Span, Statement, Unanswered
from okno.queue.tables import cause, journal
from okno.queue.transaction import Tx
from okno.queue.types import from_ms, to_ms

# How far back the last statement is looked for; past it the next one begins with the journal.
_LOOK_BACK: Final = 400
KEY: Final = "statement:"
_NAMED: Final = 10


@dataclass(frozen=True, kw_only=True)
class Due:
    """The statement of a date reckons up to `until`, however late it is made."""

    date: Date
    until: datetime


def span(tx: Tx, due: Due) -> Span | None:
    """From the last statement on. None when this one is made already, or nothing has ever arrived."""
    dates = [due.date - timedelta(days=days) for days in range(_LOOK_BACK)]
    known = sa.select(cause.c.key, cause.c.result).where(cause.c.key.in_([_key(one) for one in dates]))
    made = {row.key: row.result for row in tx.rows(known)}
    if _key(due.date) in made:
        return None
    last = next((made[key] for one in dates if (key := _key(one)) in made), None)
    since = from_ms(last["until"]) if last else reckoning.first_arrival(tx, None)
    return (since, due.until) if since is not None and since < due.until else None


def _key(date: Date) -> str:
    return f"{KEY}{date.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A program's mail that belongs to no ticket: its row of the journal and who sent it ("" where nobody noted)."""

    entry: int
    sender: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`machines` are the first of them; `arrivals` counts all."""

    span: Span
    arrivals: Statement
    departures: Departures
    unanswered: Unanswered
    machines: tuple[Machine, ...] = ()


def figures(tx: Tx, span: Span) -> Figures:
    return Figures(
        span=span, arrivals=reckoning.statement(tx, span), departures=reckoning.departures(tx, span),
        unanswered=reckoning.unanswered(tx, None), machines=_machines(tx, span),
    )  # fmt: skip


def _machines(tx: Tx, span: Span) -> tuple[Machine, ...]:
    within = sa.and_(journal.c.recorded_at >= span[0], journal.c.recorded_at < span[1])
    rows = sa.select(journal.c.id).where(within, journal.c.outcome == "machine_mail")
    entries = [row.id for row in tx.rows(rows.order_by(journal.c.id).limit(_NAMED))]
    asked = sa.select(cause.c.key, cause.c.result).where(cause.c.key.in_([f"journal:{one}" for one in entries]))
    kept = {row.key: row.result or {} for row in tx.rows(asked)}
    return tuple(Machine(entry=one, sender=str(kept.get(f"journal:{one}", {}).get("sender", ""))) for one in entries)


@dataclass(frozen=True, kw_only=True)
class Send:
    due: Due
    figures: Figures
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class _Made:
    until: int
    reached: int


def send(tx: Tx, command: Send, now: datetime) -> int | None:
    """To the room, to leads where there is none; how many it is addressed to. None when another worker was first."""
    key, first = _key(command.due.date), []

    def act() -> _Made:
        first.append(True)
        return _Made(until=to_ms(command.due.until), reached=_spread(tx, command, key, now))

    made = causes.once(tx, key, now, act, lambda kept: _Made(**kept))
    return made.reached if first else None


def _spread(tx: Tx, command: Send, key: str, now: datetime) -> int:
    policy = command.policy
    word = Notice(key=key, template="statement", kind="announcement", data=values(command.figures, now))
    reached = notice.room(tx, word, policy, now) or notice.private(tx, word, policy, now)
    if not reached and policy.senders:
        reached = notice.mail(tx, word, policy.senders[0], policy, now)
    return reached


def values(figures: Figures, now: datetime) -> dict[str, Any]:
    """As the template takes them (`texts.contracts`), in JSON."""
    came, left, open_ = figures.arrivals, figures.departures, figures.unanswered
    waited = {"number": open_.number, "waited": (now - open_.since).total_seconds()} if open_.since else None
    counts: dict[str, int] = {name: count for name, count in came.fates.items() if name != "acted"}
    return {
        "since": figures.span[0].isoformat(), "until": figures.span[1].isoformat(), "now": now.isoformat(),
        "balanced": came.balanced, "received": came.received, **counts, "lost": came.lost, "sent": left.sent,
        "queued": left.queued, "refused": left.refused, "unknown": left.unknown, "unanswered": open_.count,
        "oldest": waited, "machine_mail": came.outcomes.get("machine_mail", 0),
        "machines": [{"id": one.entry, "sender": one.sender} for one in figures.machines],
    }  # fmt: skip
