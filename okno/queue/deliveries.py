"""What became of public messages on their way out: the letters that carried each, put together from their parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.queue.tables import letter, part
from okno.queue.transaction import Tx

Delivery = Literal["queued", "sent", "refused", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One letter to one recipient. `doubts`: how often nobody knew whether it had arrived, and it was sent again."""

    letter: int
    channel: str
    recipient: str
    state: str
    header_id: str | None
    remote: Any
    doubts: int
    reason: str

    @property
    def delivery(self) -> Delivery | None:
        """None for what was taken back before it left."""
        if self.state == "recalled":
            return None
        if self.state == "sent":
            return "sent"
        if self.doubts:
            return "unknown"
        return "refused" if self.state == "refused" else "queued"


def delivery(sendings: Sequence[Sending]) -> Delivery | None:
    """Of a message: it has arrived when one letter has; else what the latest one still hopes for counts."""
    states = [one.delivery for one in sendings]
    if "sent" in states:
        return "sent"
    return next((state for state in reversed(states) if state), None)


_LETTERS: Final = (
    sa.select(letter.c.id, letter.c.message, letter.c.channel, letter.c.recipient, letter.c.state, letter.c.header_id)
    .where(letter.c.staff.is_(None), letter.c.message.in_(sa.bindparam("keys", expanding=True)))
    .order_by(letter.c.id)
)
_PARTS: Final = (
    sa.select(part.c.letter, part.c.unknowns, part.c.remote, part.c.reason)
    .where(part.c.letter.in_(sa.bindparam("keys", expanding=True)))
    .order_by(part.c.letter, part.c.number)
)


def of_messages(tx: Tx, keys: Sequence[int]) -> dict[int, list[Sending]]:
    """By message, in the order the letters were written; a few hundred messages at a time."""
    rows = tx.rows(_LETTERS, {"keys": list(keys)})
    parts: dict[int, list[Any]] = {}
    for row in tx.rows(_PARTS, {"keys": [row.id for row in rows]}):
        parts.setdefault(row.letter, []).append(row)
    found: dict[int, list[Sending]] = {}
    for row in rows:
        own = parts.get(row.id, [])
        sending = Sending(
            letter=row.id, channel=row.channel, recipient=row.recipient, state=row.state, header_id=row.header_id,
            remote=next((one.remote for one in own if one.remote), None), doubts=sum(one.unknowns for one in own),
            reason=next((one.reason for one in own if one.reason), ""),
        )  # fmt: skip
        found.setdefault(row.message, []).append(sending)
    return found
