"""What is thrown away: files no row names, causes and attempts past their use. Never the journal, never a message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.queue.actions import statement
from okno.queue.tables import attachment, attempt, cause, journal, message, part
from okno.queue.transaction import Tx

Place = Literal["journal", "attachment", "part", "message"]
# Whatever names a file of ours. The last is a mail's HTML, named inside its message's data.
PLACES: Final[tuple[Place, ...]] = ("journal", "attachment", "part", "message")
_NAMES: Final[dict[Place, tuple[sa.Table, sa.ColumnElement[Any], sa.ColumnElement[bool]]]] = {
    "journal": (journal, journal.c.blob, journal.c.blob.is_not(None)),
    "attachment": (attachment, attachment.c.sha256, attachment.c.sha256.is_not(None)),
    "part": (part, part.c.blob, part.c.blob.is_not(None)),
    "message": (message, message.c.data, message.c.channel == "email"),
}
_STEP: Final = 5000
_BATCH: Final = 1000
_CAUSE: Final = re.compile(r"journal:(\d{1,18})(?::.*)?", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows of one place above the id `after`."""

    place: Place
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Named:
    """`upto`: where the next page begins; None after the last."""

    names: frozenset[str]
    upto: int | None


def named(tx: Tx, page: Page) -> Named:
    """The files some rows name. A few thousand rows at a time, so that no reader is held for long."""
    table, column, told = _NAMES[page.place]
    upto = page.after + _STEP
    query = sa.select(column).where(table.c.id > page.after, table.c.id <= upto, told)
    found = (_html(value) if isinstance(value, dict) else value for value in tx.run(query).scalars())
    last = tx.value(sa.select(sa.func.max(table.c.id))) or 0
    return Named(names=frozenset(name for name in found if name), upto=upto if upto < last else None)


def _html(data: dict[str, Any]) -> str | None:
    name = (data.get("mail") or {}).get("html")
    return name if isinstance(name, str) else None


@dataclass(frozen=True, kw_only=True)
class Causes:
    """Causes behind the key `after`, in their order, of which those recorded before `before` may go."""

    before: datetime
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Spent:
    keys: tuple[str, ...]
    upto: str | None


def spent(tx: Tx, asked: Causes) -> Spent:
    """Causes nothing can replay any more: a row not yet done may, and statements follow one another by theirs."""
    query = sa.select(cause.c.key, cause.c.recorded_at).where(cause.c.key > asked.after)
    rows = tx.rows(query.order_by(cause.c.key).limit(_BATCH))
    old = [row.key for row in rows if row.recorded_at < asked.before and not row.key.startswith(statement.KEY)]
    entries = {key: int(found[1]) for key in old if (found := _CAUSE.fullmatch(key))}
    undone = sa.select(journal.c.id).where(
        journal.c.id.in_(set(entries.values())), journal.c.state.in_(("waiting", "parked"))
    )
    needed = set(tx.run(undone).scalars()) if entries else set()
    keys = tuple(key for key in old if entries.get(key) not in needed)
    return Spent(keys=keys, upto=rows[-1].key if len(rows) == _BATCH else None)


def forget_causes(tx: Tx, keys: Sequence[str], now: datetime) -> int:
    del now
    return tx.run(sa.delete(cause).where(cause.c.key.in_(keys))).rowcount


def forget_attempts(tx: Tx, before: datetime, now: datetime) -> int:
    """A batch of old tries of parts that have arrived or been refused; how many. 0 when none are left."""
    del now
    old = (
        sa.select(attempt.c.id)
        .join_from(attempt, part)
        .where(attempt.c.started_at < before, part.c.state.in_(("sent", "refused")))
        .order_by(attempt.c.id)
        .limit(_BATCH)
    )
    keys = list(tx.run(old).scalars())
    return tx.run(sa.delete(attempt).where(attempt.c.id.in_(keys))).rowcount if keys else 0
