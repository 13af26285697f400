"""What was said in tickets: messages and the versions an edit leaves behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk.message import Fact, File
from okno.queue import attachments, search
from okno.queue.attachments import Attachment
from okno.queue.fixed import Fixed, listed
from okno.queue.tables import attachment, copy, message, version
from okno.queue.transaction import Tx

Direction = Literal["in", "out", "note"]
_MILLISECOND: Final = timedelta(milliseconds=1)
# A fact of a file that stands for a past version of its message.
REPLACED: Final = "replaced"


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


_VERSION: Final = Fixed(sa.select(sa.func.max(version.c.id)).where(version.c.message == sa.bindparam("key")))


def newest_version(tx: Tx, key: int) -> int:
    """Grows with each correction of the message; 0 while it stands as it was first said."""
    return tx.value(_VERSION, {"key": key}) or 0


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
    """`files` are those of the message as it is now: none says nothing of them, for no edit takes a file away."""

    message: int
    text: str
    data: Mapping[str, Any]
    happened_at: datetime
    files: Sequence[File] = ()


def changes(tx: Tx, edit: Edit) -> bool:
    """Whether a person would see the message differ: Telegram tells of edits that only brought a preview, too."""
    old = get(tx, edit.message)
    return old is not None and not _same(edit, old, _remote(files(tx, old.id)))


def revise(tx: Tx, edit: Edit, now: datetime) -> bool:
    """Keeps the message so far as a version and puts the new words and files in place. False when nothing a person
    sees changed.
    """
    old = get(tx, edit.message)
    before = files(tx, edit.message)
    if old is None or _same(edit, old, _remote(before)):
        return False
    past = tx.rows(sa.select(version).where(version.c.message == old.id).order_by(version.c.happened_at))
    late = bool(past) and edit.happened_at < past[-1].happened_at.replace(microsecond=0)
    again = bool(past) and edit.happened_at <= past[-1].happened_at
    if again and any(_same(edit, row, row.data.get("files")) for row in past):
        return False
    # Telegram dates edits to the second, and an edit that was parked may come after a later one.
    taken, at = {row.happened_at for row in past}, edit.happened_at
    while at in taken:
        at += _MILLISECOND
    replaced: Message | Edit = edit if late else old
    data = {**replaced.data, "files": _remote(edit.files if late and edit.files else before)}
    tx.run(sa.insert(version), {"message": old.id, "text": replaced.text, "data": data, "happened_at": at})
    if late:
        _keep_past(tx, old, edit, before, now)
        return False
    _replace(tx, old, edit, before, now)
    return True


def _replace(tx: Tx, old: Message, edit: Edit, before: Sequence[Attachment], now: datetime) -> None:
    data = {**old.data, **edit.data}
    if new := _new(edit, before):
        for one in before:
            _retire(tx, old, one)
        attachments.add(tx, old.id, new, now)
        data["refiled"] = int(data.get("refiled") or 0) + 1
    tx.run(sa.update(message).where(message.c.id == old.id).values(text=edit.text, data=data, edited=True))
    names = (one.name for one in files(tx, old.id))
    search.index(tx, old.id, old.ticket, _searched(data, edit.text, names))


def _retire(tx: Tx, old: Message, one: Attachment) -> None:
    """A client's file stays with us. That of an answer goes, or it would leave beside the new one; its version names
    it. Inline is what no list of files sent along shows.
    """
    mine = attachment.c.id == one.id
    if old.direction == "out":
        tx.run(sa.delete(attachment).where(mine))
    else:
        tx.run(sa.update(attachment).where(mine).values(inline=True, facts={**one.facts, REPLACED: True}))


def _keep_past(tx: Tx, old: Message, edit: Edit, before: Sequence[Attachment], now: datetime) -> None:
    """Superseded before it came: its file is kept as one that was replaced."""
    if old.direction != "out":
        past = [replace(one, inline=True, facts={**one.facts, REPLACED: True}) for one in _new(edit, before)]
        attachments.add(tx, old.id, past, now)


def files(tx: Tx, key: int) -> list[Attachment]:
    """The files of the message as it is now, without those that an edit has replaced."""
    return [one for one in attachments.of_messages(tx, [key]) if not one.facts.get(REPLACED)]


def _new(edit: Edit, before: Sequence[Attachment]) -> Sequence[File]:
    return edit.files if _remote(edit.files) != _remote(before) else ()


def _remote(some: Sequence[File | Attachment]) -> list[str]:
    return [one.remote_id for one in some]


def _same(edit: Edit, one: Any, remote: list[str] | None) -> bool:
    """Whether both look alike. `remote` None: a version from before its files were noted."""
    alike = not edit.files or remote is None or _remote(edit.files) == remote
    return alike and _wording(edit) == _wording(one)


def _wording(one: Any) -> tuple[str, Any, Any]:
    """What a person sees of it, files apart."""
    return one.text, one.data.get("facts") or [], one.data.get("entities") or []


def _searched(data: Mapping[str, Any], text: str, files: Iterable[str]) -> str:
    return " ".join((str(data.get("subject", "")), text, *files))


def move(tx: Tx, one: Message, ticket: int) -> None:
    """Puts a message into another ticket, with everything outside that stands for it."""
    tx.run(sa.update(message).where(message.c.id == one.id).values(ticket=ticket))
    tx.run(sa.update(copy).where(copy.c.message == one.id).values(ticket=ticket))
    search.move(tx, one.id, ticket)
