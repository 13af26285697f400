"""A desk for the command line: its configuration, a store on either database, and the cast of the store tests."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from okno.queue.opening import database, opened
from tests.cli.terminal import Terminal
from tests.servers.postgres import Postgres
from tests.store.cast import Desk

T = TypeVar("T")
TEMPLATE = "cli_migrated"
CONFIG = """
language = "en"
timezone = "UTC"
[telegram]
token = "42:AAE-token-of-the-tests"
[[mailbox]]
name = "support"
address = "support@example.com"
"""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A folder with a config.toml, and the data it names."""

    folder: Path
    url: str = ""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def okno(self) -> Terminal:
        return Terminal(config=self.folder / "config.toml")

    def configure(self, text: str = CONFIG) -> None:
        place = f'[database]\nurl = "{self.url}"\n' if self.url else ""
        path = self.folder / "config.toml"
        path.write_text(text + place, encoding="utf-8")
        path.chmod(0o600)

    def story(self, tell: Callable[[Desk], Awaitable[T]]) -> T:
        """Lets the cast act in the store, and closes it."""

        async def told() -> T:
            async with opened(self.data, self.url) as store:
                return await tell(await Desk.open(store))

        return asyncio.run(told())


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _migrated(tmp_path_factory.mktemp("migrated"), "")


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    _migrated(tmp_path_factory.mktemp("migrated"), postgres.create(TEMPLATE))
    return TEMPLATE


def _migrated(folder: Path, url: str) -> Path:
    async def once() -> None:
        async with opened(folder, url):
            pass

    asyncio.run(once())
    return database(folder)


@pytest.fixture
def on_sqlite(migrated_file: Path, tmp_path: Path) -> Office:
    made = Office(folder=tmp_path)
    made.data.mkdir(mode=0o700)
    shutil.copyfile(migrated_file, database(made.data))
    made.configure()
    return made


@pytest.fixture
def on_postgres(postgres: Postgres, migrated_database: str, tmp_path: Path) -> Iterator[Office]:
    with postgres.fresh(template=migrated_database) as url:
        made = Office(folder=tmp_path, url=url)
        made.data.mkdir(mode=0o700)
        made.configure()
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest) -> Office:
    found: Office = request.getfixturevalue(f"on_{request.param}")
    return found
