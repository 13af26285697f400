"""A mail, bytes in, values out. Whatever the bytes, there is a Mail: what cannot be read is named in its warnings.
Nothing is stored.
"""

from hashlib import sha256

from okno.intake.mail import (
    automatic,
    bodies,
    bounces,
    calendars,
    forwards,
    headers,
    heading,
    languages,
    marked,
    parts,
    quoting,
)
from okno.intake.mail.bodies import Contents
from okno.intake.mail.bounces import Returned
from okno.intake.mail.headers import Headers
from okno.intake.mail.heading import Heading
from okno.intake.mail.limits import HEADER_BYTES
from okno.intake.mail.values import Forwarded, Kind, Mail


def read(raw: bytes) -> Mail:
    """Never raises. What fails is tried again without the libraries that may have failed, then the headers alone are
    read.
    """
    try:
        return whole(raw)
    except Exception as error:  # noqa: BLE001 - one unreadable mail must not stop those behind it
        return careful(raw, f"body: could not be read fully ({type(error).__name__})")


def careful(raw: bytes, why: str) -> Mail:
    """The mail as little touched as can be: no envelope opened, no HTML shown, nothing cut; `why` is a warning."""
    try:
        return whole(raw, warning=why, plain=True)
    except Exception as error:  # noqa: BLE001 - as above
        return headers_only(raw, f"{why}; headers only ({type(error).__name__})")


def headers_only(raw: bytes, why: str) -> Mail:
    """Who, when and about what; no words. The bytes of the body are not looked at."""
    top = headers.parse(raw[:HEADER_BYTES], 0, min(len(raw), HEADER_BYTES))[0]
    return _mail(top, Contents(), [why])


def whole(raw: bytes, *, warning: str = "", plain: bool = False) -> Mail:
    """May raise what the libraries raise on foreign bytes."""
    root, warnings = parts.split(raw)
    contents = bodies.read(root, careful=plain)
    return _mail(root.headers, contents, [*([warning] if warning else []), *warnings], plain=plain)


def _mail(top: Headers, contents: Contents, warnings: list[str], *, plain: bool = True) -> Mail:
    head = heading.read(top)
    returned = bounces.read(top, contents)
    if not contents.words and contents.invitation:
        contents.words = marked.plain(calendars.words(contents.invitation))
    full_text = contents.words.text
    text = full_text if plain else _new_words(contents, returned)
    kind = _kind(top, contents, returned)
    auto = automatic.reasons(top) + (("a delivery report",) if returned.is_bounce or contents.reports else ())
    return Mail(
        kind=kind,
        automatic=bool(auto),
        auto=auto,
        generated=kind == "auto_reply" and not contents.reports and automatic.is_generated(top),
        from_address=head.writer.address,
        from_name=head.writer.name,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        delivered_to=head.delivered_to,
        subject=head.subject,
        text=text,
        full_text=full_text,
        html=contents.html,
        language=languages.language(text or head.subject),
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        all_ids=head.all_ids,
        thread_topic=head.thread_topic,
        thread_index=head.thread_index,
        date=head.date,
        attachments=tuple(contents.attachments),
        forwarded_from=_forwarded(head, contents) if kind == "person" and not plain else None,
        bounced=returned.bounced,
        bounced_ids=returned.ids,
        invitation=contents.invitation,
        signed=contents.signed,
        encrypted=contents.encrypted,
        authentication=head.authentication,
        hops=head.hops,
        fingerprint=_fingerprint(top, head, contents),
        warnings=(*warnings, *head.warnings, *contents.warnings),
    )


def _new_words(contents: Contents, returned: Returned) -> str:
    return bounces.own_words(contents.words.text) if returned.is_bounce else quoting.new_words(contents.words)


def _kind(top: Headers, contents: Contents, returned: Returned) -> Kind:
    if returned.is_bounce:
        return "bounce"
    if contents.invitation and calendars.invites(contents.invitation):
        return "calendar"
    if automatic.is_reply(top) or contents.reports:
        return "auto_reply"
    return "list" if automatic.is_list(top) else "person"


def _forwarded(head: Heading, contents: Contents) -> Forwarded | None:
    """The letter written into the body, or the only one attached."""
    found = forwards.read(contents.words, head.subject)
    if found or len(contents.letters) != 1:
        return found
    root, _ = parts.split(contents.letters[0])
    inner = heading.read(root.headers)
    words = bodies.read(root).words.text
    if not (inner.writer.address or inner.writer.name):
        return None
    return Forwarded(address=inner.writer.address, name=inner.writer.name, subject=inner.subject, text=words)


def _fingerprint(top: Headers, head: Heading, contents: Contents) -> str:
    """Of what the writer sent, not of how it travelled: encodings, line ends and relays leave it as it is."""
    said = (" ".join(text.split()) for text in contents.decoded)
    kept = sorted(attachment.sha256 for attachment in contents.attachments)
    facts = [head.writer.address.lower(), " ".join(top.raw("date").split()), head.subject, *said, *kept]
    return sha256("\0".join(facts).encode("utf-8", "replace")).hexdigest()
