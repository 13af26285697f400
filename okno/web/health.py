"""Whether this worker is alive, whether its channels answer, and its numbers: what the pages of that name say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog

from okno.config.values import Config
from okno.errors import StoreError
from okno.queue import health
from okno.queue.health import Channel, Numbers
from okno.queue.opening import database
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
# A watcher that asks gives up after a few seconds itself.
_ALIVE: Final = 2.0
_SCRAPE: Final = 5.0
# A receiver notes each minute that its channel answers; one that says nothing for so long has stopped.
SILENT: Final = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Scrape:
    """`wal` is in bytes; None where there is no such file of ours (PostgreSQL)."""

    numbers: Numbers
    channels: tuple[Channel, ...]
    now: datetime
    wal: int | None


class Health:
    def __init__(self, store: Store, config: Config, now: Callable[[], datetime]) -> None:
        self._store = store
        self._config = config
        self._now = now

    async def alive(self) -> str:
        """Empty, or what is wrong."""
        try:
            await self._store.read(health.alive, None, deadline=_ALIVE)
        except StoreError as error:
            return str(error)
        except Exception:
            log.exception("the store does not answer as it should")
            return "the store failed; the log has the details"
        return ""

    async def down(self) -> list[dict[str, Any]]:
        """The channels that do not answer or cannot send, each with what is known of it. Raises StoreError."""
        found = await self._store.read(health.channels, None, deadline=_ALIVE)
        now = self._now()
        return [_told(one, now) for one in self.used(found) if not is_up(one, now) or one.mute_since]

    async def scrape(self) -> Scrape:
        """Raises StoreError."""
        now = self._now()
        numbers = await self._store.read(health.numbers, now, deadline=_SCRAPE)
        return Scrape(numbers=numbers, channels=tuple(self.used(numbers.channels)), now=now, wal=self._wal())

    def used(self, known: list[Channel] | tuple[Channel, ...]) -> list[Channel]:
        """Those the configuration names: the store keeps the ones of old as well."""
        boxes = {box.name for box in self._config.mailboxes if box.imap.host}
        bot = self._config.telegram.token.reveal().partition(":")[0]
        return [one for one in known if (one.name in boxes if one.kind == "email" else bool(bot) and one.name == bot)]

    def _wal(self) -> int | None:
        if self._config.database_url:
            return None
        place = database(self._config.data_dir)
        return _size(place.with_name(f"{place.name}-wal"))


def is_up(one: Channel, now: datetime) -> bool:
    return one.down_since is None and one.good_at is not None and now - one.good_at < SILENT


def _told(one: Channel, now: datetime) -> dict[str, Any]:
    if is_up(one, now):
        since, detail = one.mute_since, f"cannot send: {one.mute_detail}"
    else:
        since = one.down_since or one.good_at
        detail = one.detail or ("has never answered" if one.good_at is None else "says nothing any more")
    return {
        "channel": one.kind, "account": one.name, "since": _iso(since), "detail": detail,
        "seconds": round((now - since).total_seconds()) if since else None,
    }  # fmt: skip


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat().replace("+00:00", "Z") if instant else None


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except FileNotFoundError:
        return 0
