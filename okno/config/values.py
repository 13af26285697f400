"""The settings as frozen values; `load` makes them, nothing else does outside tests."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["ru", "en"]
Security = Literal["tls", "starttls", "plain"]
Role = Literal["agent", "lead", "admin"]


@dataclass(frozen=True)
class Secret:
    """A password or token that never shows itself in a log or a traceback."""

    _value: str = field(default="", repr=False)

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "***" if self._value else ""


@dataclass(frozen=True, kw_only=True)
class ImapServer:
    host: str = ""
    port: int = 993
    security: Security = "tls"
    username: str = ""
    password: Secret = Secret()
    folder: str = "INBOX"


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    host: str = ""
    port: int = 465
    security: Security = "tls"
    username: str = ""
    password: Secret = Secret()


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    name: str
    address: str
    from_name: str = ""
    imap: ImapServer = ImapServer()
    smtp: SmtpServer = SmtpServer()
    plus_address: bool = False
    take_old: bool = False
    line: str = ""
    trusted_authserv: str = ""


@dataclass(frozen=True, kw_only=True)
class Telegram:
    token: Secret = Secret()
    api_url: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: Secret = Secret()
    proxy: str = ""
    staff_chat: int = 0
    announce_channel: str = ""
    staff_channel: int = 0
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """A span counted in working days (Monday to Friday until calendars are built)."""

    days: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    reopen_grace: timedelta = timedelta(days=7)
    done_accepts_after: timedelta | WorkingDays = WorkingDays(days=3)
    receipts_per_hour: int = 60
    first_answer: timedelta = timedelta(minutes=30)
    nudge_unassigned: timedelta = timedelta(minutes=10)
    recall: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=2)
    statement_at: str = "09:00"


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    title: tuple[tuple[Language, str], ...] = ()
    sign_as: Literal["person", "manager", "desk"] = "person"

    def titled(self, language: Language) -> str:
        return dict(self.title).get(language) or self.name


@dataclass(frozen=True, kw_only=True)
class Staff:
    name: str
    telegram_id: int
    email: str = ""
    role: Role = "agent"
    lines: tuple[str, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything config.toml says. Paths are absolute; `lines` always has at least one entry.

    `warnings` are doubts that do not stop Okno, worded like mistakes: show them at the start and in `okno check`.
    """

    path: Path | None
    language: Language = "ru"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    data_dir: Path
    database_url: Secret = Secret()
    telegram: Telegram = Telegram()
    desk: Desk = Desk()
    mailboxes: tuple[Mailbox, ...] = ()
    lines: tuple[Line, ...] = (Line(name="desk"),)
    staff: tuple[Staff, ...] = ()
    http_listen: str = ""
    templates_dir: Path | None = None
    warnings: tuple[str, ...] = ()
