"""Fetches Telegram files after their message is safe: a file that fails never fails its message."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiohttp import ClientError

from okno.errors import StoreError
from okno.queue import attachments, bells
from okno.queue.attachments import Attachment, Fetched
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
_AT_ONCE: Final = 4
_TRIES: Final = 12
_LONGEST: Final = 300.0


class Downloads:
    def __init__(self, bot: Bot, store: Store, now: Callable[[], datetime]) -> None:
        self._bot = bot
        self._store = store
        self._now = now

    async def run(self) -> None:
        ear = self._store.bells.listen("files")
        while True:
            try:
                busy = await self.once()
            except StoreError as error:
                log.warning("downloads wait for the store", error=str(error))
                busy = 0
            if not busy:
                await bells.wait(ear, bells.LOOK)

    async def once(self) -> int:
        """Fetches what is wanted now; how many files that was."""
        wanted = await self._store.write(attachments.wanted, _AT_ONCE, self._now())
        await asyncio.gather(*(self._one(file) for file, _account in wanted))
        return len(wanted)

    async def _one(self, file: Attachment) -> None:
        try:
            done = await self._fetch(file)
        except TelegramBadRequest as error:
            reason = "too_big" if "too big" in error.message else "gone"
            done = Fetched(attachment=file.id, reason=reason)
        except (AiogramError, ClientError, OSError, TimeoutError) as error:
            # Texts of these errors carry the bot's token in the file's address.
            log.warning("a file could not be fetched", attachment=file.id, error=type(error).__name__)
            done = self._again(file, type(error).__name__)
        await self._store.write(attachments.settle, done, self._now())

    def _again(self, file: Attachment, reason: str) -> Fetched:
        if file.tries + 1 >= _TRIES:
            return Fetched(attachment=file.id, reason=reason)
        pause = timedelta(seconds=min(5 * 2**file.tries, 3600))
        return Fetched(attachment=file.id, reason=reason, again=self._now() + pause)

    async def _fetch(self, file: Attachment) -> Fetched:
        """Streamed to disk, never held whole; the hash is taken on the way."""
        async with asyncio.timeout(_LONGEST):
            told = await self._bot.get_file(file.remote_id)
            assert told.file_path is not None
            place = self._store.files.coming / secrets.token_hex(16)
            digest, size = await self._stream(told.file_path, place)
        sha256 = await asyncio.to_thread(self._store.files.adopt, place, digest)
        return Fetched(attachment=file.id, sha256=sha256, size=size)

    async def _stream(self, path: str, place: Path) -> tuple[str, int]:
        address = self._bot.session.api.file_url(self._bot.token, path)
        digest, size = hashlib.sha256(), 0
        with place.open("wb") as target:
            async for piece in self._bot.session.stream_content(address, timeout=120, chunk_size=1 << 16):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        return digest.hexdigest(), size
