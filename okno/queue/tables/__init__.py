"""Every table of the store. Migrations make them; a test holds the two equal."""

from okno.queue.tables.departures import attempt, copy, letter, part, view
from okno.queue.tables.form import META
from okno.queue.tables.journal import cause, journal
from okno.queue.tables.people import (
    account,
    chat,
    identity,
    lease,
    line,
    organisation,
    person,
    project,
    secret,
    staff,
)  # fmt: skip
from okno.queue.tables.tickets import (
    attachment,
    clock,
    event,
    mail_ref,
    message,
    participant,
    ticket,
    version,
    work,
)  # fmt: skip

__all__ = [
    "META", "account", "attachment", "attempt", "cause", "chat", "clock", "copy", "event", "identity", "journal",
    "lease", "letter", "line", "mail_ref", "message", "organisation", "part", "participant", "person", "project",
    "secret", "staff", "ticket", "version", "view", "work",
]  # fmt: skip
