"""The one door to the database: what it promises whoever writes or reads, whichever database stands behind it."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from okno.errors import DeskError, StoreBusy, StoreError
from okno.queue import bells, causes, tables
from okno.queue.store import Store
from okno.queue.transaction import Tx
from tests.store.cast import NOON
from tests.store.conftest import Place


def note(tx: Tx, purpose: str, now: datetime) -> str:
    tx.run(sa.insert(tables.secret), {"purpose": purpose, "value": b"x", "created_at": now})
    return purpose


def big(tx: Tx, size: int, now: datetime) -> None:
    tx.run(sa.insert(tables.secret), {"purpose": "big", "value": b"x" * size, "created_at": now})


def refused(tx: Tx, purpose: str, now: datetime) -> None:
    note(tx, purpose, now)
    raise DeskError("not_today")


def notes(tx: Tx, _nothing: None) -> list[str]:
    return [row.purpose for row in tx.rows(sa.select(tables.secret.c.purpose).order_by(tables.secret.c.id))]


def leave_room(tx: Tx, pages: int, _now: datetime) -> None:
    """The disk has room for so many pages more."""
    tx.raw(f"PRAGMA max_page_count={int(tx.value(sa.text('PRAGMA page_count'))) + pages}")


def forever(tx: Tx, _nothing: None) -> int:
    if tx.postgres:
        return int(tx.value(sa.text("SELECT 1 FROM pg_sleep(60)")))
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    return int(tx.value(sa.text(endless)))


async def test_what_was_written_is_read(store: Store) -> None:
    assert await store.write(note, "a", NOON) == "a"

    assert await store.read(notes, None) == ["a"]


async def test_an_action_that_raises_leaves_nothing_and_its_neighbours_stay(store: Store) -> None:
    acts = (store.write(note, "a", NOON), store.write(refused, "b", NOON), store.write(note, "c", NOON))

    first, no, last = await asyncio.gather(*acts, return_exceptions=True)

    assert (first, type(no), last) == ("a", DeskError, "c")
    assert sorted(await store.read(notes, None)) == ["a", "c"]


async def test_what_the_database_refuses_is_told_in_words(store: Store) -> None:
    def orphan(tx: Tx, _nothing: None, now: datetime) -> None:
        tx.run(sa.insert(tables.project), {"organisation": 99, "name": "x", "created_at": now})

    for _ in range(2):
        with pytest.raises(StoreError, match=r"(?i)foreign key") as refusal:
            await store.write(orphan, None, NOON)
        assert isinstance(refusal.value.__cause__, sa.exc.IntegrityError)


async def test_a_question_the_database_does_not_understand_is_told_in_words(store: Store) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        await store.read(lambda tx, _: tx.raw("SELECT * FROM nowhere"), None)


async def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with suppress(StoreError):
        await store.read(lambda tx, purpose: note(tx, purpose, NOON), "sneaked in")

    assert await store.read(notes, None) == []


async def test_an_instant_comes_back_in_utc_and_one_without_a_zone_is_refused(store: Store) -> None:
    moscow = NOON.astimezone(tz=None) + timedelta(milliseconds=7)
    await store.write(note, "a", moscow)

    at = await store.read(lambda tx, _: tx.value(sa.select(tables.secret.c.created_at)), None)

    assert (at, at.utcoffset()) == (moscow, timedelta())
    with pytest.raises(Exception, match="without a zone"):
        await store.write(note, "b", NOON.replace(tzinfo=None))


async def test_ids_are_not_given_again_after_the_newest_row_is_gone(store: Store) -> None:
    for purpose in ("a", "b"):
        await store.write(note, purpose, NOON)
    await store.write(lambda tx, _, __: tx.run(sa.delete(tables.secret).where(tables.secret.c.id == 2)), None, NOON)

    await store.write(note, "c", NOON)

    ids = await store.read(lambda tx, _: [row.id for row in tx.rows(sa.select(tables.secret.c.id))], None)
    assert sorted(ids) == [1, 3]


async def test_a_slow_reader_is_stopped_and_the_next_one_is_served(store: Store) -> None:
    for _ in range(3):
        with pytest.raises(StoreBusy):
            await store.read(forever, None, deadline=0.05)

    assert await store.read(notes, None) == []


async def test_readers_who_gave_up_waiting_leave_nothing_to_do_behind(store: Store) -> None:
    many = [store.read(forever, None, deadline=0.05) for _ in range(8)]

    done = await asyncio.gather(*many, return_exceptions=True)

    assert {type(one) for one in done} == {StoreBusy}
    assert await store.read(notes, None, deadline=2) == []


async def test_a_cancelled_reader_is_stopped_too(store: Store) -> None:
    readers = [asyncio.create_task(store.read(forever, None)) for _ in range(4)]
    await asyncio.sleep(0.05)
    for one in readers:
        one.cancel()
    await asyncio.gather(*readers, return_exceptions=True)

    assert await store.read(notes, None, deadline=2) == []


async def test_stopping_one_reader_stops_no_other(store: Store) -> None:
    async def quick() -> int:
        return len([await store.read(notes, None) for _ in range(20)])

    async def slow() -> None:
        with pytest.raises(StoreBusy):
            await store.read(forever, None, deadline=0.02)

    results = await asyncio.gather(*(slow() for _ in range(6)), quick(), quick())

    assert results[-2:] == [20, 20]


async def test_a_bell_rings_after_the_commit_and_only_then(place: Place) -> None:
    def rings(tx: Tx, fail: object, now: datetime) -> None:
        note(tx, "rung", now)
        tx.ring("letters")
        if fail:
            raise DeskError("not_today")

    async with place.open() as store:
        ear = store.bells.listen("letters")
        with suppress(DeskError):
            await store.write(rings, "fail", NOON)
        early = ear.is_set()
        await store.write(rings, "", NOON)

        await asyncio.wait_for(ear.wait(), 5)
        assert not early
        assert await store.read(notes, None) == ["rung"]


async def test_a_wait_for_a_bell_ends_by_itself_or_when_it_rings() -> None:
    tower = bells.Bells()
    ear = tower.listen("files", "views")

    await bells.wait(ear, 0.01)
    tower.ring(["letters"])
    deaf = ear.is_set()
    tower.ring(["views"])
    await bells.wait(ear, 60)

    assert (deaf, ear.is_set()) == (False, False)


async def test_a_closed_store_says_that_it_is_closed(place: Place) -> None:
    async with place.open() as store:
        await store.write(note, "a", NOON)
    await store.close()

    with pytest.raises(StoreError, match="closed"):
        await store.write(note, "b", NOON)
    with pytest.raises(StoreError, match="closed"):
        await store.read(notes, None)


async def test_what_is_under_way_at_the_close_is_finished_first(place: Place) -> None:
    async with place.open() as store:
        writing = [asyncio.create_task(store.write(note, str(number), NOON)) for number in range(50)]
        await asyncio.gather(*writing)
        last = [asyncio.create_task(store.write(note, "last", NOON)) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.wait(last)
    async with place.open() as again:
        assert len(await again.read(notes, None)) == 55


@pytest.mark.postgres
async def test_another_workers_bell_is_heard(postgres_place: Place) -> None:
    async with postgres_place.open() as one, postgres_place.beside().open() as two:
        ear = two.bells.listen("journal")
        await asyncio.sleep(0.3)

        await one.write(lambda tx, _, __: tx.ring("journal"), None, NOON)

        await asyncio.wait_for(ear.wait(), 5)


async def test_a_full_disk_loses_nothing_that_was_acknowledged_and_is_over_when_there_is_room(
    sqlite_place: Place,
) -> None:
    async with sqlite_place.open() as store:
        await store.write(leave_room, 4, NOON)

        small = [store.write(note, f"n{number}", NOON) for number in range(20)]
        acts = (*small[:7], store.write(big, 400_000, NOON), *small[7:])
        done: list[object] = await asyncio.gather(*acts, return_exceptions=True)
        kept = set(await store.read(notes, None))
        acknowledged = {one for one in done if isinstance(one, str)}
        await store.write(leave_room, 100_000, NOON)
        await store.write(note, "after", NOON)

        assert isinstance(done[7], StoreError)
        assert (acknowledged - kept, kept - acknowledged) == (set(), set())
        assert "after" in await store.read(notes, None)


async def test_the_same_cause_after_a_full_disk_has_its_effect_once(sqlite_place: Place) -> None:
    def once(tx: Tx, key: str, now: datetime) -> bool:
        first = causes.first_time(tx, key, now)
        if first:
            note(tx, key, now)
            big(tx, 40_000, now)
        return first

    async with sqlite_place.open() as store:
        await store.write(leave_room, 8, NOON)
        await asyncio.gather(*(store.write(once, f"c{n}", NOON) for n in range(5)), return_exceptions=True)
        await store.write(leave_room, 100_000, NOON)
        await asyncio.gather(*(store.write(once, f"c{n}", NOON) for n in range(5)))

        kept = [one for one in await store.read(notes, None) if one != "big"]
        assert sorted(kept) == [f"c{n}" for n in range(5)]


async def test_an_action_that_ran_out_of_something_still_answers(store: Store) -> None:
    """A future refuses to carry a StopIteration: whoever asked would wait for ever."""
    nothing: list[int] = []

    with pytest.raises(RuntimeError):
        await asyncio.wait_for(store.write(lambda _tx, found, _now: next(iter(found)), nothing, NOON), 10)
