"""Our own getUpdates loop: fetch raw, commit to the journal, only then let the next call confirm.

aiogram's own loop confirms before a handler has finished, and one update it cannot parse stops it for good.
"""

import asyncio
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)  # fmt: skip
from aiogram.methods import DeleteWebhook
from aiogram.methods.base import TelegramMethod
from pydantic import Field

from okno.errors import FenceLost, StoreError
from okno.intake.telegram import reading
from okno.queue import journal, leases
from okno.queue.pulse import Pulse
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
# The server caps the wait at 50 s; a term of the lease must outlast it.
_WAIT: Final = 20
_LIMIT: Final = 100
_LONGEST_PAUSE: Final = 30.0


class RawGetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Answers plain dicts, so that what no library understands still reaches the journal."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = _LIMIT
    timeout: int = _WAIT
    allowed_updates: list[str] = Field(default_factory=lambda: list(reading.ALLOWED))


class Poller:
    """One bot's updates, fetched by one worker at a time. `step` names the instants between which a crash may fall."""

    def __init__(
        self, bot: Bot, store: Store, account: int, pulse: Pulse, now: Callable[[], datetime],
        step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._bot = bot
        self._store = store
        self._account = account
        self._pulse = pulse
        self._now = now
        self._step = step
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled. Every error is told to the pulse and tried again."""
        await self._leave_webhook()
        while True:
            lease = await self._lease()
            if lease is None:
                await asyncio.sleep(leases.TERM.total_seconds() / 3)
                continue
            try:
                await self._round(lease)
            except FenceLost:
                self._offset = None
            except (AiogramError, StoreError, OSError, TimeoutError) as error:
                await self._pause(error)
            else:
                self._failures = 0

    async def _round(self, lease: leases.Lease) -> None:
        updates = await self._bot(RawGetUpdates(offset=self._offset), request_timeout=_WAIT + 15)
        self._step("fetch")
        if updates:
            rows = [arrived(update, self._account, self._now()) for update in updates]
            await self._store.write(journal.put, journal.Put(rows=rows, lease=lease), self._now())
            self._step("journal")
            self._offset = max(int(update["update_id"]) for update in updates) + 1
        await self._pulse.beat(**({"newest": self._offset} if self._offset is not None else {}))
        self._step("confirm")

    async def _lease(self) -> leases.Lease | None:
        try:
            take = leases.Take(name=f"poll:{self._account}", holder=self._store.worker)
            return await self._store.write(leases.take, take, self._now())
        except StoreError as error:
            log.warning("the store does not answer the poller", error=str(error))
            return None

    async def _leave_webhook(self) -> None:
        """A webhook set earlier would answer every poll with 409. What waits is never dropped."""
        try:
            await self._bot(DeleteWebhook(drop_pending_updates=False))
        except (AiogramError, OSError, TimeoutError) as error:
            log.warning("could not clear the webhook", error=type(error).__name__)

    async def _pause(self, error: Exception) -> None:
        self._failures += 1
        await self._pulse.miss(_words(error))
        if isinstance(error, TelegramRetryAfter):
            await asyncio.sleep(error.retry_after)
            return
        pause = min(0.5 * 2 ** min(self._failures, 8), _LONGEST_PAUSE)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


def arrived(update: dict[str, Any], account: int, now: datetime) -> journal.Arrived:
    seen = reading.sight(update)
    return journal.Arrived(
        account=account,
        external_id=str(update.get("update_id", "")),
        digest=reading.digest(update),
        kind="update",
        lane=reading.lane(update),
        # A message from the future would sort and count wrongly for good.
        happened_at=min(seen.date or now, now + timedelta(minutes=5)),
        payload=json.dumps(update, ensure_ascii=True, separators=(",", ":")).encode(),
    )


def _words(error: Exception) -> str:
    """What went wrong without tokens or messages: libraries put both into their texts."""
    if isinstance(error, TelegramConflictError):
        return "another program fetches this bot's updates (409): stop it, or give Okno a bot of its own"
    if isinstance(error, TelegramUnauthorizedError):
        return "the bot token is refused (401): put the current one from BotFather into telegram.token"
    if isinstance(error, TelegramNetworkError):
        return "Telegram cannot be reached"
    return type(error).__name__
