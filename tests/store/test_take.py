"""Whose ticket it is: taking, assigning, passing on to another line."""

import pytest

from okno.desk.rights import Actor
from okno.errors import BadMove, DeskError, NotAllowed, NotFound
from okno.queue.actions import take
from okno.queue.actions.take import Assign, PassOn, Take
from tests.store.cast import ANNA, BORIS, IGOR, LENA, Desk


async def test_taking_opens_the_ticket_for_whoever_took_it(desk: Desk) -> None:
    number = await desk.asks()

    taken = await desk.takes(ANNA, number)

    ticket = await desk.ticket(number)
    assert (ticket.status, ticket.assignee) == ("open", desk.staff[ANNA].id)
    assert (taken.assignee, taken.before) == (desk.staff[ANNA].id, None)
    assert (await desk.history(number))[-1].data == {"to": desk.staff[ANNA].id}


async def test_taking_twice_changes_nothing_more(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    again = await desk.takes(ANNA, number)

    assert (again.assignee, again.before) == (desk.staff[ANNA].id, desk.staff[ANNA].id)
    assert await desk.events(number) == ["created", "taken"]


async def test_the_same_press_delivered_again_gives_the_same_answer(desk: Desk) -> None:
    number = await desk.asks()
    press = Take(ticket=number, by=desk.by(ANNA), cause="journal:7", policy=desk.policy)

    first = await desk.act(take.take, press)
    await desk.takes(BORIS, number, even_from=True)
    again = await desk.act(take.take, press)

    assert again == first
    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_whoever_comes_second_is_told_whose_it_is(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    with pytest.raises(DeskError) as refusal:
        await desk.takes(BORIS, number)

    assert (refusal.value.reason, refusal.value.facts) == ("already_taken", {"name": "Анна", "ticket": number})
    assert (await desk.ticket(number)).assignee == desk.staff[ANNA].id


async def test_a_ticket_the_robot_gave_to_a_colleague_is_free_until_they_begin(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()

    taken = await desk.takes(BORIS, number)

    assert (taken.before, taken.assignee) == (desk.staff[ANNA].id, desk.staff[BORIS].id)


async def test_knowing_whose_it_is_one_may_take_it_from_them(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    taken = await desk.takes(BORIS, number, even_from=True)

    assert (taken.before, taken.assignee) == (desk.staff[ANNA].id, desk.staff[BORIS].id)
    assert (await desk.history(number))[-1].data == {"to": desk.staff[BORIS].id, "from": desk.staff[ANNA].id}


async def test_what_has_ended_cannot_be_taken(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "close")

    with pytest.raises(BadMove):
        await desk.takes(ANNA, number)

    assert (await desk.ticket(number)).assignee is None


async def test_clients_and_the_switched_off_take_nothing(desk: Desk) -> None:
    number, other = await desk.asks(), await desk.asks(who=IGOR)
    await desk.staffed(boris=None)

    for by, error in ((desk.by(BORIS), NotAllowed), (await desk.client(number), NotAllowed)):
        with pytest.raises(error):
            await desk.does(by, take.take, Take, ticket=number)
    with pytest.raises(NotFound):
        await desk.does(await desk.client(other), take.take, Take, ticket=number)


@pytest.mark.parametrize("by", [Actor(kind="staff", role="admin"), Actor(kind="staff", id=99, role="admin")])
async def test_a_role_that_the_store_does_not_know_of_counts_for_nothing(desk: Desk, by: Actor) -> None:
    number = await desk.asks()

    with pytest.raises((NotAllowed, NotFound)):
        await desk.does(by, take.assign, Assign, ticket=number, to=desk.staff[ANNA].id)


async def test_assigning_tells_the_assignee_and_not_oneself(desk: Desk) -> None:
    await desk.on_duty(ANNA, LENA)
    for one in (ANNA, LENA):
        await desk.away(one)
    number = await desk.asks()

    await desk.does(LENA, take.assign, Assign, ticket=number, to=desk.staff[LENA].id)
    await desk.does(LENA, take.assign, Assign, ticket=number, to=desk.staff[ANNA].id)

    told = [one.staff for one in await desk.letters(template="alert_assigned")]
    assert told == [desk.staff[ANNA].id]
    assert (await desk.ticket(number)).status == "new"


async def test_assigning_to_whom_it_belongs_already_changes_nothing(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    same = await desk.does(LENA, take.assign, Assign, ticket=number, to=desk.staff[ANNA].id)

    assert (same.assignee, same.before) == (desk.staff[ANNA].id, desk.staff[ANNA].id)
    assert await desk.events(number) == ["created", "taken"]


async def test_nothing_is_assigned_to_people_who_are_not_there(desk: Desk) -> None:
    number = await desk.asks()
    await desk.staffed(boris=None)

    for nobody in (desk.staff[BORIS].id, 999):
        with pytest.raises(NotFound) as refusal:
            await desk.does(LENA, take.assign, Assign, ticket=number, to=nobody)
        assert refusal.value.reason == "no_such_member"


async def test_an_agent_of_another_line_assigns_nothing_of_ours(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",))
    number = await desk.asks()

    with pytest.raises(NotAllowed):
        await desk.does(BORIS, take.assign, Assign, ticket=number, to=desk.staff[BORIS].id)


async def test_what_is_put_back_into_the_queue_goes_to_whoever_comes_next(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    await desk.does(ANNA, take.assign, Assign, ticket=number, to=None)
    await desk.on_duty(BORIS)

    ticket = await desk.ticket(number)
    assert (ticket.status, ticket.assignee) == ("open", desk.staff[BORIS].id)


async def test_the_group_hears_of_what_was_put_back_and_nobody_took(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)
    await desk.does(ANNA, take.assign, Assign, ticket=number, to=None)

    desk.later(minutes=11)
    await desk.ticks()

    assert [one.ticket for one in await desk.letters(template="nudge_unassigned")] == [number]


async def test_what_has_ended_is_not_assigned(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "close")

    with pytest.raises(DeskError, match="closed"):
        await desk.does(LENA, take.assign, Assign, ticket=number, to=desk.staff[ANNA].id)


async def test_passing_on_hands_it_to_somebody_free_in_the_other_line(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",), lena=("desk",))
    await desk.on_duty(ANNA, BORIS)
    number = await desk.asks()
    await desk.takes(ANNA, number)

    passed = await desk.does(ANNA, take.pass_on, PassOn, ticket=number, line=await desk.line("dev"))

    ticket = await desk.ticket(number)
    assert (ticket.line, ticket.assignee) == (await desk.line("dev"), desk.staff[BORIS].id)
    assert (passed.before, passed.assignee) == (desk.staff[ANNA].id, desk.staff[BORIS].id)


async def test_what_was_passed_on_to_an_empty_line_waits_there_and_is_not_forgotten(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",), lena=("desk",))
    number = await desk.asks()
    await desk.takes(ANNA, number)
    await desk.does(ANNA, take.pass_on, PassOn, ticket=number, line=await desk.line("dev"))

    desk.later(minutes=11)
    await desk.ticks()
    nudged = await desk.letters(template="nudge_unassigned")
    await desk.on_duty(ANNA, BORIS)

    assert [one.ticket for one in nudged] == [number]
    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_it_is_passed_on_only_to_another_line_there_is(desk: Desk) -> None:
    await desk.staffed("desk", "dev")
    number = await desk.asks()

    for line, reason in ((await desk.line("desk"), "same_line"), (77, "no_such_line")):
        with pytest.raises(DeskError) as refusal:
            await desk.does(ANNA, take.pass_on, PassOn, ticket=number, line=line)
        assert refusal.value.reason == reason
    assert await desk.events(number) == ["created"]


async def test_whoever_passed_a_ticket_on_may_do_nothing_more_with_it(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",), lena=("desk",))
    number = await desk.asks()
    await desk.takes(ANNA, number)
    await desk.does(ANNA, take.pass_on, PassOn, ticket=number, line=await desk.line("dev"))

    with pytest.raises(NotAllowed):
        await desk.ends(desk.by(ANNA), number, "close")
