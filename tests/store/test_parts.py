"""Letters on their way out: written and rendered once, one in flight per lane, and senders who died."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from okno.queue import letters, parts
from okno.queue.actions import delivery
from okno.queue.letters import Letter
from okno.queue.parts import Draft, InFlight, Phase
from okno.queue.transaction import Tx
from tests.store.cast import IGOR, NOON, VERA, Desk
from tests.store.courier import Courier, lane, plain, sent, writes


async def test_a_key_is_written_once(desk: Desk) -> None:
    first = await writes(desk, "one")

    assert first
    assert await desk.act(letters.write, Letter(**plain(desk, "one"))) is None
    assert await desk.count("letter") == 1


async def test_one_is_in_flight_per_lane_and_other_lanes_do_not_wait(desk: Desk) -> None:
    for key, to in (("one", VERA), ("two", VERA), ("three", IGOR)):
        await writes(desk, key, to=to)
    courier = Courier(desk)

    first = await courier.claim(lane(desk))
    blocked = await courier.claim(lane(desk))
    other = await courier.claim(lane(desk, IGOR))

    assert (first and first.payload["text"], blocked, other and other.payload["text"]) == ("one", None, "three")


async def test_the_database_itself_lets_no_second_part_of_a_lane_fly(desk: Desk) -> None:
    await writes(desk, "one")
    await Courier(desk).claim(lane(desk), pieces=2)

    def fly(tx: Tx, _nothing: None, _now: object) -> None:
        tx.raw("UPDATE part SET state='sending' WHERE state='queued'")

    with pytest.raises(Exception, match=r"(?i)unique|busy|did not answer"):
        await desk.act(fly, None)


async def test_a_letter_is_rendered_once_and_every_try_says_the_same(desk: Desk) -> None:
    await writes(desk, "one")
    courier = Courier(desk)
    first = await courier.claim(lane(desk))
    assert first
    await courier.report(first, "postponed", again=desk.now)

    step = await courier.advance(lane(desk))

    assert step.render is None
    assert step.part
    assert (step.part.payload, step.part.id, step.part.tries) == (first.payload, first.id, 1)


async def test_a_letter_rendered_to_nothing_is_done(desk: Desk) -> None:
    await writes(desk, "empty")
    courier = Courier(desk)
    step = await courier.advance(lane(desk))
    assert step.render

    await courier.advance(lane(desk), step.render.id, ())

    assert [one.state for one in await desk.letters()] == ["sent"]


async def dies(desk: Desk, phase: str = "", channel: str = "telegram") -> tuple[InFlight, Any]:
    """A sender claims a part and is never heard of again; returns it, and the part's row once it is set free."""
    courier = Courier(desk)
    step = await courier.advance(lane(desk))
    assert step.render
    payload = {"method": "sendMessage"} if channel == "telegram" else {"mail": True}
    claimed = await courier.advance(lane(desk), step.render.id, (Draft(recipient=str(VERA), payload=payload),))
    assert claimed.part
    if phase:
        await desk.act(parts.set_phase, Phase(attempt=claimed.part.attempt, phase=phase))
    desk.later(seconds=901)
    assert [work.lane for work in await courier.lanes()] == [lane(desk)]
    again = await Courier(desk, worker="two").claim(lane(desk))
    assert again
    assert again.id == claimed.part.id
    return claimed.part, (await desk.rows("part"))[0]


@pytest.mark.parametrize(
    ("channel", "phase", "unknowns", "outcome"),
    [("telegram", "", 1, "unknown"), ("email", "", 0, "died_before"), ("email", "data", 1, "unknown")],
)
async def test_a_dead_senders_part_is_free_again_and_only_how_far_it_had_got_makes_it_doubtful(
    desk: Desk, channel: str, phase: str, unknowns: int, outcome: str
) -> None:
    await writes(desk, "one")

    _, row = await dies(desk, phase, channel)

    attempts = await desk.rows("attempt")
    assert (row.unknowns, row.state, row.worker) == (unknowns, "sending", "two")
    assert [one.outcome for one in attempts] == [outcome, None]


@pytest.mark.parametrize(("payload", "seconds"), [({"method": "sendMessage"}, 360), ({"mail": True}, 900)])
async def test_a_claim_is_respected_until_it_ends(desk: Desk, payload: dict[str, Any], seconds: int) -> None:
    await writes(desk, "one")
    step = await Courier(desk).advance(lane(desk))
    assert step.render
    await Courier(desk).advance(lane(desk), step.render.id, (Draft(recipient=str(VERA), payload=payload),))
    desk.later(seconds=seconds - 1)

    assert await Courier(desk, worker="two").claim(lane(desk)) is None
    assert await desk.store.read(letters.next_due, desk.now) == NOON + timedelta(seconds=seconds)


async def test_a_sleeper_who_reports_late_does_not_end_anothers_attempt(desk: Desk) -> None:
    await writes(desk, "one")
    old, _ = await dies(desk)

    for outcome, more in (("postponed", {"again": desk.now}), ("refused", {}), ("sent", {})):
        await Courier(desk).report(old, outcome, **more)

    row = (await desk.rows("part"))[0]
    assert (row.state, row.worker) == ("sending", "two")
    assert [one.state for one in await desk.letters()] == ["leaving"]


async def test_a_sleeper_who_had_sent_it_after_all_spares_the_second_try(desk: Desk) -> None:
    await writes(desk, "one")
    old, _ = await dies(desk)
    again = (await desk.rows("attempt"))[-1]
    await Courier(desk).report(InFlight(**(vars(old) | {"attempt": again.id})), "postponed", again=desk.now)

    await Courier(desk).report(old, "sent")

    assert [row.state for row in await desk.rows("part")] == ["sent"]
    assert await sent(desk) == []


async def test_what_the_sleeper_sent_can_still_be_replied_to(desk: Desk) -> None:
    number = await desk.asks()
    await writes(desk, "one", ticket=number)
    await desk.act(_forget_receipt, None)
    old, _ = await dies(desk)

    await Courier(desk).report(old, "sent", ids=(777,))

    assert [row.ticket for row in await desk.rows("copy", external_id=777)] == [number]


def _forget_receipt(tx: Tx, _nothing: None, _now: object) -> None:
    tx.run(sa.text("DELETE FROM letter WHERE template='receipt'"))


async def test_a_crash_between_the_send_and_the_report_doubles_at_most_that_one(desk: Desk) -> None:
    for key in ("one", "two", "three"):
        await writes(desk, key)
    courier = Courier(desk)
    await courier.claim(lane(desk))
    desk.later(seconds=901)

    assert await sent(desk) == ["one", "two", "three"]
    assert [row.unknowns for row in await desk.rows("part")] == [1, 0, 0]


async def test_a_group_that_moved_takes_its_waiting_letters_along(desk: Desk) -> None:
    await writes(desk, "nudge", "alert", -1001)
    courier = Courier(desk)
    part = await courier.claim(lane(desk, -1001))
    assert part
    await writes(desk, "more", "alert", -1001)

    for _ in range(2):  # Telegram tells it twice: from the old group and from the new one
        await desk.act(delivery.migrate, delivery.Migrate(account=desk.bot, old=-1001, new=-2002))
    await courier.report(part, "down", again=desk.now, counts=False)

    left = await courier.send_all()
    assert [(one.recipient, one.lane) for one in left] == [("-2002", lane(desk, -2002))] * 2
