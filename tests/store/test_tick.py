"""What the clock brings: each thing once, however late, however often somebody looks."""

from datetime import datetime, timedelta

import pytest

from okno.queue import clocks, roster
from okno.queue.actions import change
from okno.queue.clocks import Clock
from okno.queue.transaction import Tx
from tests.store.cast import ANNA, BORIS, IGOR, LENA, NOON, ROOM, Desk


async def test_the_group_and_every_lead_hear_of_what_nobody_took(desk: Desk) -> None:
    await desk.on_duty(ANNA, LENA)
    for one in (ANNA, LENA):
        await desk.away(one)
    number = await desk.asks()

    desk.later(minutes=10)
    await desk.ticks()

    told = [(one.recipient, one.staff, one.ticket) for one in await desk.letters(template="nudge_unassigned")]
    assert told == [(str(ROOM), None, number), ("1003", desk.staff[LENA].id, number)]


async def test_looking_again_at_the_same_instant_or_soon_after_tells_nobody_twice(desk: Desk) -> None:
    await desk.asks()
    desk.later(minutes=10)

    done = [await desk.ticks() for _ in range(3)]
    desk.later(minutes=1)
    done.append(await desk.ticks())

    assert done == [1, 0, 0, 0]
    assert len(await desk.letters(template="nudge_unassigned")) == 1


async def test_it_is_told_again_while_nobody_takes_it(desk: Desk) -> None:
    await desk.asks()
    for _ in range(9):
        desk.later(minutes=10)
        await desk.ticks()

    assert len(await desk.letters(template="nudge_unassigned")) == 3


async def test_whoever_came_meanwhile_gets_it_instead_of_a_nudge(desk: Desk) -> None:
    number = await desk.asks()
    await desk.act(_started, desk.staff[BORIS].id)

    desk.later(minutes=10)
    await desk.ticks()

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id
    assert await desk.letters(template="nudge_unassigned") == []


def _started(tx: Tx, key: int, now: datetime) -> None:
    roster.set_started(tx, key, now)


async def test_what_is_put_off_is_not_nagged_about_until_then(desk: Desk) -> None:
    number = await desk.asks()
    until = desk.now + timedelta(hours=4)
    await desk.does(ANNA, change.postpone, change.Postpone, ticket=number, until=until)

    desk.later(hours=3)
    await desk.ticks()
    quiet = await desk.letters(template="nudge_unassigned")
    desk.later(hours=1, minutes=15)
    await desk.ticks()

    assert quiet == []
    assert len(await desk.letters(template="nudge_unassigned")) == 1


async def test_a_late_first_answer_nudges_the_assignee_once_and_then_the_leads_once(desk: Desk) -> None:
    await desk.on_duty(ANNA, LENA)
    await desk.away(LENA)
    number = await desk.asks()

    for _ in range(20):
        desk.later(minutes=10)
        await desk.ticks()

    nudged = [one.staff for one in await desk.letters(template="nudge_first_answer")]
    leads = [one.staff for one in await desk.letters(template="nudge_lead")]
    assert (nudged, leads) == ([desk.staff[ANNA].id], [desk.staff[LENA].id])
    assert (await desk.events(number))[-2:] == ["first_answer_nudged", "first_answer_late"]


async def test_an_answer_in_time_is_nudged_about_never(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.says(ANNA, number, "Смотрим")

    desk.later(days=2)

    assert await desk.ticks() == 0


async def test_the_promise_stays_what_it_was_however_often_it_is_looked_at(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    await desk.asks()
    desk.later(minutes=30)
    await desk.ticks()

    clock = (await desk.rows("clock", kind="first_answer"))[0]

    assert (clock.due_at, clock.next_at) == (NOON + timedelta(minutes=30), NOON + timedelta(minutes=60))


@pytest.mark.parametrize("late", [timedelta(), timedelta(hours=1), timedelta(days=60)])
async def test_silence_accepts_finished_work_once_however_late_somebody_looks(desk: Desk, late: timedelta) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "finish")

    desk.now = NOON + timedelta(days=3) + late
    done = [await desk.ticks() for _ in range(2)]

    assert done == [1, 0]
    assert (await desk.events(number))[-1] == "acceptance_passed"
    assert len(await desk.letters(template="accepted")) == 1


async def test_before_its_time_nothing_happens_not_even_when_the_clock_is_set_back(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "finish")

    for now in (
        NOON + timedelta(days=2, hours=23),
        NOON - timedelta(hours=1),
        datetime(1970, 1, 1, tzinfo=NOON.tzinfo),
    ):
        desk.now = now
        assert await desk.ticks() == 0
    assert (await desk.ticket(number)).status == "done"


async def test_work_finished_a_second_time_is_accepted_by_its_own_clock(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "finish")
    desk.later(days=2)
    await desk.ends(await desk.client(number), number, "return")
    await desk.ends(desk.by(ANNA), number, "finish")

    desk.later(days=1, minutes=1)
    early = await desk.ticks()
    desk.later(days=5)
    await desk.ticks()

    assert early == 0
    assert (await desk.ticket(number)).status == "closed"


async def test_a_long_outage_is_worked_off_batch_by_batch(desk: Desk) -> None:
    for number in range(5):
        await desk.asks(who=3000 + number)
    await desk.act(_many, 102)
    desk.later(minutes=10)

    done = [await desk.ticks() for _ in range(3)]

    assert done == [100, 7, 0]
    assert len(await desk.letters(template="nudge_unassigned")) == 5


def _many(tx: Tx, number: int, _now: datetime) -> None:
    for subject in range(number):
        clocks.start(tx, Clock(subject=10_000 + subject, kind="acceptance", due_at=NOON, next_at=NOON))


async def test_one_clock_that_cannot_be_dealt_with_stops_none_of_the_others(desk: Desk) -> None:
    broken, whole = await desk.mails(), await desk.asks(who=IGOR)
    for number in (broken, whole):
        await desk.ends(desk.by(ANNA), number, "finish")
    keys = desk.policy.keys
    desk.with_policy(keys={})

    desk.later(days=5)
    await desk.ticks()

    assert (await desk.ticket(whole)).status == "closed"
    assert (await desk.ticket(broken)).status == "done"
    desk.with_policy(keys=keys)
    desk.later(minutes=10)
    await desk.ticks()
    assert (await desk.ticket(broken)).status == "closed"


async def test_clocks_of_what_is_not_there_or_of_no_known_kind_fall_silent(desk: Desk) -> None:
    number = await desk.asks()
    for subject, kind in ((999, "acceptance"), (number, "eclipse")):
        await desk.act(_start, Clock(subject=subject, kind=kind, due_at=NOON, next_at=NOON))

    done = [await desk.ticks() for _ in range(2)]

    assert done == [2, 0]


def _start(tx: Tx, one: Clock, _now: datetime) -> None:
    clocks.start(tx, one)


async def test_a_clock_is_one_row_that_moves(desk: Desk) -> None:
    later = NOON + timedelta(hours=1)
    for due in (NOON, later):
        await desk.act(_start, Clock(subject=1, kind="postponed", due_at=due, next_at=due, data={"a": 1}))

    found = await desk.store.read(lambda tx, now: clocks.due(tx, 10, now), later)

    assert [(one.due_at, one.data) for one in found] == [(later, {"a": 1})]
    assert await desk.store.read(clocks.next_due, None) == later
    assert await desk.store.read(clocks.of, 1) == {"postponed": later}


async def test_clocks_of_other_scopes_cycles_and_subjects_are_other_clocks(desk: Desk) -> None:
    for more in ({}, {"scope": "line:1"}, {"cycle": 1}, {"subject": 2}, {"subject_kind": "letter"}, {"kind": "other"}):
        known = {"subject": 1, "kind": "postponed", "due_at": NOON, "next_at": NOON}
        await desk.act(_start, Clock(**(known | more)))  # type: ignore[arg-type]

    await desk.act(lambda tx, key, _now: clocks.stop(tx, key, "postponed"), 1)

    left = {(row.subject_kind, row.subject, row.kind) for row in await desk.rows("clock")}
    assert left == {("ticket", 2, "postponed"), ("letter", 1, "postponed"), ("ticket", 1, "other")}


async def test_what_is_due_first_comes_first(desk: Desk) -> None:
    for number, minutes in ((1, 3), (2, 1), (3, 2)):
        at = NOON + timedelta(minutes=minutes)
        await desk.act(_start, Clock(subject=number, kind="postponed", due_at=at, next_at=at))

    found = await desk.store.read(lambda tx, now: clocks.due(tx, 2, now), NOON + timedelta(hours=1))

    assert [one.subject for one in found] == [2, 3]
