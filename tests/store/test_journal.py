"""What arrived, raw: each row ends done, again at a time, parked or discarded."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from okno.errors import FenceLost
from okno.queue import journal, leases, reckoning
from okno.queue.actions import receive
from okno.queue.actions.receive import Receive
from okno.queue.journal import Arrived, Claim, Discard, Done, Entry, Failed, Put
from okno.queue.leases import Take
from tests.store.cast import NOON, VERA, Desk


def raw(desk: Desk, number: int, lane: str = "a", **more: Any) -> Arrived:
    plain: dict[str, Any] = {
        "account": desk.bot, "external_id": str(number), "digest": f"{number}".encode(), "kind": "update", "lane": lane,
        "happened_at": desk.now, "payload": b'{"update_id": 1}',
    }  # fmt: skip
    return Arrived(**(plain | more))


async def puts(desk: Desk, *rows: Arrived) -> list[int]:
    got: list[int] = await desk.act(journal.put, Put(rows=rows))
    return got


async def claims(desk: Desk, worker: str = "one", limit: int = 200) -> list[Entry]:
    return await desk.store.write(journal.claim, Claim(worker=worker, limit=limit), desk.now)


def ids(entries: Sequence[Entry]) -> list[int]:
    return [one.id for one in entries]


async def test_what_was_put_is_there_whole(desk: Desk) -> None:
    await puts(desk, raw(desk, 7, payload=b"\x00\xff raw", happened_at=NOON - timedelta(hours=1)))

    entry = (await claims(desk))[0]

    assert (entry.external_id, entry.payload, entry.tries) == ("7", b"\x00\xff raw", 0)
    assert (entry.happened_at, entry.recorded_at) == (NOON - timedelta(hours=1), NOON)


async def test_a_repeat_is_known_alone_or_in_company(desk: Desk) -> None:
    first = await puts(desk, raw(desk, 1))
    again = await puts(desk, raw(desk, 1), raw(desk, 2), raw(desk, 2), raw(desk, 1))

    assert (len(first), len(again)) == (1, 1)
    assert await desk.count("journal") == 2


async def test_the_same_number_with_other_content_or_of_another_account_is_no_repeat(desk: Desk) -> None:
    """Telegram's ids begin anew after a quiet week."""
    await puts(desk, raw(desk, 1), raw(desk, 1, digest=b"other"), raw(desk, 1, account=desk.box))

    assert await desk.count("journal") == 3


async def test_nothing_put_is_nothing_kept(desk: Desk) -> None:
    assert await puts(desk) == []


async def test_a_receiver_whose_lease_was_taken_puts_nothing(desk: Desk) -> None:
    mine = await desk.act(leases.take, Take(name="poll", holder="one"))
    desk.later(seconds=31)
    await desk.act(leases.take, Take(name="poll", holder="two"))

    with pytest.raises(FenceLost):
        await desk.act(journal.put, Put(rows=[raw(desk, 1)], lease=mine))

    assert await desk.count("journal") == 0


async def test_lanes_are_claimed_whole_and_in_order(desk: Desk) -> None:
    await puts(desk, raw(desk, 1, "a"), raw(desk, 2, "b"), raw(desk, 3, "a"))

    assert ids(await claims(desk)) == [1, 2, 3]


async def test_a_lane_somebody_works_on_is_left_to_them(desk: Desk) -> None:
    await puts(desk, raw(desk, 1, "a"))
    await claims(desk, "one")
    await puts(desk, raw(desk, 2, "a"), raw(desk, 3, "b"))

    assert ids(await claims(desk, "two")) == [3]


async def test_what_a_short_claim_left_of_a_lane_waits_for_its_worker(desk: Desk) -> None:
    await puts(desk, *(raw(desk, number, "a") for number in range(1, 5)))

    first, other = await claims(desk, "one", limit=2), await claims(desk, "two")
    for entry in first:
        await desk.act(journal.done, Done(id=entry.id, outcome="ignored"))

    assert (ids(first), other) == ([1, 2], [])
    assert ids(await claims(desk, "two")) == [3, 4]


async def test_an_earlier_row_that_is_not_due_holds_its_lane_and_no_other(desk: Desk) -> None:
    await puts(desk, raw(desk, 1, "a"), raw(desk, 2, "a"), raw(desk, 3, "b"))
    for entry in await claims(desk):
        await desk.act(journal.again, Failed(id=entry.id, tries=0, reason="x"))
    await desk.act(journal.done, Done(id=2, outcome="ignored"))
    await puts(desk, raw(desk, 4, "a"), raw(desk, 5, "c"))

    assert ids(await claims(desk)) == [5]
    desk.later(seconds=1)
    assert ids(await claims(desk)) == [1, 3, 4]


async def test_a_claim_that_ran_out_is_anybodys(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    await claims(desk, "one")

    desk.later(seconds=59)
    early = await claims(desk, "two")
    desk.later(seconds=2)

    assert (early, ids(await claims(desk, "two"))) == ([], [1])


async def test_an_outage_of_ours_backs_off_and_never_parks(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    waits = []
    for _ in range(7):
        entry = (await claims(desk))[0]
        await desk.act(journal.again, Failed(id=entry.id, tries=entry.tries, reason="disk full"))
        due = await desk.store.read(journal.next_due, None)
        assert due
        waits.append((due - desk.now).total_seconds())
        desk.now = due

    assert waits == [1, 5, 30, 120, 600, 600, 600]
    assert [(row.state, row.tries) for row in await desk.rows("journal")] == [("waiting", 7)]


async def test_what_no_try_can_help_is_parked_at_once_and_stops_nothing_behind_it(desk: Desk) -> None:
    await puts(desk, raw(desk, 1), raw(desk, 2))
    await claims(desk)

    await desk.act(journal.park, Failed(id=1, tries=0, reason="cannot be read"))

    assert [one.reason for one in await desk.store.read(journal.parked, 10)] == ["cannot be read"]
    desk.later(minutes=2)
    assert ids(await claims(desk)) == [2]


async def test_what_is_done_stays_done_whatever_a_late_worker_says(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    await claims(desk)
    await desk.act(journal.done, Done(id=1, outcome="ticket", ticket=4))

    await desk.act(journal.park, Failed(id=1, tries=0, reason="late"))
    await desk.act(journal.again, Failed(id=1, tries=9, reason="late"))

    assert [(row.state, row.outcome, row.ticket) for row in await desk.rows("journal")] == [("done", "ticket", 4)]


async def test_a_parked_row_is_tried_again_when_somebody_says_so(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    await desk.act(journal.park, Failed(id=1, tries=5, reason="x"))

    tried = [await desk.act(journal.retry, 1) for _ in range(2)]

    assert tried == [True, False]
    assert [entry.tries for entry in await claims(desk)] == [0]


async def test_a_discarded_row_is_kept_with_the_reason_and_never_taken_again(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    early = await desk.act(journal.discard, Discard(id=1, why="спам"))
    await desk.act(journal.park, Failed(id=1, tries=5, reason="x"))

    assert (early, await desk.act(journal.discard, Discard(id=1, why="спам"))) == (False, True)
    assert [(row.state, row.reason) for row in await desk.rows("journal")] == [("discarded", "спам")]
    assert (await desk.act(journal.retry, 1), await claims(desk)) == (False, [])


async def test_the_next_instant_to_look_at_is_the_earliest_of_them_all(desk: Desk) -> None:
    assert await desk.store.read(journal.next_due, None) is None
    await puts(desk, raw(desk, 1, "a"), raw(desk, 2, "b"))
    await claims(desk)

    claimed = await desk.store.read(journal.next_due, None)
    await desk.act(journal.again, Failed(id=2, tries=2, reason="x"))

    assert claimed == NOON + timedelta(seconds=60)
    assert await desk.store.read(journal.next_due, None) == NOON + timedelta(seconds=30)


async def test_a_row_is_done_in_the_transaction_of_what_it_caused(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    entry = (await claims(desk))[0]

    command = Receive(incoming=desk.message("Привет", VERA), cause="journal:1", policy=desk.policy, entry=entry.id)
    got = await desk.act(receive.receive, command)

    assert [(row.state, row.outcome, row.ticket) for row in await desk.rows("journal")] == [
        ("done", "ticket", got.ticket)
    ]
    assert [row.journal for row in await desk.rows("message")] == [1]


async def test_the_statement_accounts_for_everything_that_arrived(desk: Desk) -> None:
    yesterday = desk.now
    await puts(desk, *(raw(desk, number, str(number)) for number in range(1, 7)))
    for entry in (await claims(desk))[:2]:
        words = Receive(incoming=desk.message("Привет"), cause=f"j:{entry.id}", policy=desk.policy, entry=entry.id)
        await desk.act(receive.receive, words)
    for number, outcome in ((3, "duplicate"), (4, "machine_mail")):
        await desk.act(journal.done, Done(id=number, outcome=outcome))
    await desk.act(journal.park, Failed(id=5, tries=0, reason="x"))
    desk.later(days=1)
    await puts(desk, raw(desk, 9, "z"))

    told = await desk.store.read(reckoning.statement, (yesterday, desk.now))

    counted = {fate: number for fate, number in told.fates.items() if number}
    assert (told.arrived, told.balanced, told.homeless) == (6, True, ("4",))
    assert counted == {"opened": 1, "joined": 1, "repeated": 1, "ignored": 1, "parked": 1, "pending": 1}


async def test_what_says_it_was_taken_in_and_was_not_is_found(desk: Desk) -> None:
    await puts(desk, raw(desk, 1))
    await desk.act(journal.done, Done(id=1, outcome="ticket", ticket=77))

    told = await desk.store.read(reckoning.statement, (desk.now, desk.now + timedelta(days=1)))

    assert (told.strays, told.balanced) == ((1,), False)


async def test_contents_seen_before_are_known_per_account(desk: Desk) -> None:
    await puts(desk, raw(desk, 1, digest=b"aa"), raw(desk, 2, digest=b"bb"))

    def known(tx: Any, account: int) -> set[bytes]:
        return journal.digests(tx, account, [b"aa", b"cc"])

    assert await desk.store.read(known, desk.bot) == {b"aa"}
    assert await desk.store.read(known, desk.box) == set()
