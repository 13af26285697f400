"""One IMAP connection for asyncio: a thread of its own does the talking, every call has one deadline over all of it.

After any error, a missed deadline or a cancelled caller the link is closed and stays closed: make a new one.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from okno.config.values import ImapServer
from okno.errors import ChannelDown
from okno.intake.imap.session import Session
from okno.intake.imap.values import Fetched, Folder
from okno.intake.imap.wire import Cord
from okno.intake.imap.words import explained

# RFC 2177 allows 29 minutes; address translators on the way forget a quiet line after five to fifteen.
LONGEST_IDLE = 300.0
NOOP_EVERY = 30.0
MAILS_A_FETCH = 100
BYTES_A_FETCH = 8 * 1024 * 1024
# A slow line may take its time, a dripping server may not.
SLOWEST = 32 * 1024
GOODBYE = 2.0

T = TypeVar("T")


class ImapLink:
    """Every method raises ChannelDown, with words that say what to check, and nothing else."""

    def __init__(self, server: ImapServer, *, timeout: float = 30.0, tls: ssl.SSLContext | None = None) -> None:
        """`timeout` in seconds is for one whole exchange; `tls` None verifies against the machine's authorities."""
        self._server = server
        self._timeout = timeout
        self._cord = Cord()
        self._session = Session(server, self._cord, tls, timeout)
        self._work: SimpleQueue[_Errand[Any] | None] = SimpleQueue()
        self._started = False
        self._ended: Future[None] = Future()
        self._folder: Folder | None = None
        self._sizes: dict[int, int] = {}

    async def open(self) -> Folder:
        self._start()
        self._folder = await self._do(self._session.open, self._timeout)
        return self._folder

    async def uids(self, after: int) -> list[int]:
        """Every UID above that one, ascending."""
        return await self._do(lambda: self._session.uids(after), self._timeout)

    async def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """In bytes; mails that are gone are missing."""
        wanted = list(uids)
        self._sizes = await self._do(lambda: self._session.sizes(wanted), self._timeout + len(wanted) / 100)
        return dict(self._sizes)

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """One for each UID, in the same order. Memory holds them all: ask for sizes first and split."""
        unknown = [uid for uid in uids if uid not in self._sizes]
        known = self._sizes | (await self.sizes(unknown) if unknown else {})
        fetched: list[Fetched] = []
        for part in _batches(uids, known):
            seconds = self._timeout + sum(known.get(uid, 0) for uid in part) / SLOWEST
            fetched += await self._do(partial(self._session.fetch, part), seconds)
        return fetched

    async def add_flags(self, uids: Sequence[int], *flags: bytes) -> None:
        """Nothing happens in a folder that we may only read."""
        marked = list(uids)
        if self._folder and self._folder.writable and marked:
            await self._do(lambda: self._session.add_flags(marked, flags), self._timeout + len(marked) / 100)

    async def mark_seen(self, uids: Sequence[int]) -> None:
        await self.add_flags(uids, b"\\Seen")

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Makes the folder when there is none of that name."""
        moved = list(uids)
        await self._do(lambda: self._session.move(moved, folder), self._timeout + len(moved) / 100)

    async def delete(self, uids: Sequence[int]) -> None:
        gone = list(uids)
        await self._do(lambda: self._session.delete(gone), self._timeout + len(gone) / 100)

    async def idle(self, seconds: float) -> bool:
        """True when the server announced mail since the last `uids`; False after that time, or after five minutes."""
        seconds = min(seconds, LONGEST_IDLE)
        if self._folder and self._folder.idle:
            return await self._do(lambda: self._session.idle(seconds), seconds + self._timeout)
        return await self._poll(seconds)

    async def close(self) -> None:
        """Says goodbye when the line still stands; never raises, may be called twice."""
        if not self._started:
            self._cord.pull()
            return
        if not self._cord.pulled:
            with suppress(ChannelDown):
                await self._do(self._session.log_out, GOODBYE)
        self._cut()
        # Not for ever: a resolver that hangs cannot be woken.
        await asyncio.wait([asyncio.wrap_future(self._ended)], timeout=GOODBYE)

    @property
    def closed(self) -> bool:
        return self._cord.pulled

    async def _poll(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not await self._do(self._session.noop, self._timeout):
            left = until - loop.time()
            if left <= 0:
                return False
            try:
                await asyncio.sleep(min(left, NOOP_EVERY))
            except asyncio.CancelledError:
                self._cut()
                raise
        return True

    def _start(self) -> None:
        if self._started:
            raise ChannelDown("a link is opened once; make a new one")
        self._started = True
        # A daemon: a resolver that hangs must not keep the process from ending.
        threading.Thread(target=self._run, name=f"imap-{self._server.host}", daemon=True).start()

    def _run(self) -> None:
        while (errand := self._work.get()) is not None:
            errand.run()
        self._session.shut()
        self._ended.set_result(None)

    async def _do(self, step: Callable[[], T], seconds: float) -> T:
        if self._cord.pulled or not self._started:
            raise explained(self._server, ChannelDown("the link is closed"))
        errand: _Errand[T] = _Errand(step)
        self._work.put(errand)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(errand.done)
        except asyncio.CancelledError:
            self._cut()
            raise
        except Exception as error:
            self._cut()
            raise explained(self._server, error) from error

    def _cut(self) -> None:
        self._cord.pull()
        self._work.put(None)


class _Errand(Generic[T]):
    """One step for the thread and what came of it."""

    def __init__(self, step: Callable[[], T]) -> None:
        self._step = step
        self.done: Future[T] = Future()

    def run(self) -> None:
        if not self.done.set_running_or_notify_cancel():
            return
        try:
            self.done.set_result(self._step())
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to who asked, the thread goes on
            self.done.set_exception(error)


def _batches(uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """At least one mail each, however big."""
    batch: list[int] = []
    weight = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if batch and (len(batch) == MAILS_A_FETCH or weight + size > BYTES_A_FETCH):
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch
