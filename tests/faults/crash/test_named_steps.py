"""Killed at every named step, wherever that step is reached: nothing is lost and nothing is done twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.crash.fuse import STEPS
from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.zygote import Zygote

HITS = 3


async def kills(weather: Storm) -> None:
    """In any order; at the first reaching of the step in that life, or at a later one."""
    steps = list(STEPS * HITS)
    weather.random.shuffle(steps)
    for step in steps:
        await weather.fall(step, weather.random.randint(1, 6))
        weather.born()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_kill_at_each_step_loses_and_doubles_nothing(
    zygote: Zygote, tmp_path: Path, seed: int, tell: Callable[[Reckoning], None]
) -> None:
    async with storm(zygote, tmp_path, seed) as weather:
        await weather.opened()

        await weather.traffic(kills(weather), messages=150, seconds=20)
        found = await weather.settled()

    tell(found)
    assert not found.faults
