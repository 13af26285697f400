"""Looks at every channel each minute and sends the alarms; the log says them too, for when nobody can be told."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from okno.queue.actions import alarm
from okno.queue.actions.policy import Policy
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()


class Alarms:
    def __init__(self, store: Store, policy: Callable[[], Policy], now: Callable[[], datetime]) -> None:
        self._store = store
        self._policy = policy
        self._now = now

    async def look(self) -> None:
        for one in await self._store.write(alarm.watch, self._policy(), self._now()):
            _say(one)
        for one in await self._store.write(alarm.parked, self._policy(), self._now()):
            _say(one)


def _say(one: alarm.Told) -> None:
    facts = {"alarm": one.template, "account": one.account, "hours": one.level, "reached": one.reached}
    if one.reached:
        log.warning("alarm", **facts)
    else:
        log.error("alarm that nobody can be told: add a mailbox, or staff with an e-mail address", **facts)
