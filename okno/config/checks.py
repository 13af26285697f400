"""What the value of each key must be, beyond its type. One key at a time: keys that depend on each other are rules.py.

Each check takes a value and gives it back, mended where there is one way to mend it, or raises Wrong.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from okno.config import network, telegram
from okno.config.durations import written
from okno.config.quoting import shown
from okno.config.values import WorkingDays
from okno.config.wrong import Wrong

Check = Callable[[Any], Any]

_LONGEST_NAME = 64  # it has to fit on a button and in a metric's label
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_YEAR = timedelta(days=366)
_SECOND = timedelta(seconds=1)


def check(key: str, value: Any) -> Any:
    """`key` is dotted, without the names of entries: mailbox.imap.port."""
    return _CHECKS[key](value) if key in _CHECKS else value


def _span(least: timedelta, most: timedelta) -> Check:
    def between(value: timedelta | WorkingDays) -> timedelta | WorkingDays:
        length = timedelta(days=value.days) if isinstance(value, WorkingDays) else value
        if not least <= length <= most:
            raise Wrong(f'"{written(value)}" is out of range; write "{written(least)}" to "{written(most)}"')
        return value

    return between


def _count(least: int, most: int) -> Check:
    def between(value: int) -> int:
        if not least <= value <= most:
            raise Wrong(f"{value} is out of range; write a number from {least} to {most}")
        return value

    return between


def _name(text: str) -> str:
    if not text.strip():
        raise Wrong("is empty; write a name, by which other settings and commands mean this entry")
    if text != text.strip():
        raise Wrong(f"{shown(text)} has a space at its end; remove it")
    if len(text) > _LONGEST_NAME:
        raise Wrong(f"{shown(text)} is too long; write at most {_LONGEST_NAME} characters")
    return text


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise Wrong(f'{shown(text)} is not a time of day; write it like "09:00" or "18:30"')
    return text


def _given(text: str) -> str:
    if not text:
        raise Wrong('is empty; write the folder to read, usually "INBOX"')
    return text


def _optional(inner: Check) -> Check:
    return lambda text: inner(text) if text else text


_CHECKS: Mapping[str, Check] = {
    "database.url": network.database,
    "telegram.token": telegram.token,
    "telegram.api_url": telegram.api,
    "telegram.webhook_url": telegram.webhook,
    "telegram.webhook_secret": telegram.secret,
    "telegram.proxy": telegram.proxy,
    "telegram.staff_chat": telegram.chat,
    "telegram.staff_channel": telegram.chat,
    "telegram.announce_channel": telegram.channel,
    "desk.reopen_grace": _span(timedelta(), _YEAR),
    "desk.done_accepts_after": _span(_SECOND, _YEAR),
    "desk.receipts_per_hour": _count(0, 100_000),
    "desk.first_answer": _span(_SECOND, _YEAR),
    "desk.nudge_unassigned": _span(_SECOND, _YEAR),
    # A longer wait than this is felt as an answer that does not leave.
    "desk.recall": _span(timedelta(), timedelta(minutes=5)),
    "desk.settle": _span(timedelta(), timedelta(minutes=1)),
    "desk.statement_at": _clock,
    "mailbox.name": _name,
    "mailbox.address": network.address,
    "mailbox.imap.host": network.host,
    "mailbox.imap.port": network.port,
    "mailbox.imap.folder": _given,
    "mailbox.smtp.host": network.host,
    "mailbox.smtp.port": network.port,
    "line.name": _name,
    "staff.name": _name,
    "staff.telegram_id": telegram.person,
    "staff.email": _optional(network.address),
    "http.listen": network.listen,
}
