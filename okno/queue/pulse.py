"""Whether a channel answers: its last good moment and since when it is silent, kept in the store for every worker.

Receiving and sending are told apart: a mailbox that is read well may be unable to send.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import structlog

from okno.errors import StoreError
from okno.queue import roster
from okno.queue.store import Store
from okno.queue.types import to_ms

log: Final = structlog.stdlib.get_logger()
# Writing each beat would cost a commit a poll; a minute is fine enough for alarms counted in hours.
_EVERY: Final = timedelta(minutes=1)

Way = Literal["in", "out"]
# What an account's state calls the facts of each way.
PREFIX: Final[dict[Way, str]] = {"in": "", "out": "out_"}


class Pulse:
    """One channel's, in one way. `since` is when it was last known to work, while it does not; None while it does."""

    def __init__(self, store: Store, account: int, now: Callable[[], datetime], way: Way = "in") -> None:
        self._store = store
        self._account = account
        self._way = way
        self._now = now
        self._noted: datetime | None = None
        self.good_at: datetime | None = None
        self.since: datetime | None = None
        self.detail = ""

    async def beat(self, **facts: Any) -> None:
        """It works. `facts` are remembered along with the next note."""
        now = self._now()
        self.good_at = now
        if self.since is None and self._noted is not None and now - self._noted < _EVERY:
            return
        back = self.since is not None
        self.since, self.detail = None, ""
        if back:
            log.info("channel is back", account=self._account, way=self._way)
        await self._note({**self._named(ok_at=to_ms(now), down_since=None, detail=""), **facts}, now)

    async def miss(self, detail: str) -> None:
        """It does not. What is always tried is silent since its last good moment; sending, since it was first tried."""
        now = self._now()
        if self.since is not None and detail == self.detail:
            return
        log.warning("channel is down", account=self._account, way=self._way, detail=detail)
        good = self.good_at if self._way == "in" else None
        self.since, self.detail = self.since or good or now, detail
        await self._note(self._named(down_since=to_ms(self.since), detail=detail), now)

    def _named(self, **facts: Any) -> dict[str, Any]:
        return {PREFIX[self._way] + name: value for name, value in facts.items()}

    async def _note(self, state: dict[str, Any], now: datetime) -> None:
        try:
            await self._store.write(roster.note, roster.Note(account=self._account, state=state), now)
            self._noted = now
        except StoreError as error:
            log.warning("could not note the channel's state", error=str(error))
