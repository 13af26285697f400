"""What is thrown away, and above all what is not."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from okno.desk.message import File
from okno.queue import causes, journal, tables
from okno.queue.actions import housekeeping
from okno.queue.actions.housekeeping import Causes, Page
from tests.store.cast import Desk
from tests.store.courier import Courier

MONTH = timedelta(days=30)


async def named(desk: Desk, place: housekeeping.Place) -> set[str]:
    return set((await desk.store.read(housekeeping.named, Page(place=place))).names)


async def arrives(desk: Desk, number: int, blob: str | None = None) -> int:
    row = journal.Arrived(
        account=desk.box, external_id=str(number), digest=str(number).encode(), kind="mail", lane="l",
        happened_at=desk.now, payload=None if blob else b"x", blob=blob,
    )  # fmt: skip
    [key] = await desk.act(journal.put, journal.Put(rows=[row]))
    return int(key)


async def test_raw_mails_name_their_files(desk: Desk) -> None:
    await arrives(desk, 1, "a" * 64)
    await arrives(desk, 2)

    assert await named(desk, "journal") == {"a" * 64}


async def test_attachments_name_theirs_and_a_mail_its_html(desk: Desk) -> None:
    file = File(kind="document", name="a.pdf", type="application/pdf", sha256="b" * 64)
    await desk.mails(files=(file,), facts={"html_sha256": "c" * 64, "message_id": "<m@x>", "fingerprint": "f"})
    await desk.asks()

    assert await named(desk, "attachment") == {"b" * 64}
    assert await named(desk, "message") == {"c" * 64}


async def test_mails_on_their_way_out_name_theirs(desk: Desk) -> None:
    await desk.mails()
    part = await Courier(desk).claim(f"{desk.box}:vera@client.example")
    assert part is not None
    change = sa.update(tables.part).values(blob="d" * 64)
    await desk.act(lambda tx, _command, _now: tx.run(change), None)

    assert await named(desk, "part") == {"d" * 64}


async def test_pages_go_on_to_the_last_row(desk: Desk) -> None:
    key = await arrives(desk, 1, "a" * 64)
    far = sa.update(tables.journal).where(tables.journal.c.id == key).values(id=12_000)
    await desk.act(lambda tx, _command, _now: tx.run(far), None)

    page, found = Page(place="journal"), set[str]()
    while page is not None:
        got = await desk.store.read(housekeeping.named, page)
        found |= got.names
        if got.upto is None:
            break
        page = Page(place="journal", after=got.upto)

    assert found == {"a" * 64}


async def cause(desk: Desk, key: str) -> None:
    await desk.act(causes.first_time, key)


async def spent(desk: Desk) -> set[str]:
    return set((await desk.store.read(housekeeping.spent, Causes(before=desk.now - MONTH))).keys)


async def test_causes_of_what_is_done_are_spent_after_a_month(desk: Desk) -> None:
    key = await arrives(desk, 1)
    await desk.act(journal.done, journal.Done(id=key, outcome="ticket"))
    for name in (f"journal:{key}", f"journal:{key}:say", "clock:acceptance:7:1"):
        await cause(desk, name)
    desk.later(days=30, seconds=1)
    await cause(desk, "console:9")

    assert await spent(desk) == {f"journal:{key}", f"journal:{key}:say", "clock:acceptance:7:1"}


async def test_causes_of_rows_that_may_be_done_again_are_kept(desk: Desk) -> None:
    waits, parked = await arrives(desk, 1), await arrives(desk, 2)
    await desk.act(journal.park, journal.Failed(id=parked, tries=0, reason="x"))
    for name in (f"journal:{waits}", f"journal:{parked}:part", f"journal:{parked}:parked"):
        await cause(desk, name)
    desk.later(days=400)

    assert await spent(desk) == set()


async def test_the_causes_of_statements_are_kept(desk: Desk) -> None:
    await cause(desk, "statement:2026-11-23")
    desk.later(days=40)

    assert await spent(desk) == set()


async def test_many_causes_are_looked_through_page_by_page(desk: Desk) -> None:
    def write(tx: Any, _command: None, now: Any) -> None:
        for number in range(2500):
            causes.first_time(tx, f"console:{number:05}", now)

    await desk.act(write, None)
    desk.later(days=31)
    first = await desk.store.read(housekeeping.spent, Causes(before=desk.now - MONTH))
    assert first.upto is not None
    second = await desk.store.read(housekeeping.spent, Causes(before=desk.now - MONTH, after=first.upto))

    assert (len(first.keys), first.keys[-1]) == (1000, first.upto)
    assert second.keys[0] > first.keys[-1]


async def test_forgotten_causes_are_gone(desk: Desk) -> None:
    await cause(desk, "console:1")
    await cause(desk, "console:2")

    assert await desk.act(housekeeping.forget_causes, ("console:1",)) == 1
    assert [row.key for row in await desk.rows("cause", key="console:2")] == ["console:2"]
    assert await desk.rows("cause", key="console:1") == []


async def test_tries_of_what_arrived_go_after_a_month_and_those_of_what_waits_stay(desk: Desk) -> None:
    await desk.asks(who=501)
    await desk.asks(who=502)
    courier = Courier(desk)
    sent = await courier.claim(f"{desk.bot}:501")
    waits = await courier.claim(f"{desk.bot}:502")
    assert sent is not None
    assert waits is not None
    await courier.report(sent)
    await courier.report(waits, "unknown", again=desk.now)
    desk.later(days=31)

    gone = await desk.act(housekeeping.forget_attempts, desk.now - MONTH)

    assert (gone, await desk.act(housekeeping.forget_attempts, desk.now - MONTH)) == (1, 0)
    assert [row.part for row in await desk.rows("attempt")] == [waits.id]
