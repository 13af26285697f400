"""Which message of the outside world stands for which of ours: this decides what a reply in Telegram answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.fixed import Fixed
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


_KEY: Final = ("account", "chat", "external_id")
_SAID: Final = ("role", "ticket", "message", "data")
_NAMES: Final = (*_KEY, *_SAID)


def _replacing(insert: sqlite.Insert | postgresql.Insert) -> sa.Insert:
    change = {name: insert.excluded[name] for name in _SAID}
    return insert.on_conflict_do_update(index_elements=list(_KEY), set_=change)


_PUT: Final = Fixed(_replacing(sqlite.insert(copy)), _replacing(postgresql.insert(copy)))
_COPY: Final = sa.select(*(copy.c[name] for name in _NAMES))
_FIND: Final = Fixed(_COPY.where(*(copy.c[name] == sa.bindparam(name) for name in _KEY)))
_OF_MESSAGE: Final = Fixed(
    _COPY.where(copy.c.message == sa.bindparam("message"), copy.c.role == sa.bindparam("role")).order_by(copy.c.id)
)


def put(tx: Tx, one: Copy, now: datetime) -> None:
    values = {
        "account": one.account, "chat": one.chat, "external_id": one.external_id, "role": one.role,
        "ticket": one.ticket, "message": one.message, "data": dict(one.data), "created_at": now,
    }  # fmt: skip
    tx.do(_PUT, values)


def find(tx: Tx, account: int, chat: int, external_id: int) -> Copy | None:
    row = tx.one(_FIND, {"account": account, "chat": chat, "external_id": external_id})
    return Copy(**row._mapping) if row else None


def of_message(tx: Tx, key: int, role: str) -> list[Copy]:
    """Where this message of ours stands outside, in one role."""
    return [Copy(**row._mapping) for row in tx.rows(_OF_MESSAGE, {"message": key, "role": role})]
