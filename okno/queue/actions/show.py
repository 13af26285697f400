"""Asks for views: what of a ticket is shown in the staff's group, and what must be redrawn."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from okno.queue import messages, tables, views
from okno.queue.actions.policy import Policy, Room
from okno.queue.fixed import Fixed
from okno.queue.transaction import Tx

_CURRENT: Final = Fixed(
    sa.select(tables.chat.c.current).where(
        tables.chat.c.account == sa.bindparam("account"), tables.chat.c.configured == sa.bindparam("chat")
    )
)


def room(tx: Tx, policy: Policy) -> Room | None:
    """The staff's group under its present id: groups migrate."""
    if policy.room is None:
        return None
    current = tx.value(_CURRENT, {"account": policy.room.account, "chat": policy.room.chat})
    return Room(account=policy.room.account, chat=current or policy.room.chat)


def opened(tx: Tx, ticket: int, policy: Policy, now: datetime) -> None:
    """A new ticket gets its topic and card; its feed follows with the first message."""
    place = room(tx, policy)
    if place is None:
        return
    for surface in ("topic", "card"):
        views.want(
            tx,
            views.Surface(
                subject_kind="ticket", subject=ticket, surface=surface, account=place.account, chat=place.chat
            ),
            now,
        )  # fmt: skip


def changed(tx: Tx, ticket: int, now: datetime) -> None:
    views.again(tx, "ticket", ticket, now)


def fed(tx: Tx, ticket: int, message: int, policy: Policy, now: datetime, *, album: bool = False) -> None:
    """A client's message is due in the ticket's topic; an album waits a moment for the rest of it."""
    place = room(tx, policy)
    if place is None:
        return
    views.want(
        tx,
        views.Surface(
            subject_kind="ticket", subject=ticket, surface="feed", account=place.account, chat=place.chat,
            upto=message, not_before=now + policy.settle if album else now,
        ),
        now,
    )  # fmt: skip


def message(tx: Tx, key: int, surface: str, policy: Policy, now: datetime) -> None:
    """One message's own surface: `revised` (edited or moved here), `mark` (what became of an answer, where its author
    wrote it: in the group, or in private).
    """
    place = _written(tx, key, policy) if surface == "mark" else room(tx, policy)
    if place is None:
        return
    views.want(
        tx,
        views.Surface(
            subject_kind="message", subject=key, surface=surface, account=place.account, chat=place.chat
        ),
        now,
    )  # fmt: skip


def _written(tx: Tx, key: int, policy: Policy) -> Room | None:
    """Where a staff member wrote the message: in private it needs no group. Groups have ids below zero."""
    said = messages.get(tx, key)
    source = said.data.get("source") if said else None
    if source and int(source[1]) > 0:
        return Room(account=int(source[0]), chat=int(source[1]))
    return room(tx, policy)
