"""What changed, in order, for whoever watches from outside: numbered, bounded, with a wait for the next."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

Json = dict[str, Any]


class Feed:
    def __init__(self, room: int = 10_000) -> None:
        self.changes: deque[Json] = deque(maxlen=room)
        self.last = 0
        self._bell = asyncio.Event()

    def add(self, kind: str, **facts: Any) -> None:
        self.last += 1
        self.changes.append({"n": self.last, "kind": kind, **facts})
        self._bell.set()

    def since(self, number: int, limit: int) -> Json:
        """`missed` says that older changes are no longer kept: look at everything anew."""
        oldest = self.changes[0]["n"] if self.changes else self.last + 1
        start = max(number - oldest + 1, 0)
        found = [self.changes[at] for at in range(start, min(start + limit, len(self.changes)))]
        missed = number + 1 < oldest or number > self.last
        return {"changes": found, "next": found[-1]["n"] if found else self.last, "missed": missed}

    async def wait(self, number: int, seconds: float, limit: int = 1000) -> Json:
        """Like since, but waits up to these seconds for something newer."""
        if number >= self.last and seconds > 0:
            self._bell.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), seconds)
        return self.since(number, limit)
