"""A desk on an embedded store, and its configuration."""

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from okno.config.values import Config, Mailbox
from okno.queue.opening import opened
from okno.queue.store import Store
from tests.store.cast import Desk


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as made:
        yield made


@pytest.fixture
async def desk(store: Store) -> Desk:
    return await Desk.open(store)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        path=None, data_dir=tmp_path, timezone=ZoneInfo("Europe/Moscow"),
        mailboxes=(Mailbox(name="support", address="support@example.com", from_name="Studio"),),
    )  # fmt: skip
