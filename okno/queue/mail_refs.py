"""Every Message-ID a ticket was ever named with, of letters we never received too, so that siblings find it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.tables import mail_ref
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Reference:
    header_id: str
    ticket: int
    message: int | None = None
    fingerprint: str = ""


def put(tx: Tx, references: Sequence[Reference]) -> None:
    insert = postgresql.insert(mail_ref) if tx.postgres else sqlite.insert(mail_ref)
    values = [
        {"header_id": one.header_id, "ticket": one.ticket, "message": one.message, "fingerprint": one.fingerprint}
        for one in references
    ]
    if values:
        tx.run(insert.on_conflict_do_nothing(), values)


def find(tx: Tx, header_ids: Sequence[str]) -> list[Reference]:
    if not header_ids:
        return []
    names = ("header_id", "ticket", "message", "fingerprint")
    query = sa.select(*(mail_ref.c[name] for name in names)).where(mail_ref.c.header_id.in_(header_ids))
    return [Reference(**row._mapping) for row in tx.rows(query.order_by(mail_ref.c.id))]
