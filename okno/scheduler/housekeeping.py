"""Throws away what nothing names or needs any more, once a day, in small bites."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from okno.queue.actions import housekeeping
from okno.queue.actions.housekeeping import Causes, Page
from okno.queue.files import Files
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
# A file comes before the row that names it; nothing takes a day from the one to the other.
_ORPHAN: Final = timedelta(days=1)
_USEFUL: Final = timedelta(days=30)


class Housekeeping:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def sweep(self) -> None:
        """Files older than a day that no row names, and what an interrupted download left."""
        before = (self._now() - _ORPHAN).timestamp()
        files = self._store.files
        orphans = await asyncio.to_thread(_older, files, before)
        for place in housekeeping.PLACES:
            page: Page | None = Page(place=place)
            while page and orphans:
                found = await self._store.read(housekeeping.named, page)
                orphans -= found.names
                page = Page(place=place, after=found.upto) if found.upto is not None else None
        gone = await asyncio.to_thread(_forget, files, orphans, before)
        left = await asyncio.to_thread(_clear, files.coming, before)
        if gone or left:
            log.info("files swept", orphans=gone, unfinished=left)

    async def prune(self) -> None:
        """Causes and attempts past their use."""
        before = self._now() - _USEFUL
        gone, after = 0, ""
        while True:
            spent = await self._store.read(housekeeping.spent, Causes(before=before, after=after))
            if spent.keys:
                gone += await self._store.write(housekeeping.forget_causes, spent.keys, self._now())
            if spent.upto is None:
                break
            after = spent.upto
        tries = 0
        while batch := await self._store.write(housekeeping.forget_attempts, before, self._now()):
            tries += batch
        if gone or tries:
            log.info("pruned", causes=gone, attempts=tries)


def _older(files: Files, before: float) -> set[str]:
    return {name for name, written in files.names() if written < before}


def _forget(files: Files, names: Iterable[str], before: float) -> int:
    """The time is looked at once more: the same content may have come again meanwhile."""
    gone = 0
    for name in names:
        try:
            if files.path(name).stat().st_mtime >= before:
                continue
        except FileNotFoundError:
            continue
        files.forget(name)
        gone += 1
    return gone


def _clear(folder: Path, before: float) -> int:
    gone = 0
    for place in folder.iterdir():
        try:
            old = place.is_file() and place.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if old:
            place.unlink(missing_ok=True)
            gone += 1
    return gone
