"""An inbox in memory, for watching the watcher: keeps everything it was ever handed, and can be told to fail."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from okno.config.values import ImapServer
from okno.intake.imap import ImapLink
from okno.intake.mailbox import Arrived, Position, Watcher

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENCE = 20.0
DESK = "support@desk.test"


def mail(number: int, size: int = 0) -> bytes:
    return b"From: vera@client.test\r\nSubject: mail %d\r\n\r\n" % number + b"x" * size + b"\r\n"


@dataclass
class Keeper:
    """`failures` are raised by the next puts, one each. `troubles` are kept while they last; good looks are counted."""

    last: Position = field(default_factory=Position)
    batches: list[Sequence[Arrived]] = field(default_factory=list)
    troubles: list[tuple[datetime | None, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    good_looks: int = 0
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def position(self) -> Position:
        return self.last

    async def put(self, mails: Sequence[Arrived], position: Position) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if mails:
            self.batches.append(mails)
        self.last = position
        self._bell.set()

    async def trouble(self, since: datetime | None, words: str) -> None:
        if (since, words) == (None, "") and (not self.troubles or self.troubles[-1] == (None, "")):
            self.good_looks += 1
        else:
            self.troubles.append((since, words))
        self._bell.set()

    @property
    def mails(self) -> list[Arrived]:
        return [mail for batch in self.batches for mail in batch]

    @property
    def raws(self) -> list[bytes]:
        return [mail.raw for mail in self.mails]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not reached():
                self._bell.clear()
                await self._bell.wait()

    async def holds(self, number: int) -> None:
        await self.until(lambda: len(self.mails) >= number)


@dataclass
class Pauses:
    """Sleeps no time at all and remembers how long it was asked to; the clock goes on by as much."""

    asked: list[float] = field(default_factory=list)
    now: datetime = START

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0.01)

    def clock(self) -> datetime:
        return self.now


def watcher_of(
    keeper: Keeper, server: ImapServer, pauses: Pauses, *, patience: float = 5.0, **settings: Any
) -> Watcher:
    return Watcher(
        keeper,
        lambda: ImapLink(server, timeout=patience),
        clock=pauses.clock,
        sleep=pauses.sleep,
        jitter=lambda: 1.0,
        **settings,
    )


@asynccontextmanager
async def watching(
    keeper: Keeper, server: ImapServer, pauses: Pauses | None = None, **settings: Any
) -> AsyncIterator[Watcher]:
    """Runs a watcher; what ends it ends the test."""
    watcher = watcher_of(keeper, server, pauses or Pauses(), **settings)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watcher.run())
        yield watcher
        task.cancel()
