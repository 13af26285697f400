"""One mailbox's place in the journal: raw bytes kept first, its position moved in the same commit."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okno.intake.mailbox import Arrived, Position
from okno.queue import journal, leases, roster
from okno.queue.journal import ROW_LIMIT
from okno.queue.pulse import Pulse
from okno.queue.store import Store
from okno.queue.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class _Put:
    account: int
    rows: Sequence[journal.Arrived]
    position: dict[str, Any]
    lease: leases.Lease


class StoreInbox:
    """`step` names the instants between which a crash may fall."""

    def __init__(
        self, store: Store, account: int, folder: str, lease: leases.Lease, pulse: Pulse, now: Callable[[], datetime],
        step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._account = account
        self._folder = folder
        self._lease = lease
        self._pulse = pulse
        self._now = now
        self._step = step

    async def position(self) -> Position:
        state = await self._store.read(_state, self._account)
        kept = state.get("position", {}).get(self._folder, {})
        missed = tuple(kept.get("missed", ()))
        return Position(uidvalidity=kept.get("uidvalidity", 0), uid=kept.get("uid", 0), missed=missed)

    async def put(self, mails: Sequence[Arrived], position: Position) -> None:
        self._step("fetch")
        rows = await asyncio.to_thread(self._rows, mails)
        kept = {"uidvalidity": position.uidvalidity, "uid": position.uid, "missed": list(position.missed)}
        command = _Put(account=self._account, rows=rows, position={self._folder: kept}, lease=self._lease)
        await self._store.write(_put, command, self._now())
        self._step("journal")
        await self._pulse.beat()

    async def trouble(self, since: datetime | None, words: str) -> None:
        if since is None:
            await self._pulse.beat()
        else:
            await self._pulse.miss(words)

    def _rows(self, mails: Sequence[Arrived]) -> list[journal.Arrived]:
        return [raw_mail(self._store, self._account, self._folder, mail) for mail in mails]


def raw_mail(store: Store, account: int, folder: str, mail: Arrived) -> journal.Arrived:
    """The journal row of one mail; what is too large for a row is a file by then. Blocks: use a thread."""
    large = len(mail.raw) > ROW_LIMIT
    return journal.Arrived(
        account=account,
        external_id=f"{folder}/{mail.uidvalidity}/{mail.uid}",
        digest=hashlib.sha256(mail.raw).digest(),
        kind="mail",
        lane=f"mail:{account}",
        happened_at=mail.at,
        payload=None if large else mail.raw,
        blob=store.files.keep(mail.raw) if large else None,
    )


def _state(tx: Tx, account: int) -> dict[str, Any]:
    return next(one.state for one in roster.accounts(tx, None) if one.id == account)


def _put(tx: Tx, command: _Put, now: datetime) -> None:
    """A new UIDVALIDITY lists everything anew: what the journal has under its digest already is left out."""
    known = journal.digests(tx, command.account, [row.digest for row in command.rows])
    fresh = [row for row in command.rows if row.digest not in known]
    journal.put(tx, journal.Put(rows=fresh, lease=command.lease), now)
    state = _state(tx, command.account)
    position = {**state.get("position", {}), **command.position}
    roster.note(tx, roster.Note(account=command.account, state={"position": position}), now)
