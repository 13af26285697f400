"""The client libraries by themselves, with nothing kept and nothing decided: the limits of what leaves."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiosmtplib import SMTP

from bench.cast import FIRST, TOKEN
from bench.meter import Meter, Taken

WORDS: Final = "Здравствуйте! Мы проверили заказ и обновили каталог: страница снова открывается. " * 4


class Bare:
    """Asked by name from the benchmark's own process, see `side`."""

    def __init__(self) -> None:
        self._echo: asyncio.Task[None] | None = None

    async def telegram(self, url: str, count: int, together: int) -> Taken:
        """SendMessage through aiogram."""
        async with _bot(url) as bot:
            meter = Meter()

            async def send(number: int) -> None:
                await bot.send_message(FIRST + number, WORDS)

            await _each(count, [send] * together)
            return meter.taken(count)

    async def smtp(self, port: int, count: int, together: int) -> Taken:
        """Bytes through aiosmtplib, a connection for each that goes at once."""
        raw = f"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n".encode()
        lines = [SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) for _ in range(together)]
        meter = Meter()
        await asyncio.gather(*(line.connect() for line in lines))

        def sender(line: SMTP) -> Callable[[int], Awaitable[None]]:
            async def send(number: int) -> None:
                await line.sendmail("support@studio.example", [f"client{number}@client.example"], raw)

            return send

        await _each(count, [sender(line) for line in lines])
        await asyncio.gather(*(line.quit() for line in lines))
        return meter.taken(count)

    async def echo(self, folder: Path, url: str) -> None:
        """A bot that answers each message, one INSERT committed before; until `stop`."""
        ready = asyncio.Event()
        self._echo = asyncio.create_task(_echo(folder, url, ready))
        await ready.wait()

    async def stop(self) -> None:
        assert self._echo
        self._echo.cancel()
        await asyncio.gather(self._echo, return_exceptions=True)


async def _each(count: int, senders: list[Callable[[int], Awaitable[None]]]) -> None:
    numbers = iter(range(count))
    await asyncio.gather(*(_take(numbers, send) for send in senders))


async def _take(numbers: Iterator[int], send: Callable[[int], Awaitable[None]]) -> None:
    for number in numbers:
        await send(number)


@asynccontextmanager
async def _bot(url: str) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=100))
    try:
        yield bot
    finally:
        await bot.session.close()


async def _echo(folder: Path, url: str, ready: asyncio.Event) -> None:
    rows = sqlite3.connect(folder / "okno.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        rows.execute(f"PRAGMA {pragma}")
    rows.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER, text TEXT)")
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        rows.execute("INSERT INTO message VALUES (NULL, ?, ?)", (message.chat.id, message.text))
        await message.answer(str(message.text))

    @dispatcher.startup()
    async def started() -> None:
        ready.set()

    async with _bot(url) as bot:
        await dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
