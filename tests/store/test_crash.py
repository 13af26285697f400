"""kill -9 of a process that writes an embedded store, at any instant: what it was told is done, is done, and once."""

import asyncio
import multiprocessing
import random
import sys
import time
from collections import Counter, defaultdict
from multiprocessing.connection import Connection

import pytest
import sqlalchemy as sa

from okno.queue.transaction import Tx
from tests.store import victim
from tests.store.cast import Desk
from tests.store.conftest import Place

KILLS = 40
HOUR = 3600


def one_life(place: Place, life: int, chance: random.Random) -> list[victim.Word]:
    """What a victim said between its birth and a kill at a random instant."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.victim"])
    ears, mouth = context.Pipe(duplex=False)
    child = context.Process(target=victim.live, args=(place.folder, life, chance.random(), mouth))
    child.start()
    mouth.close()
    words = [ears.recv()] if ears.poll(30) else []
    deadline = time.monotonic() + chance.expovariate(3)
    while (left := deadline - time.monotonic()) > 0:
        if ears.poll(left):
            words.append(ears.recv())
    child.kill()
    child.join()
    return words + list(rest(ears))


def rest(ears: Connection) -> list[victim.Word]:
    """What is still in the pipe; a word cut in the middle was never said."""
    words: list[victim.Word] = []
    try:
        while ears.poll():
            words.append(ears.recv())
    except (EOFError, OSError):
        pass
    return words


@pytest.mark.slow
async def test_forty_kills_lose_and_double_nothing(sqlite_place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    said: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for life in range(1, KILLS + 1):
        for what, which in await asyncio.to_thread(one_life, sqlite_place, life, chance):
            said[what][which] += 1

    async with sqlite_place.open() as store:
        desk = await Desk.open(store)
        lost = await missing(desk, said)
        told = ", ".join(f"{what} {len(said[what])}" for what in ("put?", "put", "taken", "sent"))
        rows = {row.external_id for row in await desk.rows("journal")}
        recovered = len(rows - said["put"].keys())
        settler = victim.Victim(desk, HOUR, seed, multiprocessing.Pipe()[1])
        settler.tell = lambda what, which: said[what].update([which])  # type: ignore[method-assign]
        await settler.settle()
        tickets = Counter(row.requester for row in await desk.rows("ticket"))
        states = {row.state for name in ("letter", "journal") for row in await desk.rows(name)}
        unknowns = sum(row.unknowns for row in await desk.rows("part"))
        whole = await store.read(_integrity, None)

    twice = [name for name, times in said["call"].items() if times > 1]
    with capsys.disabled():
        sys.stdout.write(
            f"\nseed {seed}: {KILLS} kills, {told}, lost {len(lost)}, recovered {recovered},"
            f" double tickets {tickets.total() - len(rows)}, letters sent twice {len(twice)}\n"
        )
    assert not lost, f"seed {seed}"
    assert (set(tickets.values()), tickets.total()) == ({1}, len(rows)), f"seed {seed}"
    assert len(twice) <= min(unknowns, KILLS), f"seed {seed}"
    assert (states, whole) == ({"sent", "done"}, ("ok", 0)), f"seed {seed}"
    assert (len(said["born"]), len(said["put"]) > KILLS) == (KILLS, True), f"seed {seed}"


async def missing(desk: Desk, said: defaultdict[str, Counter[str]]) -> set[str]:
    """What the victims were told is done and is not."""
    rows = {row.external_id: row.state for row in await desk.rows("journal")}
    taken = {name for name, state in rows.items() if state == "done"}
    sent = {str(row.id) for row in await desk.rows("part", state="sent")}
    return (said["put"].keys() - rows.keys()) | (said["taken"].keys() - taken) | (said["sent"].keys() - sent)


def _integrity(tx: Tx, _nothing: None) -> tuple[str, int]:
    broken = tx.rows(sa.text("PRAGMA foreign_key_check"))
    return str(tx.value(sa.text("PRAGMA integrity_check"))), len(broken)
