"""Takes journal rows to the desk: lanes in order, many lanes at once, and nothing ever stops the row behind it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Protocol

import structlog

from okno.desk.message import Incoming
from okno.errors import StoreError
from okno.intake.telegram import reading
from okno.queue import bells, journal, people
from okno.queue.actions import client, delivery, receive
from okno.queue.actions.policy import Policy
from okno.queue.journal import Entry
from okno.queue.store import Store

log: Final = structlog.stdlib.get_logger()
_LANES: Final = 16
_BATCH: Final = 50
_TRIES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What the bot did with an update."""

    outcome: str
    ticket: int | None = None


class Conversation(Protocol):
    """The bot, as the drain needs it: commands, buttons and everything staff do."""

    async def wants(self, update: dict[str, Any]) -> bool:
        """Whether this is more than a client's words: staff, a command, an answer to a question of the bot's."""
        ...

    def staff(self, user: int | None) -> bool: ...

    async def handle(self, entry: Entry, update: dict[str, Any]) -> Handled: ...


class Mails(Protocol):
    """The reader of raw mail."""

    async def read(self, entries: Sequence[Entry]) -> list[Incoming | Exception | None]:
        """None for a mail that is our own and belongs nowhere."""
        ...


class Drain:
    def __init__(
        self, store: Store, policy: Callable[[], Policy], bot: Conversation | None, mails: Mails,
        now: Callable[[], datetime], step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._policy = policy
        self._bot = bot
        self._mails = mails
        self._now = now
        self._step = step

    async def run(self) -> None:
        """Until cancelled; what is cut short then is done again from its journal row."""
        ear = self._store.bells.listen("journal")
        gate = asyncio.Semaphore(_LANES)
        # A task a lane: a mailbox full of heavy mail must not keep a chat waiting.
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    claimed = await self._claimed()
                    pause = 0.0 if claimed else await self._pause()
                except StoreError as error:
                    log.warning("the drain waits for the store", error=str(error))
                    claimed, pause = [], bells.LOOK
                for lane in claimed:
                    group.create_task(self._lane(lane, gate))
                if not claimed:
                    await bells.wait(ear, pause)

    async def _claimed(self) -> list[list[Entry]]:
        """What can be claimed now, by lanes; a claimed lane is nobody else's until its rows are done."""
        claim = journal.Claim(worker=self._store.worker)
        entries = await self._store.write(journal.claim, claim, self._now())
        lanes: dict[str, list[Entry]] = {}
        for entry in entries:
            lanes.setdefault(entry.lane, []).append(entry)
        return list(lanes.values())

    async def _pause(self) -> float:
        due = await self._store.read(journal.next_due, None)
        if due is None:
            return bells.LOOK
        return min(max((due - self._now()).total_seconds(), 0.01), bells.LOOK)

    async def _lane(self, entries: Sequence[Entry], gate: asyncio.Semaphore) -> None:
        async with gate:
            for mail, run in groupby(entries, key=lambda entry: entry.kind != "update"):
                rows = list(run)
                try:
                    await (self._take_mails(rows) if mail else self._take_updates(rows))
                except (StoreError, OSError) as error:
                    await self._later(rows, error)
                    return
                except Exception as error:
                    log.exception("a lane failed", lane=rows[0].lane)
                    await self._later(rows, error, most=_TRIES)
                    return

    async def _take_mails(self, rows: Sequence[Entry]) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            try:
                read = await self._mails.read(batch)
            except OSError as error:
                log.warning("mails are read one by one", rows=len(batch), error=str(error))
                await self._take_singly(batch)
            else:
                await self._receive(batch, read)

    async def _take_singly(self, rows: Sequence[Entry]) -> None:
        """One whose file cannot be read waits alone; a disk that is out of reach keeps all of them waiting."""
        for row in rows:
            try:
                read = await self._mails.read([row])
            except OSError as error:
                await self._later([row], error)
            else:
                await self._receive([row], read)

    async def _take_updates(self, rows: Sequence[Entry]) -> None:
        """Neighbouring words of a client go in one commit; everything else one by one, in order."""
        words: list[tuple[Entry, Incoming]] = []
        for entry in rows:
            update = json.loads(entry.payload or b"{}")
            found = await self._words(entry, update)
            if found is not None:
                words.append((entry, found))
                continue
            await self._flush(words)
            await self._other(entry, update)
        await self._flush(words)

    async def _words(self, entry: Entry, update: dict[str, Any]) -> Incoming | None:
        seen = reading.sight(update)
        client = seen.kind in {"message", "edited_message"} and seen.chat_type == "private" and not seen.service
        if not client:
            return None
        try:
            if self._bot and await self._bot.wants(update):
                return None
            return reading.incoming(update, entry.account, entry.recorded_at)
        except (StoreError, OSError):
            raise
        except Exception as error:
            log.exception("an update could not be read", entry=entry.id, error=type(error).__name__)
            return None

    async def _flush(self, words: list[tuple[Entry, Incoming]]) -> None:
        if words:
            await self._receive([entry for entry, _ in words], [incoming for _, incoming in words])
            words.clear()

    async def _receive(self, rows: Sequence[Entry], read: Sequence[Incoming | Exception | None]) -> None:
        policy = self._policy()
        # What was brought in from files by hand answers nobody.
        silent = replace(policy, receipts=False)
        commands = [
            receive.Receive(
                incoming=one, cause=f"journal:{row.id}", policy=silent if row.kind == "import" else policy, entry=row.id
            )
            for row, one in zip(rows, read, strict=True)
            if isinstance(one, Incoming)
        ]
        results = iter(await self._store.write(receive.receive_many, commands, self._now()) if commands else ())
        self._step("act")
        for row, one in zip(rows, read, strict=True):
            result = next(results) if isinstance(one, Incoming) else one
            if isinstance(result, Exception):
                await self._park(row, result)
            elif result is None:
                done = journal.Done(id=row.id, outcome="ignored")
                await self._store.write(journal.done, done, self._now())

    async def _other(self, entry: Entry, update: dict[str, Any]) -> None:
        try:
            handled = await self._handle(entry, update)
        except (StoreError, OSError):
            raise
        except Exception as error:
            log.exception("an update could not be handled", entry=entry.id, error=type(error).__name__)
            await self._in_part(entry, update)
            await self._park(entry, error)
            return
        # Between the deed and its tick: here a crash makes a replay, and only its cause keeps it from acting twice.
        self._step("act")
        done = journal.Done(id=entry.id, outcome=handled.outcome, ticket=handled.ticket)
        await self._store.write(journal.done, done, self._now())

    async def _handle(self, entry: Entry, update: dict[str, Any]) -> Handled:
        moved = reading.migration(update)
        if moved:
            command = delivery.Migrate(account=entry.account, old=moved[0], new=moved[1])
            await self._store.write(delivery.migrate, command, self._now())
            return Handled(outcome="migrated")
        seen = reading.sight(update)
        if seen.kind == "my_chat_member":
            return await self._presence(entry, update, seen)
        if seen.service or self._bot is None:
            return Handled(outcome="ignored")
        return await self._bot.handle(entry, update)

    async def _presence(self, entry: Entry, update: dict[str, Any], seen: reading.Sighting) -> Handled:
        """A client blocked the bot or came back: staff see it before they write into the void."""
        status = str(((update["my_chat_member"].get("new_chat_member") or {}).get("status")) or "")
        if seen.chat_type != "private" or seen.user is None:
            return Handled(outcome="ignored")
        who = await self._store.read(lambda tx, key: people.find(tx, "telegram", str(key)), seen.user)
        if who is None:
            return Handled(outcome="ignored")
        why = "blocked" if status in {"kicked", "left"} else ""
        ask = client.Ask(identity=who.id, cause=f"journal:{entry.id}", value=why)
        await self._store.write(client.reachable, ask, self._now())
        return Handled(outcome="presence")

    async def _in_part(self, entry: Entry, update: dict[str, Any]) -> None:
        """What can be read still reaches staff, where it is a client's."""
        seen = reading.sight(update)
        staff = self._bot is not None and self._bot.staff(seen.user)
        if seen.chat_type != "private" or seen.kind not in {"message", "edited_message"} or staff:
            return
        try:
            incoming = reading.in_part(update, entry.account, entry.recorded_at)
            cause = f"journal:{entry.id}:part"
            command = receive.Receive(incoming=incoming, cause=cause, policy=self._policy())
            await self._store.write(receive.receive, command, self._now())
        except (StoreError, OSError):
            raise
        except Exception:
            log.exception("nothing of an update could be shown", entry=entry.id)

    async def _park(self, entry: Entry, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.error("parked", entry=entry.id, kind=entry.kind, error=type(error).__name__)
        failed = journal.Failed(id=entry.id, tries=entry.tries, reason=reason)
        await self._store.write(journal.park, failed, self._now())

    async def _later(self, rows: Sequence[Entry], error: Exception, most: int | None = None) -> None:
        """Rows done meanwhile stay done. `most`: after so many tries a row is parked; None: an outage never parks."""
        log.warning("rows are tried again later", rows=len(rows), error=str(error))
        for row in rows:
            failed = journal.Failed(id=row.id, tries=row.tries, reason=str(error))
            act = journal.park if most is not None and row.tries >= most else journal.again
            try:
                await self._store.write(act, failed, self._now())
            except StoreError:
                return
