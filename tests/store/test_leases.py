"""Who may do what only one may do at a time, and a fence against those who slept meanwhile."""

import pytest

from okno.errors import FenceLost
from okno.queue import leases
from okno.queue.leases import Lease, Take
from tests.store.cast import Desk


async def takes(desk: Desk, holder: str) -> Lease | None:
    return await desk.store.write(leases.take, Take(name="mailbox:support", holder=holder), desk.now)


async def checks(desk: Desk, held: Lease | None) -> None:
    assert held
    await desk.act(lambda tx, one, _now: leases.check(tx, one), held)


async def test_one_holds_it_and_the_other_waits(desk: Desk) -> None:
    one, two = await takes(desk, "one"), await takes(desk, "two")

    assert one == Lease(name="mailbox:support", holder="one", fence=1)
    assert two is None


async def test_renewing_keeps_the_fence_and_the_term_runs_from_then(desk: Desk) -> None:
    first = await takes(desk, "one")
    desk.later(seconds=20)
    again = await takes(desk, "one")
    desk.later(seconds=20)

    assert (again, await takes(desk, "two")) == (first, None)


async def test_after_its_term_anybody_may_have_it_and_the_fence_grows(desk: Desk) -> None:
    sleeper = await takes(desk, "one")
    desk.later(seconds=30)

    taken = await takes(desk, "two")

    assert taken
    assert taken.fence == 2
    with pytest.raises(FenceLost):
        await checks(desk, sleeper)
    await checks(desk, taken)


async def test_a_sleeper_who_takes_it_back_gets_a_new_fence_and_the_old_one_stays_void(desk: Desk) -> None:
    sleeper = await takes(desk, "one")
    desk.later(seconds=31)
    await takes(desk, "two")
    desk.later(seconds=31)

    back = await takes(desk, "one")

    assert back
    assert back.fence == 3
    with pytest.raises(FenceLost):
        await checks(desk, sleeper)


async def test_giving_it_back_early_lets_the_next_one_in_at_once(desk: Desk) -> None:
    held = await takes(desk, "one")
    await desk.act(leases.drop, held)

    taken = await takes(desk, "two")

    assert taken
    assert taken.fence == 2


async def test_a_sleeper_cannot_give_back_what_is_not_theirs_any_more(desk: Desk) -> None:
    sleeper = await takes(desk, "one")
    desk.later(seconds=31)
    await takes(desk, "two")

    await desk.act(leases.drop, sleeper)

    assert await takes(desk, "three") is None


async def test_what_was_never_taken_can_be_checked_by_nobody(desk: Desk) -> None:
    with pytest.raises(FenceLost):
        await checks(desk, Lease(name="never", holder="one", fence=1))


async def test_leases_of_different_things_do_not_meet(desk: Desk) -> None:
    await takes(desk, "one")

    other = await desk.act(leases.take, Take(name="poll:bot", holder="two"))

    assert other.fence == 1
