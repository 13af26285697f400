"""Makes the daily statement once its time has come, however late: after an outage it covers the outage too."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from okno.config.values import Config
from okno.queue.actions import statement
from okno.queue.actions.policy import Policy
from okno.queue.actions.statement import Due, Figures
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
# It reads a day's rows; a busy desk has many.
_PATIENCE: Final = 60.0


class Statements:
    def __init__(
        self, store: Store, policy: Callable[[], Policy], config: Config, now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._store = store
        self._policy = policy
        self._at = time.fromisoformat(config.desk.statement_at)
        self._zone = config.timezone
        self._now = now

    async def make(self) -> None:
        """The latest one that is due, unless it is made already, here or by another worker."""
        due = latest(self._now(), self._at, self._zone)
        span = await self._store.read(statement.span, due)
        if span is None:
            return
        figures = await self._store.read(statement.figures, span, deadline=_PATIENCE)
        command = statement.Send(due=due, figures=figures, policy=self._policy())
        reached = await self._store.write(statement.send, command, self._now())
        if reached is not None:
            _say(figures, reached)


def latest(now: datetime, at: time, zone: ZoneInfo) -> Due:
    """The last time that it was `at` o'clock in the zone."""
    day = now.astimezone(zone).date()
    # Compared in UTC: in the zone itself Python compares what the clocks show, and that happens twice a year.
    if _instant(day, at, zone) > now:
        day -= timedelta(days=1)
    return Due(date=day, until=_instant(day, at, zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _say(figures: Figures, reached: int) -> None:
    came = figures.arrivals
    log.info(
        "statement", since=figures.span[0].isoformat(), until=figures.span[1].isoformat(), received=came.received,
        lost=came.lost, **came.fates, outcomes=came.outcomes, reached=reached,
    )  # fmt: skip
    if came.homeless:
        log.info("answers of machines that belong to no ticket", ids=list(came.homeless))
    if not came.balanced:
        log.error("rows that became no message of a ticket: look at them with `okno parked`", rows=list(came.strays))
