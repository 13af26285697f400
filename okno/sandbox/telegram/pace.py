"""How fast a bot may write: about one message a second to a person, 20 a minute to a group, 30 a second in all.

Sends, edits and new topics count together. Answers to buttons are free.
"""

import math
from collections import deque
from dataclasses import dataclass

from okno.sandbox.telegram.clock import Clock
from okno.sandbox.telegram.refusal import Refusal
from okno.sandbox.telegram.world import Chat


@dataclass(slots=True, kw_only=True)
class Rate:
    most: int
    seconds: float


class Pace:
    """Change the fields at any time. `speed` 10 means ten times as fast; `on` False means no limit."""

    def __init__(self, clock: Clock, *, on: bool = True, speed: float = 1.0) -> None:
        self.clock = clock
        self.on = on
        self.speed = speed
        # A private chat gets one a second, but bursts of a few are let through.
        self.private = Rate(most=5, seconds=5.0)
        self.group = Rate(most=20, seconds=60.0)
        self.overall = Rate(most=30, seconds=1.0)
        self._sent: dict[int, deque[float]] = {}

    def check(self, bot_id: int, chat: Chat, count: int = 1) -> None:
        """Raises 429 when there is no room for so many now."""
        if not self.on:
            return
        now = self.clock.now()
        own = self.private if chat.type == "private" else self.group
        everywhere = self._sent.setdefault(bot_id, deque())
        wait = max(self._wait(chat.sent, own, now, count), self._wait(everywhere, self.overall, now, 1))
        if wait > 0:
            seconds = math.ceil(wait)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def count(self, bot_id: int, chat: Chat, count: int = 1) -> None:
        """Notes what was sent; only what was really done counts."""
        if not self.on:
            return
        now = self.clock.now()
        chat.sent.extend([now] * count)
        self._sent.setdefault(bot_id, deque()).extend([now] * count)

    def _wait(self, sent: deque[float], rate: Rate, now: float, count: int) -> float:
        """Seconds until so many more fit; an album larger than the whole rate fits once the window is empty."""
        span = rate.seconds / self.speed
        while sent and sent[0] <= now - span:
            sent.popleft()
        excess = len(sent) + count - rate.most
        return sent[min(excess, len(sent)) - 1] + span - now if excess > 0 and sent else 0.0
