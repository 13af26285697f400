"""Who works on what, from the store: loads, ties, presence and the queue."""

from dataclasses import replace

from okno.desk import tokens
from okno.queue import clocks, roster
from okno.queue.actions import change, duty
from okno.queue.actions.change import Change, Postpone
from tests.store.cast import ANNA, BORIS, IGOR, LENA, NOON, Desk


async def test_the_least_loaded_gets_the_next_one(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    owners = [(await desk.ticket(await desk.asks(who=600 + number))).assignee for number in range(4)]

    assert sorted(owners, key=str) == sorted([desk.staff[ANNA].id, desk.staff[BORIS].id] * 2)


async def test_what_has_ended_is_no_load(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    first = await desk.ticket(await desk.asks(who=601))
    second = await desk.ticket(await desk.asks(who=602))
    desk.later(minutes=1)
    await desk.ends(desk.by(LENA), second.id, "close")

    assert (await desk.ticket(await desk.asks(who=603))).assignee == second.assignee != first.assignee


async def test_among_equals_whoever_has_gone_longest_without(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    for number in range(2):
        await desk.ends(desk.by(LENA), await desk.asks(who=600 + number), "close")
        desk.later(minutes=1)

    third = await desk.ticket(await desk.asks(who=605))

    assert third.assignee == desk.staff[ANNA].id


async def test_the_choice_is_explained_in_numbers(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    await desk.away(BORIS)

    number = await desk.asks()

    anna, boris, lena = (desk.staff[one].id for one in (ANNA, BORIS, LENA))
    log = [[anna, 0], [boris, "away"], [lena, "not_started"]]
    assert (await desk.history(number))[-1].data == {"to": anna, "why": "least_load", "log": log}


async def test_without_anybody_it_waits_and_its_clock_runs(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    await desk.away(ANNA)

    number = await desk.asks()

    assert (await desk.ticket(number)).assignee is None
    assert {row.kind for row in await desk.rows("clock")} == {"first_answer", "unassigned"}


async def test_whoever_comes_back_gets_what_waits_by_urgency_and_age(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    await desk.away(ANNA)
    numbers = [await desk.asks(who=600 + number) for number in range(3)]
    await desk.does(LENA, change.change, Change, ticket=numbers[2], priority="urgent")

    given = await desk.away(ANNA, "back")

    order = [one.ticket for one in await desk.letters(template="alert_assigned")]
    assert (given, order) == (3, [numbers[2], numbers[0], numbers[1]])
    assert await desk.rows("clock", kind="unassigned") == []


async def test_each_line_drains_to_its_own_people_only(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",), lena=("desk",))
    ours = await desk.asks()
    desk.with_policy(first_line=await desk.line("dev"))
    theirs = await desk.asks(who=IGOR)

    await desk.on_duty(BORIS)

    assert (await desk.ticket(ours)).assignee is None
    assert (await desk.ticket(theirs)).assignee == desk.staff[BORIS].id


async def test_a_long_queue_of_a_line_without_people_holds_nobody_else_up(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",), lena=("desk",))
    for number in range(55):
        await desk.asks(who=600 + number)
    desk.with_policy(first_line=await desk.line("dev"))
    theirs = await desk.asks(who=IGOR)

    await desk.on_duty(BORIS)

    assert (await desk.ticket(theirs)).assignee == desk.staff[BORIS].id


async def test_what_is_put_off_holds_nobody_up_either(desk: Desk) -> None:
    first, second = await desk.asks(), await desk.asks(who=IGOR)
    await desk.does(ANNA, change.postpone, Postpone, ticket=first, until=NOON.replace(hour=15))

    await desk.on_duty(BORIS)

    assert [(await desk.ticket(one)).assignee for one in (first, second)] == [None, desk.staff[BORIS].id]


async def test_a_list_mail_is_handed_to_nobody(desk: Desk) -> None:
    number = await desk.mails("Новости недели", kind="list")

    await desk.on_duty(ANNA)

    assert (await desk.ticket(number)).assignee is None


async def test_the_same_press_of_start_hands_out_once(desk: Desk) -> None:
    await desk.asks()
    press = duty.Presence(staff=desk.staff[ANNA].id, change="started", cause="journal:1", policy=desk.policy)

    handed = [await desk.act(duty.presence, press) for _ in range(2)]

    assert handed == [1, 0]


async def test_whoever_leaves_a_line_gets_no_more_of_it_and_keeps_what_is_theirs(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",))
    await desk.on_duty(ANNA)
    kept = await desk.asks()
    await desk.staffed("desk", "dev", anna=("dev",))

    later = await desk.asks(who=IGOR)

    assert (await desk.ticket(kept)).assignee == desk.staff[ANNA].id
    assert (await desk.ticket(later)).assignee is None
    await desk.says(ANNA, kept, "Довожу до конца")


async def test_whoever_was_switched_off_hears_nothing_more_of_clients(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.takes(ANNA, number)
    before = len(await desk.letters(staff=desk.staff[ANNA].id))
    await desk.staffed(anna=None)

    await desk.asks("Есть новости?")

    assert len(await desk.letters(staff=desk.staff[ANNA].id)) == before
    assert (await desk.ticket(number)).assignee is None


async def test_what_the_switched_off_left_behind_is_handed_out_anew(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number, closed = await desk.asks(), await desk.asks(who=IGOR)
    await desk.ends(desk.by(LENA), closed, "close")
    await desk.staffed(anna=None)
    await desk.on_duty(BORIS)

    went = [await desk.store.write(duty.relieve, desk.policy, desk.now) for _ in range(2)]

    assert went == [1, 0]
    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id
    assert (await desk.ticket(closed)).assignee == desk.staff[ANNA].id
    left = (await desk.history(number))[-2].data
    assert left == {"from": desk.staff[ANNA].id, "why": "switched_off"}


async def test_what_nobody_has_and_the_client_asks_about_again_finds_somebody(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "hand_out")
    await desk.on_duty(BORIS)
    await desk.away(BORIS)
    await desk.away(BORIS, "back")

    await desk.asks("Ну как?")

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_blocking_the_bot_takes_one_off_duty(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    await desk.act(lambda tx, key, _now: roster.set_unreachable(tx, key), desk.staff[ANNA].id)

    assert (await desk.ticket(await desk.asks())).assignee is None


async def test_an_alert_that_has_not_left_yet_is_not_doubled(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.takes(ANNA, number)

    for text in ("Раз", "Два", "Три"):
        await desk.asks(text)

    assert len(await desk.letters(template="alert_client_wrote")) == 1


async def test_a_desk_without_a_bot_alerts_nobody_and_still_assigns(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    desk.policy = replace(desk.policy, bot=None, room=None)

    number = await desk.mails()

    assert (await desk.ticket(number)).assignee == desk.staff[ANNA].id
    assert await desk.letters(kind="alert") == []


async def test_a_person_who_writes_into_a_quiet_ticket_makes_it_a_request(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    first = desk.mail("Новости недели", kind="list")
    got = await desk.take_in(first)
    assert first.mail

    await desk.take_in(desk.mail("А это уже мне?", facts={"references": (first.mail.message_id,)}))

    ticket = await desk.ticket(got.ticket)
    assert (ticket.quiet, ticket.assignee) == (False, desk.staff[ANNA].id)
    assert [row.kind for row in await desk.rows("clock")] == ["first_answer"]


async def test_what_was_closed_without_an_answer_and_is_asked_again_waits_for_one(desk: Desk) -> None:
    number = await desk.mails()
    await desk.ends(desk.by(ANNA), number, "close")
    desk.later(hours=2)

    token = tokens.sign(number, "n", 1, b"k" * 32)
    assert await desk.mails("Так и не ответили", facts={"tokens": (token,)}) == number

    due = await desk.act(lambda tx, key, _now: clocks.of(tx, key), number)
    assert (await desk.ticket(number)).status == "open"
    assert due["first_answer"] == desk.now + desk.policy.first_answer
