"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for make in (
        _account,
        _cause,
        _clock,
        _lease,
        _line,
        _organisation,
        _secret,
        _staff,
        _chat,
        _copy,
        _journal,
        _person,
        _project,
        _view,
        _identity,
        _ticket,
        _event,
        _message,
        _participant,
        _work,
        _attachment,
        _letter,
        _mail_ref,
        _version,
        _part,
        _attempt,
    ):
        make()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(words, ticket UNINDEXED, tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute("CREATE TABLE search (id BIGINT PRIMARY KEY, ticket BIGINT NOT NULL, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_account_kind_name")),
        sqlite_autoincrement=True,
    )


def _cause() -> None:
    op.create_table(
        "cause",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cause")),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("cycle", BIG, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject",
            "kind",
            "scope",
            "cycle",
            name=op.f("uq_clock_subject_kind_subject_kind_scope_cycle"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_clock_next",
        "clock",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def _line() -> None:
    op.create_table(
        "line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("name", name=op.f("uq_line_name")),
        sqlite_autoincrement=True,
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sqlite_autoincrement=True,
    )


def _secret() -> None:
    op.create_table(
        "secret",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
        sqlite_autoincrement=True,
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("telegram_id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("away_at", sa.BigInteger(), nullable=True),
        sa.Column("away_why", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_staff_telegram_id")),
        sqlite_autoincrement=True,
    )


def _chat() -> None:
    op.create_table(
        "chat",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("configured", BIG, nullable=False),
        sa.Column("current", BIG, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_chat_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat")),
        sa.UniqueConstraint("account", "configured", name=op.f("uq_chat_account_configured")),
        sqlite_autoincrement=True,
    )


def _copy() -> None:
    op.create_table(
        "copy",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("external_id", BIG, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ticket", BIG, nullable=True),
        sa.Column("message", BIG, nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_copy_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy")),
        sa.UniqueConstraint("account", "chat", "external_id", name=op.f("uq_copy_account_chat_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_copy_message"), "copy", ["message"], unique=False)
    op.create_index(op.f("ix_copy_ticket"), "copy", ["ticket"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ticket", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_journal_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("account", "external_id", "digest", name=op.f("uq_journal_account_external_id_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_journal_claimed",
        "journal",
        ["claimed_until"],
        unique=False,
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.create_index("ix_journal_digest", "journal", ["account", "digest"], unique=False)
    op.create_index(
        "ix_journal_due",
        "journal",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_journal_next",
        "journal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_journal_parked",
        "journal",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_index("ix_journal_recorded_at", "journal", ["recorded_at"], unique=False)
    op.create_index(
        "ix_journal_waiting",
        "journal",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("organisation", BIG, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_person_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_person_organisation"), "person", ["organisation"], unique=False)


def _project() -> None:
    op.create_table(
        "project",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_project_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_project_organisation"), "project", ["organisation"], unique=False)


def _view() -> None:
    op.create_table(
        "view",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", BIG, nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("remote", BIG, nullable=True),
        sa.Column("wanted", BIG, nullable=False),
        sa.Column("shown", BIG, nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_view_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
        sa.UniqueConstraint("subject_kind", "subject", "surface", name=op.f("uq_view_subject_kind_subject_surface")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_view_claimed",
        "view",
        ["claimed_until"],
        unique=False,
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_view_due",
        "view",
        ["lane", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
    op.create_index(
        "ix_view_later",
        "view",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("fresh_until", sa.BigInteger(), nullable=True),
        sa.Column("unreachable_at", sa.BigInteger(), nullable=True),
        sa.Column("unreachable_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_identity_account")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_identity_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("kind", "address", name=op.f("uq_identity_kind_address")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identity_person"), "identity", ["person"], unique=False)


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", BIG, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=True),
        sa.Column("urgency", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("requester", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("chat", BIG, nullable=True),
        sa.Column("line", BIG, nullable=False),
        sa.Column("project", BIG, nullable=True),
        sa.Column("assignee", BIG, nullable=True),
        sa.Column("merged_into", BIG, nullable=True),
        sa.Column("continues", BIG, nullable=True),
        sa.Column("maybe", BIG, nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("postponed_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_ticket_account")),
        sa.ForeignKeyConstraint(["assignee"], ["staff.id"], name=op.f("fk_ticket_assignee")),
        sa.ForeignKeyConstraint(["continues"], ["ticket.id"], name=op.f("fk_ticket_continues")),
        sa.ForeignKeyConstraint(["line"], ["line.id"], name=op.f("fk_ticket_line")),
        sa.ForeignKeyConstraint(["maybe"], ["ticket.id"], name=op.f("fk_ticket_maybe")),
        sa.ForeignKeyConstraint(["merged_into"], ["ticket.id"], name=op.f("fk_ticket_merged_into")),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_ticket_project")),
        sa.ForeignKeyConstraint(["requester"], ["person.id"], name=op.f("fk_ticket_requester")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_ticket_load",
        "ticket",
        ["assignee", "status"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'open', 'waiting_approval', 'waiting_client', 'waiting_other')"),
        postgresql_where=sa.text("status IN ('new', 'open', 'waiting_approval', 'waiting_client', 'waiting_other')"),
    )
    op.create_index(op.f("ix_ticket_merged_into"), "ticket", ["merged_into"], unique=False)
    op.create_index(
        "ix_ticket_queue",
        "ticket",
        ["line", sa.literal_column("urgency DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("status = 'new' AND assignee IS NULL"),
        postgresql_where=sa.text("status = 'new' AND assignee IS NULL"),
    )
    op.create_index(op.f("ix_ticket_requester"), "ticket", ["requester"], unique=False)
    op.create_index("ix_ticket_status", "ticket", ["status", "id"], unique=False)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", BIG, nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_event_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_ticket", "event", ["ticket", "id"], unique=False)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author", BIG, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("chat", BIG, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("reply_to", BIG, nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("journal", BIG, nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_message_account")),
        sa.ForeignKeyConstraint(["journal"], ["journal.id"], name=op.f("fk_message_journal")),
        sa.ForeignKeyConstraint(["reply_to"], ["message.id"], name=op.f("fk_message_reply_to")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_message_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_ticket", "message", ["ticket", "id"], unique=False)
    op.create_index(
        "uq_message_external",
        "message",
        ["account", "chat", "external_id"],
        unique=True,
        sqlite_where=sa.text("direction = 'in' AND chat IS NOT NULL"),
        postgresql_where=sa.text("direction = 'in' AND chat IS NOT NULL"),
    )


def _participant() -> None:
    op.create_table(
        "participant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("identity", BIG, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("seen_message", BIG, nullable=False),
        sa.ForeignKeyConstraint(["identity"], ["identity.id"], name=op.f("fk_participant_identity")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_participant_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("ticket", "identity", name=op.f("uq_participant_ticket_identity")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_participant_identity"), "participant", ["identity"], unique=False)


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("line", BIG, nullable=False),
        sa.Column("worker", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["line"], ["line.id"], name=op.f("fk_work_line")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_work_ticket")),
        sa.ForeignKeyConstraint(["worker"], ["staff.id"], name=op.f("fk_work_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("ticket", "line", name=op.f("uq_work_ticket_line")),
        sqlite_autoincrement=True,
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_attachment_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachment_message"), "attachment", ["message"], unique=False)
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)
    op.create_index(
        "ix_attachment_wanted",
        "attachment",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("identity", BIG, nullable=True),
        sa.Column("staff", BIG, nullable=True),
        sa.Column("ticket", BIG, nullable=True),
        sa.Column("message", BIG, nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("header_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("hold_until", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_letter_account")),
        sa.ForeignKeyConstraint(["identity"], ["identity.id"], name=op.f("fk_letter_identity")),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_letter_message")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_letter_staff")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_letter_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_letter_held",
        "letter",
        ["hold_until"],
        unique=False,
        sqlite_where=sa.text("state = 'queued' AND hold_until IS NOT NULL"),
        postgresql_where=sa.text("state = 'queued' AND hold_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_letter_message"), "letter", ["message"], unique=False)
    op.create_index(
        "ix_letter_next",
        "letter",
        ["rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_letter_receipts",
        "letter",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("kind = 'receipt'"),
        postgresql_where=sa.text("kind = 'receipt'"),
    )
    op.create_index(op.f("ix_letter_ticket"), "letter", ["ticket"], unique=False)
    op.create_index(
        "ix_letter_unrendered",
        "letter",
        ["lane", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )


def _mail_ref() -> None:
    op.create_table(
        "mail_ref",
        sa.Column("id", BIG, nullable=False),
        sa.Column("header_id", sa.Text(), nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("message", BIG, nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_mail_ref_message")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_mail_ref_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_ref")),
        sa.UniqueConstraint(
            "header_id", "ticket", "fingerprint", name=op.f("uq_mail_ref_header_id_ticket_fingerprint")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mail_ref_ticket"), "mail_ref", ["ticket"], unique=False)


def _version() -> None:
    op.create_table(
        "version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_version_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("message", "happened_at", name=op.f("uq_version_message_happened_at")),
        sqlite_autoincrement=True,
    )


def _part() -> None:
    op.create_table(
        "part",
        sa.Column("id", BIG, nullable=False),
        sa.Column("letter", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("unknowns", BIG, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["letter"], ["letter.id"], name=op.f("fk_part_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("letter", "number", name=op.f("uq_part_letter_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_part_due",
        "part",
        ["lane", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_part_next",
        "part",
        ["rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_part_sending",
        "part",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part", BIG, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["part.id"], name=op.f("fk_attempt_part")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempt_part"), "attempt", ["part"], unique=False)
