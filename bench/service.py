"""Okno itself in a process of its own: the real service, prepared, run until so much is done, and measured."""

import asyncio
import logging
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from bench import history, meter, written
from bench.cast import ROOM, STAFF, SUPPORT, TOKEN
from bench.meter import Meter, Taken
from bench.rows import found, looking
from okno.app import App, running
from okno.config.values import Config, Desk, ImapServer, Mailbox, Secret, SmtpServer, Staff, Telegram
from okno.notifier import lanes
from okno.queue import roster
from okno.queue.actions import duty
from okno.queue.founding import prepare
from okno.queue.opening import opened

_LOOK: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Where the service finds the outside world; what is left empty it does without."""

    telegram: str = ""
    imap_port: int = 0
    imap_user: str = ""
    imap_password: str = ""
    smtp_port: int = 0
    room: bool = True


def settings(folder: Path, lines: Lines) -> Config:
    """Two agents on duty, one mailbox where there is an IMAP server."""
    imap = ImapServer(
        host="127.0.0.1" if lines.imap_port else "", port=lines.imap_port, security="plain", username=lines.imap_user,
        password=Secret(lines.imap_password),
    )  # fmt: skip
    smtp = SmtpServer(host="127.0.0.1" if lines.smtp_port else "", port=lines.smtp_port, security="plain")
    box = Mailbox(name="support", address=SUPPORT, imap=imap, smtp=smtp, take_old=True)
    telegram = Telegram(token=Secret(TOKEN), api_url=lines.telegram, staff_chat=ROOM if lines.room else 0)
    return Config(
        path=None, data_dir=folder, telegram=telegram if lines.telegram else Telegram(),
        mailboxes=(box,) if lines.imap_port or lines.smtp_port else (), desk=Desk(recall=timedelta(0)),
        staff=tuple(Staff(name=f"Анна {one}", telegram_id=one) for one in STAFF),
    )  # fmt: skip


class Service:
    """Asked by name from the benchmark's own process, see `side`."""

    def __init__(self) -> None:
        # Only what is wrong is worth a line, and not on the table's own stream.
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
        logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
        self._stack = AsyncExitStack()
        self.app: App

    async def prepare(self, folder: Path, lines: Lines) -> None:
        """Makes the store and puts the staff on duty, as they are in a desk at work."""
        now = datetime.now(UTC)
        config = settings(folder, lines)
        async with opened(folder) as store:
            policy, _ = await prepare(store, config, now)
            for one in await store.read(roster.members, None):
                came = duty.Presence(staff=one.id, change="started", cause=f"bench:{one.id}", policy=policy)
                await store.write(duty.presence, came, now)

    async def history(self, folder: Path, tickets: int) -> None:
        """Years of tickets in a store that is prepared."""
        async with opened(folder) as store:
            bot = next(one.id for one in await store.read(roster.accounts, None) if one.kind == "telegram")
            line = (await store.read(roster.lines, None))[0].id
        await asyncio.to_thread(history.write, folder / "okno.db", tickets, bot=bot, line=line)

    async def answers(self, folder: Path, lines: Lines, count: int, channel: str) -> None:
        """Makes a store in which that many clients have asked and wait for an answer that has been written."""
        async with opened(folder) as store:
            await written.answers(store, settings(folder, lines), count, channel)

    async def start(self, folder: Path, lines: Lines, pace: float = 1.0, together: int | None = None) -> None:
        """`together`: how many letters at once, where not as many as usual."""
        if together is not None:
            vars(lanes)["_LANES"] = together
        self.app = await self._stack.enter_async_context(running(settings(folder, lines), pace=pace))

    async def stop(self) -> None:
        await self._stack.aclose()

    async def until(self, folder: Path, query: str, wanted: int) -> None:
        """Returns when the query finds that many."""
        with looking(folder) as rows:
            while found(rows, query) < wanted:  # noqa: ASYNC110 - it looks as an outsider would
                await asyncio.sleep(_LOOK)

    async def work(
        self, folder: Path, lines: Lines, pace: float, query: str, count: int, together: int | None = None
    ) -> Taken:  # fmt: skip
        """One run: from a started service until the query finds so many more than now."""
        with looking(folder) as rows:
            before = found(rows, query)
        await self.start(folder, lines, pace, together)
        measure = Meter()
        await self.until(folder, query, before + count)
        taken = measure.taken(count)
        await self.stop()
        return taken

    async def memory(self) -> float:
        """MiB now."""
        return await asyncio.to_thread(meter.memory)

    async def watched(self, folder: Path, query: str, wanted: int, seconds: float) -> list[tuple[int, float]]:
        """How many there were and how many MiB, each second until there are that many or the time is up."""
        end = time.monotonic() + seconds
        samples: list[tuple[int, float]] = []
        with looking(folder) as rows:
            while time.monotonic() < end and (not samples or samples[-1][0] < wanted):
                samples.append((found(rows, query), await self.memory()))
                await asyncio.sleep(1.0)
        return samples
