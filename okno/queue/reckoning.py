"""The daily "zero lost" reckoning: what became of everything that arrived in a span, and of what was to leave."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk.ticket import UNFINISHED
from okno.queue.tables import journal, letter, message, part, ticket
from okno.queue.transaction import Tx
from okno.queue.types import Big, Instant

Span = tuple[datetime, datetime]
Fate = Literal["opened", "joined", "repeated", "ignored", "parked", "pending", "acted"]

# Telegram forgets updates after a day of silence (Bot API, getting updates) ...
_FORGOTTEN: Final = timedelta(hours=24)
# ... and numbers them anew, at random, after a week without any: then no difference tells anything.
_RENUMBERED: Final = timedelta(days=7)
_NEAR: Final = 100
_NAMED: Final = 20
_FATES: Final[dict[str, Fate]] = {
    "ticket": "opened", "entered": "opened", "follow_up": "joined", "edited": "joined", "returned": "joined",
    "duplicate": "repeated", "machine_mail": "ignored",
}  # fmt: skip
_STATES: Final[dict[str, Fate]] = {"waiting": "pending", "parked": "parked", "discarded": "ignored"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """`acted` are rows that are nobody's request: commands, presses, words of the staff. `received` is all the others,
    with those that Telegram has forgotten before we could fetch them (`lost`).

    `strays` say that they were taken in, but their message is not there; they are named and counted nowhere, so that
    the sum falls short of what was received. `homeless` are answers of machines that belong to no ticket.
    """

    arrived: int
    fates: dict[Fate, int]
    lost: int
    outcomes: dict[str, int]
    strays: tuple[int, ...]
    homeless: tuple[str, ...]

    @property
    def received(self) -> int:
        return self.arrived - self.fates["acted"] + self.lost

    @property
    def balanced(self) -> bool:
        return self.received == sum(self.fates.values()) - self.fates["acted"] + self.lost


def statement(tx: Tx, span: Span) -> Statement:
    within = _within(span)
    rows = tx.rows(
        sa.select(journal.c.kind, journal.c.state, journal.c.outcome, sa.func.count().label("n"))
        .where(within)
        .group_by(journal.c.kind, journal.c.state, journal.c.outcome)
    )
    fates: Counter[Fate] = Counter(dict.fromkeys((*_FATES.values(), *_STATES.values(), "acted"), 0))
    outcomes: Counter[str] = Counter()
    for row in rows:
        fates[_fate(row)] += row.n
        outcomes[str(row.outcome) if row.state == "done" else row.state] += row.n
    strays = _strays(tx, span)
    for _, outcome in strays:
        fates[_FATES[outcome]] -= 1
    homeless = tx.rows(
        sa.select(journal.c.external_id).where(within, journal.c.outcome == "machine_mail").limit(_NAMED)
    )
    return Statement(
        arrived=sum(row.n for row in rows), fates=dict(fates), lost=_lost(tx, span), outcomes=dict(outcomes),
        strays=tuple(key for key, _ in strays), homeless=tuple(row.external_id for row in homeless),
    )  # fmt: skip


def _within(span: Span) -> sa.ColumnElement[bool]:
    return sa.and_(journal.c.recorded_at >= span[0], journal.c.recorded_at < span[1])


def _fate(row: sa.Row[Any]) -> Fate:
    if row.state != "done":
        return _STATES[row.state]
    # An update nobody answers is a chat's own news or talk among the staff; a mail is a newsletter, or our own.
    ignored: Fate = "acted" if row.kind == "update" else "ignored"
    return ignored if row.outcome == "ignored" else _FATES.get(str(row.outcome), "acted")


def _strays(tx: Tx, span: Span) -> list[tuple[int, str]]:
    """Rows that say they became a message of a ticket, and did not; the first thousand."""
    kept = sa.select(message.c.journal).where(newer(tx, message, message.c.recorded_at, span[0]))
    told = sa.and_(_within(span), journal.c.state == "done", journal.c.outcome.in_(("ticket", "follow_up")))
    absent = journal.c.id.not_in(kept.where(message.c.journal.is_not(None)))
    query = sa.select(journal.c.id, journal.c.outcome).where(told, absent).order_by(journal.c.id).limit(1000)
    suspects = {row.id: row.outcome for row in tx.rows(query)}
    if not suspects:
        return []
    # A clock that was set back dates a message before its row: the whole table is asked before anybody is alarmed.
    found = set(tx.run(sa.select(message.c.journal).where(message.c.journal.in_(suspects))).scalars())
    return [(key, outcome) for key, outcome in suspects.items() if key not in found]


def newer(tx: Tx, table: sa.Table, at: sa.Column[Any], instant: datetime) -> sa.ColumnElement[bool]:
    """Which rows were written from then on: ids grow with time, and going back by id needs no index of the time."""
    older = sa.select(table.c.id).where(at < instant).order_by(table.c.id.desc()).limit(1)
    boundary: sa.ColumnElement[bool] = table.c.id > (tx.value(older) or 0)
    return boundary


def _lost(tx: Tx, span: Span) -> int:
    """What Telegram's counting says is missing after each silence that ended in the span."""
    updates = sa.and_(journal.c.kind == "update", _within((span[0] - _RENUMBERED, span[1])))
    earlier = sa.func.lag(journal.c.recorded_at, type_=Instant())
    before = earlier.over(partition_by=journal.c.account, order_by=journal.c.id)
    rows = sa.select(journal.c.account, journal.c.recorded_at, before.label("before")).where(updates).subquery()
    silence = sa.type_coerce(rows.c.recorded_at, Big) - sa.type_coerce(rows.c.before, Big)
    ended = sa.select(rows.c.account, rows.c.before).where(
        rows.c.recorded_at >= span[0], silence >= _FORGOTTEN // timedelta(milliseconds=1)
    )
    return sum(gap(tx, row.account, row.before) for row in tx.rows(ended))


def gap(tx: Tx, account: int, silent_from: datetime) -> int:
    """How many update ids are missing between what came until then and what came after.

    0 where that cannot be known, or where Telegram was asked again in time: presses of buttons live minutes, so that
    a missing number alone means nothing.
    """
    mine = sa.select(journal.c.external_id, journal.c.recorded_at).where(
        journal.c.account == account, journal.c.kind == "update"
    )
    earlier = mine.where(journal.c.recorded_at <= silent_from).order_by(journal.c.recorded_at.desc())
    later = mine.where(journal.c.recorded_at > silent_from).order_by(journal.c.recorded_at)
    # Webhooks deliver chats side by side, so the nearest rows need not bear the nearest numbers.
    old, new = tx.rows(earlier.limit(_NEAR)), tx.rows(later.limit(_NEAR))
    if not old or not new or not _FORGOTTEN <= new[0].recorded_at - old[0].recorded_at < _RENUMBERED:
        return 0
    last, first = _numbers(old), _numbers(new)
    return max(min(first) - max(last) - 1, 0) if first and last else 0


def _numbers(rows: Any) -> list[int]:
    return [int(row.external_id) for row in rows if row.external_id.isdecimal()]


def on_their_way() -> sa.Select[Any]:
    """Letters that have not left, wholly or in part: id, channel, account, created_at, identity. By partial indexes."""
    columns = (letter.c.id, letter.c.channel, letter.c.account, letter.c.created_at, letter.c.identity)
    # Two looks, for each of these states has an index of its own.
    open_parts = (sa.select(part.c.letter).where(part.c.state == state) for state in ("queued", "sending"))
    leaving = sa.and_(letter.c.state != "queued", letter.c.id.in_(sa.union(*open_parts)))
    both = sa.union_all(sa.select(*columns).where(letter.c.state == "queued"), sa.select(*columns).where(leaving))
    return sa.select(both.subquery())


def held_up(tx: Tx, key: int) -> bool:
    """Whether anything has not left yet through this account."""
    waiting = on_their_way().subquery()
    return tx.one(sa.select(waiting.c.id).where(waiting.c.account == key).limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Departures:
    """Letters to clients: `queued` is what waits now, the others were written in the span."""

    sent: int
    refused: int
    unknown: int
    queued: int


def departures(tx: Tx, span: Span) -> Departures:
    written = newer(tx, letter, letter.c.created_at, span[0])
    fresh = sa.and_(written, letter.c.created_at < span[1], letter.c.identity.is_not(None))
    states = sa.select(letter.c.state, sa.func.count().label("n")).where(fresh).group_by(letter.c.state)
    counts = {row.state: int(row.n) for row in tx.rows(states)}
    doubtful = (
        sa.select(sa.func.count(letter.c.id.distinct())).join_from(letter, part).where(fresh, part.c.unknowns > 0)
    )
    waiting = on_their_way().subquery()
    queued = sa.select(sa.func.count()).select_from(waiting).where(waiting.c.identity.is_not(None))
    return Departures(
        sent=counts.get("sent", 0), refused=counts.get("refused", 0), unknown=tx.value(doubtful),
        queued=tx.value(queued),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """Requests of people that nobody has answered yet; the oldest by its number."""

    count: int
    number: int | None
    since: datetime | None


def unanswered(tx: Tx, _nothing: None) -> Unanswered:
    waiting = sa.and_(ticket.c.status.in_(sorted(UNFINISHED)), ticket.c.answered_at.is_(None), ~ticket.c.quiet)
    oldest = tx.one(
        sa.select(ticket.c.id, ticket.c.created_at).where(waiting).order_by(ticket.c.created_at, ticket.c.id).limit(1)
    )
    count = tx.value(sa.select(sa.func.count()).select_from(ticket).where(waiting))
    return Unanswered(
        count=count, number=oldest.id if oldest else None, since=oldest.created_at if oldest else None
    )  # fmt: skip


def first_arrival(tx: Tx, _nothing: None) -> datetime | None:
    """When the oldest row of the journal came; None for an empty one."""
    found: datetime | None = tx.value(sa.select(journal.c.recorded_at).order_by(journal.c.recorded_at).limit(1))
    return found


def arrived(tx: Tx, account: int, span: Span) -> int:
    """How many rows an account brought in a span."""
    return int(tx.value(sa.select(sa.func.count()).where(_within(span), journal.c.account == account)))
