"""An ordered stop is no crash: what is in flight ends, nothing is in doubt, and the next life goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from okno.queue.tables import attempt
from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.zygote import Worker, Zygote

STOPS = 4


async def stops(weather: Storm, worker: Worker) -> None:
    """Each in the midst of work; the stop itself fails when it takes longer than ten seconds."""
    for _ in range(STOPS):
        await weather.worked(40 + weather.random.randrange(40))
        await weather.stop(worker)
        assert await in_doubt(weather) == 0
        worker = weather.born()


async def in_doubt(weather: Storm) -> int:
    """Attempts nobody knows the end of."""
    unknown = sa.select(attempt.c.id).where(sa.or_(attempt.c.outcome.is_(None), attempt.c.outcome != "sent"))
    return len(await weather.books.rows(unknown))


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_sigterm_under_load_leaves_nothing_in_doubt(
    zygote: Zygote, tmp_path: Path, seed: int, tell: Callable[[Reckoning], None]
) -> None:
    async with storm(zygote, tmp_path, seed) as weather:
        worker = await weather.opened()

        await weather.traffic(stops(weather, worker), messages=100, seconds=10)
        found = await weather.settled()

    tell(found)
    assert not found.faults
    assert not any(line.in_doubt or line.duplicated for line in found.lines)
