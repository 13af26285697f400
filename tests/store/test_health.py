"""The numbers of the desk: what waits, for how long, and which channel answers."""

from datetime import timedelta

import pytest

from okno.queue import health, journal, roster
from okno.queue.types import to_ms
from tests.store.cast import ANNA, IGOR, VERA, Desk
from tests.store.courier import Courier


async def numbers(desk: Desk) -> health.Numbers:
    return await desk.store.read(health.numbers, desk.now)


async def arrives(desk: Desk, number: int) -> int:
    row = journal.Arrived(
        account=desk.bot, external_id=str(number), digest=str(number).encode(), kind="update", lane="l",
        happened_at=desk.now, payload=b"{}",
    )  # fmt: skip
    [key] = await desk.act(journal.put, journal.Put(rows=[row]))
    return int(key)


async def test_a_fresh_desk_has_every_state_at_nothing(desk: Desk) -> None:
    found = await numbers(desk)

    assert found.rows == dict.fromkeys((*health.ROWS, "other"), 0)
    assert found.letters == dict.fromkeys((*health.LETTERS, "other"), 0)
    assert set(found.ages.values()) == {0}
    assert (found.arrived, found.oldest_row, found.overdue) == (0, timedelta(), 0)
    assert found.tickets["new"] == found.tickets["closed"] == 0


async def test_rows_are_counted_by_state_and_the_oldest_that_waits_by_age(desk: Desk) -> None:
    keys = [await arrives(desk, number) for number in range(4)]
    await desk.act(journal.done, journal.Done(id=keys[0], outcome="ignored"))
    await desk.act(journal.park, journal.Failed(id=keys[1], tries=0, reason="x"))
    desk.later(minutes=3)

    found = await numbers(desk)

    assert (found.rows["waiting"], found.rows["parked"], found.rows["done"], found.arrived) == (2, 1, 1, 4)
    assert found.oldest_row == timedelta(minutes=3)


async def test_what_was_done_before_yesterday_is_not_counted_and_what_waits_is(desk: Desk) -> None:
    done, _waits = await arrives(desk, 1), await arrives(desk, 2)
    await desk.act(journal.done, journal.Done(id=done, outcome="ignored"))
    desk.later(days=1, seconds=1)

    found = await numbers(desk)

    assert (found.rows["done"], found.rows["waiting"]) == (0, 1)


@pytest.mark.parametrize(("minutes", "place"), [(0, 0), (5, 1), (39, 3), (1279, 8), (1280, 9), (9999, 9)])
async def test_letters_that_wait_stand_in_the_bucket_of_their_age(desk: Desk, minutes: int, place: int) -> None:
    await desk.asks()
    desk.later(minutes=minutes)

    found = await numbers(desk)

    assert {bucket: count for bucket, count in found.ages.items() if count} == {("telegram", place): 1}


async def test_a_letter_half_gone_still_waits(desk: Desk) -> None:
    await desk.asks(who=VERA)
    await desk.asks(who=IGOR)
    part = await Courier(desk).claim(f"{desk.bot}:{VERA}", pieces=2)
    assert part is not None
    await Courier(desk).report(part)

    found = await numbers(desk)

    assert (found.letters["queued"], found.letters["leaving"], found.letters["sent"]) == (1, 1, 0)
    assert found.ages["telegram", 0] == 2


async def test_a_letter_that_left_is_counted_for_a_day(desk: Desk) -> None:
    await desk.mails()
    await Courier(desk).send_all()

    today = await numbers(desk)
    desk.later(days=1, seconds=1)
    tomorrow = await numbers(desk)

    assert (today.letters["sent"], tomorrow.letters["sent"]) == (1, 0)
    assert today.ages["email", 0] == 0


async def test_tickets_are_counted_by_status(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    await desk.asks(who=VERA)
    await desk.takes(ANNA, await desk.asks(who=IGOR))

    found = await numbers(desk)

    assert (found.tickets["new"], found.tickets["open"], found.tickets["done"]) == (1, 1, 0)


async def test_deadlines_that_have_passed_are_counted(desk: Desk) -> None:
    await desk.asks()
    desk.later(minutes=31)

    assert (await numbers(desk)).overdue == 2


async def test_a_channel_tells_when_it_was_good_and_since_when_it_is_down(desk: Desk) -> None:
    state = {"ok_at": to_ms(desk.now), "down_since": to_ms(desk.now), "detail": "login refused"}
    await desk.act(roster.note, roster.Note(account=desk.box, state=state))

    bot, box = await desk.store.read(health.channels, None)

    assert (bot.kind, bot.good_at, bot.down_since, bot.detail) == ("telegram", None, None, "")
    assert (box.kind, box.name, box.good_at, box.down_since) == ("email", "support", desk.now, desk.now)
    assert box.detail == "login refused"


async def test_the_store_says_that_it_is_there(desk: Desk) -> None:
    assert await desk.store.read(health.alive, None)
