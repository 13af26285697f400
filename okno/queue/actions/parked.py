"""What stands still and waits for a person: arrivals nobody could understand, letters refused, letters held back.

One list of both, with the two ways out: once more, or never.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk.rights import SYSTEM
from okno.queue import journal, tickets
from okno.queue.actions import show
from okno.queue.tables import account, attempt, letter, part
from okno.queue.tables import journal as arrivals
from okno.queue.tickets import Event
from okno.queue.transaction import Tx

Kind = Literal["journal", "letter"]
_KINDS: Final[dict[str, Kind]] = {"j": "journal", "": "journal", "l": "letter"}
_NAME: Final = re.compile(r"([jl]?)([0-9]{1,15})", re.IGNORECASE)
_WAY: Final = ("queued", "leaving", "held", "sent")
# In a letter's data: JSON escapes quotes inside words, so that no words look like this key.
_DISCARDED: Final = '%"discarded":%'


@dataclass(frozen=True, kw_only=True)
class Name:
    """What people call one of them: "j12" is row 12 of the journal, "l7" letter 7; a bare number is the journal's."""

    kind: Kind
    id: int

    def __str__(self) -> str:
        return f"{self.kind[0]}{self.id}"

    @classmethod
    def of(cls, text: str) -> "Name | None":
        found = _NAME.fullmatch(text.strip())
        return cls(kind=_KINDS[found[1].lower()], id=int(found[2])) if found else None


@dataclass(frozen=True, kw_only=True)
class Parked:
    """`state`: parked (the journal's), refused, or held (a letter put back by a restore). `what` is the journal's kind
    or the letter's; `other` who it came from or was for, as the channel names them.
    """

    name: Name
    state: str
    what: str
    account: str
    other: str
    ticket: int | None
    at: datetime
    tries: int
    reason: str


def listed(tx: Tx, limit: int) -> list[Parked]:
    """The oldest first, arrivals before letters."""
    return [*_arrivals(tx, limit), *_letters(tx, limit)]


def _arrivals(tx: Tx, limit: int) -> list[Parked]:
    query = (
        sa.select(arrivals, account.c.name.label("box"))
        .join_from(arrivals, account)
        .where(arrivals.c.state == "parked")
        .order_by(arrivals.c.id)
        .limit(limit)
    )
    return [
        Parked(
            name=Name(kind="journal", id=row.id), state="parked", what=row.kind, account=row.box,
            other=row.external_id, ticket=row.ticket, at=row.recorded_at, tries=row.tries, reason=row.reason,
        )
        for row in tx.rows(query)
    ]  # fmt: skip


_NEWER: Final = letter.alias("newer")
_SINCE: Final = (
    sa.select(sa.literal(1))
    .select_from(_NEWER)
    .where(
        _NEWER.c.message == letter.c.message, _NEWER.c.id > letter.c.id, _NEWER.c.staff.is_(None),
        _NEWER.c.state.in_(_WAY),
    )
    .exists()
)  # fmt: skip
_STUCK: Final = sa.and_(
    sa.or_(letter.c.state == "held", sa.and_(letter.c.state == "refused", ~_SINCE)),
    sa.type_coerce(letter.c.data, sa.Text).not_like(_DISCARDED),
)


def _letters(tx: Tx, limit: int) -> list[Parked]:
    query = sa.select(letter, account.c.name.label("box")).join_from(letter, account).where(_STUCK)
    rows = tx.rows(query.order_by(letter.c.id).limit(limit))
    parts = _parts(tx, [row.id for row in rows])
    return [_letter(row, parts.get(row.id, [])) for row in rows]


def _letter(row: Any, parts: Sequence[Any]) -> Parked:
    return Parked(
        name=Name(kind="letter", id=row.id), state=row.state, what=row.kind, account=row.box, other=row.recipient,
        ticket=row.ticket, at=row.created_at, tries=max((one.tries for one in parts), default=0),
        reason=next((one.reason for one in parts if one.reason), ""),
    )  # fmt: skip


def _parts(tx: Tx, keys: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in tx.rows(sa.select(part).where(part.c.letter.in_(keys)).order_by(part.c.letter, part.c.number)):
        found.setdefault(row.letter, []).append(row)
    return found


def held(tx: Tx, _nothing: None) -> list[Name]:
    query = sa.select(letter.c.id).where(letter.c.state == "held").order_by(letter.c.id)
    return [Name(kind="letter", id=key) for key in tx.run(query).scalars()]


def retry(tx: Tx, name: Name, now: datetime) -> bool:
    """Once more, as if for the first time. False when nothing of that name stands still."""
    if name.kind == "journal":
        return journal.retry(tx, name.id, now)
    row = tx.one(sa.select(letter).where(letter.c.id == name.id, _STUCK))
    if row is None:
        return False
    state = "leaving" if _put_back(tx, row.id, now) else "queued"
    # Five more days: what is tried again after a week must not be given up at the first busy signal.
    tx.run(sa.update(letter).where(letter.c.id == row.id).values(state=state, created_at=now, hold_until=None))
    tx.ring("letters")
    if row.ticket is not None:
        _tell(tx, row, now)
    return True


def _put_back(tx: Tx, key: int, now: datetime) -> bool:
    """Its parts wait again, but for those that left. False when there are none, or none could be made: render anew."""
    parts = _parts(tx, [key]).get(key, [])
    if any("impossible" in one.payload for one in parts):
        ids = [one.id for one in parts]
        tx.run(sa.delete(attempt).where(attempt.c.part.in_(ids)))
        tx.run(sa.delete(part).where(part.c.id.in_(ids)))
        return False
    again = {"state": "queued", "tries": 0, "next_at": now, "claimed_until": None, "reason": ""}
    tx.run(sa.update(part).where(part.c.letter == key, part.c.state.in_(("refused", "held"))).values(again))
    return bool(parts)


def _tell(tx: Tx, row: Any, now: datetime) -> None:
    if row.kind == "answer" and row.state == "refused":
        data = {"message": row.message, "channel": "same"}
        tickets.record(tx, Event(ticket=row.ticket, kind="resent", actor=SYSTEM, happened_at=now, data=data), now)
    show.changed(tx, row.ticket, now)


@dataclass(frozen=True, kw_only=True)
class Discard:
    name: Name
    why: str


def discard(tx: Tx, command: Discard, now: datetime) -> bool:
    """Kept with the reason; a letter stays refused. False when nothing of that name stands still."""
    name = command.name
    if name.kind == "journal":
        return journal.discard(tx, journal.Discard(id=name.id, why=command.why), now)
    row = tx.one(sa.select(letter).where(letter.c.id == name.id, _STUCK))
    if row is None:
        return False
    data = {**row.data, "discarded": command.why}
    tx.run(sa.update(letter).where(letter.c.id == row.id).values(state="refused", data=data))
    tx.run(sa.update(part).where(part.c.letter == row.id, part.c.state == "held").values(state="refused"))
    if row.ticket is not None:
        show.changed(tx, row.ticket, now)
    return True


def hold(tx: Tx, _nothing: None, now: datetime) -> int:
    """Keeps back every letter that was on its way: an older store cannot know which have left since. How many."""
    del now
    open_parts = sa.select(part.c.letter).where(part.c.state.in_(("queued", "sending")))
    # A part in flight may have arrived: its release must say so.
    doubted = sa.update(part).where(part.c.state == "sending").values(unknowns=part.c.unknowns + 1)
    tx.run(doubted)
    mine = sa.or_(letter.c.state == "queued", letter.c.id.in_(open_parts))
    count = tx.run(sa.update(letter).where(mine).values(state="held")).rowcount
    waiting = sa.update(part).where(part.c.state.in_(("queued", "sending")))
    tx.run(waiting.values(state="held", claimed_until=None))
    return count
