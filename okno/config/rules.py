"""What must hold between keys, as a list of small rules. A rule only answers; the report tells.

A rule may meet an empty value where a wrong one stood: that mistake is already told, and its key is not told again.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from okno.config.environment import fold
from okno.config.kinds import near
from okno.config.network import split
from okno.config.positions import Key
from okno.config.quoting import shown
from okno.config.report import Report
from okno.config.telegram import OFFICIAL, WEBHOOK_PORTS
from okno.config.values import Config

Found = Iterator[tuple[Key, str]]
Rule = Callable[[Config, Report], Found]


def judge(config: Config, report: Report) -> None:
    for rule in _RULES:
        for key, words in rule(config, report):
            report.mistake(key, words)


def _webhook(config: Config, _: Report) -> Found:
    """Telegram's own server calls https only; a Bot API server of one's own may call http on its own network."""
    telegram = config.telegram
    if telegram.mode != "webhook":
        return
    official = split(telegram.api_url).hostname == OFFICIAL
    url = split(telegram.webhook_url)
    if not telegram.webhook_url:
        words = 'is empty, but mode = "webhook" needs it; write the https:// URL of this server'
        yield ("telegram", "webhook_url"), words
    elif official and url.scheme != "https":
        words = 'is not https, and Telegram calls nothing else; write https://, or mode = "polling"'
        yield ("telegram", "webhook_url"), words
    elif official and (url.port or WEBHOOK_PORTS[0]) not in WEBHOOK_PORTS:
        ports = ", ".join(str(port) for port in WEBHOOK_PORTS)
        yield ("telegram", "webhook_url"), f"names port {url.port}, which Telegram does not call; use one of {ports}"
    if not telegram.webhook_secret:
        advice = "make one with: openssl rand -hex 32"
        yield ("telegram", "webhook_secret"), f'is empty, but mode = "webhook" needs it; {advice}'
    if not config.http_listen:
        yield ("http", "listen"), 'is empty, but telegram.mode = "webhook" needs it; write one like "127.0.0.1:8080"'


def _names(config: Config, report: Report) -> Found:
    """Names alike to the environment would be one name there."""
    for each, entries in (("mailbox", config.mailboxes), ("line", config.lines), ("staff", config.staff)):
        names = [fold(entry.name) for entry in entries]
        for index, first in _twice(names):
            place = report.where((each, first, "name"))
            yield (each, index, "name"), f"{shown(entries[index].name)} is taken, {place}; give each its own name"


def _addresses(config: Config, report: Report) -> Found:
    for index, first in _twice([mailbox.address.casefold() for mailbox in config.mailboxes]):
        place = report.where(("mailbox", first, "address"))
        words = f"{config.mailboxes[index].address} is another mailbox's, {place}; keep one of the two"
        yield ("mailbox", index, "address"), words


def _people(config: Config, report: Report) -> Found:
    for index, first in _twice([person.telegram_id for person in config.staff]):
        place = report.where(("staff", first, "telegram_id"))
        words = f"{config.staff[index].telegram_id} is another's, {place}; a person stands here once"
        yield ("staff", index, "telegram_id"), words


def _lines(config: Config, report: Report) -> Found:
    """Says nothing while a line's own name is wrong: whoever names that line is right."""
    known = [line.name for line in config.lines]
    if report.wrong(("line",)) or any(report.wrong(("line", index, "name")) for index in range(len(known))):
        return
    for key, names in _named(config):
        for name in names:
            if name not in known:
                advice = near(name, known) or f"; write {' or '.join(map(shown, known))}, or add a [[line]]"
                yield key, f"there is no line {shown(name)}{advice}"


def _named(config: Config) -> Iterator[tuple[Key, Sequence[str]]]:
    """An empty line of a channel means the first one; in a person's list an empty name means nothing."""
    if config.telegram.line:
        yield ("telegram", "line"), (config.telegram.line,)
    for index, mailbox in enumerate(config.mailboxes):
        if mailbox.line:
            yield ("mailbox", index, "line"), (mailbox.line,)
    for index, person in enumerate(config.staff):
        yield ("staff", index, "lines"), person.lines


def _logins(config: Config, _: Report) -> Found:
    """SMTP inside a house may ask for no name; IMAP always does."""
    for index, mailbox in enumerate(config.mailboxes):
        if mailbox.imap.host and not mailbox.imap.username:
            words = "is empty; write the name to log in with, usually the whole address"
            yield ("mailbox", index, "imap", "username"), words


def _folders(config: Config, report: Report) -> Found:
    doubt = _unmakeable(config.data_dir, report)
    if doubt:
        yield ("data_dir",), doubt
    if config.templates_dir and not _there(config.templates_dir):
        words = f"{_shown(config.templates_dir, report)} is not a folder we can see; make it, or correct the path"
        yield ("templates", "dir"), words


def _there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # a name too long, or a folder above that admits nobody
        return False


def _unmakeable(folder: Path, report: Report) -> str:
    """Empty when the folder is there or could be made. Nothing is made here: `okno ticket` must not leave folders."""
    try:
        there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        if not there.is_dir():
            return f"{_shown(folder, report)} cannot be made, {_shown(there, report)} is a file; write another path"
    except OSError as error:
        return f"{_shown(folder, report)} cannot be a folder ({error.strerror}); write another path"
    if there != folder and not os.access(
        there, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    ):
        return f"{_shown(folder, report)} cannot be made, {_shown(there, report)} admits no writing; make it by hand"
    return ""


def _shown(path: Path, report: Report) -> str:
    """As short as the file itself would write it."""
    home = report.document.folder.absolute()
    return shown(str(path.relative_to(home) if path.is_relative_to(home) else path))


def _twice(values: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """The place of each value that came before, and where it came first. Empty ones are wrong already."""
    first: dict[Any, int] = {}
    for index, value in enumerate(values):
        if value and first.setdefault(value, index) != index:
            yield index, first[value]


_RULES: tuple[Rule, ...] = (_webhook, _names, _addresses, _people, _lines, _logins, _folders)
