"""A desk on an embedded store, and its configuration."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from okno.config.values import Config, Mailbox
from okno.queue.opening import database, opened
from okno.queue.store import Store
from tests.scheduler.support import migrated
from tests.store.cast import Desk


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated(tmp_path_factory.mktemp("fresh"))


@pytest.fixture
async def stored(fresh: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copyfile(fresh, database(tmp_path))
    async with opened(tmp_path) as made:
        yield made


@pytest.fixture
async def desk(stored: Store) -> Desk:
    return await Desk.open(stored)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        path=None, data_dir=tmp_path, timezone=ZoneInfo("Europe/Moscow"),
        mailboxes=(Mailbox(name="support", address="support@example.com", from_name="Studio"),),
    )  # fmt: skip
