"""The embedded store: one writer thread that commits all waiting actions together, and readers that cannot write."""

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
import structlog

from okno.errors import StoreBusy, StoreError
from okno.queue.bells import Bells
from okno.queue.files import Files
from okno.queue.transaction import Bell, Tx

log: Final = structlog.stdlib.get_logger()
C = TypeVar("C")
R = TypeVar("R")
# More in one commit gains little and makes the first of them wait for the last.
_TOGETHER: Final = 128
_READERS: Final = 2
# Seconds a thread may keep the interpreter while another wants it. The writer lets go of it at every statement, and
# would wait for the event loop each time: with Python's 0.005 half as much is taken in a second (`make bench`).
_TURN: Final = 0.0005
# About a millisecond: how long a reader goes on after its asker has gone.
_STEPS: Final = 10_000
# Python keeps 128 statements prepared: we have more, and preparing one again costs as much as five answers.
_CONNECT: Final[dict[str, Any]] = {"check_same_thread": False, "cached_statements": 512}


def engine(path: Path) -> sa.Engine:
    """The writer's engine: every transaction begins IMMEDIATE (a deferred one loses to BUSY_SNAPSHOT half-way)."""
    url = sa.URL.create("sqlite", database=str(path))  # whatever signs the path has
    made = sa.create_engine(url, poolclass=sa.StaticPool, connect_args=_CONNECT, hide_parameters=True)
    sa.event.listen(made, "connect", _prepare)
    sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON",
        "cache_size=-16384",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


@dataclass(frozen=True)
class _Job:
    action: Callable[[Tx, Any, datetime], Any]
    command: Any
    now: datetime
    answer: asyncio.Future[Any]


class SqliteStore:
    """Opened by `okno.queue.opening`, which has taken the lock and migrated the file."""

    def __init__(self, path: Path, files: Files, writer: sa.Engine) -> None:
        self.bells = Bells()
        self.files = files
        self.worker = "only"
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._writer = writer
        self._readers = Readers(path)
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        self._thread = threading.Thread(target=self._serve, name="okno-writer", daemon=True)
        self._thread.start()

    async def write(self, action: Callable[[Tx, C, datetime], R], command: C, now: datetime) -> R:
        if self._closed:
            raise StoreError("The store is closed.")
        answer: asyncio.Future[R] = self._loop.create_future()
        self._jobs.put(_Job(action, command, now, answer))
        return await answer

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        if self._closed:
            raise StoreError("The store is closed.")
        return await self._readers.run(query, command, deadline)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._readers.close)
        self._writer.dispose()
        sys.setswitchinterval(self._turn)

    def _serve(self) -> None:
        with self._writer.connect() as connection:
            while (job := self._jobs.get()) is not None:
                batch, last = self._gather(job)
                answers, rung = _commit(connection, batch)
                self._loop.call_soon_threadsafe(self._deliver, answers, rung)
                if last:
                    break
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                log.warning("the write-ahead log stays as it is", error=str(error))

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        batch = [first]
        while len(batch) < _TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, False
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _deliver(self, answers: list[tuple[_Job, Any, BaseException | None]], rung: set[Bell]) -> None:
        for job, result, error in answers:
            if job.answer.done():
                continue
            if error is None:
                job.answer.set_result(result)
            else:
                job.answer.set_exception(error)
        self.bells.ring(rung)


def _commit(
    connection: sa.Connection, batch: list[_Job]
) -> tuple[list[tuple[_Job, Any, BaseException | None]], set[Bell]]:
    rung: set[Bell] = set()
    answers: list[tuple[_Job, Any, BaseException | None]] = []
    try:
        with connection.begin():
            for job in batch:
                tx = Tx(connection)
                try:
                    with tx.attempt():
                        result = job.action(tx, job.command, job.now)
                except Exception as error:
                    if tx.lost:
                        raise
                    # It belongs to that caller, the others go on.
                    answers.append((job, None, _told(error)))
                else:
                    answers.append((job, result, None))
                    rung |= tx.rung
    except Exception as error:  # noqa: BLE001 - the commit failed: nobody's action happened
        why = getattr(error, "orig", None) or error
        lost = StoreError(f"The store could not write ({why}); is the disk full?")
        lost.__cause__ = error
        return [(job, None, lost) for job in batch], set()
    return answers, rung


def _told(error: Exception) -> Exception:
    if isinstance(error, StopIteration):
        # A future refuses to carry it, and whoever waits for the answer would wait for ever.
        return RuntimeError("an action ran out of what it looked for")
    if not isinstance(error, sa.exc.SQLAlchemyError):
        return error
    refused = _refused(error)
    refused.__cause__ = error
    return refused


def _refused(error: sa.exc.SQLAlchemyError) -> StoreError:
    """Without the statement and its values: they are clients' words."""
    return StoreError(f"The database refused: {getattr(error, 'orig', None) or error}")


class Readers:
    """Threads that each own a read-only connection; a query whose asker has gone is stopped."""

    def __init__(self, path: Path) -> None:
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix="okno-reader")
        self._own = threading.local()
        self._opened: list[sa.Engine] = []
        self._uri = f"file:{quote(str(path))}?mode=ro"

    async def run(self, query: Callable[[Tx, C], R], command: C, deadline: float) -> R:
        gone = threading.Event()
        task = asyncio.get_running_loop().run_in_executor(self._pool, self._query, query, command, gone)
        # Nobody waits any more for what ends after its asker has gone.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with asyncio.timeout(deadline):
                return await asyncio.shield(task)
        except TimeoutError as slow:
            raise StoreBusy from slow
        except sa.exc.SQLAlchemyError as error:
            raise _refused(error) from error
        finally:
            gone.set()

    def _query(self, query: Callable[[Tx, C], R], command: C, gone: threading.Event) -> R:
        if gone.is_set():
            raise StoreBusy
        with self._engine().connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            # Asked between steps, not interrupted from outside: that might hit the next query of this connection.
            driver.set_progress_handler(gone.is_set, _STEPS)
            try:
                return query(Tx(connection), command)
            finally:
                driver.set_progress_handler(None, 0)

    def _engine(self) -> sa.Engine:
        made: sa.Engine | None = getattr(self._own, "engine", None)
        if made is None:
            # Not as a URL of SQLAlchemy's: that would undo the quoting.
            made = sa.create_engine(
                "sqlite://", creator=lambda: sqlite3.connect(self._uri, uri=True, **_CONNECT),
                poolclass=sa.StaticPool, hide_parameters=True,
            )  # fmt: skip
            sa.event.listen(made, "connect", _prepare_reader)
            sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
            self._own.engine = made
            self._opened.append(made)
        return made

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        for made in self._opened:
            made.dispose()


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA busy_timeout=5000")
