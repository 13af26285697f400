"""Telegram's paces: 1 message a second in a chat, 20 a minute in a group, 30 a second in all; edits count too."""

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

# (how many, in how many seconds), Bot API FAQ "My bot is hitting limits". A private chat tolerates short bursts.
_PRIVATE: Final = ((3, 3.0),)
_GROUP: Final = ((3, 3.0), (19, 60.0))
_ALL: Final = ((29, 1.0),)


@dataclass
class _Window:
    limits: tuple[tuple[int, float], ...]
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=64))
    closed_until: float = 0.0

    def wait(self, now: float, scale: float) -> float:
        waits = [self.closed_until - now]
        for most, seconds in self.limits:
            if len(self.sent) >= most:
                waits.append(self.sent[-most] + seconds / scale - now)
        return max(0.0, *waits)


class Pace:
    """`scale` 60 makes minutes seconds (tests, benchmark); 0 lifts all paces."""

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._windows: dict[str, _Window] = defaultdict(lambda: _Window(_PRIVATE))
        self._all = _Window(_ALL)

    async def turn(self, lane: str, chat: int) -> None:
        """Returns when one more call may go to this chat, and counts it."""
        await self.ready(lane, chat)
        self.spend(lane)

    async def ready(self, lane: str, chat: int) -> None:
        """Returns when one more call may go to this chat; counts nothing yet."""
        window = self._windows.get(lane)
        if window is None:
            window = self._windows[lane] = _Window(_GROUP if chat < 0 else _PRIVATE)
        while (pause := self._pause(window)) > 0:  # noqa: ASYNC110 - only time opens a window
            await asyncio.sleep(pause)

    def spend(self, lane: str) -> None:
        now = time.monotonic()
        self._windows[lane].sent.append(now)
        self._all.sent.append(now)
        if len(self._windows) > 5000:  # noqa: PLR2004 - chats quiet for a minute need no memory
            self._forget(now)

    def close(self, lane: str, seconds: float) -> None:
        """Telegram said so: nothing to this chat before then."""
        self._windows[lane].closed_until = time.monotonic() + seconds

    def closed(self, lane: str) -> float:
        """For how many seconds the chat stays closed; 0 when it is open."""
        window = self._windows.get(lane)
        return max(0.0, window.closed_until - time.monotonic()) if window else 0.0

    def _pause(self, window: _Window) -> float:
        now = time.monotonic()
        if self._scale == 0:
            return max(0.0, window.closed_until - now)
        return max(window.wait(now, self._scale), self._all.wait(now, self._scale))

    def _forget(self, now: float) -> None:
        old = [lane for lane, one in self._windows.items() if not one.sent or now - one.sent[-1] > 60]  # noqa: PLR2004
        for lane in old:
            if self._windows[lane].closed_until < now:
                del self._windows[lane]
