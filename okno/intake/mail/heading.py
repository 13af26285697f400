"""What the headers of a mail say of who, when, about what and in answer to what. Nothing of its body, no judgement of
its kind.
"""

from dataclasses import dataclass
from datetime import datetime

from okno.intake.mail import addresses, charsets, dates, ids
from okno.intake.mail.headers import Headers
from okno.intake.mail.limits import ADDRESSES
from okno.intake.mail.values import Address, Authentication

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_IDS = ("resent-message-id", "x-original-message-id", "x-microsoft-original-message-id", "x-gm-original-message-id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    writer: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    all_ids: tuple[str, ...]
    thread_topic: str
    thread_index: str
    date: datetime | None
    authentication: tuple[Authentication, ...]
    hops: tuple[int, ...]
    warnings: tuple[str, ...]


def read(headers: Headers) -> Heading:
    warnings: list[str] = []
    own = ids.parse(headers.raw("message-id"))[:1]
    in_reply_to, references = ids.parse(headers.raw("in-reply-to")), ids.parse(" ".join(headers.every("references")))
    others = [one for name in _IDS for one in ids.parse(headers.raw(name))]
    return Heading(
        writer=_writer(headers, warnings),
        reply_to=_addresses(headers, "reply-to", warnings),
        to=_addresses(headers, "to", warnings),
        cc=_addresses(headers, "cc", warnings),
        delivered_to=_delivered(headers),
        subject=headers.words("subject"),
        message_id=own[0] if own else "",
        in_reply_to=in_reply_to,
        references=references,
        all_ids=tuple(dict.fromkeys((*own, *in_reply_to, *references, *others))),
        thread_topic=headers.words("thread-topic"),
        thread_index="".join(headers.raw("thread-index").split()),
        date=_date(headers, warnings),
        authentication=tuple(
            Authentication(position=place, value=charsets.line(value))
            for place, value in headers.positions("authentication-results")
        ),
        hops=tuple(place for place, _ in headers.positions("received")),
        warnings=tuple(warnings),
    )


def _writer(headers: Headers, warnings: list[str]) -> Address:
    """The first author with an address. Without one the Sender, who at least sent it, and a warning."""
    found = [address for value in headers.every("from")[:5] for address in addresses.parse(value)]
    named = [one for one in found if one.address]
    if len({one.address.lower() for one in named}) > 1:
        warnings.append("from: several addresses, the first is taken")
    if named:
        return named[0]
    sender = next((one for one in addresses.parse(headers.raw("sender")) if one.address), None)
    warnings.append("from: no address" + (", the sender is taken" if sender else ""))
    name = found[0].name if found else ""
    return Address(address=sender.address, name=name or sender.name) if sender else Address(address="", name=name)


def _addresses(headers: Headers, name: str, warnings: list[str]) -> tuple[Address, ...]:
    """All the fields of this name together: some mailers write one for each recipient."""
    values = headers.every(name)
    if not values:
        return ()
    found = tuple(one for one in addresses.parse(", ".join(values)) if one.address)
    if len(found) >= ADDRESSES:
        warnings.append(f"{name}: only the first {ADDRESSES} addresses are read")
    return found


def _delivered(headers: Headers) -> tuple[str, ...]:
    values = [value for name in _DELIVERED for value in headers.every(name)]
    return tuple(dict.fromkeys(one.address for value in values[:50] for one in addresses.parse(value) if one.address))


def _date(headers: Headers, warnings: list[str]) -> datetime | None:
    value = headers.raw("date")
    found = dates.parse(value)
    if found is None:
        warnings.append("date: unreadable" if value else "date: missing")
    return found
