"""Whoever is cancelled in the middle of a write does not know whether it happened: its cause does."""

import asyncio
import random
from collections import Counter

from okno.queue.actions.receive import Receive, Received, receive
from tests.store.cast import ANNA, NOON, Desk
from tests.store.conftest import Place

WRITES = 300


async def test_writes_cancelled_at_any_instant_are_whole_or_not_there_and_a_second_try_doubles_nothing(
    place: Place,
) -> None:
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    async with place.open() as store:
        desk = await Desk.open(store)
        await desk.on_duty(ANNA)
        commands = [
            Receive(incoming=desk.message(f"Слова {n}", 10_000 + n % 40), cause=f"c:{n}", policy=desk.policy)
            for n in range(WRITES)
        ]
        acknowledged: dict[str, Received] = {}

        async def one(command: Receive) -> None:
            acknowledged[command.cause] = await store.write(receive, command, NOON)

        for start in range(0, WRITES, 20):
            tasks = [asyncio.create_task(one(command)) for command in commands[start : start + 20]]
            for task in tasks:
                asyncio.get_running_loop().call_later(chance.random() * 0.03, task.cancel)
            await asyncio.gather(*tasks, return_exceptions=True)

        kept = {row.key for row in await desk.rows("cause", result=None)} | {
            row.key for row in await desk.rows("cause")
        }
        absent = [cause for cause in acknowledged if cause not in kept]
        again = [await store.write(receive, command, NOON) for command in commands]
        messages = Counter(row.external_id for row in await desk.rows("message"))

        cancelled = WRITES - len(acknowledged)
        assert absent == [], f"seed {seed}"
        assert set(messages.values()) == {1}, f"seed {seed}"
        assert len(messages) == WRITES
        assert await desk.count("ticket") == 40
        assert [acknowledged.get(one.cause, got) for one, got in zip(commands, again, strict=True)] == again
        assert cancelled > WRITES / 20, f"seed {seed}: {cancelled} were cancelled, which proves little"


async def test_the_store_serves_others_while_and_after_many_give_up(place: Place) -> None:
    async with place.open() as store:
        desk = await Desk.open(store)
        for number in range(40):
            task = asyncio.create_task(desk.asks(who=20_000 + number))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        assert await asyncio.wait_for(desk.asks(), 10)
