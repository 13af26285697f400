"""Bells that ring after a commit, so that couriers and drains need not poll. Missing one costs only the next look."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from okno.queue.transaction import Bell

LOOK: Final = 1.0


class Bells:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._ears: dict[Bell, list[asyncio.Event]] = defaultdict(list)

    def listen(self, *bells: Bell) -> asyncio.Event:
        """An event that every ring of these sets; the listener clears it."""
        ear = asyncio.Event()
        for bell in bells:
            self._ears[bell].append(ear)
        return ear

    def ring(self, bells: Iterable[Bell]) -> None:
        for bell in bells:
            for ear in self._ears[bell]:
                ear.set()


async def wait(ear: asyncio.Event, seconds: float) -> None:
    """Until the ear rings, `seconds` at most; the ear is cleared."""
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            await ear.wait()
    except TimeoutError:
        pass
    ear.clear()
