"""Words on their way to a person: written in the transaction that causes them, rendered once, sent part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.fixed import Fixed, listed
from okno.queue.tables import letter, part
from okno.queue.transaction import Tx

Kind = Literal["answer", "receipt", "alert", "notice", "announcement"]
# Lower leaves first: a client's answer before their receipt, both before what staff are told, views last.
RANK: Final[dict[Kind, int]] = {"answer": 0, "notice": 1, "receipt": 1, "alert": 2, "announcement": 4}
VIEW_RANK: Final = {"feed": 2, "alert": 3, "topic": 3, "card": 3, "mark": 4, "revised": 3}


def lane(account: int, recipient: str) -> str:
    return f"{account}:{recipient}"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`data` are ids and plain values the template needs; the rest is read from the store when it is rendered.

    `recipient` is a Telegram chat id or a mail address. `hold_until` lets it be recalled; after `expires_at` it is
    not worth sending any more (None: always is).
    """

    key: str
    kind: Kind
    channel: Literal["telegram", "email"]
    account: int
    recipient: str
    template: str
    language: str
    identity: int | None = None
    staff: int | None = None
    ticket: int | None = None
    message: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    header_id: str | None = None
    hold_until: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A letter as it stands in the store."""

    id: int
    key: str
    kind: Kind
    rank: int
    channel: str
    account: int
    lane: str
    recipient: str
    identity: int | None
    staff: int | None
    ticket: int | None
    message: int | None
    template: str
    language: str
    data: dict[str, Any]
    header_id: str | None
    state: str
    created_at: datetime
    hold_until: datetime | None
    expires_at: datetime | None


_WRITE: Final = Fixed(
    sqlite.insert(letter).on_conflict_do_nothing().returning(letter.c.id),
    postgresql.insert(letter).on_conflict_do_nothing().returning(letter.c.id),
)
_BY_ID: Final = Fixed(sa.select(letter).where(letter.c.id == sa.bindparam("key")))
_STATE: Final = Fixed(
    sa.update(letter).where(letter.c.id == sa.bindparam("mine")).values(state=sa.bindparam("new_state"))
)


def write(tx: Tx, one: Letter, now: datetime) -> int | None:
    """Its id; None when a letter with this key was written before."""
    values = {
        "key": one.key, "kind": one.kind, "rank": RANK[one.kind], "channel": one.channel, "account": one.account,
        "lane": lane(one.account, one.recipient), "recipient": one.recipient, "identity": one.identity,
        "staff": one.staff, "ticket": one.ticket, "message": one.message, "template": one.template,
        "language": one.language, "data": dict(one.data), "header_id": one.header_id, "state": "queued",
        "created_at": now, "hold_until": one.hold_until, "expires_at": one.expires_at,
    }  # fmt: skip
    tx.ring("letters")
    key: int | None = tx.value(_WRITE, values)
    return key


def get(tx: Tx, key: int) -> Queued:
    row = tx.one(_BY_ID, {"key": key})
    assert row is not None, key
    return Queued(**row._mapping)


def of_message(tx: Tx, key: int) -> list[Queued]:
    return [Queued(**row._mapping) for row in tx.rows(sa.select(letter).where(letter.c.message == key))]


def set_state(tx: Tx, key: int, state: str) -> None:
    tx.do(_STATE, {"mine": key, "new_state": state})


def recall(tx: Tx, key: int) -> bool:
    """Takes back a message's letters that have not begun to leave. False when one of them has."""
    mine = letter.c.message == key
    if tx.one(sa.select(letter.c.id).where(mine, letter.c.state != "queued")):
        return False
    return tx.run(sa.update(letter).where(mine, letter.c.state == "queued").values(state="recalled")).rowcount > 0


@dataclass(frozen=True, kw_only=True)
class PutOff:
    letter: int
    until: datetime


def put_off(tx: Tx, command: PutOff, now: datetime) -> None:
    """Not ready to be rendered (its files are on their way): looked at again at `until`."""
    del now
    waiting = sa.update(letter).where(letter.c.id == command.letter, letter.c.state == "queued")
    tx.run(waiting.values(hold_until=command.until))
    tx.ring("letters")


def hurry(tx: Tx, key: int) -> None:
    """Lets a held message leave now."""
    tx.run(sa.update(letter).where(letter.c.message == key, letter.c.state == "queued").values(hold_until=None))
    tx.ring("letters")


@dataclass(frozen=True, kw_only=True)
class Work:
    """A lane that has something to do now."""

    lane: str
    account: int
    channel: str
    rank: int


_EARLIER: Final = part.alias("earlier")


def waits(lane: sa.ColumnElement[str], rank: sa.ColumnElement[int], *more: sa.ColumnElement[bool]) -> sa.Exists:
    """Whether a part of the lane, as urgent as this, was put off: what comes behind it waits too. Binds `now`."""
    return (
        sa.select(sa.literal(1))
        .select_from(_EARLIER)
        .where(
            _EARLIER.c.state == "queued", _EARLIER.c.lane == lane, _EARLIER.c.rank == rank,
            _EARLIER.c.next_at > sa.bindparam("now"), *more,
        )
        .exists()
    )  # fmt: skip


def behind() -> sa.Exists:
    """The same of a part: only what was made before it counts."""
    return waits(part.c.lane, part.c.rank, _EARLIER.c.id < part.c.id)


_NOW: Final[sa.BindParameter[datetime]] = sa.bindparam("now")
_LETTERS: Final = sa.select(letter.c.lane, letter.c.account, letter.c.channel, letter.c.rank)
_PARTS: Final = sa.select(part.c.lane, letter.c.account, letter.c.channel, part.c.rank).join_from(part, letter)
_FLYING: Final = sa.select(part.c.lane).where(part.c.state == "sending", part.c.claimed_until > _NOW)


def _looks(*, postgres: bool) -> tuple[sa.Select[Any], ...]:
    """Letters to render, parts to send, parts whose sender died."""
    limit: sa.BindParameter[int] = sa.bindparam("limit")
    busy = listed("busy", sa.Text, postgres=postgres)
    rested = letter.c.account.not_in(listed("resting", sa.BigInteger, postgres=postgres))
    ready = sa.or_(letter.c.hold_until.is_(None), letter.c.hold_until <= _NOW)
    free = part.c.lane.not_in(busy)
    fresh = _LETTERS.where(
        letter.c.state == "queued", ready, letter.c.lane.not_in(busy), letter.c.lane.not_in(_FLYING), rested,
        ~waits(letter.c.lane, letter.c.rank),
    ).order_by(letter.c.rank, letter.c.id)  # fmt: skip
    parts = _PARTS.where(
        part.c.state == "queued", part.c.next_at <= _NOW, free, part.c.lane.not_in(_FLYING), rested, ~behind()
    ).order_by(part.c.rank, part.c.id)
    stale = _PARTS.where(part.c.state == "sending", part.c.claimed_until <= _NOW, free)
    return fresh.limit(limit), parts.limit(limit), stale.limit(limit)


_FRESH, _READY, _STALE = (Fixed(*both) for both in zip(_looks(postgres=False), _looks(postgres=True), strict=True))


def lanes(
    tx: Tx, busy: Sequence[str], now: datetime, limit: int = 50, resting: Sequence[int] = ()
) -> list[Work]:  # fmt: skip
    """Lanes with letters to render or parts to send now, the most urgent first, those in `busy` and all of the
    `resting` accounts left out.

    A lane in which nothing can leave now is not among them: its letters would hide those of others from a short look.
    """
    found: dict[str, Work] = {}
    given = {"now": now, "busy": list(busy), "limit": limit}
    asked = {**given, "resting": list(resting)}
    for look, values in ((_FRESH, asked), (_READY, asked), (_STALE, given)):
        for row in tx.rows(look, values):
            known = found.get(row.lane)
            if known is None or row.rank < known.rank:
                found[row.lane] = Work(**row._mapping)
    return sorted(found.values(), key=lambda work: work.rank)


_LATER: Final = (
    Fixed(sa.select(sa.func.min(letter.c.hold_until)).where(letter.c.state == "queued", letter.c.hold_until > _NOW)),
    Fixed(sa.select(sa.func.min(part.c.next_at)).where(part.c.state == "queued", part.c.next_at > _NOW)),
    Fixed(sa.select(sa.func.min(part.c.claimed_until)).where(part.c.state == "sending", part.c.claimed_until > _NOW)),
)


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which a held letter or a put-off part becomes due."""
    found = [instant for look in _LATER if (instant := tx.value(look, {"now": now})) is not None]
    return min(found, default=None)
