"""A mail as other programs are told of it: the object that `okno mail read --json` prints. Keys may be added, these
stay.
"""

from datetime import UTC
from typing import Any

from okno.intake.mail.values import Address, Mail


def as_json(mail: Mail) -> dict[str, Any]:
    forwarded = mail.forwarded_from
    return {
        "kind": "message" if mail.kind == "person" else mail.kind,
        "from_address": mail.from_address or None,
        "from_name": mail.from_name or None,
        "reply_to": _addresses(mail.reply_to),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "subject": mail.subject or None,
        "text": mail.text,
        "full_text": mail.full_text,
        "language": mail.language or None,
        "message_id": mail.message_id or None,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date": mail.date.astimezone(UTC).isoformat().replace("+00:00", "Z") if mail.date else None,
        "attachments": [
            {"name": found.name, "type": found.type, "size": found.size, "inline": found.inline}
            for found in mail.attachments
        ],
        "forwarded_from": {
            "address": forwarded.address or None,
            "name": forwarded.name or None,
            "subject": forwarded.subject or None,
            "text": forwarded.text,
        }
        if forwarded
        else None,
        "bounced": [
            {"address": found.address, "status": found.status or None, "permanent": found.permanent}
            for found in mail.bounced
        ],
        "warnings": list(mail.warnings),
    }


def _addresses(found: tuple[Address, ...]) -> list[dict[str, str | None]]:
    return [{"address": one.address, "name": one.name or None} for one in found]
