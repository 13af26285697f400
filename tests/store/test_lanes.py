"""Which lane sends what, and when: order, urgency, what is held, what holds those behind it."""

from datetime import timedelta

from okno.queue import letters
from okno.queue.parts import Draft
from tests.store.cast import ANNA, IGOR, NOON, VERA, Desk
from tests.store.courier import Courier, lane, sent, writes


async def test_a_lane_that_is_occupied_is_not_offered(desk: Desk) -> None:
    for key in ("one", "two"):
        await writes(desk, key)
    courier = Courier(desk)
    await courier.claim(lane(desk))

    assert await courier.lanes() == []


async def test_lanes_are_offered_most_urgent_first_and_busy_ones_not_at_all(desk: Desk) -> None:
    await writes(desk, "alert", "alert", IGOR)
    await writes(desk, "answer", "answer", VERA)

    offered = [work.lane for work in await Courier(desk).lanes()]
    busy = await desk.store.read(lambda tx, now: letters.lanes(tx, [lane(desk)], now), desk.now)

    assert offered == [lane(desk), lane(desk, IGOR)]
    assert [work.lane for work in busy] == [lane(desk, IGOR)]


async def test_a_lane_in_which_all_is_put_off_is_offered_only_when_it_is_due(desk: Desk) -> None:
    await writes(desk, "one")
    courier = Courier(desk)
    part = await courier.claim(lane(desk), pieces=3)
    assert part
    await courier.report(part, "postponed", again=desk.now + timedelta(hours=1))
    await writes(desk, "two")

    offered = await courier.lanes()
    due = await desk.store.read(letters.next_due, desk.now)
    desk.later(hours=1)

    assert (offered, due) == ([], desk.now)
    assert [work.lane for work in await courier.lanes()] == [lane(desk)]


async def test_ten_thousand_old_tries_would_delay_no_fresh_answer(desk: Desk) -> None:
    """A blocked lane with more waiting in it than one look takes in must not hide the others."""
    courier = Courier(desk)
    await writes(desk, "first")
    step = await courier.advance(lane(desk))
    assert step.render
    sixty = tuple([Draft(recipient=str(VERA), payload={"method": "x", "text": "x"})] * 60)
    step = await courier.advance(lane(desk), step.render.id, sixty)
    assert step.part
    await courier.report(step.part, "postponed", again=desk.now + timedelta(hours=1))
    for number in range(60):
        await writes(desk, f"old {number}")

    await writes(desk, "fresh", to=IGOR)
    unrendered = [work.lane for work in await courier.lanes()]
    fresh = await courier.claim(lane(desk, IGOR))
    assert fresh
    await courier.report(fresh, "postponed", again=desk.now)
    rendered = [work.lane for work in await courier.lanes()]

    assert unrendered == rendered == [lane(desk, IGOR)]


async def test_a_held_letter_waits_for_its_instant(desk: Desk) -> None:
    await writes(desk, "held", hold_until=NOON + timedelta(seconds=10))

    early = await sent(desk)
    due = await desk.store.read(letters.next_due, desk.now)
    desk.later(seconds=10)

    assert (early, due) == ([], NOON + timedelta(seconds=10))
    assert await sent(desk) == ["held"]


async def test_a_held_letter_leaves_at_once_when_its_author_says_so(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Ответ")

    await desk.act(lambda tx, key, _now: letters.hurry(tx, key), said.message)

    assert "answer" in await sent(desk)


async def test_a_letter_recalled_while_it_was_being_rendered_does_not_leave(desk: Desk) -> None:
    number = await desk.asks()
    await sent(desk)
    said = await desk.says(ANNA, number, "Ой")
    desk.later(seconds=10)
    courier = Courier(desk)
    step = await courier.advance(lane(desk))
    assert step.render
    await desk.act(lambda tx, key, _now: letters.recall(tx, key), said.message)

    after = await courier.advance(
        lane(desk), step.render.id, (Draft(recipient=str(VERA), payload={"method": "sendMessage"}),)
    )

    assert (after.part, after.render) == (None, None)
    assert await desk.rows("part", letter=step.render.id) == []


async def test_answers_leave_before_receipts_and_both_before_alerts_and_announcements(desk: Desk) -> None:
    for kind in ("announcement", "alert", "receipt", "answer"):
        await writes(desk, kind, kind)

    assert await sent(desk) == ["answer", "receipt", "alert", "announcement"]


async def test_among_equals_the_order_of_writing_counts(desk: Desk) -> None:
    for key in ("one", "two", "three"):
        await writes(desk, key)

    assert await sent(desk) == ["one", "two", "three"]


async def test_a_part_put_off_holds_those_behind_it_but_nothing_more_urgent(desk: Desk) -> None:
    await writes(desk, "one", "receipt")
    courier = Courier(desk)
    part = await courier.claim(lane(desk))
    assert part
    await courier.report(part, "postponed", again=desk.now + timedelta(hours=1))
    await writes(desk, "two", "receipt")
    await writes(desk, "answer", "answer")

    assert await sent(desk) == ["answer"]
    desk.later(hours=1)
    assert await sent(desk) == ["one", "two"]


async def test_a_letter_of_many_parts_leaves_in_order_and_nothing_comes_between(desk: Desk) -> None:
    await writes(desk, "long")
    await writes(desk, "next")
    courier = Courier(desk)

    seen = []
    while (part := await courier.claim(lane(desk), pieces=2)) is not None:
        seen.append((part.payload["text"], part.number))
        await courier.report(part)

    assert seen == [("long", 0), ("long", 1), ("next", 0), ("next", 1)]
