"""What the parts of a mail are: words to read, HTML to show, attachments, reports, enclosed letters. No header of the
mail itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from okno.intake.mail import (
    armour,
    automatic,
    calendars,
    charsets,
    cms,
    display,
    flowed,
    marked,
    markup,
    parts,
    stripping,
    tnef,
)
from okno.intake.mail.attached import Shelf
from okno.intake.mail.marked import Marked
from okno.intake.mail.parts import Part
from okno.intake.mail.values import Attachment, Invitation

_META = re.compile(rb"<meta[^>]{0,200}?charset[ ]{0,9}=[ ]{0,9}[\"']?[ ]{0,9}([\w-]{1,40})", re.IGNORECASE)
_CID = re.compile(r"(?:src=[\"']?(?:cid:)?|cid:)([^\"'\s<>)]{1,300})", re.IGNORECASE)
_REPORTS = frozenset(
    "message/delivery-status message/global-delivery-status message/disposition-notification"
    " message/global-disposition-notification"
    " message/feedback-report text/rfc822-headers message/global-headers".split()
)
_WORDS = frozenset("text/plain text/html text/enriched text/richtext text/markdown text/x-markdown".split())
_HTML = frozenset("text/html text/enriched text/richtext".split())
_PKCS7 = frozenset("application/pkcs7-mime application/x-pkcs7-mime".split())
_TNEF = frozenset("application/ms-tnef application/vnd.ms-tnef".split())
_ECHOES = frozenset({"text/x-amp-html", "text/watch-html"})  # the same words once more, for one program
_OPENED = 3  # opaque signatures, one in another
_STUB = 150  # characters; a plain part so short may only say that there is HTML
_RICHER = 3  # times as many words


@dataclass(frozen=True, slots=True)
class Words:
    """One text part, decoded."""

    text: str
    html: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What to read and what to show: they differ where a part comes both plain and as HTML."""

    read: tuple[Words, ...] = ()
    shown: tuple[Words, ...] = ()


@dataclass(kw_only=True, slots=True)
class Contents:
    words: Marked = field(default_factory=Marked)
    html: str | None = None
    decoded: list[str] = field(default_factory=list)  # the text parts, for the fingerprint
    attachments: list[Attachment] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)  # enclosed whole
    reports: list[tuple[str, bytes]] = field(default_factory=list)
    invitation: Invitation | None = None
    signed: bool = False
    encrypted: bool = False
    warnings: dict[str, None] = field(default_factory=dict)


def read(root: Part, *, careful: bool = False) -> Contents:
    """`careful` leaves out what other libraries do: no envelope is opened, no HTML cleaned, tags are only taken off."""
    return _Collector(careful=careful).run(root)


class _Collector:
    def __init__(self, *, careful: bool) -> None:
        self._careful = careful
        self._contents = Contents()
        self._shelf = Shelf()
        self._letters_in_letters = 0
        self._reports_believed = False

    def run(self, root: Part) -> Contents:
        # Anybody may attach a report or forward one: then it is a file like others.
        self._reports_believed = root.type == "multipart/report" or automatic.is_server(root.headers)
        body = self._part(root, "")
        found = self._contents
        found.words = self._marked(body.read)
        found.html = self._shown(body.shown)
        found.encrypted = found.encrypted or any(armour.is_encrypted(words.text) for words in body.read)
        ids = {cid for words in body.shown if words.html for cid in _CID.findall(words.text)}
        found.attachments = self._shelf.taken(ids)
        return found

    def _part(self, part: Part, within: str) -> Body:
        family, _, kind = part.type.partition("/")
        if family != "multipart":
            return self._leaf(part, within)
        if not part.children:
            return self._text(part, "text/plain")
        if kind == "alternative":
            return self._alternative([self._part(child, kind) for child in part.children])
        if kind in {"signed", "encrypted"}:
            return self._sealed(part, kind)
        return self._sum(self._part(child, kind) for child in part.children)

    @staticmethod
    def _sum(bodies: Iterable[Body]) -> Body:
        found = list(bodies)
        return Body(tuple(w for body in found for w in body.read), tuple(w for body in found for w in body.shown))

    def _sealed(self, part: Part, kind: str) -> Body:
        """Of a signed letter the first part is the letter; the signature is kept and not shown."""
        first, *others = part.children
        self._contents.signed |= kind == "signed"
        self._contents.encrypted |= kind == "encrypted"
        body = self._part(first, kind) if kind == "signed" else Body()
        for other in others if kind == "signed" else part.children:
            about_it = kind == "signed" or other.type == "application/pgp-encrypted"
            self._shelf.put(other, self._content(other), inline=about_it)
        return body

    def _alternative(self, bodies: list[Body]) -> Body:
        rich = [body for body in bodies if _is_rich(body)]
        plain = self._sum(body for body in bodies if not _is_rich(body))
        if not rich:
            return plain
        return Body(plain.read if self._says_as_much(plain, rich[-1]) else rich[-1].read, rich[-1].shown)

    def _says_as_much(self, plain: Body, rich: Body) -> bool:
        """Plain words are taken, unless they only say that there is HTML, or stand for one part of several."""
        length = sum(len(words.text.strip()) for words in plain.read)
        short = length <= _STUB and sum(len(words.text) for words in rich.read) > _RICHER * _STUB
        if not short and len(rich.read) == 1:
            return length > 0
        said = sum(len(words.text.split()) for words in plain.read)
        return len(self._marked(rich.read).text.split()) <= (_RICHER if short else 1) * said

    def _leaf(self, part: Part, within: str) -> Body:
        if part.type in _WORDS and self._is_body(part):
            return self._text(part, part.type)
        if part.type in _REPORTS and self._reports_believed:
            self._contents.reports.append((part.type, self._content(part)))
        elif part.type in {"message/rfc822", "message/global"}:
            content = self._content(part)
            self._contents.letters.append(content)
            self._shelf.put_letter(content)
        elif part.type == "text/calendar":
            self._calendar(part)
        elif part.type in _PKCS7:
            return self._pkcs7(part, within)
        elif part.type in _TNEF or part.about.get("name", "").lower() == "winmail.dat":
            return self._envelope(part, within)
        elif part.type not in _ECHOES:
            self._shelf.put(part, self._content(part), within=within)
        return Body()

    def _is_body(self, part: Part) -> bool:
        """A text with a name is a file, unless it stands where the body should be."""
        if part.disposition == "attachment":
            return False
        named = part.placed.get("filename") or part.about.get("name")
        return not named or not self._contents.decoded

    def _content(self, part: Part) -> bytes:
        content, warning = part.content()
        self._warn(warning)
        return content

    def _warn(self, warning: str) -> None:
        if warning:
            self._contents.warnings[warning] = None

    def _text(self, part: Part, kind: str) -> Body:
        content = self._content(part)
        declared = part.about.get("charset", "")
        if kind in _HTML and not declared and (meta := _META.search(content[:4_000])):
            declared = meta[1].decode("ascii")
        text, warning = charsets.decode(content, declared)
        self._warn(warning)
        return self._words(self._unflowed(charsets.clean(text), part), html=kind in _HTML)

    @staticmethod
    def _unflowed(text: str, part: Part) -> str:
        if part.about.get("format", "").lower() != "flowed":
            return text
        return flowed.join(text, delete_space=part.about.get("delsp", "").lower() == "yes")

    def _words(self, text: str, *, html: bool) -> Body:
        if not text.strip():
            return Body()
        self._contents.decoded.append(text)
        if not html:
            text, signed = armour.opened(text)
            self._contents.signed |= signed
        words = (Words(text, html),)
        return Body(words, words)

    def _calendar(self, part: Part) -> None:
        content = self._content(part)
        text = charsets.clean(charsets.decode(content, part.about.get("charset", "utf-8"))[0])
        self._contents.invitation = self._contents.invitation or calendars.read(text, part.about.get("method", ""))
        self._shelf.put_calendar(part, content)

    def _pkcs7(self, part: Part, within: str) -> Body:
        content = self._content(part)
        self._letters_in_letters += 1
        closed = self._careful or self._letters_in_letters > _OPENED
        inner = b"" if closed else cms.signed_content(content)
        self._shelf.put(part, content, inline=bool(inner))
        self._contents.signed |= bool(inner)
        self._contents.encrypted |= cms.is_encrypted(content) or "enveloped" in part.about.get("smime-type", "").lower()
        return self._part(parts.split(inner)[0], within) if inner else Body()

    def _envelope(self, part: Part, within: str) -> Body:
        content = self._content(part)
        opened = None if self._careful else tnef.read(content)
        if opened is None or not opened.whole:
            self._keep_envelope(part, content, within)
        if opened is None:
            return Body()
        for file in opened.files:
            self._shelf.put_made(file.name, file.type or "application/octet-stream", file.content, file.content_id)
        if self._contents.decoded:
            return Body()
        return self._words(opened.html, html=True) if opened.html.strip() else self._words(opened.text, html=False)

    def _keep_envelope(self, part: Part, content: bytes, within: str) -> None:
        """What could not be taken out is still in it."""
        if content and not self._careful:
            self._warn("winmail.dat: damaged or of an unknown kind, kept as it came")
        if part.placed.get("filename") or part.about.get("name") or not content:
            self._shelf.put(part, content, within=within)
        else:
            self._shelf.put_made("winmail.dat", part.type, content)

    def _marked(self, read: tuple[Words, ...]) -> Marked:
        return marked.join([self._lines(words) for words in read])

    def _lines(self, words: Words) -> Marked:
        if words.html and not self._careful:
            return markup.words(words.text)
        return marked.plain(stripping.strip(words.text) if words.html else words.text)

    def _shown(self, shown: tuple[Words, ...]) -> str | None:
        if self._careful or not any(words.html for words in shown):
            return None
        html = "".join(words.text if words.html else _as_html(words.text) for words in shown)
        safe = display.safe(html)
        if safe is None:
            self._warn("html: too heavy to show, kept as an attachment")
            self._shelf.put_made("message.html", "text/html", html.encode())
        return safe


def _is_rich(body: Body) -> bool:
    return any(words.html for words in body.read)


def _as_html(text: str) -> str:
    return "<p>" + escape(text).replace("\n", "<br>") + "</p>"
