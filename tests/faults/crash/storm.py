"""A desk in bad weather: the town lives on while the service is killed and born again; in the end all is reckoned."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime  # noqa: TC003 - a field of the instance, told where it is set
from itertools import count
from pathlib import Path
from typing import Any, Final

from tests.faults.crash import evidence, reckoning
from tests.faults.crash.books import Books
from tests.faults.crash.clients import Clients
from tests.faults.crash.clock import Clock
from tests.faults.crash.fuse import Fuse
from tests.faults.crash.ledger import Ledger
from tests.faults.crash.life import Life
from tests.faults.crash.reckoning import Reckoning
from tests.faults.crash.staff import Staff
from tests.faults.crash.town import PACE, Town, town
from tests.faults.crash.waiting import LONG, until
from tests.faults.crash.zygote import Worker, Zygote
from tests.stories.studio import SUPPORT

_CALM: Final = 2
_LONGEST_LIFE: Final = 5.0
# An ordered stop takes less (design, section 8).
STOP: Final = 10.0
# More than any claim, lease or pause of the service lasts.
AGES: Final = 1200.0


class Storm:
    """One run. `kills` are told in the service's time; every life that ends by itself is an error at once."""

    def __init__(self, zygote: Zygote, made: Town, place: Path, seed: int) -> None:
        self.town = made
        self.clock = Clock(place / "clock")
        self.ledger = Ledger()
        self.kills: list[datetime] = []
        self.seed = seed
        self.random = random.Random(seed + 1)
        self.books = Books(made.config)
        self._staff = Staff(made, self.ledger)
        self._alive: list[Worker] = []
        self._numbers = count(1)
        self._zygote = zygote
        self._log = place / "service.log"

    def born(self, without: str = "") -> Worker:
        fuse = self._log.with_name(f"fuse-{next(self._numbers)}")
        Fuse(fuse)
        life = Life(
            config=self.town.config, clock=self.clock.place, fuse=fuse, log=self._log, pace=PACE, without=without
        )
        worker = self._zygote.fork(life)
        self._alive.append(worker)
        return worker

    async def kill(self, worker: Worker) -> None:
        self.kills.append(self.clock.now())
        self._died(worker, await worker.kill())

    async def fall(self, step: str, nth: int = 1) -> None:
        """Waits until one of those alive has killed itself at its nth reaching of this step and is dead."""
        for worker in self._alive:
            worker.fuse.light(step, nth)
        ends = {asyncio.create_task(worker.gone()): worker for worker in self._alive}
        done, _ = await asyncio.wait(ends, timeout=LONG, return_when=asyncio.FIRST_COMPLETED)
        self.kills.append(self.clock.now())
        for worker in self._alive:
            worker.fuse.douse()
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        assert done, f"{step} was never reached {nth} times, see {self._log}"
        for task in done:
            self._died(ends[task], task.result())

    def _died(self, worker: Worker, code: int) -> None:
        self._alive.remove(worker)
        assert code == -signal.SIGKILL, f"a life ended by itself with {code}:\n{self._log.read_text()[-3000:]}"

    async def stop(self, worker: Worker) -> None:
        """In order, as an operator does."""
        self._alive.remove(worker)
        worker.signal(signal.SIGTERM)
        code = await worker.gone(STOP)
        assert code == 0, f"the stop ended with {code}:\n{self._log.read_text()[-3000:]}"

    async def opened(self, without: str = "") -> Worker:
        """The first life: it polls, has looked into its mailbox, and staff have come to work."""
        worker = self.born(without)
        seen = await until(lambda: "getUpdates" in self.town.telegram.calls.by_method)
        assert seen, f"the service does not poll, see {self._log}"
        await self._staff.come()
        async with asyncio.timeout(LONG):
            while (await self.books.reached()).uid is None:  # noqa: ASYNC110 - the store rings no bell of ours
                await asyncio.sleep(0.05)
        return worker

    async def worked(self, calls: int) -> None:
        """Until the service has told people so much (or has nothing to tell), and a random moment more.

        Work and not time: however slow the machine, kills fall where something is in flight.
        """
        wanted = self.town.told() + calls
        await until(lambda: self.town.told() >= wanted, _LONGEST_LIFE)
        await asyncio.sleep(self.random.uniform(0.0, 0.02))

    def anybody(self) -> Worker:
        return self.random.choice(self._alive)

    async def traffic(self, weather: Coroutine[Any, Any, None], messages: int, seconds: float) -> None:
        """Clients write so much in so many seconds and staff work, while `weather` does what it does to the service.

        Who writes goes on at that pace until the weather is over: kills at steps need steps.
        """
        self.town.settle(users=max(messages // 5, 3), addresses=max(messages // 12, 2))
        over = asyncio.Event()

        async def until_over() -> None:
            await weather
            over.set()

        pace = messages / seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(Clients(self.town, self.ledger, pace).write(messages, over))
            group.create_task(self._staff.work(messages // 2, pace, over))
            group.create_task(until_over())

    async def quiet(self) -> None:
        """Until nothing is left to do, in two looks: what was answered in between may have caused more.

        An AssertionError says what is left when nothing has moved for long.
        """
        loop = asyncio.get_running_loop()
        calm, moved, before = 0, loop.time(), {"anything": 1}
        while calm < _CALM:
            left = await self._left()
            calm = 0 if left else calm + 1
            if left != before:
                moved, before = loop.time(), left
            assert loop.time() < moved + LONG, f"nothing moves, still to do: {left}, see {self._log}"
            await asyncio.sleep(0.2)

    async def _left(self) -> dict[str, int]:
        left = await self.books.to_do()
        if pending := len(self.town.telegram.look.pending()):
            left["updates"] = pending
        last = max((mail.uid for mail in self.town.mail.messages(SUPPORT)), default=0)
        if last > ((await self.books.reached()).uid or 0):
            left["mails"] = last
        return left

    async def over(self) -> None:
        """Leaves nothing behind, also when the run has failed."""
        for worker in self._alive:
            await worker.kill()
        await self.books.close()

    async def settled(self) -> Reckoning:
        """Those alive stop in order, a last life finishes everything, and it is reckoned."""
        for worker in list(self._alive):
            await self.stop(worker)
        self.clock.advance(AGES)
        last = self.born()
        await self.quiet()
        await self.stop(last)
        found = await evidence.gathered(self.town, self.ledger, self.kills, self.books)
        return reckoning.reckoned(found, self.seed)


@asynccontextmanager
async def storm(zygote: Zygote, place: Path, seed: int, database_url: str = "") -> AsyncIterator[Storm]:
    async with town(place / "data", seed, database_url) as made:
        weather = Storm(zygote, made, place, seed)
        try:
            yield weather
        finally:
            await weather.over()
