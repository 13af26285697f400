"""Parts of letters: queued, in flight under an attempt committed before the call, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.queue import letters, messages, worklist
from okno.queue.fixed import Fixed
from okno.queue.tables import attempt, part
from okno.queue.transaction import Tx

# How long a send may take before another worker takes it for dead: an upload 300 s, SMTP alone 600 s after the dot.
_CLAIM_CALL: Final = timedelta(seconds=360)
_CLAIM_MAIL: Final = timedelta(seconds=900)
_DIED: Final = "its sender was not heard of again"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What one call will say: a Bot API method with its fields, or a mail: its bytes as `raw` (base64) or in `blob`."""

    recipient: str
    payload: Mapping[str, Any]
    blob: str | None = None


@dataclass(frozen=True, kw_only=True)
class InFlight:
    """A part claimed for sending; `attempt` is the row committed before the call."""

    id: int
    letter: int
    number: int
    lane: str
    recipient: str
    payload: dict[str, Any]
    blob: str | None
    tries: int
    unknowns: int
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Ask:
    """`drafts` are the parts of `letter`, made of its message's words as they were at `version`."""

    lane: str
    worker: str
    letter: int | None = None
    drafts: Sequence[Draft] = ()
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Next:
    """What the lane does next: send a part, render a letter first, or (both None) nothing now."""

    part: InFlight | None = None
    render: letters.Queued | None = None


_PART: Final = Fixed(sa.insert(part))
_ATTEMPT: Final = Fixed(sa.insert(attempt).returning(attempt.c.id))
_TAKE: Final = Fixed(
    sa.update(part)
    .where(part.c.id == sa.bindparam("key"))
    .values(
        state="sending", worker=sa.bindparam("who"),
        claimed_until=sa.bindparam("until", type_=part.c.claimed_until.type),
    )
)  # fmt: skip


def advance(tx: Tx, ask: Ask, now: datetime) -> Next:
    """Keeps what was rendered, then claims the lane's next part, or names the letter to render before that."""
    if ask.letter is not None:
        _keep(tx, ask, ask.letter, now)
    if _occupied(tx, ask.lane, now):
        return Next()
    due = tx.one(worklist.DUE, {"lane": ask.lane, "now": now})
    fresh = tx.one(worklist.FRESH, {"lane": ask.lane, "now": now})
    if fresh is not None and (due is None or (fresh.rank, fresh.id) < (due.rank, due.letter)):
        return Next(render=letters.Queued(**fresh._mapping))
    return Next(part=_claim(tx, due, ask.worker, now) if due else None)


def _keep(tx: Tx, ask: Ask, key: int, now: datetime) -> None:
    """Nothing where the words were corrected meanwhile: they are rendered again."""
    row = letters.get(tx, key)
    if row.state != "queued" or (row.message is not None and messages.newest_version(tx, row.message) != ask.version):
        return
    values = [
        {
            "letter": key, "number": number, "lane": letters.lane(row.account, draft.recipient), "rank": row.rank,
            "recipient": draft.recipient, "payload": dict(draft.payload), "blob": draft.blob, "state": "queued",
            "tries": 0, "unknowns": 0, "next_at": now, "worker": "", "claimed_until": None, "remote": None,
            "reason": "", "sent_at": None,
        }
        for number, draft in enumerate(ask.drafts)
    ]  # fmt: skip
    if values:
        tx.do(_PART, values)
    letters.set_state(tx, key, "leaving" if values else "sent")


def _occupied(tx: Tx, lane: str, now: datetime) -> bool:
    """A part whose sender died is set free here: only how far it had got tells whether it may have arrived."""
    row = tx.one(worklist.SENDING, {"lane": lane})
    if row is None:
        return False
    if row.claimed_until is not None and row.claimed_until > now:
        return True
    last = tx.one(sa.select(attempt).where(attempt.c.part == row.id).order_by(attempt.c.id.desc()).limit(1))
    surely_not = last is None or last.phase == "before"
    outcome = "died_before" if surely_not else "unknown"
    if last is not None:
        ended = sa.update(attempt).where(attempt.c.id == last.id, attempt.c.outcome.is_(None))
        tx.run(ended.values(ended_at=now, outcome=outcome, reason=_DIED))
    doubt = 0 if surely_not else 1
    change = {"state": "queued", "next_at": now, "unknowns": row.unknowns + doubt, "claimed_until": None}
    tx.run(sa.update(part).where(part.c.id == row.id).values(change))
    return False


def _claim(tx: Tx, row: sa.Row[Any], worker: str, now: datetime) -> InFlight:
    # Telegram has no step between asking and doing; SMTP says "data" when its content begins to leave.
    phase, span = ("call", _CLAIM_CALL) if "method" in row.payload else ("before", _CLAIM_MAIL)
    tx.do(_TAKE, {"key": row.id, "who": worker, "until": now + span})
    values = {"part": row.id, "phase": phase, "started_at": now, "ended_at": None, "outcome": None, "reason": ""}
    number = tx.value(_ATTEMPT, values)
    names = ("id", "letter", "number", "lane", "recipient", "payload", "blob", "tries", "unknowns")
    return InFlight(**{name: row._mapping[name] for name in names}, attempt=number)


@dataclass(frozen=True, kw_only=True)
class Phase:
    attempt: int
    phase: str


_PHASE: Final = Fixed(
    sa.update(attempt).where(attempt.c.id == sa.bindparam("key")).values(phase=sa.bindparam("new_phase"))
)


def set_phase(tx: Tx, step: Phase, now: datetime) -> None:
    del now
    tx.do(_PHASE, {"key": step.attempt, "new_phase": step.phase})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`again`: when to try next (None: never). `counts` says whether this was the message's own failure."""

    part: InFlight
    outcome: Literal["sent", "refused", "postponed", "down", "unknown"]
    reason: str = ""
    remote: Any = None
    again: datetime | None = None
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class Closed:
    """`counts`: the part is as this report says; `last`: none of the letter's parts is open any more."""

    counts: bool
    last: bool


_OUTCOME: Final = Fixed(sa.select(attempt.c.outcome, attempt.c.reason).where(attempt.c.id == sa.bindparam("key")))
_END: Final = Fixed(
    sa.update(attempt)
    .where(attempt.c.id == sa.bindparam("key"))
    .values(
        ended_at=sa.bindparam("now", type_=attempt.c.ended_at.type), outcome=sa.bindparam("new_outcome"),
        reason=sa.bindparam("new_reason"),
    )
)  # fmt: skip
_NEWEST: Final = Fixed(sa.select(sa.func.max(attempt.c.id)).where(attempt.c.part == sa.bindparam("part")))
_OPEN: Final = Fixed(
    sa.select(part.c.id)
    .where(part.c.letter == sa.bindparam("letter"), part.c.state.in_(("queued", "sending")))
    .limit(1)
)


def close(tx: Tx, done: Outcome, now: datetime) -> Closed:
    """Writes what became of an attempt, once. A sender given up for dead changes only a part that nobody sends now."""
    known = tx.one(_OUTCOME, {"key": done.part.attempt})
    if known is None or (known.outcome is not None and known.reason != _DIED):
        return Closed(counts=False, last=False)
    reason = done.reason[:1000]
    tx.do(_END, {"key": done.part.attempt, "now": now, "new_outcome": done.outcome, "new_reason": reason})
    newest = tx.value(_NEWEST, {"part": done.part.id})
    # Somebody else has it by now: only the news that it has left spares them another try.
    open_states = ("queued", "sending") if newest == done.part.attempt else ("queued",)
    if newest != done.part.attempt and done.outcome != "sent":
        return Closed(counts=False, last=False)
    if not _end(tx, done, open_states, now):
        return Closed(counts=False, last=False)
    tx.ring("letters")
    return Closed(counts=True, last=tx.one(_OPEN, {"letter": done.part.letter}) is None)


_SENT: Final = Fixed(
    sa.update(part)
    .where(part.c.id == sa.bindparam("key"), part.c.state.in_((sa.bindparam("open"), sa.bindparam("or_open"))))
    .values(
        claimed_until=None, reason=sa.bindparam("why"), state="sent",
        remote=sa.bindparam("now_called", type_=part.c.remote.type),
        sent_at=sa.bindparam("now", type_=part.c.sent_at.type),
    )
)  # fmt: skip


def _end(tx: Tx, done: Outcome, open_states: tuple[str, ...], now: datetime) -> bool:
    """False when the part was in none of these states any more."""
    if done.outcome == "sent":
        states = {"open": open_states[0], "or_open": open_states[-1]}
        facts = {"why": done.reason[:1000], "now_called": done.remote, "now": now}
        return tx.do(_SENT, {"key": done.part.id, **states, **facts}) == 1
    mine = sa.update(part).where(part.c.id == done.part.id, part.c.state.in_(open_states))
    return tx.run(mine.values(_ended(done))).rowcount == 1


def _ended(done: Outcome) -> dict[str, Any]:
    """Of one that was not sent."""
    values: dict[str, Any] = {"claimed_until": None, "reason": done.reason[:1000]}
    if done.again is None:
        values |= {"state": "refused"}
    else:
        doubt = 1 if done.outcome == "unknown" else 0
        values |= {"state": "queued", "next_at": done.again, "unknowns": done.part.unknowns + doubt}
        values |= {"tries": done.part.tries + (1 if done.counts else 0)}
    return values


def give_up(tx: Tx, refused: InFlight) -> None:
    """After a refusal: the letter's other parts for the same recipient make no sense alone."""
    rest = sa.and_(part.c.letter == refused.letter, part.c.lane == refused.lane, part.c.state == "queued")
    tx.run(sa.update(part).where(rest).values(state="refused"))


@dataclass(frozen=True, kw_only=True)
class Sent:
    number: int
    state: str
    remote: Any
    unknowns: int
    reason: str


_OF_LETTER: Final = Fixed(
    sa.select(part.c.number, part.c.state, part.c.remote, part.c.unknowns, part.c.reason)
    .where(part.c.letter == sa.bindparam("letter"))
    .order_by(part.c.number)
)


def of_letter(tx: Tx, key: int) -> list[Sent]:
    return [Sent(**row._mapping) for row in tx.rows(_OF_LETTER, {"letter": key})]
