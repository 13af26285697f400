"""Tables about accounts, people, staff and the desk itself."""

from typing import Final

import sqlalchemy as sa

from okno.queue.tables.form import META, at, number, table, text, to
from okno.queue.types import Big, Json

# One bot or one mailbox: every id of the outside world is unique only inside its account.
account: Final = table(
    "account",
    text("kind"),
    text("name"),
    text("address"),
    sa.Column("state", Json, nullable=False),
    sa.UniqueConstraint("kind", "name"),
)

organisation: Final = table("organisation", text("name"), text("language"), at("created_at"))
project: Final = table("project", to("organisation", index=True), text("name"), at("created_at"))
line: Final = table(
    "line", text("name"), number("rank"), sa.Column("active", sa.Boolean, nullable=False), sa.UniqueConstraint("name")
)

person: Final = table(
    "person", text("name"), text("language"), to("organisation", nullable=True, index=True), at("created_at")
)
identity: Final = table(
    "identity",
    to("person", index=True),
    text("kind"),
    text("address"),
    text("username"),
    text("proof"),
    to("account", nullable=True),
    at("fresh_until", nullable=True),
    at("unreachable_at", nullable=True),
    text("unreachable_why"),
    sa.UniqueConstraint("kind", "address"),
)
staff: Final = table(
    "staff",
    text("name"),
    sa.Column("telegram_id", Big, nullable=False, unique=True),
    text("email"),
    text("role"),
    text("language"),
    sa.Column("lines", Json, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    at("started_at", nullable=True),
    at("away_at", nullable=True),
    text("away_why"),
    at("assigned_at", nullable=True),
)

lease: Final = sa.Table(
    "lease", META, sa.Column("name", sa.Text, primary_key=True), text("holder"), number("fence"), at("until")
)
secret: Final = table("secret", text("purpose"), sa.Column("value", sa.LargeBinary, nullable=False), at("created_at"))
# The chat a setting names and the chat it is now: groups migrate.
chat: Final = table(
    "chat",
    to("account"),
    sa.Column("configured", Big, nullable=False),
    sa.Column("current", Big, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.UniqueConstraint("account", "configured"),
)
