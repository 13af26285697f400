"""Two tickets that are one, and one that is two again."""

import pytest

from okno.desk import tokens
from okno.errors import BadMove, DeskError, NotAllowed, NotFound
from okno.queue.actions import merge, take
from okno.queue.actions.merge import Join, Merge, Unmerge
from tests.store.cast import ANNA, BORIS, IGOR, LENA, NOON, Desk

MALLORY = "mallory@evil.example"


async def two(desk: Desk) -> tuple[int, int]:
    """Two tickets of one client."""
    first = await desk.asks("Не открывается сайт")
    await desk.wants_new()
    return first, await desk.asks("Сайт лежит")


async def strangers(desk: Desk) -> tuple[int, int]:
    """A ticket, and one of somebody who came with its token: "may belong to" it."""
    number = await desk.mails()
    token = tokens.sign(number, "n", 1, b"k" * 32)
    return number, await desk.mails("Мне переслали", MALLORY, facts={"tokens": (token,)})


async def test_merging_moves_nothing_and_only_points(desk: Desk) -> None:
    first, second = await two(desk)

    merged = await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    source, target = await desk.ticket(second), await desk.ticket(first)
    assert (merged.ticket, merged.into) == (second, first)
    assert (source.status, source.status_before, source.merged_into) == ("merged", "new", first)
    assert (target.status, target.merged_into) == ("new", None)
    assert [one.text for one in await desk.said(second)] == ["Сайт лежит"]
    assert (await desk.events(first))[-1] == "joined"
    assert (await desk.events(second))[-1] == "merged"


async def test_everything_done_to_a_merged_ticket_is_done_to_its_target(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    said = await desk.says(ANNA, second, "Починили")

    assert said.ticket == first
    assert ((await desk.ticket(first)).status, (await desk.ticket(second)).status) == ("open", "merged")


async def test_following_goes_through_any_number_of_merges(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.wants_new()
    third = await desk.asks("И снова")
    await desk.does(ANNA, merge.merge, Merge, ticket=third, into=second)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    assert (await desk.takes(ANNA, third)).ticket == first


async def test_a_ticket_is_not_merged_into_itself_by_whatever_way(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    for source, target in ((first, first), (first, second), (second, first), (second, second)):
        with pytest.raises(DeskError, match="same_ticket"):
            await desk.does(ANNA, merge.merge, Merge, ticket=source, into=target)
    assert (await desk.ticket(first)).merged_into is None


async def test_joining_what_was_merged_here_already_makes_no_loop(desk: Desk) -> None:
    first = desk.mail("Где мой заказ?")
    number = (await desk.take_in(first)).ticket
    assert number
    assert first.mail
    denied = {"references": (first.mail.message_id,), "proof": "fail"}
    second = await desk.mails("Это я", facts=denied)
    await desk.does(ANNA, merge.merge, Merge, ticket=number, into=second)

    with pytest.raises(DeskError, match="same_ticket"):
        await desk.does(ANNA, merge.join, Join, ticket=second)

    assert (await desk.ticket(second)).merged_into is None


async def test_tickets_of_two_clients_are_not_merged(desk: Desk) -> None:
    first, second = await desk.asks(), await desk.asks(who=IGOR)

    with pytest.raises(DeskError, match="merge_other_client"):
        await desk.does(LENA, merge.merge, Merge, ticket=first, into=second)

    assert (await desk.ticket(first)).status == "new"


async def test_what_a_client_still_waits_for_is_not_merged_into_what_has_ended(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.ends(desk.by(ANNA), first, "close")

    with pytest.raises(DeskError, match="merge_into_ended"):
        await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    assert (await desk.ticket(second)).status == "new"


async def test_what_has_ended_is_merged_into_what_has_ended(desk: Desk) -> None:
    first, second = await two(desk)
    for number in (first, second):
        await desk.ends(desk.by(ANNA), number, "close")

    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    assert (await desk.ticket(second)).merged_into == first


async def test_a_merge_asks_for_rights_on_both(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",))
    first, second = await two(desk)
    await desk.does(LENA, take.pass_on, take.PassOn, ticket=second, line=await desk.line("dev"))

    for who in (ANNA, BORIS):
        for source, target in ((first, second), (second, first)):
            with pytest.raises(NotAllowed):
                await desk.does(who, merge.merge, Merge, ticket=source, into=target)
    with pytest.raises(NotAllowed):
        await desk.does(await desk.client(first), merge.merge, Merge, ticket=first, into=second)


async def test_a_merged_ticket_leaves_the_queue_and_its_clocks(desk: Desk) -> None:
    first, second = await two(desk)

    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)
    await desk.on_duty(ANNA)

    assert {row.subject for row in await desk.rows("clock")} == {first}
    assert (await desk.ticket(second)).assignee is None


async def test_undoing_a_merge_brings_back_the_state_and_its_clocks(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    parted = await desk.does(ANNA, merge.unmerge, Unmerge, ticket=second)

    ticket = await desk.ticket(second)
    assert (parted.ticket, parted.into) == (second, first)
    assert (ticket.status, ticket.status_before, ticket.merged_into) == ("new", None, None)
    clocks = {row.kind: row.due_at for row in await desk.rows("clock", subject=second)}
    assert clocks["first_answer"] == NOON + desk.policy.first_answer
    assert "unassigned" in clocks
    assert (await desk.events(first))[-1] == "parted"


async def test_what_was_spam_before_a_merge_remembers_what_it_was_before_that(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.ends(desk.by(ANNA), second, "finish")
    await desk.ends(desk.by(ANNA), second, "spam")
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=second)
    back = await desk.ends(desk.by(ANNA), second, "not_spam")

    assert back.status == "done"


async def test_only_what_is_merged_can_be_parted(desk: Desk) -> None:
    first, second = await two(desk)

    with pytest.raises(BadMove):
        await desk.does(ANNA, merge.unmerge, Unmerge, ticket=second)
    with pytest.raises(NotFound):
        await desk.does(ANNA, merge.unmerge, Unmerge, ticket=99)

    assert (await desk.events(first), await desk.events(second)) == (["created"], ["created"])


async def test_parting_the_middle_of_a_chain_takes_along_what_hangs_on_it(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.wants_new()
    third = await desk.asks("И снова")
    await desk.does(ANNA, merge.merge, Merge, ticket=third, into=second)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=second)

    assert (await desk.takes(ANNA, third)).ticket == second


async def test_what_may_belong_together_is_joined_and_its_sender_takes_part_from_then_on(desk: Desk) -> None:
    number, other = await strangers(desk)

    await desk.does(ANNA, merge.join, Join, ticket=other)

    reply = await desk.take_in(
        desk.mail("Ну что?", MALLORY, facts={"tokens": (tokens.sign(number, "n", 1, b"k" * 32),)})
    )
    roles = {row.proof for row in await desk.rows("participant", ticket=number) if row.role == "cc"}
    assert (reply.ticket, reply.rule, roles) == (number, "token", {"staff"})
    assert (await desk.ticket(other)).maybe is None


async def test_undoing_a_join_takes_the_stranger_out_again(desk: Desk) -> None:
    number, other = await strangers(desk)
    await desk.does(ANNA, merge.join, Join, ticket=other)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=other)

    token = tokens.sign(number, "n", 1, b"k" * 32)
    reply = await desk.take_in(desk.mail("Ну что?", MALLORY, facts={"tokens": (token,)}))
    assert (reply.ticket == number, reply.rule) == (False, "token_of_another")
    with pytest.raises(NotFound):
        await desk.ends(await desk.client(other), number, "accept")


async def test_undoing_a_join_deep_in_a_chain_takes_the_stranger_out_everywhere(desk: Desk) -> None:
    number, other = await strangers(desk)
    third = await desk.mails("Ещё один", "vera@client.example")
    await desk.does(ANNA, merge.join, Join, ticket=other)
    await desk.does(ANNA, merge.merge, Merge, ticket=number, into=third)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=other)

    for one in (number, third):
        assert len(await desk.rows("participant", ticket=one)) == 1
    assert len(await desk.rows("participant", ticket=other)) == 1


async def test_whom_two_merges_brought_stays_while_one_of_them_stands(desk: Desk) -> None:
    number, other = await strangers(desk)
    token = tokens.sign(number, "n", 1, b"k" * 32)
    third = await desk.mails("Опять я", MALLORY, facts={"tokens": (token,)})
    for one in (other, third):
        await desk.does(ANNA, merge.join, Join, ticket=one)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=other)
    still = len(await desk.rows("participant", ticket=number))
    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=third)

    assert (still, len(await desk.rows("participant", ticket=number))) == (2, 1)


async def test_whoever_took_part_before_the_merge_still_does_after_its_undoing(desk: Desk) -> None:
    first, second = await two(desk)
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    await desk.does(ANNA, merge.unmerge, Unmerge, ticket=second)

    assert [len(await desk.rows("participant", ticket=one)) for one in (first, second)] == [1, 1]


async def test_there_must_be_something_to_join(desk: Desk) -> None:
    number = await desk.asks()

    with pytest.raises(DeskError, match="nothing_to_join"):
        await desk.does(ANNA, merge.join, Join, ticket=number)


async def test_the_same_press_merges_once_and_says_the_same(desk: Desk) -> None:
    first, second = await two(desk)
    press = Merge(ticket=second, into=first, by=desk.by(ANNA), cause="journal:8", policy=desk.policy)

    once, again = await desk.act(merge.merge, press), await desk.act(merge.merge, press)

    assert once == again
    assert (await desk.events(second)).count("merged") == 1
