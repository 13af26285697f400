"""Wakes for the deadlines that stand in the store, batch by batch. What each means is the affair of `actions.tick`."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from okno.errors import StoreError
from okno.queue import bells, clocks
from okno.queue.actions import tick
from okno.queue.actions.policy import Policy
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
# What fails with an error of ours is looked at again, but not in a hot loop.
_AFTER_FAILURE: Final = 5.0


class Clockwork:
    def __init__(self, store: Store, policy: Callable[[], Policy], now: Callable[[], datetime]) -> None:
        self._store = store
        self._policy = policy
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        ear = self._store.bells.listen("clocks")
        while True:
            await bells.wait(ear, await self._round())

    async def _round(self) -> float:
        """Does what is due; the seconds until it is worth looking again."""
        try:
            while (pause := await self._pause()) <= 0:
                if await self.once() == 0:
                    return bells.LOOK
        except StoreError as error:
            log.warning("the clocks wait for the store", error=str(error))
            return bells.LOOK
        except Exception:
            log.exception("a deadline could not be dealt with")
            return _AFTER_FAILURE
        return pause

    async def once(self) -> int:
        """One batch; how many deadlines it was."""
        return await self._store.write(tick.tick, self._policy(), self._now())

    async def _pause(self) -> float:
        """Never longer than a look: another worker may set a clock whose bell is not heard here, and clocks jump."""
        due = await self._store.read(clocks.next_due, None)
        return bells.LOOK if due is None else min((due - self._now()).total_seconds(), bells.LOOK)
