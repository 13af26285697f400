"""A staff member's own private words, found again in the journal: nothing they wrote is lost while they decide."""

import json
from dataclasses import replace

import sqlalchemy as sa

from okno.desk.message import Incoming
from okno.intake.telegram import reading
from okno.queue import copies, tables
from okno.queue.transaction import Tx


def kept(tx: Tx, place: tuple[int, int, int]) -> Incoming | None:
    """The staff member's own message as the journal has it; None when it is none of theirs."""
    copy = copies.find(tx, *place)
    if copy is None or copy.role not in {"draft", "staff", "note"}:
        return None
    entry = copy.data.get("journal")
    row = tx.one(sa.select(tables.journal).where(tables.journal.c.id == entry)) if entry else None
    if row is None:
        return None
    heard = reading.incoming(json.loads(row.payload), row.account, row.recorded_at)
    return replace(heard, chat=place[1])
