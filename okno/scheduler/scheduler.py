"""APScheduler as an alarm clock for the slow ticks, and beside it a watchdog on the monotonic clock.

The library follows the wall clock: set back by an hour, it is silent for an hour.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from okno.config.values import Config
from okno.errors import StoreError
from okno.queue.actions.policy import Policy
from okno.queue.store import Store
from okno.scheduler.ticks import Tick, ticks

log: Final = structlog.stdlib.get_logger()
_SILENT: Final = 3
_STEP: Final = 2.0


class Scheduler:
    """`wall` tells POSIX seconds; `look` is how often the watchdog looks, in seconds; `of` replaces the ticks."""

    def __init__(
        self, store: Store, policy: Callable[[], Policy], config: Config, now: Callable[[], datetime], *,
        wall: Callable[[], float] = time.time, look: float = 5.0, of: Iterable[Tick] | None = None,
    ) -> None:  # fmt: skip
        self._ticks = tuple(ticks(store, policy, config, now) if of is None else of)
        self._wall = wall
        self._look = look
        self._begun: dict[str, float] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        # A job met late is to run, once, whatever piled up meanwhile.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._jobs: Any = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    async def run(self) -> None:
        """Until cancelled; ticks under way are cancelled too, which none of them minds."""
        self._jobs.start()
        try:
            for tick in self._ticks:
                self._begun[tick.name] = _monotonic() + (tick.first - tick.every).total_seconds()
                self._catch_up(tick)
            await self._watch()
        finally:
            self._jobs.shutdown(wait=False)
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _catch_up(self, tick: Tick) -> None:
        """At the start, and when the clock was set: one that belongs to an hour may have been passed over."""
        if tick.at is not None:
            self._start(tick)
        self._set(tick)

    def _set(self, tick: Tick) -> None:
        """Puts the tick's job in anew, due when it would have been."""
        if tick.at is not None:
            trigger = CronTrigger(hour=tick.at.hour, minute=tick.at.minute, timezone=tick.zone)
            self._jobs.add_job(self._ring, trigger, args=[tick], id=tick.name, replace_existing=True)
            return
        left = self._begun[tick.name] + tick.every.total_seconds() - _monotonic()
        due = datetime.now(UTC) + timedelta(seconds=max(left, 0))
        trigger = IntervalTrigger(seconds=tick.every.total_seconds(), timezone=UTC)
        self._jobs.add_job(
            self._ring, trigger, args=[tick], id=tick.name, replace_existing=True, next_run_time=due
        )  # fmt: skip

    async def _ring(self, tick: Tick) -> None:
        self._start(tick)

    def _start(self, tick: Tick) -> None:
        """One run at a time. The library only rings: it must not be what decides how long a run may last."""
        self._begun[tick.name] = _monotonic()
        if tick.name in self._running:
            log.warning("a tick is still running", tick=tick.name)
            return
        task = asyncio.create_task(_once(tick), name=f"tick {tick.name}")
        self._running[tick.name] = task
        task.add_done_callback(lambda _done: self._running.pop(tick.name, None))

    async def _watch(self) -> None:
        drift = self._drift()
        while True:
            await asyncio.sleep(self._look)
            step, drift = self._drift() - drift, self._drift()
            if abs(step) > _STEP:
                log.warning("the machine's clock was set", seconds=round(step, 1))
                for tick in self._ticks:
                    self._catch_up(tick)
            for tick in self._ticks:
                self._wake(tick)

    def _drift(self) -> float:
        return self._wall() - _monotonic()

    def _wake(self, tick: Tick) -> None:
        silent = _monotonic() - self._begun[tick.name]
        if silent > _SILENT * tick.every.total_seconds():
            log.error("a tick had stopped and is set going again", tick=tick.name, seconds=round(silent, 1))
            self._start(tick)
            self._set(tick)


def _monotonic() -> float:
    return asyncio.get_running_loop().time()


async def _once(tick: Tick) -> None:
    try:
        async with asyncio.timeout(tick.limit.total_seconds()):
            await tick.act()
    except StoreError as error:
        log.warning("a tick waits for the store", tick=tick.name, error=str(error))
    except TimeoutError:
        log.error("a tick took too long and was given up", tick=tick.name)  # noqa: TRY400 - nothing to trace
    except Exception:
        log.exception("a tick failed", tick=tick.name)
