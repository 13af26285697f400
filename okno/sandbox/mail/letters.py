"""Mails as a person's mail program would write them, for the demo page and for tests: quotation, both text forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import encoders
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid, parsedate_to_datetime
from html import escape
from re import search, sub

from okno.sandbox.mail.reading import Attached, Reading, addresses

WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
MONTHS = ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person typed. Empty `to` and `subject` are taken from the mail that is answered."""

    sender: str
    name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    answers: Reading | None = None
    attachments: tuple[Attached, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        if self.to or self.answers is None:
            return self.to
        back = addresses(self.answers.reply_to or self.answers.sender)
        return tuple(address for _, address in back)


def build(draft: Draft, now: datetime) -> Message:
    """Built on the old `email` classes: the new ones turn long ids in References into encoded words, no client does."""
    body = _body(draft)
    if draft.attachments:
        whole = MIMEMultipart("mixed")
        whole.attach(body)
        for one in draft.attachments:
            whole.attach(_part(one))
        body = whole
    body["From"] = formataddr((draft.name, draft.sender))
    body["To"] = ", ".join(draft.recipients)
    if draft.cc:
        body["Cc"] = ", ".join(draft.cc)
    body["Subject"] = _encoded(_subject(draft))
    body["Date"] = format_datetime(now)
    body["Message-ID"] = make_msgid(domain=draft.sender.rpartition("@")[2] or None)
    if draft.answers and draft.answers.message_id:
        body["In-Reply-To"] = draft.answers.message_id
        body["References"] = f"{draft.answers.references} {draft.answers.message_id}".strip()
    return body


def _subject(draft: Draft) -> str:
    if draft.subject or draft.answers is None:
        return _one_line(draft.subject)
    old = _one_line(draft.answers.subject)
    return old if old.lower().startswith("re:") else f"Re: {old}"


def _encoded(subject: str) -> str:
    return subject if subject.isascii() else Header(subject, "utf-8", header_name="Subject").encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _body(draft: Draft) -> MIMEMultipart:
    both = MIMEMultipart("alternative")
    both.attach(MIMEText(_plain(draft), "plain", "utf-8"))
    both.attach(MIMEText(_html(draft), "html", "utf-8"))
    return both


def _plain(draft: Draft) -> str:
    if draft.answers is None:
        return draft.text + "\n"
    quoted = "\n".join(_quoted(line) for line in draft.answers.text.strip().splitlines())
    return f"{draft.text}\n\n{_introduction(draft.answers)}\n\n{quoted}\n"


def _quoted(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()


def _html(draft: Draft) -> str:
    words = f'<div dir="ltr">{_lines(draft.text)}</div>'
    if draft.answers is None:
        return words
    return (
        f'{words}<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_lines(_introduction(draft.answers))}'
        '<br></div><blockquote class="gmail_quote" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;'
        f'padding-left:1ex">{_lines(draft.answers.text.strip())}</blockquote></div>'
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")


def _introduction(original: Reading) -> str:
    """The line above a quotation, in the language of what is quoted."""
    name, address = (addresses(original.sender) or [("", original.sender)])[0]
    who = f"{name} <{address}>".strip()
    try:
        at = parsedate_to_datetime(original.date)
    except ValueError:
        return f"{who}:"
    if search("[а-яё]", original.text.lower()):
        day = f"{WEEKDAYS[at.weekday()]}, {at.day} {MONTHS[at.month - 1]} {at.year} г."
        return f"{day} в {at:%H:%M}, {who}:"
    return sub(" 0", " ", f"On {at:%a, %b} {at.day}, {at.year} at {at:%I:%M %p} {who} wrote:")


def _part(one: Attached) -> MIMEBase:
    main, _, sub_type = (one.type or "application/octet-stream").partition("/")
    part = MIMEBase(main, sub_type or "octet-stream")
    part.set_payload(one.data)
    encoders.encode_base64(part)
    name: str | tuple[str, str, str] = one.name if one.name.isascii() else ("utf-8", "", one.name)
    part.add_header("Content-Disposition", "inline" if one.inline else "attachment", filename=name)
    return part


def envelope(draft: Draft) -> Sequence[str]:
    """Everybody the mail goes to, bare addresses, each once."""
    everybody = addresses(", ".join((*draft.recipients, *draft.cc)))
    return list(dict.fromkeys(address for _, address in everybody))
