"""A worker that slept past its lease, with updates or mails in hand, writes nothing when it wakes: the fence says no.

The journal's unique keys alone would keep its messages from being doubled, but not what it says about how far it got.
"""

import asyncio
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest

from okno.sandbox.mail.letters import Draft
from tests.faults.crash.books import Reached
from tests.faults.crash.storm import Storm, storm
from tests.faults.crash.waiting import until
from tests.faults.crash.zygote import Zygote
from tests.servers.postgres import Postgres
from tests.stories.studio import SUPPORT

MINUTE = 61.0
# Of the machine's time, for the woken one to do what it was about to do.
MOMENT = 3.0


async def say(weather: Storm, channel: str, words: str) -> None:
    if channel == "telegram":
        weather.town.telegram.people.say(weather.town.users[0], words)
    else:
        await weather.town.mail.send(Draft(sender=weather.town.addresses[0], to=(SUPPORT,), text=words))


async def overtaken(weather: Storm, channel: str, without: str = "") -> tuple[Reached, Reached]:
    """What the store says before and after the sleeper wakes; meanwhile another worker has taken in all there was."""
    weather.town.settle(users=1, addresses=1)
    sleeper = await weather.opened(without)
    sleeper.fuse.light("fetch", number=SIGSTOP)
    await say(weather, channel, "первое")
    assert await until(sleeper.sleeps)
    for words in ("второе", "третье"):
        await say(weather, channel, words)
    weather.clock.advance(MINUTE)
    weather.born(without)
    await weather.quiet()
    before = await weather.books.reached()

    sleeper.signal(SIGCONT)
    await asyncio.sleep(MOMENT)

    return before, await weather.books.reached()


@pytest.mark.postgres
@pytest.mark.parametrize("channel", ["telegram", "email"])
async def test_a_worker_that_slept_past_its_lease_changes_nothing(
    channel: str, zygote: Zygote, durable: Postgres, tmp_path: Path
) -> None:
    with durable.fresh() as url:
        async with storm(zygote, tmp_path, 1, url) as weather:
            before, after = await overtaken(weather, channel)

            found = await weather.settled()

    assert after == before
    assert not found.faults.of("twice")


@pytest.mark.postgres
async def test_without_the_fence_it_takes_the_store_back(zygote: Zygote, durable: Postgres, tmp_path: Path) -> None:
    with durable.fresh() as url:
        async with storm(zygote, tmp_path, 1, url) as weather:
            before, after = await overtaken(weather, "telegram", without="fence")

    assert before.update
    assert after.update
    assert after.update < before.update
