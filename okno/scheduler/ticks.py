"""The slow ticks: what is done now and then, how often. Each is safe to run twice, late, on two workers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from okno.config.values import Config
from okno.queue.actions import duty
from okno.queue.actions.policy import Policy
from okno.queue.store import Store
from okno.scheduler.alarms import Alarms
from okno.scheduler.housekeeping import Housekeeping
from okno.scheduler.statements import Statements

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """`first`: how long after the start it runs at first. `limit`: when a run is given up.

    `at` with `zone`: each day at that time instead, and at every start, which is for what was missed.
    """

    name: str
    act: Callable[[], Awaitable[None]]
    every: timedelta = _DAY
    first: timedelta = timedelta(0)
    limit: timedelta = timedelta(minutes=2)
    at: time | None = None
    zone: ZoneInfo | None = None


def ticks(store: Store, policy: Callable[[], Policy], config: Config, now: Callable[[], datetime]) -> tuple[Tick, ...]:
    async def drain() -> None:
        await store.write(duty.drain, policy(), now())

    house = Housekeeping(store, now)
    at = time.fromisoformat(config.desk.statement_at)
    return (
        Tick(name="drain", act=drain, every=timedelta(seconds=30)),
        Tick(name="alarms", act=Alarms(store, policy, now).look, every=timedelta(seconds=60)),
        Tick(name="statement", act=Statements(store, policy, config, now).make, at=at, zone=config.timezone),
        Tick(name="sweep", act=house.sweep, first=timedelta(minutes=10), limit=timedelta(hours=2)),
        Tick(name="prune", act=house.prune, first=timedelta(minutes=20), limit=timedelta(hours=2)),
    )
