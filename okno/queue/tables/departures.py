"""Tables of what leaves: letters and their parts, views, and whose copy stands where."""

from typing import Final

import sqlalchemy as sa

from okno.queue.tables.form import at, number, partial, table, text, to
from okno.queue.types import Big, Json

# Which message of the outside world stands for which of ours: (account, chat, message id) -> ticket, message, role.
copy: Final = table(
    "copy",
    to("account"),
    sa.Column("chat", Big, nullable=False),
    sa.Column("external_id", Big, nullable=False),
    text("role"),
    sa.Column("ticket", Big, index=True),
    sa.Column("message", Big, index=True),
    sa.Column("data", Json, nullable=False),
    at("created_at"),
    sa.UniqueConstraint("account", "chat", "external_id"),
)
letter: Final = table(
    "letter",
    sa.Column("key", sa.Text, nullable=False, unique=True),
    text("kind"),
    number("rank"),
    text("channel"),
    to("account"),
    text("lane"),
    text("recipient"),
    to("identity", nullable=True),
    to("staff", nullable=True),
    to("ticket", nullable=True, index=True),
    to("message", nullable=True, index=True),
    text("template"),
    text("language"),
    sa.Column("data", Json, nullable=False),
    sa.Column("header_id", sa.Text),
    text("state", "queued"),
    at("created_at"),
    at("hold_until", nullable=True),
    at("expires_at", nullable=True),
)
partial("ix_letter_receipts", letter.c.created_at, where=letter.c.kind == "receipt")
partial("ix_letter_next", letter.c.rank, letter.c.id, where=letter.c.state == "queued")
partial(
    "ix_letter_held", letter.c.hold_until, where=sa.and_(letter.c.state == "queued", letter.c.hold_until.is_not(None))
)
partial("ix_letter_unrendered", letter.c.lane, letter.c.rank, letter.c.id, where=letter.c.state == "queued")
part: Final = table(
    "part",
    to("letter"),
    number("number"),
    text("lane"),
    number("rank"),
    text("recipient"),
    sa.Column("payload", Json, nullable=False),
    sa.Column("blob", sa.Text),
    text("state", "queued"),
    number("tries"),
    number("unknowns"),
    at("next_at"),
    text("worker"),
    at("claimed_until", nullable=True),
    sa.Column("remote", Json),
    text("reason"),
    at("sent_at", nullable=True),
    sa.UniqueConstraint("letter", "number"),
)
partial("ix_part_next", part.c.rank, part.c.id, where=part.c.state == "queued")
partial("ix_part_due", part.c.lane, part.c.rank, part.c.id, where=part.c.state == "queued")
# One in flight per lane: keeps order and bounds what a crash can double to one per conversation.
partial("uq_part_sending", part.c.lane, where=part.c.state == "sending", unique=True)
attempt: Final = table(
    "attempt",
    to("part", index=True),
    text("phase"),
    at("started_at"),
    at("ended_at", nullable=True),
    sa.Column("outcome", sa.Text),
    text("reason"),
)
view: Final = table(
    "view",
    text("subject_kind"),
    number("subject"),
    text("surface"),
    to("account"),
    text("lane"),
    number("rank"),
    sa.Column("chat", Big, nullable=False),
    sa.Column("remote", Big),
    number("wanted"),
    number("shown"),
    number("tries"),
    at("next_at"),
    text("worker"),
    at("claimed_until", nullable=True),
    text("reason"),
    sa.Column("data", Json, nullable=False),
    sa.UniqueConstraint("subject_kind", "subject", "surface"),
)
partial("ix_view_later", view.c.next_at, where=view.c.wanted > view.c.shown)
partial("ix_view_claimed", view.c.claimed_until, where=view.c.claimed_until.is_not(None))
partial("ix_view_due", view.c.lane, view.c.rank, view.c.id, where=view.c.wanted > view.c.shown)
