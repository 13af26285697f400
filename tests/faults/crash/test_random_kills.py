"""Killed at any instant, also while it is being born: nothing is lost and nothing is done twice."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.zygote import Zygote

KILLS = 50


async def kills(weather: Storm) -> None:
    """One in ten while it is being born, the others somewhere in the midst of work."""
    for _ in range(KILLS):
        if weather.random.random() < 0.1:
            await asyncio.sleep(weather.random.uniform(0.0, 0.3))
        else:
            await weather.worked(weather.random.randrange(100))
        await weather.kill(weather.anybody())
        weather.born()


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_fifty_random_kills_lose_and_double_nothing(
    zygote: Zygote, tmp_path: Path, seed: int, tell: Callable[[Reckoning], None]
) -> None:
    async with storm(zygote, tmp_path, seed) as weather:
        await weather.opened()

        await weather.traffic(kills(weather), messages=500, seconds=40)
        found = await weather.settled()

    tell(found)
    assert not found.faults
