"""A served desk: a store with a bot and a mailbox, the server on a free port, and a Telegram to post to it."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from okno.config.values import Config, ImapServer, Mailbox, Secret
from okno.config.values import Telegram as TelegramSettings
from okno.intake.telegram.webhook import Webhook
from okno.queue import roster
from okno.queue.opening import database, opened
from okno.queue.pulse import Pulse
from okno.queue.store import Store
from okno.sandbox.telegram.host import TOKEN, Telegram
from okno.web.health import Health
from okno.web.server import Web
from tests.scheduler.support import Line, migrated
from tests.web.served import Served

SECRET: Final = "s3cret-" + "x" * 40
BOT: Final = TOKEN.partition(":")[0]
CLARA: Final = 7


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    box = Mailbox(name="support", address="support@example.com", imap=ImapServer(host="imap.example.com"))
    settings = TelegramSettings(
        token=Secret(TOKEN), mode="webhook", webhook_url="http://127.0.0.1:1", webhook_secret=Secret(SECRET)
    )  # fmt: skip
    return Config(path=None, data_dir=tmp_path, telegram=settings, mailboxes=(box,), http_listen="127.0.0.1:0")


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated(tmp_path_factory.mktemp("fresh"))


@pytest.fixture
async def stored(fresh: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copyfile(fresh, database(tmp_path))
    accounts = [("telegram", BOT, BOT), ("email", "support", "support@example.com")]
    async with opened(tmp_path) as made:
        await made.write(roster.put, roster.Roster(accounts=accounts, lines=["desk"], staff=[]), utc_now())
        yield made


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Clara is a client who pressed Start."""
    made = Telegram(paced=False, seed=1)
    await made.start()
    made.cast.add_user(CLARA, "Клара")
    made.people.start(CLARA)
    made.cloud.queues[made.bot.id].clear()
    made.cloud.hook_speed = 1000
    yield made
    await made.stop()


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    yield Bot(TOKEN, session=session)
    await (await session.create_session()).close()


@pytest.fixture
async def served(stored: Store, config: Config, bot: Bot) -> AsyncIterator[Served]:
    line = Line(stored)
    pulse = Pulse(line, 1, utc_now)
    webhook = Webhook(bot, line, 1, pulse, config, utc_now, look=0.02)
    web = Web(config, Health(line, config, utc_now), webhook)
    address = await web.start()
    # Telegram is told the address the server really got.
    webhook._config = replace(config, telegram=replace(config.telegram, webhook_url=address))
    async with aiohttp.ClientSession() as http:
        yield Served(store=line, config=config, address=address, http=http, webhook=webhook, pulse=pulse)
    await web.stop()
