"""Tables of what arrived, and of causes: what has been done about it, once."""

from typing import Final

import sqlalchemy as sa

from okno.queue.tables.form import META, at, number, partial, table, text, to
from okno.queue.types import Big, Json

journal: Final = table(
    "journal",
    to("account"),
    text("external_id"),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    text("kind"),
    text("lane"),
    sa.Column("payload", sa.LargeBinary),
    sa.Column("blob", sa.Text),
    at("happened_at"),
    at("recorded_at"),
    text("state", "waiting"),
    number("tries"),
    at("next_at"),
    text("worker"),
    at("claimed_until", nullable=True),
    sa.Column("outcome", sa.Text),
    sa.Column("ticket", Big),
    text("reason"),
    sa.UniqueConstraint("account", "external_id", "digest"),
)
partial("ix_journal_waiting", journal.c.lane, journal.c.id, where=journal.c.state == "waiting")
partial("ix_journal_due", journal.c.next_at, where=journal.c.state == "waiting")
# Without it the earliest waiting rows are looked for among all that ever came.
partial("ix_journal_next", journal.c.id, where=journal.c.state == "waiting")
partial("ix_journal_claimed", journal.c.claimed_until, where=journal.c.claimed_until.is_not(None))
partial("ix_journal_parked", journal.c.state, journal.c.id, where=journal.c.state == "parked")
sa.Index("ix_journal_digest", journal.c.account, journal.c.digest)
sa.Index("ix_journal_recorded_at", journal.c.recorded_at)

cause: Final = sa.Table(
    "cause", META, sa.Column("key", sa.Text, primary_key=True), sa.Column("result", Json), at("recorded_at")
)
