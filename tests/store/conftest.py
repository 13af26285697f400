"""One suite, two databases: every test that asks for `store` runs on SQLite (a file) and on PostgreSQL.

A store is opened once a run and emptied after each test: most of what a fresh one costs is SQLAlchemy learning our
statements again (150 ms). A test about opening, closing or several workers asks for `place` and opens its own.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
import sqlalchemy as sa

from okno.queue.opening import database, opened
from okno.queue.store import Store
from okno.queue.transaction import Tx
from tests.servers.postgres import Postgres
from tests.store.cast import NOON, Desk

TEMPLATE: Final = "migrated"
DATABASES: Final = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
# Rows go, ids begin at 1 again.
EMPTY: Final = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'S') AND relname <> 'alembic_version'
  LOOP
    IF one.relkind = 'S' THEN PERFORM setval(one.oid::regclass, 1, false);
    ELSE EXECUTE format('DELETE FROM %I', one.relname); END IF;
  END LOOP;
END $$"""


@dataclass(frozen=True)
class Place:
    """Where a store is: a folder of its own, and the URL of a database, empty for the embedded one."""

    folder: Path
    url: str

    def open(self) -> AbstractAsyncContextManager[Store]:
        return opened(self.folder, self.url)

    def beside(self) -> "Place":
        """Where another worker of the same database lives."""
        assert self.url
        return Place(self.folder.with_name("beside"), self.url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The shared stores live as long as one loop does, and their tests run in it."""
    for item in items:
        here = item.path.parent == Path(__file__).parent
        if here and isinstance(item, pytest.Function) and "store" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _migrate(folder: Path, url: str) -> None:
    async def once() -> None:
        async with opened(folder, url):
            pass

    with ThreadPoolExecutor(1) as thread:  # the tests' own loop stays out of it
        thread.submit(asyncio.run, once()).result()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(folder, "")
    return database(folder)


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    _migrate(tmp_path_factory.mktemp("migrated"), postgres.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def sqlite_place(migrated_file: Path, tmp_path: Path) -> Place:
    place = Place(tmp_path / "data", "")
    place.folder.mkdir()
    shutil.copyfile(migrated_file, database(place.folder))
    return place


@pytest.fixture
def postgres_place(postgres: Postgres, migrated_database: str, tmp_path: Path) -> Iterator[Place]:
    with postgres.fresh(template=migrated_database) as url:
        yield Place(tmp_path / "data", url)


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_store(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    folder = tmp_path_factory.mktemp("shared")
    shutil.copyfile(migrated_file, database(folder))
    async with opened(folder) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_store(
    postgres: Postgres, migrated_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Store]:
    with postgres.fresh(template=migrated_database) as url:
        async with opened(tmp_path_factory.mktemp("shared"), url) as made:
            yield made


@pytest.fixture(params=DATABASES)
def shared(request: pytest.FixtureRequest) -> Store:
    made: Store = request.getfixturevalue(f"{request.param}_store")
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def store(shared: Store) -> AsyncIterator[Store]:
    yield shared
    await shared.write(_empty, None, NOON)


def _empty(tx: Tx, _nothing: None, _now: datetime) -> None:
    if tx.postgres:
        tx.raw(EMPTY)
        return
    tx.raw("PRAGMA defer_foreign_keys=ON")
    names = sa.text("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'search_%'")
    for row in tx.rows(names):
        if row.name != "alembic_version":
            tx.raw(f"DELETE FROM {row.name}")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(store: Store) -> Desk:
    """A desk with its cast: Anna and Boris answer in one line, Lena leads; Vera and Igor are clients."""
    return await Desk.open(store)
