"""The attachments of a mail, gathered from its parts: named, typed, hashed, and told from the pictures of its body."""

from dataclasses import dataclass
from hashlib import sha256

from okno.intake.mail import headers, names
from okno.intake.mail.parts import Part
from okno.intake.mail.values import Attachment


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    name: str
    type: str
    content: bytes
    content_id: str = ""
    inline: bool = False  # surely
    loose: bool = False  # inline if the body shows it or it stands beside the HTML
    spare: bool = False  # one of two forms of the same thing, left out when the other is there


class Shelf:
    def __init__(self) -> None:
        self._found: list[_Found] = []

    def put(self, part: Part, content: bytes, *, within: str = "", inline: bool = False) -> None:
        """A leaf as it is. An empty one without a name is no attachment."""
        name = names.clean(part.placed.get("filename") or part.about.get("name") or "")
        if not content and not name:
            return
        picture = part.type.startswith("image/")
        shown = part.disposition == "inline" or (within == "related" and part.disposition != "attachment")
        self._found.append(
            _Found(
                name=name,
                type=part.type,
                content=content,
                content_id=part.content_id,
                inline=inline or (picture and shown and bool(part.content_id)),
                loose=part.disposition != "attachment" or picture,
            )
        )

    def put_letter(self, content: bytes) -> None:
        """An enclosed mail, named by its subject."""
        subject = headers.parse(content, 0, len(content))[0].words("subject")
        name = names.clean(subject.replace("/", "_")[:100])
        self._found.append(_Found(name=f"{name or 'message'}.eml", type="message/rfc822", content=content))

    def put_made(self, name: str, kind: str, content: bytes, content_id: str = "") -> None:
        """One that is no part: out of an envelope, or made by us."""
        self._found.append(
            _Found(name=names.clean(name), type=kind, content=content, content_id=content_id, loose=True)
        )

    def put_calendar(self, part: Part, content: bytes) -> None:
        """Google sends each invitation twice: as a part to act on, and as a file."""
        name = names.clean(part.placed.get("filename") or part.about.get("name") or "")
        self._found.append(_Found(name=name or "invite.ics", type="text/calendar", content=content, spare=not name))

    def taken(self, shown_ids: set[str]) -> list[Attachment]:
        """All of them; `shown_ids` are the Content-IDs that the HTML shows."""
        digests = [sha256(found.content).hexdigest() for found in self._found]
        named = {digest for found, digest in zip(self._found, digests, strict=True) if not found.spare}
        return [
            Attachment(
                name=found.name or names.made(found.type, number),
                type=found.type,
                size=len(found.content),
                inline=found.inline or (found.loose and found.content_id in shown_ids),
                content_id=found.content_id,
                sha256=digest,
                content=found.content,
            )
            for number, (found, digest) in enumerate(zip(self._found, digests, strict=True), 1)
            if not (found.spare and digest in named)
        ]
