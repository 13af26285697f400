"""`okno init`: the few questions behind a first config.toml. An answer is judged at once; nothing is written before all
are there.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click

from okno.cli.questions import QUESTIONS
from okno.cli.session import Session, config_option
from okno.config import ask
from okno.config.ask import Answers
from okno.config.loading import DEFAULT
from okno.config.providers import Server, provider
from okno.config.values import Language, Security
from okno.errors import OknoError

T = TypeVar("T")
_PORTS: Final[Mapping[str, int]] = {"imap": 993, "smtp": 465}
# Ports where a server begins in the clear and is asked for TLS.
_STARTTLS: Final = frozenset({25, 143, 587})


@click.command(short_help="Ask a few questions and write config.toml.")
@config_option
@click.pass_obj
def init(session: Session) -> None:
    """Ask a few questions and write config.toml, for its owner's eyes alone. A file that is there is not touched.

    Answers may also come on standard input, one a line; an empty line takes what stands in brackets.
    """
    path = session.file or Path(os.environ.get("OKNO_CONFIG") or DEFAULT)
    if path.exists():
        raise OknoError(f"{path} is there already and is not overwritten; move it away first, or change it by hand")
    talk = _Talk()
    answers, bot = _answers(talk)
    ask.write(path, answers)
    talk.say("written", path=path)
    for line in _next_steps(answers, bot):
        talk.say(line, bot=bot)


def _answers(talk: "_Talk") -> tuple[Answers, str]:
    """All answers, and the bot's name in Telegram if it told."""
    talk.language = talk.choose("language", ("ru", "en"), _spoken())
    zone = talk.ask("timezone", "timezone", _zone())
    token, bot = _token(talk)
    room = talk.ask("telegram.staff_chat", "staff_chat", "0") if token else "0"
    person = talk.ask("staff.telegram_id", "telegram_id", "", may_be_empty=True) if token else ""
    name = talk.ask("staff.name", "name", os.environ.get("USER", "")) if person else ""
    address = talk.ask("mailbox.address", "address", "", may_be_empty=True)
    mail = _mail(talk, address) if address else _Mail()
    return Answers(
        language=talk.language, timezone=zone, token=token, staff_chat=int(room), telegram_id=int(person or 0),
        name=name, address=address, imap=mail.imap, smtp=mail.smtp, username=mail.username, password=mail.password,
    ), bot  # fmt: skip


def _token(talk: "_Talk") -> tuple[str, str]:
    """Tried with getMe: a refused one is asked for again, an unreachable Telegram is only told of."""
    while True:
        token = talk.ask("telegram.token", "token", "", may_be_empty=True, hidden=True)
        if not token:
            return "", ""
        from okno.cli.check.telegram import known_as

        talk.say("asking_telegram")
        bot, problem, final = known_as(token)
        if bot:
            talk.say("bot_found", bot=bot)
            return token, bot
        if not final:
            talk.say("not_tried", problem=problem)
            return token, ""
        talk.refuse("token", problem)


@dataclass(frozen=True, kw_only=True)
class _Mail:
    imap: Server | None = None
    smtp: Server | None = None
    username: str = ""
    password: str = ""


def _mail(talk: "_Talk", address: str) -> _Mail:
    known = provider(address)
    if known is not None:
        talk.say("provider", name=known.name, hint=known.hint)
        return _Mail(password=_password(talk))
    domain = address.rpartition("@")[2]
    imap = _server(talk, "imap", f"imap.{domain}")
    smtp = _server(talk, "smtp", f"smtp.{domain}")
    username = talk.ask("mailbox.imap.username", "username", address)
    return _Mail(imap=imap, smtp=smtp, username=username, password=_password(talk))


def _password(talk: "_Talk") -> str:
    return talk.ask("mailbox.imap.password", "password", "", may_be_empty=True, hidden=True)


def _server(talk: "_Talk", kind: str, default: str) -> Server:
    """A host, or host:port; the port tells how TLS begins."""

    def objection(text: str) -> str:
        host, port = _split(text)
        return ask.objection(f"mailbox.{kind}.host", host) or (port and ask.objection(f"mailbox.{kind}.port", port))

    host, port = _split(talk.ask_until(kind, default, objection))
    number = int(port or _PORTS[kind])
    security: Security = "starttls" if number in _STARTTLS else "tls"
    return Server(host=host, port=number, security=security)


def _split(text: str) -> tuple[str, str]:
    """Host and port; what follows a colon and is no number is left for the host's rules to refuse."""
    host, _, port = text.rpartition(":")
    return (host, port) if port.isascii() and port.isdigit() else (text, "")


def _next_steps(answers: Answers, bot: str) -> list[str]:
    steps = ["next"]
    if bot:
        steps += ["press_start", "add_to_group"]
    if answers.token and not answers.staff_chat:
        steps.append("group_later")
    return [*steps, "then_check", "then_run"]


class _Talk:
    """One question after the other, at a terminal or from a file of answers."""

    def __init__(self) -> None:
        self.language: Language = _spoken()
        self._live = sys.stdin.isatty()

    def say(self, key: str, **facts: object) -> None:
        click.echo(QUESTIONS[self.language][key].format(**facts))

    def choose(self, key: str, options: tuple[T, ...], default: T) -> T:
        found = self.ask(key, key, str(default))
        return next(option for option in options if option == found)

    def ask(self, name: str, key: str, default: str, *, may_be_empty: bool = False, hidden: bool = False) -> str:
        """`name` is the setting by whose rules the answer is judged."""

        def objection(text: str) -> str:
            return "" if may_be_empty and not text else ask.objection(name, text)

        return self.ask_until(key, default, objection, may_be_empty=may_be_empty, hidden=hidden)

    def ask_until(
        self, key: str, default: str, objection: Callable[[str], str], *, may_be_empty: bool = False,
        hidden: bool = False,
    ) -> str:  # fmt: skip
        while True:
            # Without a terminal there is nobody to hide it from, and getpass would look for one.
            text: str = click.prompt(
                QUESTIONS[self.language][key], default=default if default or may_be_empty else None,
                show_default=bool(default), hide_input=hidden and self._live, type=str,
            )  # fmt: skip
            text = text.strip()
            wrong = objection(text)
            if not wrong:
                return text
            self.refuse(key, wrong)

    def refuse(self, key: str, problem: str) -> None:
        """Asks again; in a file of answers the next line would be another question's."""
        if not self._live:
            raise OknoError(f"{key}: {problem}")
        self.say("refused", problem=problem)


def _spoken() -> Language:
    words = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ru" if words.startswith("ru") or not words else "en"


def _zone() -> str:
    """The machine's own, where it says so by name."""
    for told in (os.environ.get("TZ", ""), str(Path("/etc/localtime").resolve())):
        name = told.partition("zoneinfo/")[2] or told.lstrip(":")
        if "/" in name and not ask.objection("timezone", name):
            return name
    return "Europe/Moscow"
