"""Files of messages: kept under their hash, wanted from Telegram, or failed with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.desk.message import File
from okno.queue.fixed import Fixed, listed
from okno.queue.tables import attachment, message
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """`state`: wanted (to be fetched), kept (under sha256), failed (with the reason)."""

    id: int
    message: int
    kind: str
    name: str
    type: str
    size: int | None
    sha256: str | None
    remote_id: str
    content_id: str
    inline: bool
    facts: dict[str, Any]
    state: Literal["wanted", "kept", "failed"]
    tries: int
    reason: str


_INSERT: Final = Fixed(sa.insert(attachment))


def add(tx: Tx, key: int, files: Sequence[File], now: datetime, *, state: str = "") -> None:
    values = [
        {
            "message": key, "kind": file.kind, "name": file.name, "type": file.type, "size": file.size,
            "sha256": file.sha256, "remote_id": file.remote_id, "content_id": file.content_id, "inline": file.inline,
            "facts": dict(file.facts), "state": state or _state(file), "tries": 0, "next_at": now,
            "reason": "too_big" if file.facts.get("too_big") else "",
        }
        for file in files
    ]  # fmt: skip
    if values:
        tx.do(_INSERT, values)
        tx.ring("files")


def _state(file: File) -> str:
    if file.sha256:
        return "kept"
    return "failed" if file.facts.get("too_big") else "wanted"


_ATTACHMENT: Final = tuple(
    attachment.c[name]
    for name in (
        "id", "message", "kind", "name", "type", "size", "sha256", "remote_id", "content_id", "inline", "facts",
        "state", "tries", "reason",
    )
)  # fmt: skip


_OF_MESSAGES: Final = Fixed(*(
    sa.select(*_ATTACHMENT)
    .where(attachment.c.message.in_(listed("keys", sa.BigInteger, postgres=postgres)))
    .order_by(attachment.c.id)
    for postgres in (False, True)
))  # fmt: skip


def of_messages(tx: Tx, keys: Sequence[int]) -> list[Attachment]:
    return [_attachment(row) for row in tx.rows(_OF_MESSAGES, {"keys": list(keys)})]


def wanted(tx: Tx, limit: int, now: datetime) -> list[tuple[Attachment, int]]:
    """Files to fetch now, each with its message's account, put off so that no other worker takes them meanwhile."""
    query = (
        sa.select(*_ATTACHMENT, message.c.account)
        .join_from(attachment, message)
        .where(attachment.c.state == "wanted", attachment.c.next_at <= now)
        .order_by(attachment.c.next_at)
        .limit(limit)
    )
    rows = tx.rows(query)
    if rows:
        mine = attachment.c.id.in_([row.id for row in rows])
        tx.run(sa.update(attachment).where(mine).values(next_at=now + timedelta(minutes=10)))
    return [
        (Attachment(**{key: row._mapping[key] for key in row._mapping if key != "account"}), row.account)
        for row in rows
    ]


def _attachment(row: sa.Row[Any]) -> Attachment:
    return Attachment(**{column.name: row._mapping[column.name] for column in _ATTACHMENT})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What became of a wanted file: `sha256` when kept; else `reason`, and `again` where it is worth another try."""

    attachment: int
    sha256: str | None = None
    size: int | None = None
    type: str = ""
    reason: str = ""
    again: datetime | None = None


def settle(tx: Tx, done: Fetched, now: datetime) -> None:
    del now
    mine = sa.update(attachment).where(attachment.c.id == done.attachment, attachment.c.state == "wanted")
    if done.sha256:
        values: dict[str, Any] = {"state": "kept", "sha256": done.sha256, "size": done.size, "reason": ""}
        if done.type:
            values["type"] = done.type
        tx.run(mine.values(values))
        tx.ring("letters")
    elif done.again:
        tx.run(mine.values(next_at=done.again, tries=attachment.c.tries + 1, reason=done.reason))
    else:
        tx.run(mine.values(state="failed", reason=done.reason))
        tx.ring("letters")
