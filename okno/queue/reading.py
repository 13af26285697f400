"""Opens the store to look and nothing else: beside a running service, without its lock, and it never migrates."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import asyncpg
import sqlalchemy as sa

from okno.errors import StoreBusy, StoreError
from okno.queue import migrate
from okno.queue.opening import database
from okno.queue.postgres import async_engine
from okno.queue.sqlite import Readers
from okno.queue.transaction import Tx

C = TypeVar("C")
R = TypeVar("R")


class Reading(Protocol):
    """The half of a Store that looks."""

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R: ...


@asynccontextmanager
async def opened_to_read(data_dir: Path, url: str = "") -> AsyncIterator[Reading]:
    """As `opening.opened`. Raises StoreError where there is no store yet or it is of an older version, StoreTooNew."""
    store: _Embedded | _Shared = _Shared(url) if url else _Embedded(data_dir)
    try:
        await store.read(_fit, None)
        yield store
    finally:
        await store.close()


def _fit(tx: Tx, _nothing: None) -> None:
    connection = tx.connection
    if migrate.current(connection) is None:
        raise StoreError("There is nothing in this store yet; `okno run` or `okno migrate` makes it.")
    if migrate.behind(connection):
        raise StoreError("This store is of an older version of Okno; start the service or run `okno migrate`.")


class _Embedded:
    def __init__(self, data_dir: Path) -> None:
        path = database(data_dir)
        if not path.exists():
            raise StoreError(f"There is no store in {data_dir} yet; `okno run` or `okno migrate` makes it.")
        self._path = path
        self._readers = Readers(path)

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        try:
            return await self._readers.run(query, command, deadline)
        except StoreError as error:
            if not isinstance(error.__cause__, sa.exc.SQLAlchemyError):
                raise
            raise StoreError(f"{self._path} cannot be read. {error}") from error

    async def close(self) -> None:
        await asyncio.to_thread(self._readers.close)


class _Shared:
    def __init__(self, url: str) -> None:
        self._engine = async_engine(url)

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        try:
            async with asyncio.timeout(deadline), self._engine.connect() as connection:
                snapshot = await connection.execution_options(isolation_level="REPEATABLE READ")
                return await snapshot.run_sync(lambda inner: query(Tx(inner), command))
        except TimeoutError as slow:
            raise StoreBusy from slow
        except (OSError, asyncpg.PostgresError, sa.exc.SQLAlchemyError) as error:
            raise StoreError(f"The database is out of reach: {error}") from error

    async def close(self) -> None:
        await self._engine.dispose()
