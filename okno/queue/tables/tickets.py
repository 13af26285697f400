"""Tables of tickets and of everything said and done in them."""

from typing import Final

import sqlalchemy as sa

from okno.queue.tables.form import at, number, partial, table, text, to
from okno.queue.types import Big, Json

ticket: Final = table(
    "ticket",
    text("status", "new"),
    sa.Column("status_before", sa.Text),
    number("urgency", 1),
    text("subject"),
    to("person", "requester", index=True),
    text("channel"),
    to("account", nullable=True),
    sa.Column("chat", Big),
    to("line"),
    to("project", nullable=True),
    to("staff", "assignee", nullable=True),
    to("ticket", "merged_into", nullable=True, index=True),
    to("ticket", "continues", nullable=True),
    to("ticket", "maybe", nullable=True),
    sa.Column("quiet", sa.Boolean, nullable=False, default=False),
    at("created_at"),
    at("updated_at"),
    at("answered_at", nullable=True),
    at("closed_at", nullable=True),
    at("postponed_until", nullable=True),
)
# In this order: SQLite takes the index for a question only where its list is word for word the same.
_UNFINISHED: Final = ("new", "open", "waiting_approval", "waiting_client", "waiting_other")
partial(
    "ix_ticket_queue",
    ticket.c.line,
    ticket.c.urgency.desc(),
    ticket.c.id,
    where=sa.and_(ticket.c.status == "new", ticket.c.assignee.is_(None)),
)
partial("ix_ticket_load", ticket.c.assignee, ticket.c.status, where=ticket.c.status.in_(_UNFINISHED))
sa.Index("ix_ticket_status", ticket.c.status, ticket.c.id)

participant: Final = table(
    "participant",
    to("ticket"),
    to("identity", index=True),
    text("role"),
    text("proof"),
    number("seen_message"),
    sa.UniqueConstraint("ticket", "identity"),
)
work: Final = table(
    "work", to("ticket"), to("line"), to("staff", "worker", nullable=True), text("state"), at("since"),
    sa.UniqueConstraint("ticket", "line"),
)  # fmt: skip

message: Final = table(
    "message",
    to("ticket"),
    text("direction"),
    text("author_kind"),
    sa.Column("author", Big),
    text("channel"),
    to("account", nullable=True),
    sa.Column("external_id", sa.Text),
    sa.Column("chat", Big),
    text("text"),
    sa.Column("full_text", sa.Text),
    sa.Column("data", Json, nullable=False),
    text("rule"),
    sa.Column("album", sa.Text),
    to("message", "reply_to", nullable=True),
    sa.Column("edited", sa.Boolean, nullable=False, default=False),
    to("journal", nullable=True),
    at("happened_at"),
    at("recorded_at"),
)
sa.Index("ix_message_ticket", message.c.ticket, message.c.id)
# The natural key that catches true repeats (Telegram's update ids restart at random after a quiet week).
partial(
    "uq_message_external",
    message.c.account,
    message.c.chat,
    message.c.external_id,
    where=sa.and_(message.c.direction == "in", message.c.chat.is_not(None)),
    unique=True,
)
version: Final = table(
    "version", to("message"), text("text"), sa.Column("data", Json, nullable=False), at("happened_at"),
    sa.UniqueConstraint("message", "happened_at"),
)  # fmt: skip
attachment: Final = table(
    "attachment",
    to("message", index=True),
    text("kind"),
    text("name"),
    text("type"),
    sa.Column("size", Big),
    sa.Column("sha256", sa.Text, index=True),
    text("remote_id"),
    text("content_id"),
    sa.Column("inline", sa.Boolean, nullable=False, default=False),
    sa.Column("facts", Json, nullable=False),
    text("state"),
    number("tries"),
    at("next_at", nullable=True),
    text("reason"),
)
partial("ix_attachment_wanted", attachment.c.next_at, where=attachment.c.state == "wanted")
# Every Message-ID a ticket was ever named with, of letters we never received too.
mail_ref: Final = table(
    "mail_ref", text("header_id"), to("ticket", index=True), to("message", nullable=True), text("fingerprint"),
    sa.UniqueConstraint("header_id", "ticket", "fingerprint"),
)  # fmt: skip
event: Final = table(
    "event",
    to("ticket"),
    text("kind"),
    text("actor_kind"),
    sa.Column("actor", Big),
    sa.Column("data", Json, nullable=False),
    at("happened_at"),
    at("recorded_at"),
)
sa.Index("ix_event_ticket", event.c.ticket, event.c.id)
clock: Final = table(
    "clock",
    text("subject_kind"),
    number("subject"),
    text("kind"),
    text("scope"),
    number("cycle"),
    at("due_at"),
    at("next_at", nullable=True),
    sa.Column("data", Json, nullable=False),
    sa.UniqueConstraint("subject_kind", "subject", "kind", "scope", "cycle"),
)
partial("ix_clock_next", clock.c.next_at, where=clock.c.next_at.is_not(None))
