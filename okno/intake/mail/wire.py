"""A Mail on its way between two processes: JSON, then the bytes of its attachments. Never pickle: the worker has
touched hostile bytes.
"""

import json
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from okno.intake.mail.values import Address, Attachment, Authentication, Bounced, Forwarded, Invitation, Mail

_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Address, Authentication, Bounced, Forwarded, Invitation, Mail)
}
_ATTACHED = tuple(field.name for field in fields(Attachment) if field.name not in {"content", "file"})
_TUPLES = ("auto", "delivered_to", "in_reply_to", "references", "all_ids", "bounced_ids", "hops", "warnings")


def pack(mail: Mail) -> tuple[bytes, list[bytes]]:
    """The facts, and the contents of the attachments that are in no file, in their order."""
    facts = json.dumps(mail, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return facts.encode(), [found.content for found in mail.attachments if found.file is None]


def _plain(value: object) -> Any:
    if isinstance(value, Mail):
        facts = {name: getattr(value, name) for name in _FIELDS[Mail]}
        facts["text"] = None if value.text == value.full_text else value.text
        return facts
    if isinstance(value, Attachment):
        file = str(value.file) if value.file else None
        return {name: getattr(value, name) for name in _ATTACHED} | {"file": file}
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: getattr(value, name) for name in _FIELDS[type(value)]}


def sizes(facts: dict[str, Any]) -> list[int]:
    """How many bytes follow for each attachment that is in no file."""
    return [found["size"] for found in facts["attachments"] if not found["file"]]


def unpack(facts: dict[str, Any], contents: list[bytes]) -> Mail:
    waiting = iter(contents)
    made = facts | {name: tuple(facts[name]) for name in _TUPLES}
    for name in ("reply_to", "to", "cc"):
        made[name] = tuple(Address(**one) for one in facts[name])
    made["bounced"] = tuple(Bounced(**one) for one in facts["bounced"])
    made["authentication"] = tuple(Authentication(**one) for one in facts["authentication"])
    made["attachments"] = tuple(_attachment(one, waiting) for one in facts["attachments"])
    made["forwarded_from"] = Forwarded(**facts["forwarded_from"]) if facts["forwarded_from"] else None
    made["invitation"] = _invitation(facts["invitation"])
    made["date"] = datetime.fromisoformat(facts["date"]) if facts["date"] else None
    made["text"] = facts["full_text"] if facts["text"] is None else facts["text"]
    return Mail(**made)


def _attachment(facts: dict[str, Any], waiting: Any) -> Attachment:
    file = Path(facts["file"]) if facts["file"] else None
    return Attachment(**(facts | {"file": file, "content": b"" if file else next(waiting)}))


def _invitation(facts: dict[str, Any] | None) -> Invitation | None:
    return Invitation(**(facts | {"attendees": tuple(facts["attendees"])})) if facts else None
