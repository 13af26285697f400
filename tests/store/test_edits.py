"""Clients correct their messages: no words of theirs are lost, and the last ones count."""

from dataclasses import replace
from datetime import timedelta

from okno.desk.message import Incoming
from tests.store.cast import ANNA, NOON, Desk


def edited(message: Incoming, text: str, second: int) -> Incoming:
    return replace(message, text=text, full_text=text, edited_at=NOON + timedelta(seconds=second))


async def words(desk: Desk) -> tuple[str, list[str]]:
    """The message as it stands, and every wording of it that was replaced."""
    return (await desk.said(1))[0].text, [row.text for row in await desk.rows("version")]


async def test_every_wording_is_kept_in_order(desk: Desk) -> None:
    message = desk.message("раз")
    for one in (message, edited(message, "два", 1), edited(message, "три", 2)):
        await desk.take_in(one)

    assert await words(desk) == ("три", ["раз", "два"])
    assert (await desk.said(1))[0].edited


async def test_two_edits_within_one_second_are_two_edits(desk: Desk) -> None:
    """Telegram dates edits to the second."""
    message = desk.message("раз")
    got = [await desk.take_in(one) for one in (message, edited(message, "два", 1), edited(message, "три", 1))]

    assert [one.outcome for one in got] == ["ticket", "edited", "edited"]
    assert await words(desk) == ("три", ["раз", "два"])


async def test_an_old_edit_delivered_again_does_not_bring_old_words_back(desk: Desk) -> None:
    message = desk.message("раз")
    for one in (message, edited(message, "два", 1), edited(message, "три", 2)):
        await desk.take_in(one)

    again = [await desk.take_in(one) for one in (edited(message, "два", 1), edited(message, "три", 2), message)]

    assert {one.outcome for one in again} == {"duplicate"}
    assert await words(desk) == ("три", ["раз", "два"])


async def test_an_edit_that_was_parked_meanwhile_is_kept_but_does_not_replace_a_later_one(desk: Desk) -> None:
    message = desk.message("раз")
    for one in (message, edited(message, "три", 3), edited(message, "два", 2)):
        await desk.take_in(one)

    text, kept = await words(desk)

    assert (text, sorted(kept)) == ("три", ["два", "раз"])


async def test_going_back_to_the_first_words_is_an_edit_too(desk: Desk) -> None:
    message = desk.message("раз")
    for one in (message, edited(message, "два", 1), edited(message, "раз", 2)):
        await desk.take_in(one)

    assert await words(desk) == ("раз", ["раз", "два"])


async def test_an_edit_moves_no_ticket_and_is_told_in_its_history(desk: Desk) -> None:
    message = desk.message("раз")
    await desk.take_in(message)
    await desk.ends(desk.by(ANNA), 1, "close")

    await desk.take_in(edited(message, "два", 1))

    assert ((await desk.ticket(1)).status, (await desk.events(1))[-1]) == ("closed", "edited")
