"""The keys that sign what we send. They live in the store and in its backup, or a restore would orphan every thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from okno.queue.tables import secret
from okno.queue.transaction import Tx

_PURPOSE: Final = "ticket token"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """All that verify, by id, and the one that signs."""

    keys: dict[int, bytes]
    newest: int


def ensure(tx: Tx, fresh: bytes, now: datetime) -> Keys:
    """The keys there are; `fresh` becomes the first where there is none."""
    known = sa.select(secret.c.id, secret.c.value).where(secret.c.purpose == _PURPOSE).order_by(secret.c.id)
    rows = tx.rows(known)
    if not rows:
        tx.run(sa.insert(secret), {"purpose": _PURPOSE, "value": fresh, "created_at": now})
        rows = tx.rows(known)
    return Keys(keys={row.id: bytes(row.value) for row in rows}, newest=rows[-1].id)
