"""Takes mails in by hand as if they had just arrived: through the journal to the desk, each answered with its fate."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from okno.desk.message import Incoming
from okno.errors import Unreadable
from okno.intake.drain import Mails
from okno.intake.imap import LARGEST
from okno.queue import imports, journal
from okno.queue.actions import receive
from okno.queue.actions.policy import Policy
from okno.queue.actions.receive import Received
from okno.queue.imports import Became, Entered
from okno.queue.journal import Entry
from okno.queue.store import Store

_TOO_LARGE: Final = Unreadable(f"The mail is larger than {LARGEST >> 20} MB; its bytes are kept.")
Outcome = Literal["ticket", "follow_up", "duplicate", "ignored", "parked"]


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A mail's bytes, or the name of the file that the store keeps them in: exactly one of the two."""

    payload: bytes | None = None
    blob: str | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """`rule`: why it belongs to that ticket."""

    outcome: Outcome
    ticket: int | None = None
    rule: str | None = None


class Importer:
    def __init__(
        self, store: Store, policy: Callable[[], Policy], mails: Mails, now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self._store = store
        self._policy = policy
        self._mails = mails
        self._now = now

    async def take(self, account: int, mails: Sequence[Raw], *, receipts: bool) -> list[Taken]:
        """One for each mail, in order. A batch is read at once: keep it small. Done again it changes nothing."""
        rows = [_arrived(account, raw, self._now(), receipts=receipts) for raw in mails]
        command = imports.Enter(mails=rows, worker=self._store.worker)
        entered = await self._store.write(imports.enter, command, self._now())
        fresh = [one.entry for one in entered if one.fresh]
        large = {entry.id for entry in fresh if self._large(entry)}
        taken = {entry.id: await self._settled(entry, _TOO_LARGE) for entry in fresh if entry.id in large}
        taken |= await self._work([entry for entry in fresh if entry.id not in large], receipts=receipts)
        known = await self._store.read(imports.became, sorted({one.entry.id for one in entered}))
        return [_answer(one, taken, known) for one in _first(entered)]

    def _large(self, entry: Entry) -> bool:
        """More than may be read at once; the bytes are kept all the same."""
        return entry.blob is not None and self._store.files.path(entry.blob).stat().st_size > LARGEST

    async def _work(self, entries: Sequence[Entry], *, receipts: bool) -> dict[int, Taken]:
        read = await self._mails.read(entries)
        policy = replace(self._policy(), receipts=receipts)
        commands = [
            receive.Receive(incoming=one, cause=f"journal:{row.id}", policy=policy, entry=row.id)
            for row, one in zip(entries, read, strict=True)
            if isinstance(one, Incoming)
        ]
        results = iter(await self._store.write(receive.receive_many, commands, self._now()) if commands else ())
        taken: dict[int, Taken] = {}
        for row, one in zip(entries, read, strict=True):
            taken[row.id] = await self._settled(row, next(results) if isinstance(one, Incoming) else one)
        return taken

    async def _settled(self, row: Entry, result: Received | Exception | None) -> Taken:
        if isinstance(result, Exception):
            reason = f"{type(result).__name__}: {result}"
            failed = journal.Failed(id=row.id, tries=row.tries, reason=reason)
            await self._store.write(journal.park, failed, self._now())
            return Taken(outcome="parked")
        if result is None:
            await self._store.write(journal.done, journal.Done(id=row.id, outcome="ignored"), self._now())
            return Taken(outcome="ignored")
        return Taken(outcome=_outcome(result.outcome), ticket=result.ticket, rule=result.rule or None)


def _arrived(account: int, raw: Raw, now: datetime, *, receipts: bool) -> journal.Arrived:
    """`kind` tells a drain that finishes this after a crash whether to send receipts."""
    digest = bytes.fromhex(raw.blob) if raw.blob else hashlib.sha256(raw.payload or b"").digest()
    return journal.Arrived(
        account=account, external_id=f"import/{digest.hex()}", digest=digest, kind="mail" if receipts else "import",
        lane=f"import:{account}", happened_at=now, payload=raw.payload, blob=raw.blob,
    )  # fmt: skip


def _first(entered: Sequence[Entered]) -> list[Entered]:
    """Twice the same mail in one batch: the second one is the repeat."""
    seen: set[int] = set()
    told = []
    for one in entered:
        told.append(replace(one, fresh=one.fresh and one.entry.id not in seen))
        seen.add(one.entry.id)
    return told


def _answer(one: Entered, taken: Mapping[int, Taken], known: Mapping[int, Became]) -> Taken:
    if one.fresh:
        return taken[one.entry.id]
    now = known[one.entry.id]
    if now.state == "parked":
        return Taken(outcome="parked")
    if now.state == "discarded" or now.outcome == "ignored":
        return Taken(outcome="ignored")
    return Taken(outcome="duplicate", ticket=now.ticket)


def _outcome(outcome: receive.Outcome) -> Outcome:
    """Mail of machines that belongs to no ticket opens none."""
    if outcome == "machine_mail":
        return "ignored"
    return outcome if outcome != "edited" else "duplicate"
