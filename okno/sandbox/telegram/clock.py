"""The server's clock: the machine's, moved ahead on request so that hours of silence take no time in a test."""

import time


class Clock:
    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970, as this server sees them."""
        return time.time() + self.ahead

    def date(self) -> int:
        return int(self.now())

    def advance(self, seconds: float) -> float:
        """Moves this clock; timers already waiting go on by the machine's clock."""
        self.ahead += seconds
        return self.now()
