"""Opens the store a configuration names: takes the lock, migrates, and hands out the one door."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
import sqlalchemy as sa

from okno.errors import StoreError, StoreLocked
from okno.queue import migrate
from okno.queue.files import Files
from okno.queue.postgres import PostgresStore, async_engine
from okno.queue.sqlite import SqliteStore, engine
from okno.queue.store import Store

# Any two workers that start together agree on this number, so that one of them migrates.
_MIGRATION_LOCK: Final = 0x0C_4E_00


@asynccontextmanager
async def opened(data_dir: Path, url: str = "") -> AsyncIterator[Store]:
    """`url` empty: okno.db in data_dir. Raises StoreLocked, StoreTooNew, StoreError."""
    try:
        files = await asyncio.to_thread(Files, data_dir / "files")
    except OSError as error:
        raise StoreError(f"{data_dir} cannot be used as data_dir: {error}") from error
    if url:
        await migrated(url)
        store: Store = PostgresStore(async_engine(url), files)
        try:
            yield store
        finally:
            await store.close()
        return
    with locked(data_dir):
        store = SqliteStore(database(data_dir), files, await asyncio.to_thread(prepared, database(data_dir)))
        try:
            yield store
        finally:
            await store.close()


def database(data_dir: Path) -> Path:
    return data_dir / "okno.db"


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """One process writes an embedded store. The lock goes with the process, however it dies."""
    try:
        handle = os.open(data_dir / "okno.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreError(f"{data_dir} cannot be used as data_dir: {error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        os.close(handle)
        raise StoreLocked from held
    try:
        yield
    finally:
        os.close(handle)


def prepared(path: Path, scripts: Path = migrate.SCRIPTS) -> sa.Engine:
    """The writer's engine on an embedded store of this version's schema. Raises StoreError, StoreTooNew."""
    made = engine(path)
    try:
        with made.connect() as connection:
            _migrate_sqlite(connection, path, scripts)
            _release(connection)
    except sa.exc.DatabaseError as error:
        made.dispose()
        raise StoreError(f"{path} cannot be used as a store: {error.orig}") from error
    except BaseException:
        made.dispose()
        raise
    return made


def _migrate_sqlite(connection: sa.Connection, path: Path, scripts: Path) -> None:
    if not migrate.behind(connection, scripts):
        connection.rollback()
        return
    old = migrate.current(connection)
    connection.rollback()
    aside = path.with_name(f"okno.{old}.{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db")
    if old is not None:
        _autocommit(connection, f"VACUUM INTO '{str(aside).replace(chr(39), chr(39) * 2)}'")
    # Inside a transaction this PRAGMA does nothing, and with it ON a rebuilt table takes its children along.
    _autocommit(connection, "PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            migrate.upgrade(connection, scripts)
    except BaseException:
        # The store is as it was; a copy a start, tried again and again, would fill the disk.
        aside.unlink(missing_ok=True)
        raise
    _autocommit(connection, "PRAGMA foreign_keys=ON")


def _autocommit(connection: sa.Connection, sql: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        driver.execute(sql)
    except sqlite3.Error as error:
        raise StoreError(f"The store cannot be prepared ({error}); is there room for a copy of it?") from error


def _release(connection: sa.Connection) -> None:
    """Nobody else can hold claims on an embedded store: what a crash left claimed is free at once."""
    with connection.begin():
        for name in ("journal", "view"):
            connection.exec_driver_sql(f"UPDATE {name} SET claimed_until=NULL WHERE claimed_until IS NOT NULL")  # noqa: S608
        connection.exec_driver_sql("UPDATE part SET claimed_until=0 WHERE state='sending'")
        connection.exec_driver_sql("UPDATE attachment SET next_at=0 WHERE state='wanted' AND tries=0")


async def migrated(url: str, scripts: Path = migrate.SCRIPTS) -> None:
    """Brings the database to this version's schema; workers that start together wait for one another."""
    try:
        made = async_engine(url)
    except sa.exc.ArgumentError as error:
        raise StoreError(f"[database] url cannot be used: {error}") from error
    try:
        async with made.connect() as plain:
            connection = await plain.execution_options(isolation_level="READ COMMITTED")
            async with connection.begin():
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                if await connection.run_sync(migrate.behind, scripts):
                    await connection.run_sync(migrate.upgrade, scripts)
    except (OSError, asyncpg.PostgresError, sa.exc.SQLAlchemyError) as error:
        raise StoreError(f"The database cannot be opened: {error}") from error
    finally:
        await made.dispose()
