"""Slow ticks ring, one run at a time; whatever happens to the machine's clock or to the library, they ring again."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from okno.config.values import Config
from okno.errors import StoreError
from okno.queue import roster
from okno.scheduler.scheduler import Scheduler
from okno.scheduler.ticks import Tick
from tests.scheduler.support import running, until
from tests.store.cast import ANNA, Desk

QUICK = timedelta(seconds=0.05)
HOUR = timedelta(hours=1)


@dataclass
class Counter:
    """A tick's work: counts, and raises or waits as told."""

    count: int = 0
    wrong: list[BaseException] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0

    async def act(self) -> None:
        self.count += 1
        if self.wrong:
            raise self.wrong.pop()
        try:
            await self.gate.wait()
        finally:
            self.ended += 1

    def past(self, number: int) -> Callable[[], Any]:
        async def look() -> bool:
            return self.count > number

        return look


@pytest.fixture
def counter() -> Counter:
    made = Counter()
    made.gate.set()
    return made


def scheduler(desk: Desk, config: Config, *of: Tick, **more: Any) -> Scheduler:
    return Scheduler(desk.store, lambda: desk.policy, config, lambda: desk.now, of=of, **{"look": 0.02, **more})


async def test_it_rings_at_once_and_again_and_again(desk: Desk, config: Config, counter: Counter) -> None:
    made = scheduler(desk, config, Tick(name="x", act=counter.act, every=QUICK))

    async with running(made.run()):
        await until(counter.past(3))


async def test_what_begins_later_does_not_ring_at_once(desk: Desk, config: Config, counter: Counter) -> None:
    late = Tick(name="late", act=counter.act, every=HOUR, first=HOUR)
    other = Counter()
    other.gate.set()

    async with running(scheduler(desk, config, late, Tick(name="x", act=other.act, every=QUICK)).run()):
        await until(other.past(2))

    assert counter.count == 0


async def test_a_slow_run_is_not_run_over(desk: Desk, config: Config, counter: Counter) -> None:
    counter.gate.clear()

    with capture_logs() as logs:
        async with running(scheduler(desk, config, Tick(name="x", act=counter.act, every=QUICK)).run()):
            await until(counter.past(0))
            await asyncio.sleep(0.2)
            assert counter.count == 1
            counter.gate.set()
            await until(counter.past(1))

    assert {"event": "a tick is still running", "log_level": "warning", "tick": "x"} in logs


async def test_a_run_that_hangs_is_given_up(desk: Desk, config: Config, counter: Counter) -> None:
    counter.gate.clear()
    tick = Tick(name="x", act=counter.act, every=QUICK, limit=QUICK)

    with capture_logs() as logs:
        async with running(scheduler(desk, config, tick).run()):
            await until(counter.past(1))

    assert "a tick took too long and was given up" in {one["event"] for one in logs}


async def test_a_failure_ends_only_that_run(desk: Desk, config: Config, counter: Counter) -> None:
    counter.wrong = [ZeroDivisionError(), StoreError()]

    with capture_logs() as logs:
        async with running(scheduler(desk, config, Tick(name="x", act=counter.act, every=QUICK)).run()):
            await until(counter.past(2))

    assert [one["event"] for one in logs if one["log_level"] != "info"][:2] == [
        "a tick waits for the store", "a tick failed",
    ]  # fmt: skip


async def test_a_tick_the_library_lost_is_set_going_again(desk: Desk, config: Config, counter: Counter) -> None:
    made = scheduler(desk, config, Tick(name="x", act=counter.act, every=QUICK))

    with capture_logs() as logs:
        async with running(made.run()):
            await until(counter.past(1))
            made._jobs.remove_job("x")
            await until(counter.past(counter.count + 3))

    assert "a tick had stopped and is set going again" in {one["event"] for one in logs}


@pytest.mark.parametrize("step", [-3600.0, 86400.0 * 60, 3.0])
async def test_a_clock_that_was_set_renews_every_job(desk: Desk, config: Config, counter: Counter, step: float) -> None:
    """The library computes the next run from the wall clock, and would be silent for as long as it was set back."""
    shift = [0.0]
    made = scheduler(
        desk, config, Tick(name="x", act=counter.act, every=HOUR), wall=lambda: time.time() + shift[0]
    )  # fmt: skip

    with capture_logs() as logs:
        async with running(made.run()):
            await until(counter.past(0))
            made._jobs.modify_job("x", next_run_time=datetime.now(UTC) + 9 * HOUR)
            shift[0] = step

            async def renewed() -> bool:
                return bool(made._jobs.get_job("x").next_run_time < datetime.now(UTC) + HOUR)

            await until(renewed)

    assert next(one["seconds"] for one in logs if "seconds" in one) == pytest.approx(step, abs=1)


async def test_a_slow_drift_of_the_clock_is_no_step(desk: Desk, config: Config, counter: Counter) -> None:
    start = time.time()
    made = scheduler(
        desk, config, Tick(name="x", act=counter.act, every=QUICK), wall=lambda: start + (time.time() - start) * 1.5
    )  # fmt: skip

    with capture_logs() as logs:
        async with running(made.run()):
            await until(counter.past(5))

    assert [one for one in logs if one["log_level"] == "warning"] == []


async def test_one_that_belongs_to_an_hour_rings_at_each_start_and_after_a_step(
    desk: Desk, config: Config, counter: Counter
) -> None:
    shift = [0.0]
    daily = Tick(name="daily", act=counter.act, at=(datetime.now(UTC) + 6 * HOUR).time(), zone=config.timezone)
    made = scheduler(desk, config, daily, wall=lambda: time.time() + shift[0])

    async with running(made.run()):
        await until(counter.past(0))
        shift[0] = 7200.0
        await until(counter.past(1))
        due = made._jobs.get_job("daily").next_run_time.astimezone(config.timezone)

    assert (due.hour, due.minute) == (daily.at.hour, daily.at.minute) if daily.at else False


async def test_a_stop_ends_what_is_running(desk: Desk, config: Config, counter: Counter) -> None:
    counter.gate.clear()

    async with running(scheduler(desk, config, Tick(name="x", act=counter.act, every=HOUR)).run()):
        await until(counter.past(0))

    assert counter.ended == 1


async def test_its_own_ticks_hand_out_what_waits(desk: Desk, config: Config) -> None:
    """Somebody came on duty by a road that forgot the queue: the next drain finds what waits."""
    number = await desk.asks()
    await desk.act(roster.set_started, desk.staff[ANNA].id)

    async with running(Scheduler(desk.store, lambda: desk.policy, config, lambda: desk.now).run()):

        async def assigned() -> bool:
            return (await desk.ticket(number)).assignee == desk.staff[ANNA].id

        await until(assigned)


async def test_it_can_be_started_again(desk: Desk, config: Config, counter: Counter) -> None:
    made = scheduler(desk, config, Tick(name="x", act=counter.act, every=QUICK))

    for _ in range(2):
        async with running(made.run()):
            await until(counter.past(counter.count + 2))
