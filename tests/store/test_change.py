"""What a ticket is like, and putting it off."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from okno.errors import DeskError, NotAllowed, NotFound
from okno.queue import tables
from okno.queue.actions import change
from okno.queue.actions.change import Change, Postpone
from okno.queue.transaction import Tx
from tests.store.cast import ANNA, BORIS, IGOR, NOON, VERA, Desk

FRIDAY = NOON + timedelta(days=4)


async def test_only_what_is_given_changes(desk: Desk) -> None:
    number = await desk.asks("Не открывается сайт")

    await desk.does(ANNA, change.change, Change, ticket=number, priority="urgent")

    ticket = await desk.ticket(number)
    assert (ticket.priority, ticket.subject, ticket.project) == ("urgent", "Не открывается сайт", None)
    assert (await desk.history(number))[-1].data == {"priority": "urgent"}


async def test_a_new_subject_leaves_no_words_in_the_history(desk: Desk) -> None:
    number = await desk.asks()

    await desk.does(ANNA, change.change, Change, ticket=number, subject="  Форма заказа " + "й" * 300)

    ticket = await desk.ticket(number)
    assert ticket.subject.startswith("Форма заказа й")
    assert len(ticket.subject) == 200
    assert (await desk.history(number))[-1].data == {"subject": True}


async def test_nothing_given_is_no_event(desk: Desk) -> None:
    number = await desk.asks()

    await desk.does(ANNA, change.change, Change, ticket=number, subject="   ")

    assert await desk.events(number) == ["created"]


async def test_a_project_must_be_there(desk: Desk) -> None:
    number = await desk.asks()

    with pytest.raises(NotFound, match="no_such_project"):
        await desk.does(ANNA, change.change, Change, ticket=number, project=5)
    await desk.act(_firm, None)
    await desk.does(ANNA, change.change, Change, ticket=number, project=1)

    assert (await desk.ticket(number)).project == 1


def _firm(tx: Tx, _nothing: None, now: datetime) -> None:
    tx.run(sa.insert(tables.organisation), {"name": "Ромашка", "language": "ru", "created_at": now})
    tx.run(sa.insert(tables.project), {"organisation": 1, "name": "Сайт", "created_at": now})


async def test_a_priority_must_be_one_we_know(desk: Desk) -> None:
    number = await desk.asks()

    with pytest.raises(DeskError, match="no_such_priority"):
        await desk.does(ANNA, change.change, Change, ticket=number, priority="asap")

    assert await desk.count("cause") == 1


async def test_only_those_whose_ticket_it_is_change_it(desk: Desk) -> None:
    await desk.staffed("desk", "dev", boris=("dev",))
    number = await desk.asks()

    for by in (desk.by(BORIS), await desk.client(number)):
        with pytest.raises(NotAllowed):
            await desk.does(by, change.change, Change, ticket=number, priority="low")
    with pytest.raises(NotFound):
        await desk.does(await desk.client(await desk.asks(who=IGOR)), change.change, Change, ticket=number)


async def test_what_is_put_off_leaves_the_queue_until_then(desk: Desk) -> None:
    number = await desk.asks()

    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)
    await desk.on_duty(ANNA)

    ticket = await desk.ticket(number)
    assert (ticket.status, ticket.postponed_until, ticket.assignee) == ("new", FRIDAY, None)
    assert (await desk.history(number))[-1].data == {"until": int(FRIDAY.timestamp())}


async def test_it_comes_back_to_its_assignee_on_time(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.says(ANNA, number, "Вернёмся в пятницу")
    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)

    desk.now = FRIDAY
    await desk.ticks()

    assert (await desk.ticket(number)).postponed_until is None
    assert [one.staff for one in await desk.letters(template="alert_woken")] == [desk.staff[ANNA].id]
    assert (await desk.events(number))[-1] == "woken"


async def test_what_comes_back_to_nobody_goes_to_somebody_on_duty(desk: Desk) -> None:
    number = await desk.asks()
    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)
    desk.now = FRIDAY - timedelta(minutes=1)
    await desk.on_duty(BORIS)

    desk.later(minutes=2)
    await desk.ticks()

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_what_was_put_off_by_somebody_who_left_comes_back_to_somebody_else(desk: Desk) -> None:
    number = await desk.asks()
    await desk.says(ANNA, number, "Вернёмся в пятницу")
    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)
    await desk.staffed(anna=None)
    await desk.on_duty(BORIS)

    desk.now = FRIDAY
    await desk.ticks()

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_putting_it_off_again_moves_the_one_clock(desk: Desk) -> None:
    number = await desk.asks()
    for until in (FRIDAY, FRIDAY + timedelta(days=3)):
        await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=until)

    clocks = await desk.rows("clock", kind="postponed")

    assert [(row.due_at, row.next_at) for row in clocks] == [(FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=3))]


async def test_it_is_brought_back_at_once(desk: Desk) -> None:
    number = await desk.asks()
    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)

    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=None)

    assert (await desk.ticket(number)).postponed_until is None
    assert await desk.rows("clock", kind="postponed") == []
    assert (await desk.events(number))[-2:] == ["postponed", "woken"]


async def test_neither_the_past_nor_an_ended_ticket_can_be_put_off(desk: Desk) -> None:
    number = await desk.asks()

    with pytest.raises(DeskError, match="past_date"):
        await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=desk.now)
    await desk.ends(desk.by(ANNA), number, "close")
    with pytest.raises(DeskError, match="closed"):
        await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)


async def test_a_client_who_writes_meanwhile_is_heard_at_once(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.takes(ANNA, number)
    await desk.does(ANNA, change.postpone, Postpone, ticket=number, until=FRIDAY)

    await desk.asks("Срочно!", VERA)

    assert len(await desk.letters(template="alert_client_wrote")) == 1
