"""Which message of the outside world stands for which of ours: this decides what a reply in Telegram answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.tables import copy
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A message of the outside world that stands for one of ours. Roles: client (their own message), feed (it shown
    to staff), answer (our words at the client), prompt, card, alert, note, and staff (their words to be answered).
    """

    account: int
    chat: int
    external_id: int
    role: str
    ticket: int | None = None
    message: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def put(tx: Tx, one: Copy, now: datetime) -> None:
    insert = postgresql.insert(copy) if tx.postgres else sqlite.insert(copy)
    values = {
        "account": one.account, "chat": one.chat, "external_id": one.external_id, "role": one.role,
        "ticket": one.ticket, "message": one.message, "data": dict(one.data), "created_at": now,
    }  # fmt: skip
    change = {name: values[name] for name in ("role", "ticket", "message", "data")}
    keys = ["account", "chat", "external_id"]
    tx.run(insert.values(values).on_conflict_do_update(index_elements=keys, set_=change))


def find(tx: Tx, account: int, chat: int, external_id: int) -> Copy | None:
    same = sa.and_(copy.c.account == account, copy.c.chat == chat, copy.c.external_id == external_id)
    row = tx.one(sa.select(copy).where(same))
    if row is None:
        return None
    return Copy(**{name: row._mapping[name] for name in row._mapping if name not in {"id", "created_at"}})


def of_message(tx: Tx, key: int, role: str) -> list[Copy]:
    """Where this message of ours stands outside, in one role."""
    rows = tx.rows(sa.select(copy).where(copy.c.message == key, copy.c.role == role).order_by(copy.c.id))
    names = ("account", "chat", "external_id", "role", "ticket", "message", "data")
    return [Copy(**{name: row._mapping[name] for name in names}) for row in rows]
