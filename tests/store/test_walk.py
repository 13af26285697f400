"""Random days at the desk: whatever happens, in whatever order, what must hold holds. The seed is in every failure."""

import random

import pytest

from tests.store import audit
from tests.store.cast import ANNA, LENA, Desk
from tests.store.walk import Walk

STEPS = 90
LONG = 150
# What a walk must have come to, or it proves nothing.
REACHED = {"chat", "mail", "say", "take", "end", "deliver", "wait", "presence"}


async def walked(desk: Desk, seed: int, steps: int, every: int = 15) -> Walk:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",))
    await desk.on_duty(ANNA, LENA)
    walk = Walk(desk, seed)
    for number in range(steps):
        await walk.step()
        if number % every == 0:
            await checked(walk, number)
    await checked(walk, steps)
    return walk


async def checked(walk: Walk, number: int) -> None:
    try:
        await audit.check(walk)
    except Exception as error:
        error.add_note(f"seed {walk.seed}, after step {number}")
        raise


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_known_day_keeps_every_rule(desk: Desk, seed: int) -> None:
    walk = await walked(desk, seed, STEPS)

    assert walk.done.keys() >= REACHED
    assert walk.done.total() > walk.refused.total() / 2


async def test_a_new_day_keeps_every_rule(desk: Desk) -> None:
    await walked(desk, random.randrange(10**9), STEPS)


@pytest.mark.slow
@pytest.mark.parametrize("_day", range(10))
async def test_many_more_days_keep_every_rule(desk: Desk, _day: int) -> None:
    await walked(desk, random.randrange(10**9), LONG)
