"""Opening a store: who may, what is refused with words, and what stands open after a crash."""

import asyncio
import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from okno.desk.message import File
from okno.errors import StoreError, StoreLocked, StoreTooNew
from okno.queue import attachments, journal, parts, views
from okno.queue.opening import database, opened
from okno.queue.transaction import Tx
from tests.servers.postgres import Postgres
from tests.store.cast import NOON, ROOM, VERA, Desk
from tests.store.conftest import Place
from tests.store.courier import Courier


async def _hold(folder: Path, pipe: Connection) -> None:
    async with opened(folder):
        pipe.send("open")
        await asyncio.sleep(60)


def _holder(folder: Path, pipe: Connection) -> None:
    asyncio.run(_hold(folder, pipe))


async def test_a_second_process_is_refused_until_the_first_is_gone_however_it_went(sqlite_place: Place) -> None:
    context = multiprocessing.get_context("forkserver")
    mine, theirs = context.Pipe()
    child = context.Process(target=_holder, args=(sqlite_place.folder, theirs))
    child.start()
    assert await asyncio.to_thread(mine.recv) == "open"

    with pytest.raises(StoreLocked):
        async with sqlite_place.open():
            pass
    child.kill()
    await asyncio.to_thread(child.join)

    async with sqlite_place.open() as store:
        assert await store.read(journal.next_due, None) is None


async def test_the_same_process_does_not_open_it_twice_either(sqlite_place: Place) -> None:
    async with sqlite_place.open():
        with pytest.raises(StoreLocked):
            async with sqlite_place.open():
                pass


async def test_a_store_from_the_future_is_refused_and_left_alone(place: Place) -> None:
    async with place.open() as store:
        await store.write(lambda tx, _, __: tx.raw("UPDATE alembic_version SET version_num='9999'"), None, NOON)

    for _ in range(2):
        with pytest.raises(StoreTooNew, match="newer"):
            async with place.open():
                pass


@pytest.mark.parametrize("content", [b"I am a diary, not a database. " * 50, b"SQLite format 3\x00" + b"\xff" * 4096])
async def test_a_file_that_is_no_database_is_refused_with_words_and_not_touched(tmp_path: Path, content: bytes) -> None:
    database(tmp_path).write_bytes(content)

    for _ in range(2):
        with pytest.raises(StoreError, match=r"okno\.db cannot be used as a store"):
            async with opened(tmp_path):
                pass

    assert database(tmp_path).read_bytes() == content


async def test_a_data_dir_that_is_a_file_is_refused_with_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")

    with pytest.raises(StoreError, match="data_dir"):
        async with opened(tmp_path / "data"):
            pass


@pytest.mark.parametrize("name", ['it\'s 100% "mine"', "a?b#c&mode=rw", "папка с данными", "a;b", "%41", ":memory:"])
async def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name

    async with opened(folder) as store:
        await Desk.open(store)
        assert await store.read(lambda tx, _: tx.value(sa.text("SELECT count(*) FROM staff")), None) == 3

    made = [
        f"{Path(at).relative_to(tmp_path)}/{one}" for at, inner, files in os.walk(tmp_path) for one in (*inner, *files)
    ]
    outside = [one for one in made if not one.startswith(name) and one != f"./{name}"]
    assert (outside, f"{name}/okno.db" in made) == ([], True)


@pytest.mark.postgres
async def test_a_database_that_is_not_there_is_told_in_words(postgres: Postgres, tmp_path: Path) -> None:
    nowhere = postgres.url("okno").replace(str(postgres.folder), str(tmp_path))

    for url in (postgres.url("no_such"), nowhere, "postgresql+asyncpg://nobody@127.0.0.1:1/x", "postgres:/x"):
        with pytest.raises(StoreError, match=r"(?i)database"):
            async with opened(tmp_path / "data", url):
                pass


@pytest.mark.postgres
async def test_workers_that_start_together_migrate_an_empty_database_once(
    postgres_url: str, tmp_path: Path
) -> None:  # fmt: skip
    async def start(number: int) -> str | None:
        async with opened(tmp_path / str(number), postgres_url) as store:
            return await store.read(lambda tx, _: tx.value(sa.text("SELECT version_num FROM alembic_version")), None)

    versions = await asyncio.gather(*(start(number) for number in range(4)))

    assert len(set(versions)) == 1
    assert None not in versions


async def test_what_was_claimed_when_an_embedded_store_died_is_free_at_once(sqlite_place: Place) -> None:
    async with sqlite_place.open() as store:
        desk = await Desk.open(store)
        await desk.asks(files=(File(kind="photo", remote_id="a"),))
        await desk.act(attachments.wanted, 5)
        row = journal.Arrived(
            account=desk.bot, external_id="1", digest=b"1", kind="update", lane="a", happened_at=NOON, payload=b"{}"
        )
        await desk.act(journal.put, journal.Put(rows=[row]))
        await desk.act(journal.claim, journal.Claim(worker="one"))
        view = await desk.act(views.claim, views.Claim(lane=f"{desk.bot}:{ROOM}", worker="one"))
        part = await Courier(desk).claim(f"{desk.bot}:{VERA}")
        assert view
        assert part

    async with sqlite_place.open() as store:
        assert [one.id for one in await store.write(journal.claim, journal.Claim(worker="two"), NOON)] == [1]
        again = await store.write(views.claim, views.Claim(lane=view.lane, worker="two"), NOON)
        ahead = await store.write(parts.advance, parts.Ask(lane=part.lane, worker="two"), NOON)
        files = await store.write(attachments.wanted, 5, NOON)

    assert again
    assert ahead.part
    assert (again.id, ahead.part.id, ahead.part.unknowns, len(files)) == (view.id, part.id, 1, 1)


async def test_the_writer_runs_with_what_crashes_and_power_cuts_ask_for(sqlite_place: Place) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")

    def settings(tx: Tx, _nothing: None, _now: object) -> list[object]:
        return [tx.value(sa.text(f"PRAGMA {name}")) for name in asked]

    async with sqlite_place.open() as store:
        assert await store.write(settings, None, NOON) == ["wal", 2, 1, 1]


async def test_a_closed_store_is_one_file(sqlite_place: Place) -> None:
    async with sqlite_place.open() as store:
        await Desk.open(store)

    assert [one.name for one in sqlite_place.folder.glob("okno.db*")] == ["okno.db"]
