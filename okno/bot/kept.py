"""Words written to the bot in private, found again in the journal: nothing is lost while their author decides."""

import json
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from okno.desk.message import Incoming
from okno.intake.telegram import reading
from okno.queue import copies, tables
from okno.queue.copies import Copy
from okno.queue.journal import Entry
from okno.queue.transaction import Tx

# How many of our messages after the draft are looked through for the question about it.
_NEAR: Final = 50


def draft(entry: Entry, chat: int, number: int) -> Copy:
    """`entry`: where the words stand as they are now; an edit of theirs puts its own in the place of the first."""
    return Copy(account=entry.account, chat=chat, external_id=number, role="draft", data={"journal": entry.id})


def question(tx: Tx, place: tuple[int, int, int]) -> int | None:
    """Our message that asks what to do with the draft of this account, chat and number."""
    account, chat, number = place
    one = tables.copy
    after = sa.select(one.c.external_id, one.c.data).where(
        one.c.account == account, one.c.chat == chat, one.c.external_id > number
    )
    rows = tx.rows(after.order_by(one.c.external_id).limit(_NEAR))
    return next((row.external_id for row in rows if row.data.get("draft") == number and row.data.get("asks")), None)


def kept(tx: Tx, place: tuple[int, int, int]) -> Incoming | None:
    """The draft as it was last edited; None when nothing waits there for a decision."""
    copy = copies.find(tx, *place)
    if copy is None or copy.role != "draft":
        return None
    entry = copy.data.get("journal")
    row = tx.one(sa.select(tables.journal).where(tables.journal.c.id == entry)) if entry else None
    if row is None:
        return None
    heard = reading.incoming(json.loads(row.payload), row.account, row.recorded_at)
    return replace(heard, chat=place[1])
