"""The shared store: the same actions on PostgreSQL at SERIALIZABLE, run again when the database says they collided."""

import asyncio
import os
import random
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

import asyncpg
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from okno.errors import StoreBusy, StoreError
from okno.queue.bells import Bells
from okno.queue.files import Files
from okno.queue.transaction import COLLIDED, Bell, Tx, code

C = TypeVar("C")
R = TypeVar("R")
log: Final = structlog.stdlib.get_logger()
_TRIES: Final = 40
# Most writes meet in a few rows (loads, views). Of 100 at once without a limit 29 ran out of tries, measured.
_TOGETHER: Final = 4
_CHANNEL: Final = "okno"


def async_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        isolation_level="SERIALIZABLE",
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        connect_args={
            "timeout": 10, "command_timeout": 60,
            "server_settings": {"application_name": "okno", "idle_in_transaction_session_timeout": "30000"},
        },
    )  # fmt: skip


class PostgresStore:
    """Opened by `okno.queue.opening`, which has migrated the database."""

    def __init__(self, engine: AsyncEngine, files: Files) -> None:
        self.bells = Bells()
        self.files = files
        self.worker = f"{socket.gethostname()}-{os.getpid()}-{random.getrandbits(32):08x}"
        self._engine = engine
        self._closed = False
        self._turn = asyncio.Lock()
        self._gate = asyncio.Semaphore(_TOGETHER)
        self._listener = asyncio.create_task(self._listen(), name="okno-bells")

    async def write(self, action: Callable[[Tx, C, datetime], R], command: C, now: datetime) -> R:
        if self._closed:
            raise StoreError("The store is closed.")
        for attempt in range(_TRIES):
            try:
                result, rung = await self._in_turn(attempt, action, command, now)
            except sa.exc.DBAPIError as error:
                if code(error) not in COLLIDED:
                    raise StoreError(f"The database refused: {error.orig}") from error
                await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 7)))  # noqa: S311 - jitter
            except (OSError, asyncpg.PostgresError, sa.exc.SQLAlchemyError) as error:
                raise StoreError(f"The database is out of reach: {error}") from error
            else:
                self.bells.ring(rung)
                return result
        raise StoreBusy

    async def _in_turn(
        self, attempt: int, action: Callable[[Tx, C, datetime], R], command: C, now: datetime
    ) -> tuple[R, set[Bell]]:  # fmt: skip
        """Whoever has collided tries again alone, and newcomers wait: else they collide until their tries run out."""
        if attempt:
            async with self._turn:
                return await self._once(action, command, now)
        async with self._turn:
            pass
        async with self._gate:
            return await self._once(action, command, now)

    async def _once(self, action: Callable[[Tx, C, datetime], R], command: C, now: datetime) -> tuple[R, set[Bell]]:
        rung: set[Bell] = set()

        def act(connection: sa.Connection) -> R:
            tx = Tx(connection)
            result = action(tx, command, now)
            rung.update(tx.rung)
            if rung:
                connection.execute(_NOTIFY, {"channel": _CHANNEL, "bells": ",".join(sorted(rung))})
            return result

        async with self._engine.begin() as connection:
            return await connection.run_sync(act), rung

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        if self._closed:
            raise StoreError("The store is closed.")
        try:
            async with asyncio.timeout(deadline), self._engine.connect() as connection:
                snapshot = await connection.execution_options(isolation_level="REPEATABLE READ")
                return await snapshot.run_sync(lambda inner: query(Tx(inner), command))
        except TimeoutError as slow:
            raise StoreBusy from slow
        except (OSError, asyncpg.PostgresError, sa.exc.SQLAlchemyError) as error:
            raise StoreError(f"The database is out of reach: {error}") from error

    async def close(self) -> None:
        self._closed = True
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        await self._engine.dispose()

    async def _listen(self) -> None:
        """Other workers' bells. The look each second is the truth; this only makes it quick."""
        while True:
            try:
                async with self._engine.connect() as connection:
                    link = (await connection.get_raw_connection()).driver_connection
                    assert isinstance(link, asyncpg.Connection)
                    gone = asyncio.Event()
                    link.add_termination_listener(lambda _link, gone=gone: gone.set())
                    await link.add_listener(_CHANNEL, self._heard)
                    await gone.wait()
            except (OSError, asyncpg.PostgresError, sa.exc.SQLAlchemyError) as error:
                log.warning("bells are silent", error=str(error))
            await asyncio.sleep(1.0)

    def _heard(self, _link: Any, _pid: int, _channel: str, payload: str) -> None:
        known: tuple[Bell, ...] = ("journal", "letters", "views", "clocks", "files")
        self.bells.ring(bell for bell in known if bell in payload.split(","))


_NOTIFY: Final = sa.select(sa.func.pg_notify(sa.bindparam("channel"), sa.bindparam("bells")))
