"""What clients do besides writing."""

from datetime import timedelta

import pytest

from okno.errors import NotFound
from okno.queue import search
from okno.queue.actions import client
from okno.queue.actions.client import Ask, Route, Seen
from tests.store.cast import ANNA, BORIS, IGOR, VERA, Desk
from tests.store.courier import Courier


async def guessed(desk: Desk) -> tuple[int, int, int]:
    """Two open tickets and a message that was guessed to belong to the second; its number is the third."""
    first = await desk.asks("Не открывается сайт")
    await desk.wants_new()
    second = await desk.asks("Нужен счёт")
    got = await desk.writes("Ошибка всё ещё 502")
    assert got.rule == "conversation_guess"
    assert got.message
    return first, second, got.message


async def routes(desk: Desk, message: int, ticket: int | None, who: int = VERA, **more: str) -> client.Routed:
    found: client.Routed = await desk.does(
        ANNA, client.route, Route, message=message, ticket=ticket, identity=(await desk.identity(who)).id, **more
    )
    return found


async def test_the_message_goes_where_the_client_says_and_both_histories_tell(desk: Desk) -> None:
    first, second, message = await guessed(desk)

    routed = await routes(desk, message, first)

    assert routed.ticket == first
    assert [one.id for one in await desk.said(first)] == [1, message]
    moved = {"message": message, "from": second, "to": first}
    for number in (first, second):
        assert moved in [one.data for one in await desk.history(number)]


async def test_what_was_guessed_after_it_in_one_burst_goes_along(desk: Desk) -> None:
    first, second, message = await guessed(desk)
    later = await desk.writes("И картинка не грузится")

    await routes(desk, message, first)

    assert [one.id for one in await desk.said(first)] == [1, message, later.message]
    assert [one.text for one in await desk.said(second)] == ["Нужен счёт"]


async def ended(desk: Desk) -> tuple[int, int]:
    """A closed request that plain words have brought back, and those words."""
    number = await desk.asks("Не открывается сайт")
    await desk.ends(desk.by(ANNA), number, "close")
    got = await desk.writes("А ещё нужен счёт")
    assert (got.ticket, got.rule) == (number, "ended_guess")
    assert got.message
    return number, got.message


async def test_plain_words_after_the_end_bring_it_back_and_the_client_is_asked(desk: Desk) -> None:
    number, message = await ended(desk)

    asked = await desk.letters(template="which_ticket")

    assert (await desk.ticket(number)).status == "open"
    assert [one.data for one in asked] == [{"message": message, "choices": [number], "guess": number, "ended": True}]


async def test_words_that_were_about_something_else_leave_it_as_it_was(desk: Desk) -> None:
    number, message = await ended(desk)
    later = await desk.writes("На сто рублей")

    routed = await routes(desk, message, None)

    assert (await desk.ticket(number)).status == "closed"
    assert [one.id for one in await desk.said(routed.ticket)] == [message, later.message]


async def test_a_message_that_came_from_elsewhere_ends_nothing_again(desk: Desk) -> None:
    number, message = await ended(desk)
    new = await routes(desk, message, None)
    await desk.takes(ANNA, new.ticket)

    back = await routes(desk, message, number)

    assert back.ticket == number
    assert (await desk.ticket(new.ticket)).status == "open"


async def test_what_somebody_works_on_by_then_stays_open(desk: Desk) -> None:
    number, message = await ended(desk)
    await desk.takes(ANNA, number)

    await routes(desk, message, None)

    assert (await desk.ticket(number)).status == "open"


async def test_a_burst_is_asked_about_once(desk: Desk) -> None:
    await guessed(desk)
    await desk.writes("И картинка не грузится")
    desk.later(minutes=5)
    await desk.writes("Ау")

    asked = await desk.letters(template="which_ticket")

    assert [one.data["message"] for one in asked] == [3, 5]


async def test_a_message_the_client_moves_keeps_its_copies_and_its_words_findable(desk: Desk) -> None:
    first, _, message = await guessed(desk)

    await routes(desk, message, first)

    copies = await desk.rows("copy", message=message)
    assert [row.ticket for row in copies] == [first]
    assert await desk.store.read(lambda tx, words: search.find(tx, words, 5), "ошибка 502") == [first]


async def test_it_may_be_a_new_request_after_all(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    _, second, message = await guessed(desk)

    routed = await routes(desk, message, None)

    ticket = await desk.ticket(routed.ticket)
    assert routed.ticket not in {1, second}
    assert (ticket.status, ticket.subject, ticket.assignee) == ("new", "Ошибка всё ещё 502", desk.staff[ANNA].id)
    assert {row.kind for row in await desk.rows("clock", subject=routed.ticket)} == {"first_answer"}


async def test_the_assignee_of_the_right_ticket_hears_of_it(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    first, second, message = await guessed(desk)
    assert (await desk.ticket(first)).assignee != (await desk.ticket(second)).assignee

    await routes(desk, message, first)

    told = {one.ticket: one.staff for one in await desk.letters(template="alert_client_wrote")}
    assert told[first] == (await desk.ticket(first)).assignee


async def test_a_closed_request_the_client_meant_is_open_again(desk: Desk) -> None:
    first, _, message = await guessed(desk)
    await desk.ends(desk.by(ANNA), first, "close")

    await routes(desk, message, first)

    assert (await desk.ticket(first)).status == "open"


async def test_spam_stays_spam_and_nobody_is_told(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    first, _, message = await guessed(desk)
    await desk.ends(desk.by(ANNA), first, "spam")

    await routes(desk, message, first)

    assert (await desk.ticket(first)).status == "spam"
    assert [one for one in await desk.letters(template="alert_client_wrote") if one.ticket == first] == []


async def test_choosing_where_it_is_already_changes_nothing(desk: Desk) -> None:
    _, second, message = await guessed(desk)
    before = await desk.events(second)

    assert (await routes(desk, message, second)).ticket == second
    assert await desk.events(second) == before


async def test_the_same_press_moves_it_once(desk: Desk) -> None:
    first, second, message = await guessed(desk)

    results = [await routes(desk, message, first, cause="journal:4") for _ in range(2)]

    assert results[0] == results[1]
    assert (await desk.events(second)).count("message_moved") == 1


async def test_nobody_moves_what_is_not_theirs_or_to_where_they_take_no_part(desk: Desk) -> None:
    first, _, message = await guessed(desk)
    other = await desk.asks(who=IGOR)
    said = await desk.says(ANNA, first, "Ответ")

    for number, target, who in ((message, other, VERA), (message, other, IGOR), (said.message, 2, VERA), (99, 1, VERA)):
        with pytest.raises(NotFound):
            await routes(desk, number, target, who)
    with pytest.raises(NotFound):
        await routes(desk, message, 999)


async def test_after_a_press_of_new_the_next_message_is_a_new_request_and_the_one_after_is_not(desk: Desk) -> None:
    first = await desk.asks()
    await desk.wants_new()

    second, third = await desk.asks("Нужен счёт"), await desk.writes("На кого?")

    assert second != first
    assert third.rule == "conversation_guess"


async def test_a_press_of_new_is_forgotten_after_an_hour(desk: Desk) -> None:
    first = await desk.asks()
    await desk.wants_new()
    desk.later(hours=1, seconds=1)

    assert await desk.asks("Ещё про сайт") == first


async def test_a_client_reads_and_has_nothing_unread(desk: Desk) -> None:
    number = await desk.asks()
    await desk.says(ANNA, number, "Починили")
    desk.later(minutes=1)
    await Courier(desk).send_all()
    who = (await desk.identity(VERA)).id

    await desk.act(client.seen, Seen(identity=who, ticket=number))

    assert [row.seen_message for row in await desk.rows("participant")] == [2]


async def test_what_is_not_theirs_cannot_be_looked_at(desk: Desk) -> None:
    number = await desk.asks()
    await desk.asks(who=IGOR)

    with pytest.raises(NotFound):
        await desk.act(client.seen, Seen(identity=(await desk.identity(IGOR)).id, ticket=number))


async def test_a_client_chooses_the_language_of_what_they_read(desk: Desk) -> None:
    number = await desk.asks()
    who = (await desk.identity(VERA)).id

    await desk.act(client.speak, Ask(identity=who, cause=desk.cause(), value="en"))
    said = await desk.says(ANNA, number, "Done")

    assert [one.language for one in await desk.letters(message=said.message)] == ["en"]


async def test_a_wish_of_nobody_is_refused_and_not_kept(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.act(client.speak, Ask(identity=77, cause="c:1", value="en"))

    assert await desk.count("cause") == 0


async def test_whoever_blocked_the_bot_is_marked_until_they_are_back(desk: Desk) -> None:
    await desk.asks()
    who = (await desk.identity(VERA)).id

    await desk.act(client.reachable, Ask(identity=who, cause=desk.cause(), value="blocked"))
    gone = await desk.identity(VERA)
    await desk.act(client.reachable, Ask(identity=who, cause=desk.cause()))

    assert (gone.unreachable_at, gone.unreachable_why) == (desk.now, "blocked")
    assert (await desk.identity(VERA)).unreachable_at is None


async def test_whoever_writes_is_reachable_again(desk: Desk) -> None:
    await desk.asks()
    ask = Ask(identity=(await desk.identity(VERA)).id, cause=desk.cause(), value="blocked")
    await desk.act(client.reachable, ask)

    await desk.asks("Я снова тут")

    assert (await desk.identity(VERA)).unreachable_at is None


async def test_the_same_news_again_does_not_undo_what_came_after(desk: Desk) -> None:
    await desk.asks()
    who = (await desk.identity(VERA)).id
    blocked = Ask(identity=who, cause="journal:1", value="blocked")
    for news in (blocked, Ask(identity=who, cause="journal:2"), blocked):
        await desk.act(client.reachable, news)
        desk.later(minutes=1)

    assert (await desk.identity(VERA)).unreachable_at is None


async def test_a_late_choice_still_moves_the_message(desk: Desk) -> None:
    first, _, message = await guessed(desk)
    desk.now += timedelta(days=2)

    assert (await routes(desk, message, first)).ticket == first
