"""Each action's cause has its effect once; a refusal has none and can be tried again."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest

from okno.errors import DeskError
from okno.queue import causes
from okno.queue.actions import answer, enter, finish, merge, take
from okno.queue.transaction import Tx
from tests.store.cast import ANNA, BORIS, IGOR, VERA, Desk


async def test_a_key_is_first_once(desk: Desk) -> None:
    assert [await desk.act(causes.first_time, key) for key in ("a", "a", "b")] == [True, False, True]


async def test_what_raises_keeps_nothing_so_that_it_can_be_tried_again(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)
    press = take.Take(ticket=number, by=desk.by(BORIS), cause="journal:1", policy=desk.policy)
    with pytest.raises(DeskError, match="already_taken"):
        await desk.act(take.take, press)
    await desk.does(ANNA, take.assign, take.Assign, ticket=number, to=None)

    taken = await desk.act(take.take, press)

    assert taken.assignee == desk.staff[BORIS].id


async def test_what_breaks_half_way_leaves_nothing_of_itself(desk: Desk) -> None:
    def broken(tx: Tx, _nothing: None, now: datetime) -> Any:
        def act() -> None:
            tx.raw("INSERT INTO secret (purpose, value, created_at) VALUES ('x', 'y', 0)")
            raise ZeroDivisionError

        return causes.once(tx, "c:1", now, act, lambda _kept: None)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await desk.act(broken, None)

    assert (await desk.count("cause"), await desk.count("secret")) == (0, 0)


@pytest.mark.parametrize("name", ["said", "note", "taken", "ended", "merged", "entered", "received"])
async def test_a_replay_returns_the_very_same_result(desk: Desk, name: str) -> None:
    first = await desk.asks()
    await desk.wants_new()
    second = await desk.asks("Ещё")
    who = (await desk.identity(VERA)).id
    words = desk.message("Привет", IGOR)
    acts: dict[str, Any] = {
        "said": lambda: desk.does(
            ANNA, answer.say, answer.Say, ticket=first, kind="question", text="Да?", cause="c:1"
        ),
        "note": lambda: desk.does(ANNA, answer.say, answer.Say, ticket=first, kind="note", text="Да", cause="c:1"),
        "taken": lambda: desk.does(ANNA, take.take, take.Take, ticket=first, cause="c:1"),
        "ended": lambda: desk.does(ANNA, finish.end, finish.End, ticket=first, kind="finish", cause="c:1"),
        "merged": lambda: desk.does(ANNA, merge.merge, merge.Merge, ticket=first, into=second, cause="c:1"),
        "entered": lambda: desk.does(ANNA, enter.write_first, enter.WriteFirst, requester=who, text="Да", cause="c:1"),
        "received": lambda: desk.take_in(words, "c:1"),
    }  # fmt: skip

    once = await acts[name]()
    desk.later(hours=1)
    again = await acts[name]()

    assert (again, type(again)) == (once, type(once))
    assert asdict(again) == asdict(once)
