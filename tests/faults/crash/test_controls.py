"""With one safeguard removed the reckoning must fail; else the other runs prove nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.tally import Kind
from tests.faults.crash.zygote import Worker, Zygote

# Not every kill falls on something the safeguard was needed for.
KILLS = 16


async def kills(weather: Storm, worker: Worker, step: str, without: str) -> None:
    """Always at the instant the missing safeguard is there for."""
    await weather.kill(worker)
    for _ in range(KILLS):
        weather.born(without)
        await weather.fall(step, weather.random.randint(1, 8))
    weather.born(without)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("without", "step", "kind"), [("unique cause", "act", "twice"), ("confirm after commit", "fetch", "lost")]
)
async def test_the_reckoning_fails_without(
    without: str, step: str, kind: Kind, zygote: Zygote, tmp_path: Path, seed: int, tell: Callable[[Reckoning], None]
) -> None:
    async with storm(zygote, tmp_path, seed) as weather:
        worker = await weather.opened()

        await weather.traffic(kills(weather, worker, step, without), messages=60, seconds=8)
        found = await weather.settled()

    tell(found)
    assert found.faults.of(kind)
