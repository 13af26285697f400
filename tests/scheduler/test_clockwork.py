"""Deadlines are dealt with when they are due: soon after, all of them, and also after the store was away."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from okno.queue import clocks, tickets
from okno.queue.clocks import Clock
from okno.scheduler.clockwork import Clockwork
from tests.scheduler.support import Line, running, until
from tests.store.cast import LENA, ROOM, Desk


async def nudged(desk: Desk) -> list[str]:
    return [one.recipient for one in await desk.letters(template="nudge_unassigned")]


async def test_a_deadline_that_has_passed_is_dealt_with_at_the_start(desk: Desk) -> None:
    await desk.asks()
    desk.later(minutes=10)

    async with running(Clockwork(desk.store, lambda: desk.policy, lambda: desk.now).run()):
        assert await until(lambda: nudged(desk)) == [str(ROOM)]


async def test_nothing_is_done_before_its_time(desk: Desk) -> None:
    await desk.asks()
    desk.later(minutes=9, seconds=59)

    async with running(Clockwork(desk.store, lambda: desk.policy, lambda: desk.now).run()):
        await asyncio.sleep(0.2)
        assert await nudged(desk) == []
        desk.later(seconds=1)
        assert await until(lambda: nudged(desk)) == [str(ROOM)]


async def test_a_deadline_set_while_it_waits_is_seen(desk: Desk) -> None:
    desk.with_policy(nudge_unassigned=timedelta(0))

    async with running(Clockwork(desk.store, lambda: desk.policy, lambda: desk.now).run()):
        await asyncio.sleep(0.05)
        await desk.asks()
        assert await until(lambda: nudged(desk)) == [str(ROOM)]


async def test_after_an_outage_all_that_is_due_is_dealt_with(desk: Desk) -> None:
    await desk.on_duty(LENA)
    number = await desk.asks()
    for subject in range(1000, 1350):
        one = Clock(subject=subject, kind="unassigned", due_at=desk.now, next_at=desk.now)
        await desk.act(lambda tx, clock, _now: clocks.start(tx, clock), one)
    desk.later(days=1)

    async with running(Clockwork(desk.store, lambda: desk.policy, lambda: desk.now).run()):

        async def none_left() -> bool:
            due = await desk.store.read(clocks.next_due, None)
            return due is None or due > desk.now

        assert await until(none_left)
    assert "first_answer_nudged" in [one.kind for one in await desk.store.read(tickets.history, [number])]


async def test_it_goes_on_when_the_store_is_back(desk: Desk) -> None:
    await desk.asks()
    desk.later(minutes=10)
    line = Line(desk.store, cut=True)

    with capture_logs() as logs:
        async with running(Clockwork(line, lambda: desk.policy, lambda: desk.now).run()):

            async def refused() -> int:
                return line.refused

            await until(refused)
            line.cut = False
            assert await until(lambda: nudged(desk)) == [str(ROOM)]
    assert logs[0]["event"] == "the clocks wait for the store"


async def test_a_mistake_of_ours_does_not_end_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("okno.scheduler.clockwork._AFTER_FAILURE", 0.01)
    await desk.asks()
    desk.later(minutes=10)
    mistakes = iter([ZeroDivisionError()])

    def policy() -> object:
        for mistake in mistakes:
            raise mistake
        return desk.policy

    with capture_logs() as logs:
        async with running(Clockwork(desk.store, policy, lambda: desk.now).run()):  # type: ignore[arg-type]
            assert await until(lambda: nudged(desk)) == [str(ROOM)]
    assert logs[0]["event"] == "a deadline could not be dealt with"
