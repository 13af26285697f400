"""The process that reads mail belongs to its service: it goes when that is killed, also in the middle of its work."""

from pathlib import Path

import psutil

from okno.sandbox.mail.letters import Draft
from tests.faults.crash.storm import storm
from tests.faults.crash.waiting import until
from tests.faults.crash.zygote import Zygote
from tests.stories.studio import SUPPORT

PATIENCE = 10.0


async def test_no_reader_outlives_its_service(zygote: Zygote, tmp_path: Path) -> None:
    async with storm(zygote, tmp_path, seed=1) as weather:
        weather.town.settle(users=0, addresses=1)
        worker = await weather.opened()
        await weather.town.mail.send(Draft(sender=weather.town.addresses[0], to=(SUPPORT,), text="Добрый день!"))
        await weather.quiet()
        readers = psutil.Process(worker.pid).children(recursive=True)

        await weather.kill(worker)

        assert readers
        assert await until(lambda: not any(map(_runs, readers)), PATIENCE)


def _runs(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
