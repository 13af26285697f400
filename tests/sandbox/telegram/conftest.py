"""The cast and the tools of these tests: a local Telegram, a real aiogram bot and bare HTTP against it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from okno.sandbox.telegram import Telegram

Json = dict[str, Any]
Ask = Callable[..., Awaitable[Json]]

CLARA, ANNA, BORIS, STRANGER = 7, 1, 2, 99
FORUM, GROUP, TEAM, NEWS = -1001000000001, -501, -1001000000002, -1001000000003


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Clara is a customer who pressed Start, Anna and Boris are staff in every group, the stranger never wrote."""
    telegram = Telegram(paced=False, seed=1)
    await telegram.start()
    telegram.cast.add_user(CLARA, "Клара", language_code="ru")
    telegram.cast.add_user(ANNA, "Anna", username="anna")
    telegram.cast.add_user(BORIS, "Boris")
    telegram.cast.add_user(STRANGER, "Stranger")
    for chat, kind in ((FORUM, "forum"), (GROUP, "group"), (TEAM, "supergroup"), (NEWS, "channel")):
        telegram.cast.add_chat(chat, kind.title(), kind, owner=ANNA, members=[BORIS])
    telegram.people.start(CLARA)
    telegram.cloud.queues[telegram.bot.id].clear()
    yield telegram
    await telegram.stop()


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    yield Bot(telegram.bot.token, session=session)
    # The library's own close sleeps a quarter of a second for the sake of TLS.
    await (await session.create_session()).close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(telegram: Telegram, http: aiohttp.ClientSession) -> Ask:
    """A call without a library: the decoded answer with its HTTP status as `status`."""

    async def ask(method: str, /, **fields: Any) -> Json:
        async with http.post(f"{telegram.url}/bot{telegram.bot.token}/{method}", json=fields) as answer:
            body: Json = await answer.json()
            return {**body, "status": answer.status}

    return ask


@pytest.fixture
def control(telegram: Telegram, http: aiohttp.ClientSession) -> Ask:
    """The sandbox driven from outside."""

    async def control(name: str, /, **arguments: Any) -> Json:
        async with http.post(f"{telegram.url}/sandbox/{name}", json=arguments) as answer:
            body: Json = await answer.json()
            return {**body, "status": answer.status}

    return control
