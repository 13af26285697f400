"""Writes a first config.toml from the answers that `okno init` got. It asks nothing itself and prints nothing."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from okno.config import environment, loading
from okno.config.checks import check
from okno.config.document import parse
from okno.config.kinds import read
from okno.config.providers import Provider, Server, provider
from okno.config.quoting import quote
from okno.config.shape import leaves, root
from okno.config.values import Language
from okno.config.wrong import Wrong
from okno.errors import ConfigError

_PRIVATE = 0o600  # secrets stand in the file


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is left empty is left out. `imap` and `smtp` None: as the address's provider has them, else left empty."""

    language: Language = "ru"
    timezone: str = "Europe/Moscow"
    token: str = field(default="", repr=False)
    staff_chat: int = 0
    telegram_id: int = 0
    name: str = ""
    address: str = ""
    imap: Server | None = None
    smtp: Server | None = None
    username: str = ""
    password: str = field(default="", repr=False)


def objection(key: str, text: str) -> str:
    """What is wrong with one answer, to ask again at once: `key` is dotted ("mailbox.address"). Empty: nothing."""
    leaf = {".".join(path): leaf for path, leaf in leaves(root())}[key]
    try:
        check(key, read(leaf.kind, environment.typed(text, leaf.kind)))
    except Wrong as wrong:
        return str(wrong)
    return ""


def write(path: Path, answers: Answers) -> None:
    """Readable by its owner alone. Raises ConfigError and writes nothing: the file is there, or would not load."""
    text = compose(answers)
    loading.settle(parse(text, path), {})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    except FileExistsError as error:
        advice = "move it away first, or change it by hand"
        raise ConfigError([f"{path}: is there already and is not overwritten; {advice}"]) from error
    except OSError as error:
        raise ConfigError([f"{path}: cannot be written ({error.strerror}); choose another folder"]) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        path.unlink()
        raise ConfigError([f"{path}: cannot be written ({error.strerror}); make room and try again"]) from error


def compose(answers: Answers) -> str:
    """The whole text. Raises ConfigError for an answer that no file can hold."""
    try:
        parts = (_head(answers), _telegram(answers), _mailbox(answers), _staff(answers))
    except Wrong as wrong:
        raise ConfigError([f"an answer {wrong}"]) from wrong
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(answers: Answers) -> list[str]:
    return [
        "# Okno's settings, written by `okno init`. config.example.toml explains every option there is.",
        "# `okno check` tries them for real. Passwords stand here: let nobody else read this file (chmod 600).",
        "",
        '# What to speak while a reader\'s own language is not known: "ru" or "en".',
        f"language = {quote(answers.language)}",
        '# Whose clock "today" and "at 15:00" mean.',
        f"timezone = {quote(answers.timezone)}",
    ]


def _telegram(answers: Answers) -> list[str]:
    if not answers.token and not answers.staff_chat:
        return []
    return [
        "[telegram]",
        "# The bot's token, from @BotFather. Whoever has it is the bot.",
        f"token = {quote(answers.token)}",
        "# The group where the staff work; the bot is an administrator there.",
        f"staff_chat = {answers.staff_chat}",
    ]


def _mailbox(answers: Answers) -> list[str]:
    if not answers.address:
        return []
    known = provider(answers.address)
    login = answers.username or answers.address
    short = login.partition("@")[0] if known and known.short_login and not answers.username else login
    return [
        "# A mailbox that clients write to; repeat this block for another one.",
        "[[mailbox]]",
        'name = "support"',
        f"address = {quote(answers.address)}",
        "",
        "# Where mail is fetched.",
        "[mailbox.imap]",
        *_server(answers.imap or (known.imap if known else None), "imap"),
        *_login(short, answers.password, known),
        "",
        "# Where answers leave.",
        "[mailbox.smtp]",
        *_server(answers.smtp or (known.smtp if known else None), "smtp"),
        *_login(login, answers.password, known),
    ]


def _server(server: Server | None, kind: str) -> list[str]:
    if server is None:
        return ["# The name of the server, from your mail provider.", f'#host = "{kind}.example.com"']
    return [f"host = {quote(server.host)}", f"port = {server.port}", f"security = {quote(server.security)}"]


def _login(username: str, password: str, known: Provider | None) -> list[str]:
    where = [f"# {known.name}: {known.hint}."] if known else []
    return [f"username = {quote(username)}", *where, f"password = {quote(password)}"]


def _staff(answers: Answers) -> list[str]:
    if not answers.telegram_id:
        return []
    return [
        "# A person on the staff; repeat this block for each one. An admin may change the staff.",
        "[[staff]]",
        f"name = {quote(answers.name)}",
        f"telegram_id = {answers.telegram_id}",
        'role = "admin"',
    ]
