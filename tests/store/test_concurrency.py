"""Many at once: nothing is lost, nothing is done twice, on one worker and on several."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from okno.errors import DeskError
from okno.queue import journal, parts, roster
from okno.queue.actions import answer, receive, take, tick
from okno.queue.store import Store
from okno.queue.tables import account
from okno.queue.transaction import Tx
from tests.store.cast import ANNA, BORIS, LENA, NOON, VERA, Desk
from tests.store.conftest import Place
from tests.store.courier import draft


@pytest.fixture
async def workers(place: Place) -> AsyncIterator[list[Store]]:
    """One store, or on PostgreSQL two on one database: two workers."""
    async with AsyncExitStack() as stack:
        places = [place, place.beside()] if place.url else [place]
        yield [await stack.enter_async_context(one.open()) for one in places]


@pytest.fixture
async def desks(workers: list[Store]) -> list[Desk]:
    """The same desk as each worker sees it."""
    first = await Desk.open(workers[0])
    await first.on_duty(ANNA, BORIS, LENA)
    return [replace(first, store=one) for one in workers]


def counted(tx: Tx, _nothing: None, _now: datetime) -> int:
    """Reads, thinks, writes: at READ COMMITTED most of these vanish without an error."""
    state = tx.value(sa.select(account.c.state).where(account.c.id == 1)) or {}
    number = int(state.get("n", 0)) + 1
    tx.run(sa.update(account).where(account.c.id == 1).values(state={"n": number}))
    return number


async def test_five_who_read_and_then_write_lose_no_update_of_three_hundred(desks: list[Desk]) -> None:
    async def one(store: Store) -> list[int]:
        return [await store.write(counted, None, NOON) for _ in range(60)]

    got = await asyncio.gather(*(one(desks[number % len(desks)].store) for number in range(5)))

    known = await desks[0].store.read(roster.accounts, None)
    assert sorted(number for some in got for number in some) == list(range(1, 301))
    assert known[0].state == {"n": 300}


async def test_eight_first_messages_of_a_new_client_at_once_make_one_ticket(desks: list[Desk]) -> None:
    for client in range(12):
        messages = [desks[0].message(f"Привет {number}", 7000 + client) for number in range(8)]

        got = await asyncio.gather(*(desks[n % len(desks)].take_in(one) for n, one in enumerate(messages)))

        assert Counter(one.outcome for one in got) == {"ticket": 1, "follow_up": 7}
        assert len({one.ticket for one in got}) == 1
    assert await desks[0].count("ticket") == 12


async def test_an_album_of_ten_at_once_is_one_ticket(desks: list[Desk]) -> None:
    album = [desks[0].message("", VERA, album="a1") for _ in range(10)]

    got = await asyncio.gather(*(desks[n % len(desks)].take_in(one) for n, one in enumerate(album)))

    assert len({one.ticket for one in got}) == 1
    assert await desks[0].count("message") == 10


async def test_one_message_delivered_ten_times_at_once_is_one_message(desks: list[Desk]) -> None:
    message, mail = desks[0].message("Привет"), desks[0].mail("Где заказ?")

    for one in (message, mail):
        again = (desks[n % len(desks)].take_in(one, "" if n % 2 else f"{one.channel}:{n}") for n in range(10))
        got = await asyncio.gather(*again)
        assert Counter(one.outcome for one in got) == {"ticket": 1, "duplicate": 9}
    assert (await desks[0].count("message"), await desks[0].count("ticket")) == (2, 2)


async def test_a_button_pressed_fifty_times_by_five_has_one_winner_and_the_rest_are_told_who(desks: list[Desk]) -> None:
    desk = desks[0]
    desk.staff |= {one.telegram_id: one for one in await desk.store.read(roster.members, None)}
    number = await desk.asks()
    presses = [
        take.Take(ticket=number, by=desk.by(who), cause=f"press:{who}:{time}", policy=desk.policy)
        for time in range(10)
        for who in (ANNA, BORIS, LENA, ANNA, BORIS)
    ]

    done = await asyncio.gather(
        *(desks[n % len(desks)].store.write(take.take, one, NOON) for n, one in enumerate(presses)),
        return_exceptions=True,
    )

    winner = (await desk.ticket(number)).assignee
    names = {one.id: one.name for one in desk.staff.values()}
    assert {one.assignee for one in done if isinstance(one, take.Taken)} == {winner}
    told = {one.facts["name"] for one in done if isinstance(one, DeskError)}
    assert told == {names[winner or 0]}
    assert (await desk.events(number)).count("taken") == 1


async def test_one_cause_at_the_same_time_has_one_effect_and_one_answer(desks: list[Desk]) -> None:
    number = await desks[0].asks()
    say = answer.Say(
        ticket=number, kind="answer", text="Да", by=desks[0].by(ANNA), cause="press:1", policy=desks[0].policy,
        happened_at=NOON,
    )  # fmt: skip

    done = await asyncio.gather(*(desks[n % len(desks)].store.write(answer.say, say, NOON) for n in range(50)))

    assert len(set(done)) == 1
    assert len(await desks[0].letters(kind="answer")) == 1


async def test_clocks_ring_once_however_many_look_at_them(desks: list[Desk]) -> None:
    desk = desks[0]
    for one in (ANNA, BORIS, LENA):
        await desk.away(one)
    for number in range(30):
        await desk.asks(who=8000 + number)
    late = NOON + timedelta(minutes=10)

    looked = await asyncio.gather(*(desks[n % len(desks)].store.write(tick.tick, desk.policy, late) for n in range(6)))

    assert sum(looked) == 30
    assert len(await desk.letters(template="nudge_unassigned", staff=None)) == 30


async def test_loads_stay_even_when_many_arrive_at_once(desks: list[Desk]) -> None:
    await asyncio.gather(*(desks[n % len(desks)].asks(who=9000 + n) for n in range(12)))

    rows = await desks[0].rows("ticket")
    assert sorted(Counter(row.assignee for row in rows).values()) == [4, 4, 4]


async def test_workers_share_a_journal_without_sharing_a_lane(desks: list[Desk]) -> None:
    desk = desks[0]
    rows = [
        journal.Arrived(
            account=desk.bot, external_id=str(n), digest=str(n).encode(), kind="update", lane=f"lane {n % 5}",
            happened_at=NOON, payload=b"{}",
        )
        for n in range(50)
    ]  # fmt: skip
    await desk.act(journal.put, journal.Put(rows=rows))

    claims = (
        desks[n % len(desks)].store.write(journal.claim, journal.Claim(worker=f"w{n}", limit=15), NOON)
        for n in range(6)
    )
    claimed = await asyncio.gather(*claims)

    owners = [{entry.lane for entry in some} for some in claimed if some]
    assert len(set().union(*owners)) == sum(len(some) for some in owners)
    for some in claimed:
        assert [entry.id for entry in some] == sorted(entry.id for entry in some)


async def test_one_of_many_couriers_gets_the_part(desks: list[Desk]) -> None:
    desk = desks[0]
    await desk.asks()
    lane = f"{desk.bot}:{VERA}"
    step = await desk.store.write(parts.advance, parts.Ask(lane=lane, worker="w"), NOON)
    assert step.render
    asks = [
        parts.Ask(lane=lane, worker=f"w{n}", letter=step.render.id, drafts=(draft(step.render),)) for n in range(10)
    ]

    got = await asyncio.gather(
        *(desks[n % len(desks)].store.write(parts.advance, one, NOON) for n, one in enumerate(asks))
    )

    assert len([one for one in got if one.part]) == 1
    assert (await desk.count("part"), await desk.count("attempt")) == (1, 1)


async def test_a_bundle_and_single_messages_at_once_open_what_they_should(desks: list[Desk]) -> None:
    desk = desks[0]
    messages = [desk.message(f"Привет {n}", 6000 + n % 4) for n in range(24)]
    commands = [receive.Receive(incoming=one, cause=f"j:{n}", policy=desk.policy) for n, one in enumerate(messages)]
    bundles = [commands[start::3] for start in range(3)]

    await asyncio.gather(
        *(desks[n % len(desks)].store.write(receive.receive_many, some, NOON) for n, some in enumerate(bundles))
    )

    assert (await desk.count("ticket"), await desk.count("message")) == (4, 24)
    assert {row.status for row in await desk.rows("ticket")} == {"new"}


async def test_a_rush_is_served_to_the_last_one(desks: list[Desk]) -> None:
    got = await asyncio.gather(*(desks[n % len(desks)].writes("Всё лежит", 30_000 + n) for n in range(50)))

    assert {one.outcome for one in got} == {"ticket"}
    assert await desks[0].count("ticket") == 50
