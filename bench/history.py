"""A store with years behind it, written straight into the tables: as many tickets as asked, nearly all of them closed.

Every table that a message goes through gets its rows, as the actions would have left them.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from bench import mix
from okno.queue import words

# A desk has this many in work, however many it has closed.
UNFINISHED: Final = 500
_TEXTS: Final = 500
_YEARS: Final = 3 * 365 * 86_400_000
_TICKET: Final = "(:first + n)"
_AT: Final = ":at + n * :step"
_NUMBERS: Final = "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)"
_STATUS: Final = "iif(n < :unfinished, 'open', 'closed')"
_ROWS: Final[dict[str, dict[str, str]]] = {
    "person": {"id": _TICKET, "name": "'Клиент ' || n", "language": "'ru'", "created_at": _AT},
    "identity": {
        "id": _TICKET, "person": _TICKET, "kind": "'telegram'", "address": "(1000000 + n)", "username": "''",
        "proof": "''", "account": ":bot", "unreachable_why": "''",
    },
    "journal": {
        "id": _TICKET, "account": ":bot", "external_id": "n", "digest": "randomblob(32)", "kind": "'update'",
        "lane": "'telegram:' || (1000000 + n)", "payload": "zeroblob(600)", "happened_at": _AT, "recorded_at": _AT,
        "state": "'done'", "tries": "0", "next_at": _AT, "worker": "'only'", "outcome": "'ticket'", "ticket": _TICKET,
        "reason": "''",
    },
    "cause": {
        "key": f"'journal:' || {_TICKET}", "result": f"'{{\"outcome\":\"ticket\",\"ticket\":' || {_TICKET} || '}}'",
        "recorded_at": _AT,
    },
    "ticket": {
        "id": _TICKET, "status": _STATUS, "urgency": "1", "subject": "'Вопрос ' || n", "requester": _TICKET,
        "channel": "'telegram'", "account": ":bot", "chat": "(1000000 + n)", "line": ":line",
        "assignee": "1 + n % 2", "quiet": "0", "created_at": _AT, "updated_at": _AT, "answered_at": _AT,
        "closed_at": f"iif(n < :unfinished, NULL, {_AT})",
    },
    "participant": {
        "ticket": _TICKET, "identity": _TICKET, "role": "'requester'", "proof": "'pass'", "seen_message": "0",
    },
    "message": {
        "id": _TICKET, "ticket": _TICKET, "direction": "'in'", "author_kind": "'client'", "author": _TICKET,
        "channel": "'telegram'", "account": ":bot", "external_id": "'1'", "chat": "(1000000 + n)",
        "text": "(SELECT said FROM texts WHERE texts.number = n % :texts)", "data": "'{}'", "rule": "'new'",
        "edited": "0", "journal": _TICKET, "happened_at": _AT, "recorded_at": _AT,
    },
    "copy": {
        "account": ":bot", "chat": "(1000000 + n)", "external_id": "1", "role": "'client'", "ticket": _TICKET,
        "message": _TICKET, "data": "'{}'", "created_at": _AT,
    },
    "letter": {
        "id": _TICKET, "key": f"'receipt:' || {_TICKET}", "kind": "'receipt'", "rank": "1", "channel": "'telegram'",
        "account": ":bot", "lane": ":bot || ':' || (1000000 + n)", "recipient": "(1000000 + n)", "identity": _TICKET,
        "ticket": _TICKET, "template": "'receipt'", "language": "'ru'", "data": "'{}'", "state": "'sent'",
        "created_at": _AT,
    },
    "part": {
        "id": _TICKET, "letter": _TICKET, "number": "0", "lane": ":bot || ':' || (1000000 + n)", "rank": "1",
        "recipient": "(1000000 + n)", "payload": "'{\"method\":\"sendMessage\"}'", "state": "'sent'", "tries": "0",
        "unknowns": "0", "next_at": _AT, "worker": "'only'", "remote": "'[2]'", "reason": "''", "sent_at": _AT,
    },
    "search": {
        "rowid": _TICKET, "words": "(SELECT known FROM texts WHERE texts.number = n % :texts)", "ticket": _TICKET,
    },
}  # fmt: skip
_EVENTS: Final = ("created", "assigned", "answered", "closed")
_SURFACES: Final = ("topic", "card", "feed")


def write(path: Path, tickets: int, *, bot: int, line: int) -> None:
    """Into a migrated store that nobody has open, with staff 1 and 2."""
    rows = sqlite3.connect(path, isolation_level=None)
    # Nothing is to be kept of this if it breaks off.
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-262144", "wal_autocheckpoint=20000"):
        rows.execute(f"PRAGMA {pragma}")
    rows.execute("CREATE TEMP TABLE texts (number INTEGER PRIMARY KEY, said TEXT, known TEXT)")
    rows.executemany("INSERT INTO texts VALUES (?, ?, ?)", _texts())
    given: dict[str, Any] = {
        "first": 1, "count": tickets, "at": 1_700_000_000_000, "step": _YEARS // tickets, "bot": bot, "line": line,
        "unfinished": UNFINISHED, "texts": _TEXTS, "room": -1001000000001,
    }  # fmt: skip
    rows.execute("BEGIN IMMEDIATE")
    for statement in _statements():
        rows.execute(statement, given)
    rows.execute("COMMIT")
    rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows.execute("ANALYZE")
    rows.close()


def _statements() -> Iterator[str]:
    for table, columns in _ROWS.items():
        yield _insert(table, columns)
    for kind in _EVENTS:
        facts = {"kind": f"'{kind}'", "actor_kind": "'robot'", "data": "'{}'", "happened_at": _AT, "recorded_at": _AT}
        yield _insert("event", {"ticket": _TICKET, **facts})
    for surface in _SURFACES:
        facts = {
            "subject_kind": "'ticket'", "subject": _TICKET, "surface": f"'{surface}'", "account": ":bot",
            "lane": ":bot || ':' || :room", "rank": "3", "chat": ":room", "remote": "n", "wanted": "1", "shown": "1",
            "tries": "0", "next_at": _AT, "worker": "'only'", "reason": "''", "data": "'{}'",
        }  # fmt: skip
        yield _insert("view", facts)


def _insert(table: str, columns: dict[str, str]) -> str:
    names, values = ", ".join(columns), ", ".join(columns.values())
    return f'INSERT INTO "{table}" ({names}) {_NUMBERS} SELECT {values} FROM numbers'


def _texts() -> list[tuple[int, str, str]]:
    random = Random(3)
    said = [mix.text(random, random.randrange(30, 400), russian=number % 3 > 0) for number in range(_TEXTS)]
    return [(number, text, words.index_words(text)) for number, text in enumerate(said)]
