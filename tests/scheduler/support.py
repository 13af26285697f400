"""Ways to let a part of the service run for a while, and to take the store away from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from okno.errors import StoreError
from okno.queue.opening import database, opened
from okno.queue.store import Store
from okno.queue.transaction import Tx

C = TypeVar("C")
R = TypeVar("R")
T = TypeVar("T")


def migrated(folder: Path) -> Path:
    """The file of a fresh store, to be copied: making each anew costs a quarter of a second."""

    async def once() -> None:
        async with opened(folder):
            pass

    with ThreadPoolExecutor(1) as thread:  # the tests' own loop stays out of it
        thread.submit(asyncio.run, once()).result()
    return database(folder)


@asynccontextmanager
async def running(part: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(part)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    """What `look` finds, as soon as it finds it."""
    async with asyncio.timeout(10):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.01)


class Line:
    """A real store behind a line that can be cut."""

    def __init__(self, store: Store, *, cut: bool = False) -> None:
        self.bells = store.bells
        self.files = store.files
        self.worker = store.worker
        self.cut = cut
        self.refused = 0
        self._store = store

    async def write(self, action: Callable[[Tx, C, datetime], R], command: C, now: datetime) -> R:
        self._pass()
        return await self._store.write(action, command, now)

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        self._pass()
        return await self._store.read(query, command, deadline=deadline)

    async def close(self) -> None:
        await self._store.close()

    def _pass(self) -> None:
        if self.cut:
            self.refused += 1
            raise StoreError
