"""The other way to get updates: Telegram posts them to us. The address is named and watched here; `okno.web` serves it.

An update is committed to the journal before it is answered, so that Telegram keeps and repeats what we could not keep.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)  # fmt: skip
from aiogram.methods import GetWebhookInfo, SetWebhook
from aiogram.types import WebhookInfo

from okno.config.values import Config
from okno.intake.telegram import reading
from okno.intake.telegram.poll import arrived
from okno.queue import journal
from okno.queue.pulse import Pulse
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
LOOK: Final = 60.0
_AFTER_FAILURE: Final = 10.0
_CALL: Final = 30
_CONNECTIONS: Final = 40
# Telegram tries again after two minutes at the latest: an older failure is over, or nothing is left to deliver.
_CURRENT: Final = timedelta(minutes=5)
_PATH: Final = 32


def webhook_path(config: Config) -> str:
    """Where Telegram is to post: nobody who does not know the secret finds it. It tells nothing about the secret."""
    digest = hashlib.sha256(config.telegram.webhook_secret.reveal().encode()).hexdigest()
    return f"/telegram/{digest[:_PATH]}"


def webhook_url(config: Config) -> str:
    return config.telegram.webhook_url.rstrip("/") + webhook_path(config)


class Webhook:
    """One bot's. Any number of workers may have one: they all name the same address."""

    def __init__(
        self, bot: Bot, store: Store, account: int, pulse: Pulse, config: Config, now: Callable[[], datetime], *,
        look: float = LOOK,
    ) -> None:  # fmt: skip
        self._bot = bot
        self._store = store
        self._account = account
        self._pulse = pulse
        self._config = config
        self._now = now
        self._look = look
        self._newest: int | None = None
        self._named = False

    async def take(self, update: dict[str, Any]) -> None:
        """Durable when it returns; a repeat changes nothing. Raises StoreError: then it must not be confirmed."""
        row = arrived(update, self._account, self._now())
        await self._store.write(journal.put, journal.Put(rows=[row]), self._now())
        self._newest = max(self._newest or 0, int(update["update_id"]) + 1)
        await self._pulse.beat(newest=self._newest)

    async def run(self) -> None:
        """Until cancelled. Names the address, and again whenever another took its place."""
        while True:
            try:
                await self._watch()
                pause = self._look
            except TelegramRetryAfter as asked:
                pause = float(asked.retry_after)
            except (AiogramError, OSError, TimeoutError) as error:
                await self._pulse.miss(_words(error))
                pause = min(_AFTER_FAILURE, self._look)
            await asyncio.sleep(pause)

    async def _watch(self) -> None:
        if not self._named:
            await self._name()
        info = await self._bot(GetWebhookInfo(), request_timeout=_CALL)
        if not self._ours(info):
            await self._name()
        failed = info.last_error_date
        if info.pending_update_count and failed is not None and self._now() - failed < _CURRENT:
            why = info.last_error_message or "no reason given"
            await self._pulse.miss(f"Telegram cannot deliver, {info.pending_update_count} updates wait: {why}")
        else:
            await self._pulse.beat()

    def _ours(self, info: WebhookInfo) -> bool:
        allowed = info.allowed_updates
        return info.url == webhook_url(self._config) and allowed is not None and set(allowed) == set(reading.ALLOWED)

    async def _name(self) -> None:
        secret = self._config.telegram.webhook_secret.reveal()
        call = SetWebhook(
            url=webhook_url(self._config), secret_token=secret, allowed_updates=list(reading.ALLOWED),
            max_connections=_CONNECTIONS, drop_pending_updates=False,
        )  # fmt: skip
        await self._bot(call, request_timeout=_CALL)
        self._named = True
        log.info("the webhook is set")


def _words(error: Exception) -> str:
    """What went wrong without tokens or messages: libraries put both into their texts."""
    match error:
        case TelegramUnauthorizedError():
            return "the bot token is refused (401): put the current one from BotFather into telegram.token"
        case TelegramBadRequest():
            return f"Telegram does not take telegram.webhook_url: {error.message}"
        case TelegramNetworkError():
            return "Telegram cannot be reached"
        case _:
            return type(error).__name__
