"""A courier without a channel: carries letters through the store exactly as the notifier does, and says how it went."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from okno.queue import letters, messages, parts
from okno.queue.actions import delivery
from okno.queue.letters import Letter
from okno.queue.parts import Ask, Draft, InFlight, Next, Outcome
from okno.queue.transaction import Tx
from tests.store.cast import VERA, Desk

NUMBERS = count(900_000)


@dataclass
class Courier:
    desk: Desk
    worker: str = "one"

    async def lanes(self) -> list[letters.Work]:
        return await self.desk.store.read(lambda tx, now: letters.lanes(tx, [], now), self.desk.now)

    async def advance(self, lane: str, letter: int | None = None, drafts: tuple[Draft, ...] = ()) -> Next:
        version = await self.desk.store.read(_version, letter) if letter is not None else 0
        ask = Ask(lane=lane, worker=self.worker, letter=letter, drafts=drafts, version=version)
        return await self.desk.store.write(parts.advance, ask, self.desk.now)

    async def claim(self, lane: str, pieces: int = 1) -> InFlight | None:
        """The lane's next part, after rendering what must be rendered before; None when there is nothing now."""
        step = await self.advance(lane)
        while step.render is not None:
            step = await self.advance(lane, step.render.id, tuple([draft(step.render)] * pieces))
        return step.part

    async def report(self, part: InFlight, outcome: str = "sent", **more: Any) -> None:
        known: dict[str, Any] = {name: more.pop(name) for name in ("reason", "again", "counts") if name in more}
        if outcome == "sent":
            number = next(NUMBERS)
            more = {"chat": int(part.recipient), "ids": (number,)} | more if "method" in part.payload else more
            known["remote"] = [number]
        done = Outcome(part=part, outcome=outcome, **known)  # type: ignore[arg-type]
        await self.desk.act(delivery.report, delivery.Report(outcome=done, policy=self.desk.policy, **more))

    async def send_all(self, outcome: str = "sent", **more: Any) -> list[InFlight]:
        """Everything that can leave now, the most urgent lane first."""
        carried: list[InFlight] = []
        while True:
            found = [part for work in await self.lanes() if (part := await self.claim(work.lane))]
            if not found:
                return carried
            for part in found:
                await self.report(part, outcome, **more)
            carried += found


def _version(tx: Tx, letter: int) -> int:
    message = letters.get(tx, letter).message
    return messages.newest_version(tx, message) if message is not None else 0


def draft(letter: letters.Queued) -> Draft:
    payload = {"method": "sendMessage", "text": letter.template} if letter.channel == "telegram" else {"mail": True}
    return Draft(recipient=letter.recipient, payload=payload)


async def writes(desk: Desk, key: str, kind: letters.Kind = "answer", to: int = VERA, **more: Any) -> int:
    named = {"kind": kind, "recipient": str(to)}
    number: int = await desk.act(letters.write, Letter(**(plain(desk, key) | named | more)))
    return number


def plain(desk: Desk, key: str) -> dict[str, Any]:
    return {
        "key": key, "kind": "answer", "channel": "telegram", "account": desk.bot, "recipient": str(VERA),
        "template": key, "language": "ru",
    }  # fmt: skip


def lane(desk: Desk, to: int = VERA) -> str:
    return letters.lane(desk.bot, str(to))


async def sent(desk: Desk) -> list[str]:
    """What left, in the order it left."""
    return [part.payload["text"] for part in await Courier(desk).send_all()]
