"""Two workers on one PostgreSQL, killed in turn: what one leaves behind the other takes up, once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.crash.fuse import STEPS
from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.zygote import Zygote
from tests.servers.postgres import Postgres

# A minute passes with each kill: the dead worker's leases and claims on the journal lapse.
MINUTE = 61.0


async def kills(weather: Storm) -> None:
    """Two are alive all the time: whoever reaches the step first falls, every other time its colleague soon after."""
    weather.born()
    for number, step in enumerate(STEPS * 2):
        await weather.fall(step, weather.random.randint(1, 4))
        await reborn(weather)
        if number % 2:
            await weather.worked(weather.random.randrange(30))
            await weather.kill(weather.anybody())
            await reborn(weather)


async def reborn(weather: Storm) -> None:
    weather.clock.advance(MINUTE)
    weather.born()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_two_workers_killed_in_turn_lose_and_double_nothing(
    zygote: Zygote, durable: Postgres, tmp_path: Path, seed: int, tell: Callable[[Reckoning], None]
) -> None:
    with durable.fresh() as url:
        async with storm(zygote, tmp_path, seed, url) as weather:
            await weather.opened()

            await weather.traffic(kills(weather), messages=150, seconds=20)
            found = await weather.settled()

    tell(found)
    assert not found.faults
