"""The service with one safeguard missing, for the control runs: a reckoning that does not notice is worth nothing.

Here, and only here, parts of the service are replaced: in a forked child, before anything is built.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from okno import app
from okno.intake.telegram.poll import Poller, RawGetUpdates, arrived
from okno.queue import causes, journal, leases


def remove(name: str) -> None:
    """Nothing for the empty name."""
    if name:
        _REMOVE[name](pytest.MonkeyPatch())


def _unique_cause(patch: pytest.MonkeyPatch) -> None:
    """Every replay acts again."""
    patch.setattr(causes, "first_time", lambda *_anything: True)


class _Hasty(Poller):
    """Confirms what it fetched before it is written, as most bots do."""

    async def _round(self, lease: leases.Lease) -> None:
        updates = await self._bot(RawGetUpdates(offset=self._offset))
        if updates:
            self._offset = max(int(update["update_id"]) for update in updates) + 1
            await self._bot(RawGetUpdates(offset=self._offset, timeout=0))
            self._step("fetch")
            rows = [arrived(update, self._account, self._now()) for update in updates]
            await self._store.write(journal.put, journal.Put(rows=rows, lease=lease), self._now())
            self._step("journal")
        self._step("confirm")


def _confirm_after_commit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(app, "Poller", _Hasty)


def _fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leases, "check", lambda *_anything: None)


_REMOVE: Final[Mapping[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "unique cause": _unique_cause,
    "confirm after commit": _confirm_after_commit,
    "fence": _fence,
}
