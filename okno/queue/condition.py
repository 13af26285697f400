"""In what condition the store is, for `okno check`: looked at without its lock, changed in nothing."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from okno.errors import StoreError, StoreTooNew
from okno.queue import migrate
from okno.queue.opening import database
from okno.queue.postgres import async_engine
from okno.queue.sqlite import Readers
from okno.queue.transaction import Tx

Fit = Literal["missing", "behind", "fit", "too new"]
# What may not be off where a commit must mean that it is on the disk, and the version we know to have all we use.
_SHOWN: Final = ("fsync", "synchronous_commit", "full_page_writes", "server_encoding", "server_version_num")
# https://sqlite.org/wal.html, "the WAL-reset bug": two connections that write or checkpoint at the same moment.
_FIRST_WAL: Final = (3, 7, 0)
_LAST_WAL: Final = (3, 51, 2)
_MENDED: Final = {(3, 44): 6, (3, 50): 7}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`settings` are PostgreSQL's; empty for an embedded store."""

    fit: Fit
    settings: Mapping[str, str] = field(default_factory=dict)


async def look(data_dir: Path, url: str = "") -> Condition:
    """Raises StoreError when it cannot be reached or read."""
    if url:
        return await _shared(url)
    if not await asyncio.to_thread(database(data_dir).exists):
        return Condition(fit="missing")
    readers = Readers(database(data_dir))
    try:
        return await readers.run(_look, None, 30.0)
    finally:
        await asyncio.to_thread(readers.close)


async def _shared(url: str) -> Condition:
    engine = async_engine(url)
    try:
        async with asyncio.timeout(30.0), engine.connect() as connection:
            return await connection.run_sync(lambda inner: _look(Tx(inner), None))
    except Exception as error:
        raise StoreError(f"The database cannot be opened: {_told(error)}") from error
    finally:
        await engine.dispose()


def _told(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _look(tx: Tx, _nothing: None) -> Condition:
    settings = {name: str(tx.raw(f"SHOW {name}").scalar()) for name in _SHOWN} if tx.postgres else {}
    return Condition(fit=_fit(tx), settings=settings)


def _fit(tx: Tx) -> Fit:
    if migrate.current(tx.connection) is None:
        return "missing"
    try:
        return "behind" if migrate.behind(tx.connection) else "fit"
    except StoreTooNew:
        return "too new"


def sqlite_version() -> tuple[int, ...]:
    return sqlite3.sqlite_version_info


def may_lose_wal(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fault that a second writer or checkpointer could meet."""
    mended = _MENDED.get((version[0], version[1]))
    return _FIRST_WAL <= version <= _LAST_WAL and (mended is None or version[2] < mended)


def searches() -> bool:
    """Whether this SQLite was built with the search that we use."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
        except sqlite3.OperationalError:
            return False
    return True
