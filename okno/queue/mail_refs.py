"""Every Message-ID a ticket was ever named with, of letters we never received too, so that siblings find it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.fixed import Fixed
from okno.queue.tables import mail_ref
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Reference:
    header_id: str
    ticket: int
    message: int | None = None
    fingerprint: str = ""


_PUT: Final = Fixed(
    sqlite.insert(mail_ref).on_conflict_do_nothing(), postgresql.insert(mail_ref).on_conflict_do_nothing()
)
_NAMES: Final = ("header_id", "ticket", "message", "fingerprint")
_FIND: Final = Fixed(
    sa.select(mail_ref.c.id, *(mail_ref.c[name] for name in _NAMES)).where(
        mail_ref.c.header_id == sa.bindparam("header_id")
    )
)


def put(tx: Tx, references: Sequence[Reference]) -> None:
    values = [
        {"header_id": one.header_id, "ticket": one.ticket, "message": one.message, "fingerprint": one.fingerprint}
        for one in references
    ]
    if values:
        tx.do(_PUT, values)


def find(tx: Tx, header_ids: Sequence[str]) -> list[Reference]:
    """In the order they were learnt."""
    rows = [row for one in dict.fromkeys(header_ids) for row in tx.rows(_FIND, {"header_id": one})]
    rows.sort(key=lambda row: row.id)
    return [Reference(**{name: row._mapping[name] for name in _NAMES}) for row in rows]
