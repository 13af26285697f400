"""What is thrown away each day, from real files and a real store."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from okno.queue import causes, journal
from okno.queue.files import Files
from okno.queue.transaction import Tx
from okno.scheduler.housekeeping import Housekeeping
from tests.store.cast import Desk


def keep(desk: Desk, content: bytes) -> str:
    """As if it had been written at the desk's present time."""
    name = desk.store.files.keep(content)
    age(desk, desk.store.files.path(name))
    return name


def age(desk: Desk, place: Path) -> None:
    moment = desk.now.timestamp()
    os.utime(place, (moment, moment))


async def arrives(desk: Desk, blob: str) -> None:
    row = journal.Arrived(
        account=desk.box, external_id="1", digest=b"1", kind="mail", lane="l", happened_at=desk.now, blob=blob
    )  # fmt: skip
    await desk.act(journal.put, journal.Put(rows=[row]))


def house(desk: Desk) -> Housekeeping:
    return Housekeeping(desk.store, lambda: desk.now)


async def test_a_file_that_no_row_names_goes_after_a_day(desk: Desk) -> None:
    orphan = keep(desk, b"orphan")
    named = keep(desk, b"named")
    await arrives(desk, named)

    desk.later(hours=23)
    await house(desk).sweep()
    assert desk.store.files.has(orphan)
    desk.later(hours=2)
    await house(desk).sweep()

    assert not desk.store.files.has(orphan)
    assert desk.store.files.read(named) == b"named"


async def test_a_file_that_is_written_anew_meanwhile_stays(desk: Desk) -> None:
    """Its row may be on its way: the time of the file is what counts at the very end."""
    orphan = keep(desk, b"orphan")
    desk.later(days=2)

    class Racing(Files):
        def path(self, sha256: str) -> Path:
            place = super().path(sha256)
            age(desk, place)
            return place

    desk.store.files = Racing(desk.store.files.coming.parent)
    await house(desk).sweep()

    assert desk.store.files.has(orphan)


async def test_what_a_broken_download_left_goes_too(desk: Desk) -> None:
    old, fresh = (desk.store.files.coming / name for name in ("old", "fresh"))
    await asyncio.to_thread(old.write_bytes, b"half")
    age(desk, old)
    desk.later(days=2)
    await asyncio.to_thread(fresh.write_bytes, b"half")
    age(desk, fresh)

    await house(desk).sweep()

    assert (old.exists(), fresh.exists()) == (False, True)


async def test_old_causes_go_in_as_many_bites_as_it_takes(desk: Desk) -> None:
    def write(tx: Tx, _command: None, now: datetime) -> None:
        for number in range(2345):
            causes.first_time(tx, f"console:{number}", now)

    await desk.act(write, None)
    desk.later(days=31)
    await desk.act(causes.first_time, "console:fresh")

    await house(desk).prune()

    assert [row.key for row in await desk.rows("cause")] == ["console:fresh"]
