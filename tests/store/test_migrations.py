"""The schema and the way to it: what migrations make is what the tables say, and no row is lost on the way."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from okno.errors import StoreError
from okno.queue import migrate, sqlite
from okno.queue.opening import database, migrated, prepared
from okno.queue.postgres import async_engine
from okno.queue.tables import META
from tests.store.cast import ANNA, Desk
from tests.store.conftest import Place

NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    {body}
"""
GROW = 'op.add_column("ticket", sa.Column("mood", sa.Text))'
# As Alembic rebuilds a table on SQLite: with foreign keys on, its children would go along without a word.
REBUILD = """how = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("ticket", recreate=how) as batch:
        batch.add_column(sa.Column("mood", sa.Text))"""
LOSE = 'op.execute("DELETE FROM event")'
BREAK = """op.add_column("ticket", sa.Column("mood", sa.Text))
    op.execute("UPDATE nowhere SET x = 1")"""
ORPHAN = """op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("UPDATE message SET ticket = 999")"""


def scripts(folder: Path, body: str) -> Path:
    """This version's migrations with one more of a version to come."""
    shutil.copytree(migrate.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    first = next((folder / "versions").glob("0001*.py")).read_text()
    down = next(line for line in first.splitlines() if line.startswith("revision")).partition("=")[2].strip()
    (folder / "versions" / "0002_next.py").write_text(NEXT.format(body=body).replace('"0001"', down))
    return folder


async def filled(place: Place) -> None:
    async with place.open() as store:
        desk = await Desk.open(store)
        number = await desk.asks()
        await desk.says(ANNA, number, "Ответ")


async def look(place: Place, query: Callable[[sa.Connection], Any]) -> Any:
    if place.url:
        made = async_engine(place.url)
        async with made.connect() as connection:
            found = await connection.run_sync(query)
        await made.dispose()
        return found
    plain = sqlite.engine(database(place.folder))
    with plain.connect() as connection:
        found = query(connection)
    plain.dispose()
    return found


async def upgrade(place: Place, folder: Path) -> None:
    if place.url:
        await migrated(place.url, folder)
    else:
        (await asyncio.to_thread(prepared, database(place.folder), folder)).dispose()


def counts(connection: sa.Connection) -> dict[str, int]:
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for name, table in META.tables.items()
    }


def columns(connection: sa.Connection) -> set[str]:
    return {column["name"] for column in sa.inspect(connection).get_columns("ticket")}


def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return not (kind == "table" and str(name).startswith(("search", "alembic")))


async def test_what_migrations_make_is_what_the_tables_say(place: Place) -> None:
    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, META))

    assert await look(place, differences) == []


async def test_keys_and_partial_indexes_are_the_same_too(place: Place, tmp_path: Path) -> None:
    """What compare_metadata does not look at: WHERE, order, uniqueness, AUTOINCREMENT."""

    def drawn(connection: sa.Connection) -> set[str]:
        if connection.dialect.name == "sqlite":
            listed = """SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
                UNION SELECT name || ' numbers its rows' FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"""
        else:
            listed = (
                "SELECT replace(indexdef, ' plain.', ' public.') FROM pg_indexes WHERE schemaname = current_schema()"
            )
        found = {" ".join(row[0].split()) for row in connection.execute(sa.text(listed))}
        return {one for one in found if "search" not in one and "alembic" not in one}

    def made_plainly(connection: sa.Connection) -> set[str]:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA plain")
            connection.exec_driver_sql("SET LOCAL search_path = plain")
        META.create_all(connection)
        return drawn(connection)

    plain = Place(tmp_path, place.url)
    one, two = await look(place, drawn), await look(plain, made_plainly)

    assert one == two
    assert len([line for line in one if " INDEX " in line]) > 20


@pytest.mark.parametrize("body", [GROW, REBUILD])
async def test_a_migration_keeps_every_row_and_their_children(place: Place, tmp_path: Path, body: str) -> None:
    await filled(place)
    before = await look(place, counts)

    await upgrade(place, scripts(tmp_path / "scripts", body))

    assert await look(place, counts) == before
    assert before["message"] == 2
    assert "mood" in await look(place, columns)


async def test_an_embedded_store_is_copied_aside_before_it_is_changed(sqlite_place: Place, tmp_path: Path) -> None:
    await filled(sqlite_place)
    before = await look(sqlite_place, counts)

    await upgrade(sqlite_place, scripts(tmp_path / "scripts", GROW))

    aside = [one for one in sqlite_place.folder.glob("okno.*.db") if one.name != "okno.db"]
    assert len(aside) == 1
    with closing(sqlite.engine(aside[0]).raw_connection()) as connection:
        cursor = connection.cursor()
        assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert cursor.execute("SELECT count(*) FROM message").fetchone() == (before["message"],)


@pytest.mark.parametrize(("body", "words"), [(LOSE, "how many rows"), (BREAK, "nowhere")])
async def test_a_migration_that_loses_rows_or_fails_leaves_the_store_as_it_was(
    place: Place, tmp_path: Path, body: str, words: str
) -> None:
    await filled(place)
    before = await look(place, counts)

    for number in range(2):
        with pytest.raises(StoreError, match=words):
            await upgrade(place, scripts(tmp_path / f"scripts{number}", body))

    assert await look(place, counts) == before
    assert "mood" not in await look(place, columns)
    assert list(place.folder.glob("okno.*.db")) == []
    async with place.open() as store:
        assert await store.read(lambda tx, _: tx.value(sa.text("SELECT count(*) FROM message")), None) == 2


async def test_a_migration_that_breaks_a_reference_is_undone(sqlite_place: Place, tmp_path: Path) -> None:
    await filled(sqlite_place)

    with pytest.raises(StoreError, match="reference"):
        await upgrade(sqlite_place, scripts(tmp_path / "scripts", ORPHAN))

    assert (await look(sqlite_place, counts))["message"] == 2


async def test_opening_again_migrates_nothing_and_copies_nothing(sqlite_place: Place) -> None:
    for _ in range(2):
        async with sqlite_place.open():
            pass

    assert [one.name for one in sqlite_place.folder.glob("*.db")] == ["okno.db"]
