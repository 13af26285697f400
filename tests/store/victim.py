"""A process that lives off the store until it is killed, and says over a pipe what it was told is done.

Each word is a pair: what, and of which. `put?` and `put` stand before and after a row of the journal, `taken` after it
became a ticket, `call` where a letter would leave the machine, `sent` after that was written down.
"""

import asyncio
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from okno.desk.message import Incoming, Sender
from okno.queue import journal
from okno.queue.actions.receive import Receive, receive
from okno.queue.opening import opened
from tests.store.cast import NOON, Desk
from tests.store.courier import Courier

Word = tuple[str, str]


class Victim:
    def __init__(self, desk: Desk, life: int, seed: int, pipe: Connection) -> None:
        self.desk = desk
        self.life = life
        self.pipe = pipe
        self.random = Random(seed)
        desk.now = NOON + timedelta(hours=life)

    def tell(self, what: str, which: str) -> None:
        self.pipe.send((what, which))

    async def put(self, number: int) -> None:
        """A first message of a client of its own."""
        name = f"{self.life * 10_000 + number}"
        self.tell("put?", name)
        row = journal.Arrived(
            account=self.desk.bot, external_id=name, digest=name.encode(), kind="update", lane=name,
            happened_at=self.desk.now, payload=name.encode(),
        )  # fmt: skip
        await self.desk.act(journal.put, journal.Put(rows=[row]))
        self.tell("put", name)

    async def drain(self, limit: int = 3) -> int:
        entries = await self.desk.act(journal.claim, journal.Claim(worker=f"life {self.life}", limit=limit))
        for entry in entries:
            await self.desk.act(receive, taking(self.desk, entry))
            self.tell("taken", entry.external_id)
        return len(entries)

    async def carry(self) -> int:
        courier = Courier(self.desk, worker=f"life {self.life}")
        lanes = await courier.lanes()
        for work in lanes[:2]:
            part = await courier.claim(work.lane)
            if part is not None:
                self.tell("call", str(part.id))
                await courier.report(part)
                self.tell("sent", str(part.id))
        return len(lanes)

    async def live(self) -> None:
        number = 0
        while True:
            batch = [self.put(number + more) for more in range(self.random.randint(1, 4))]
            number += len(batch)
            await asyncio.gather(*batch, self.drain(), self.carry())

    async def settle(self) -> None:
        """Nobody kills it: it finishes what there is."""
        while await self.drain(200) + await self.carry():
            self.desk.later(seconds=1)


def taking(desk: Desk, entry: journal.Entry) -> Receive:
    incoming = Incoming(
        channel="telegram", account=desk.bot, chat=int(entry.external_id) + 1, external_id="1", text="Привет",
        sender=Sender(kind="telegram", address=str(int(entry.external_id) + 1)), happened_at=entry.happened_at,
    )  # fmt: skip
    return Receive(incoming=incoming, cause=f"journal:{entry.id}", policy=desk.policy, entry=entry.id)


async def _live(folder: Path, life: int, seed: int, pipe: Connection) -> None:
    async with opened(folder) as store:
        victim = Victim(await Desk.open(store), life, seed, pipe)
        victim.tell("born", str(life))
        await victim.live()


def live(folder: Path, life: int, seed: int, pipe: Connection) -> None:
    asyncio.run(_live(folder, life, seed, pipe))
