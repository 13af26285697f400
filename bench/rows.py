"""Looks into a store from outside, ours or the floor's, without taking part: how far it has come."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

# Both have a table of this name.
MESSAGES: Final = "SELECT coalesce(max(id), 0) FROM message"
UNSENT: Final = "SELECT count(*) FROM letter WHERE state IN ('queued', 'leaving')"
SENT: Final = "SELECT count(*) FROM letter WHERE state = 'sent'"


@contextmanager
def looking(folder: Path) -> Iterator[sqlite3.Connection]:
    path = quote(str(folder / "okno.db"))
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        yield rows
    finally:
        rows.close()


def found(rows: sqlite3.Connection, query: str) -> int:
    return int(rows.execute(query).fetchone()[0])


def arrived(folder: Path) -> int:
    """How many messages there are."""
    with looking(folder) as rows:
        return found(rows, MESSAGES)
