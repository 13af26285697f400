"""Webhook mode: Telegram posts, we write down, and only then say 200."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from okno.app import running
from okno.config.values import Secret
from okno.sandbox.mail.host import MailHost
from okno.sandbox.telegram.host import Telegram
from tests.stories.studio import VERA, Studio, free_port, people, settings


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Studio]:
    telegram, mail = Telegram(paced=False, seed=7), MailHost()
    url = await telegram.start()
    await mail.start()
    people(telegram)
    port = free_port()
    config = settings(tmp_path / "data", url, mail)
    config = replace(
        config, mailboxes=(), http_listen=f"127.0.0.1:{port}",
        telegram=replace(
            config.telegram, mode="webhook", webhook_url=f"http://127.0.0.1:{port}",
            webhook_secret=Secret("s" * 40),
        ),
    )  # fmt: skip
    made = Studio(telegram, mail, config)
    async with running(config, pace=0) as app:
        made.app = app
        yield made
    await mail.stop()
    await telegram.stop()


async def test_a_message_that_telegram_posts_becomes_a_ticket(hooked: Studio) -> None:
    await hooked.until(lambda: hooked.telegram.look.calls(method="setWebhook"), "the webhook")

    hooked.says(VERA, "Пришло само")

    await hooked.sees(VERA, "#1")
