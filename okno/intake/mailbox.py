"""Watches one mailbox and hands what arrives to an inbox that keeps it; it neither reads the mails nor knows the store.

A mail counts as taken when `Inbox.put` came back, never by its flags: people open the mailbox too.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Protocol

from okno.errors import ChannelDown, FenceLost, StoreError
from okno.intake.imap import LARGEST, Fetched, Folder, ImapLink

log = logging.getLogger(__name__)

POLL = 180.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
BATCH_MAILS = 100
BATCH_BYTES = 8 * 1024 * 1024
# The line may break in the middle of any mail; one that breaks it twice, fetched alone, is at fault itself.
TRIES = 2
MISSED_AGAIN = timedelta(hours=1)
MARK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a folder has been taken in: everything up to `uid`, but for `missed`, which is tried again."""

    uidvalidity: int = 0
    uid: int = 0
    missed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A mail with what makes it one of a kind on its server; `at` is INTERNALDATE, UTC."""

    uidvalidity: int
    uid: int
    at: datetime
    raw: bytes


class Inbox(Protocol):
    """What keeps the mails of one mailbox."""

    async def position(self) -> Position:
        """The one last put; `Position()` before the first: then the whole folder is taken in."""

    async def put(self, mails: Sequence[Arrived], position: Position) -> None:
        """Both durable, in one transaction, when it returns; `mails` may be empty.

        Repeats come, under the same UID or after a new UIDVALIDITY under another, and are the keeper's to recognise.
        """

    async def trouble(self, since: datetime | None, words: str) -> None:
        """What stands in the way, and since when; None and no words when all is well.

        Told at every failed attempt, with the instant of the first, so that silence can be seen to grow, and after each
        good look at the mailbox. Mails that cannot be fetched are trouble on a good line.
        """


class Watcher:
    """One for each mailbox. `link` makes a new, unopened link. `take_old`: a new mailbox's old mails come in too."""

    def __init__(
        self,
        inbox: Inbox,
        link: Callable[[], ImapLink],
        *,
        poll: float = POLL,
        take_old: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.tried = asyncio.Event()
        self.trouble = ""
        self._inbox = inbox
        self._link = link
        self._poll = poll
        self._take_old = take_old
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._position = Position()
        self._down_since: datetime | None = None
        self._missed_since: datetime | None = None
        self._serious = False
        self._failures = 0
        self._alone: set[int] = set()
        self._broke: Counter[int] = Counter()
        self._missed_again: dict[int, datetime] = {}
        self._mark_again: datetime | None = None

    async def run(self) -> NoReturn:
        """Until cancelled, or until FenceLost says that the mailbox is another worker's."""
        while True:
            try:
                await self._visit()
            except FenceLost:
                raise
            except (ChannelDown, StoreError) as error:
                await self._suffer(error)

    async def _visit(self) -> NoReturn:
        link = self._link()
        try:
            position, folder = await self._inbox.position(), await self._opened(link)
            if not self._take_old and position == Position():
                position = await self._begin(folder)
            self._resume(position, folder)
            while True:
                await self._catch_up(link)
                await self._recover()
                await link.idle(self._poll)
        finally:
            await link.close()

    async def _begin(self, folder: Folder) -> Position:
        """A mailbox seen for the first time: what lies in it was dealt with before us."""
        position = Position(uidvalidity=folder.uidvalidity, uid=max(folder.uidnext - 1, 0))
        await self._inbox.put([], position)
        return position

    async def _opened(self, link: ImapLink) -> Folder:
        try:
            return await link.open()
        except ChannelDown:
            # A line that worked and broke is everyday; one that cannot be opened is trouble at once.
            self._serious = True
            raise

    def _resume(self, position: Position, folder: Folder) -> None:
        if self._position.uidvalidity != folder.uidvalidity:
            self._alone.clear()
            self._broke.clear()
            self._missed_again.clear()
        if position.uidvalidity != folder.uidvalidity:
            log.info(
                "the mailbox has new numbers (UIDVALIDITY %s); everything in it is listed anew", folder.uidvalidity
            )
            position = Position(uidvalidity=folder.uidvalidity)
        elif 0 < folder.uidnext <= position.uid:
            # RFC 3501 forbids it; a mailbox brought back from a backup does it.
            log.warning("the mailbox went back from UID %s to %s; it is listed anew", position.uid, folder.uidnext)
            position = replace(position, uid=0)
        self._position = position

    async def _catch_up(self, link: ImapLink) -> None:
        fresh = await link.uids(self._position.uid)
        sizes = await link.sizes(fresh) if fresh else {}
        for batch in self._batches(fresh, sizes):
            await self._take(link, batch, sizes)
        for uid in self._due():
            sizes = await link.sizes([uid])
            await self._take(link, [uid], sizes)

    async def _take(self, link: ImapLink, uids: Sequence[int], sizes: dict[int, int]) -> None:
        if max(sizes.get(uid, 0) for uid in uids) > LARGEST:
            # A batch with such a mail holds nothing else.
            await self._pass_by(uids[0], f"it has {sizes[uids[0]]} bytes, the limit is {LARGEST}")
            return
        fetched = await self._fetched(link, uids)
        found = {mail.uid for mail in fetched}
        missed = tuple(uid for uid in self._position.missed if uid not in found)
        position = replace(self._position, uid=max(self._position.uid, *uids), missed=missed)
        mails = [arrived for mail in fetched if (arrived := self._arrived(mail))]
        await self._inbox.put(mails, position)
        self._position = position
        self._failures = 0
        self._alone.difference_update(uids)
        await self._mark(link, [mail.uid for mail in mails])

    async def _fetched(self, link: ImapLink, uids: Sequence[int]) -> list[Fetched]:
        try:
            return await link.fetch(uids)
        except ChannelDown as error:
            self._alone.update(uids)
            if len(uids) == 1:
                await self._blame(uids[0], str(error))
            raise

    async def _blame(self, uid: int, why: str) -> None:
        self._broke[uid] += 1
        if self._broke[uid] >= TRIES:
            await self._pass_by(uid, why)

    async def _pass_by(self, uid: int, why: str) -> None:
        """One mail that cannot be had must not keep the others waiting; it stays on the list of what is missed."""
        log.error("mail %s cannot be fetched and is left for later: %s", uid, why)
        self._missed_again[uid] = self._clock() + MISSED_AGAIN
        missed = tuple(sorted({*self._position.missed, uid}))
        position = replace(self._position, uid=max(self._position.uid, uid), missed=missed)
        await self._inbox.put([], position)
        self._position = position
        self._failures = 0

    async def _mark(self, link: ImapLink, uids: Sequence[int]) -> None:
        """Only a courtesy to people who open the mailbox: what is stored is stored."""
        if self._mark_again and self._clock() < self._mark_again:
            return
        try:
            await link.mark_seen(uids)
        except ChannelDown as error:
            log.warning("mails were taken in, but not marked as read: %s", error)
            self._mark_again = self._clock() + MARK_AGAIN
            raise

    async def _recover(self) -> None:
        self._failures = 0
        self._serious = False
        self._down_since = None
        missed = ", ".join(map(str, self._position.missed))
        self._missed_since = (self._missed_since or self._clock()) if missed else None
        words = f"mails that cannot be fetched, by UID: {missed}; they are tried again every hour" if missed else ""
        await self._tell(self._missed_since, words)
        self.tried.set()

    async def _suffer(self, error: ChannelDown | StoreError) -> None:
        """Tells of it, and waits: longer each time, and never all mailboxes in step."""
        self._down_since = self._down_since or self._clock()
        self._failures += 1
        log.warning("the mailbox cannot be read (%s in a row): %s", self._failures, error)
        # A store that fails cannot be told so.
        if isinstance(error, ChannelDown) and (self._serious or self._failures > 1):
            await self._tell(self._down_since, str(error))
        self.tried.set()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self._failures - 1, 16))
        asked = error.retry_after if isinstance(error, ChannelDown) else None
        await self._sleep(max(pause * (0.5 + self._jitter() / 2), asked or 0.0))

    async def _tell(self, since: datetime | None, words: str) -> None:
        try:
            await self._inbox.trouble(since, words)
        except FenceLost:
            raise
        except StoreError as error:
            log.warning("the trouble of this mailbox could not be noted: %s", error)
        else:
            self.trouble = words

    def _batches(self, uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
        """By number and weight, so that memory stays bounded; what once broke the line goes alone."""
        batch: list[int] = []
        weight = 0
        for uid in uids:
            size = sizes.get(uid, 0)
            alone = uid in self._alone or size > LARGEST
            if batch and (alone or len(batch) == BATCH_MAILS or weight + size > BATCH_BYTES):
                yield batch
                batch, weight = [], 0
            batch.append(uid)
            weight += size
            if alone:
                yield batch
                batch, weight = [], 0
        if batch:
            yield batch

    def _due(self) -> list[int]:
        """The missed ones whose hour has come. It is put on before the try: a try may end the link."""
        now = self._clock()
        due = [uid for uid in self._position.missed if self._missed_again.get(uid, now) <= now]
        self._missed_again |= dict.fromkeys(due, now + MISSED_AGAIN)
        return due

    def _arrived(self, mail: Fetched) -> Arrived | None:
        if mail.raw is None:
            return None
        return Arrived(uidvalidity=self._position.uidvalidity, uid=mail.uid, at=mail.internaldate, raw=mail.raw)
