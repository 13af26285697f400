"""What was said in tickets: messages and the versions an edit leaves behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk.message import Fact, File
from okno.queue import attachments, search
from okno.queue.fixed import Fixed, listed
from okno.queue.tables import attachment, copy, message, version
from okno.queue.transaction import Tx

Direction = Literal["in", "out", "note"]
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """`author` is an identity's id for a client, a staff member's for staff. `data` holds facts and entities."""

    ticket: int
    direction: Direction
    author_kind: str
    author: int | None
    channel: str
    happened_at: datetime
    text: str
    full_text: str = ""
    account: int | None = None
    external_id: str | None = None
    chat: int | None = None
    facts: Sequence[Fact] = ()
    entities: Sequence[Fact] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    album: str | None = None
    reply_to: int | None = None
    journal: int | None = None
    files: Sequence[File] = ()


@dataclass(frozen=True, kw_only=True)
class Message:
    id: int
    ticket: int
    direction: Direction
    author_kind: str
    author: int | None
    channel: str
    account: int | None
    external_id: str | None
    chat: int | None
    text: str
    full_text: str | None
    data: dict[str, Any]
    rule: str
    album: str | None
    reply_to: int | None
    edited: bool
    journal: int | None
    happened_at: datetime
    recorded_at: datetime


_INSERT: Final = Fixed(sa.insert(message).returning(message.c.id))
_BY_ID: Final = Fixed(sa.select(message).where(message.c.id == sa.bindparam("key")))


def add(tx: Tx, new: NewMessage, now: datetime) -> int:
    data: dict[str, Any] = dict(new.extra)
    if new.facts:
        data["facts"] = [dict(fact) for fact in new.facts]
    if new.entities:
        data["entities"] = [dict(entity) for entity in new.entities]
    full = new.full_text if new.full_text != new.text else None
    values = {
        "ticket": new.ticket, "direction": new.direction, "author_kind": new.author_kind, "author": new.author,
        "channel": new.channel, "account": new.account, "external_id": new.external_id, "chat": new.chat,
        "text": new.text, "full_text": full or None, "data": data, "rule": new.rule, "album": new.album,
        "reply_to": new.reply_to, "edited": False, "journal": new.journal, "happened_at": new.happened_at,
        "recorded_at": now,
    }  # fmt: skip
    key: int = tx.value(_INSERT, values)
    attachments.add(tx, key, new.files, now)
    names = (file.name for file in new.files)
    search.index(tx, key, new.ticket, _searched(new.extra, new.full_text or new.text, names))
    return key


def get(tx: Tx, key: int) -> Message | None:
    row = tx.one(_BY_ID, {"key": key})
    return Message(**row._mapping) if row else None


_OF_TICKETS: Final = Fixed(*(
    sa.select(message)
    .where(
        message.c.ticket.in_(listed("keys", sa.BigInteger, postgres=postgres)), message.c.id > sa.bindparam("after")
    )
    .order_by(message.c.id)
    .limit(sa.bindparam("limit"))
    for postgres in (False, True)
))  # fmt: skip


def of_tickets(tx: Tx, keys: Sequence[int], after: int = 0, limit: int = 1000) -> list[Message]:
    """Messages of these tickets with an id above `after`, the oldest first."""
    rows = tx.rows(_OF_TICKETS, {"keys": list(keys), "after": after, "limit": limit})
    return [Message(**row._mapping) for row in rows]


_NATURAL: Final = Fixed(
    sa.select(message).where(
        message.c.direction == "in",
        message.c.account == sa.bindparam("account"),
        message.c.chat == sa.bindparam("chat"),
        message.c.external_id == sa.bindparam("external_id"),
    )
)


def natural(tx: Tx, account: int, chat: int, external_id: str) -> Message | None:
    """The message that came under this id of that chat before, if one did."""
    row = tx.one(_NATURAL, {"account": account, "chat": chat, "external_id": external_id})
    return Message(**row._mapping) if row else None


@dataclass(frozen=True, kw_only=True)
class Edit:
    message: int
    text: str
    data: Mapping[str, Any]
    happened_at: datetime


def revise(tx: Tx, edit: Edit) -> bool:
    """Keeps the words so far as a version and puts the new ones in place. False when nothing a person sees changed."""
    old = get(tx, edit.message)
    if old is None or _wording(old) == _wording(edit):
        return False
    past = tx.rows(sa.select(version).where(version.c.message == old.id).order_by(version.c.happened_at))
    late = bool(past) and edit.happened_at < past[-1].happened_at.replace(microsecond=0)
    again = bool(past) and edit.happened_at <= past[-1].happened_at and _wording(edit) in map(_wording, past)
    if again:
        return False
    # Telegram dates edits to the second, and an edit that was parked may come after a later one.
    taken, at = {row.happened_at for row in past}, edit.happened_at
    while at in taken:
        at += _MILLISECOND
    replaced: Message | Edit = edit if late else old
    kept = {"message": old.id, "text": replaced.text, "data": dict(replaced.data), "happened_at": at}
    tx.run(sa.insert(version), kept)
    if late:
        return False
    data = {**old.data, **edit.data}
    tx.run(sa.update(message).where(message.c.id == old.id).values(text=edit.text, data=data, edited=True))
    names = tx.rows(sa.select(attachment.c.name).where(attachment.c.message == old.id))
    search.index(tx, old.id, old.ticket, _searched(data, edit.text, (row.name for row in names)))
    return True


def _wording(one: Any) -> tuple[str, Any, Any]:
    """What a person sees of it."""
    return one.text, one.data.get("facts") or [], one.data.get("entities") or []


def _searched(data: Mapping[str, Any], text: str, files: Iterable[str]) -> str:
    return " ".join((str(data.get("subject", "")), text, *files))


def move(tx: Tx, one: Message, ticket: int) -> None:
    """Puts a message into another ticket, with everything outside that stands for it."""
    tx.run(sa.update(message).where(message.c.id == one.id).values(ticket=ticket))
    tx.run(sa.update(copy).where(copy.c.message == one.id).values(ticket=ticket))
    search.move(tx, one.id, ticket)
