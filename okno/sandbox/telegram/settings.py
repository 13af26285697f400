"""The screws of the sandbox for whoever drives it over HTTP: faults, pace, clock, webhooks, keeping its state.

In Python the same is at hand directly: telegram.faults, telegram.pace, telegram.clock.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from okno.sandbox.telegram.cloud import Cloud

Json = dict[str, Any]


class Settings:
    def __init__(self, cloud: Cloud, save: Callable[[Path], None]) -> None:
        self.cloud = cloud
        self._save = save
        # The same as telegram.faults.add, remove, clear and shown; faults.py tells what a rule says.
        self.add_fault = cloud.faults.add
        self.remove_fault = cloud.faults.remove
        self.clear_faults = cloud.faults.clear
        self.faults = cloud.faults.shown

    def about(self) -> Json:
        """The bots with their tokens, the clock, the pace."""
        bots = [{**bot.shown(), "token": bot.token, "privacy": bot.privacy} for bot in self.cloud.world.bots.values()]
        return {"bots": bots, "now": self.cloud.clock.now(), "changes": self.cloud.feed.last, **self.set_pace()}

    def set_pace(self, *, on: bool | None = None, speed: float | None = None, webhooks: float | None = None) -> Json:
        """`speed` 10 lets ten times as much through, off everything; `webhooks` 10 tries again ten times as soon."""
        pace = self.cloud.pace
        pace.on = pace.on if on is None else on
        pace.speed = pace.speed if speed is None else speed
        self.cloud.hook_speed = self.cloud.hook_speed if webhooks is None else webhooks
        return {"paced": pace.on, "speed": pace.speed, "webhooks": self.cloud.hook_speed}

    def advance(self, seconds: float) -> float:
        """Moves the server's clock; what it shows then."""
        return self.cloud.clock.advance(seconds)

    def forget_calls(self) -> None:
        self.cloud.calls.clear()

    def save(self, path: str) -> None:
        """Keeps everything in this file and the folder beside it; Telegram.load brings it back."""
        self._save(Path(path))
