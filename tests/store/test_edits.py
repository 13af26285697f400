"""Clients correct their messages: no words of theirs are lost, and the last ones count."""

from dataclasses import replace
from datetime import timedelta

from okno.desk.message import File, Incoming
from okno.queue import messages
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


def with_file(message: Incoming, remote: str, second: int = 0) -> Incoming:
    at = NOON + timedelta(seconds=second) if second else None
    return replace(message, files=(File(kind="photo", remote_id=remote),), edited_at=at)


async def files(desk: Desk) -> tuple[list[str], list[str]]:
    """The files of the message as it stands, and every file it ever had."""
    now = await desk.store.read(messages.files, 1)
    return [one.remote_id for one in now], [row.remote_id for row in await desk.rows("attachment")]


async def test_a_file_put_in_the_place_of_another_is_fetched_and_the_other_one_kept(desk: Desk) -> None:
    message = desk.message("вот")
    await desk.take_in(with_file(message, "a"))

    got = await desk.take_in(with_file(message, "b", 1))

    assert got.outcome == "edited"
    assert await files(desk) == (["b"], ["a", "b"])
    assert {row.state for row in await desk.rows("attachment")} == {"wanted"}
    assert [row.data["files"] for row in await desk.rows("version")] == [["a"]]


async def test_a_file_added_to_words_is_an_edit(desk: Desk) -> None:
    message = desk.message("договор")
    await desk.take_in(message)

    assert (await desk.take_in(with_file(message, "a", 1))).outcome == "edited"
    assert await files(desk) == (["a"], ["a"])


async def test_new_words_under_the_same_file_leave_the_file_alone(desk: Desk) -> None:
    message = desk.message("вот")
    await desk.take_in(with_file(message, "a"))

    got = await desk.take_in(with_file(replace(message, text="вот так"), "a", 1))

    assert got.outcome == "edited"
    assert await files(desk) == (["a"], ["a"])


async def test_old_edits_of_files_delivered_again_bring_no_old_file_back(desk: Desk) -> None:
    message = desk.message("вот")
    edits = [with_file(message, "b", 1), with_file(message, "c", 2)]
    for one in (with_file(message, "a"), *edits):
        await desk.take_in(one)

    again = [await desk.take_in(one) for one in edits]

    assert {one.outcome for one in again} == {"duplicate"}
    assert await files(desk) == (["c"], ["a", "b", "c"])


async def test_a_file_whose_edit_comes_late_is_kept_but_does_not_replace_a_later_one(desk: Desk) -> None:
    message = desk.message("вот")
    for one in (with_file(message, "a"), with_file(message, "c", 3), with_file(message, "b", 2)):
        await desk.take_in(one)

    assert await files(desk) == (["c"], ["a", "c", "b"])


async def test_going_back_to_the_first_file_is_an_edit_too(desk: Desk) -> None:
    message = desk.message("вот")
    for one in (with_file(message, "a"), with_file(message, "b", 1), with_file(message, "a", 2)):
        await desk.take_in(one)

    assert (await files(desk))[0] == ["a"]


async def test_a_file_too_big_to_fetch_is_told_of_once(desk: Desk) -> None:
    message = desk.message("вот")
    big = (File(kind="video", remote_id="a", size=48 << 20, facts={"too_big": True}),)
    await desk.take_in(message)
    for second, text in enumerate(("вот", "вот видео"), start=1):
        await desk.take_in(replace(edited(message, text, second), files=big))

    assert len(await desk.letters(template="file_too_big")) == 1
    assert [row.state for row in await desk.rows("attachment")] == ["failed"]
