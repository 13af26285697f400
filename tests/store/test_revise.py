"""Staff correct their own words."""

import pytest

from okno.errors import DeskError, NotAllowed
from okno.queue.actions import revise
from okno.queue.actions.revise import Correct
from tests.store.cast import ANNA, BORIS, Desk
from tests.store.courier import Courier


async def corrects(desk: Desk, who: int, message: int, text: str, cause: str = "") -> bool:
    done: bool = await desk.does(
        who, revise.correct, Correct, message=message, text=text, entities=(), at=desk.now, cause=cause or desk.cause()
    )
    return done


async def test_a_held_answer_is_corrected_before_it_leaves_and_its_first_words_are_kept(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")

    assert await corrects(desk, ANNA, said.message, "Цена 1000")

    assert (await desk.said(number))[-1].text == "Цена 1000"
    assert [row.text for row in await desk.rows("version")] == ["Цена 100"]
    assert (await desk.events(number))[-1] == "corrected"


async def test_what_the_client_has_already_stays_as_they_have_it(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=11)
    await Courier(desk).send_all()

    pressed = [await corrects(desk, ANNA, said.message, "Цена 1000", "journal:6") for _ in range(2)]

    assert pressed == [False, False]
    assert (await desk.said(number))[-1].text == "Цена 100"


async def test_a_note_is_corrected_at_any_time(desk: Desk) -> None:
    number = await desk.asks()
    note = await desk.says(ANNA, number, "Перезвнить", kind="note")
    await desk.ends(desk.by(ANNA), number, "close")

    assert await corrects(desk, ANNA, note.message, "Перезвонить")


async def test_the_same_correction_again_is_one_version(desk: Desk) -> None:
    number = await desk.asks()
    note = await desk.says(ANNA, number, "Перезвнить", kind="note")

    assert [await corrects(desk, ANNA, note.message, "Перезвонить", "journal:6") for _ in range(2)] == [True, True]
    assert await desk.count("version") == 1


async def test_nobody_corrects_anothers_words_or_a_clients(desk: Desk) -> None:
    number = await desk.asks()
    note = await desk.says(ANNA, number, "Заметка", kind="note")

    for who, message in ((BORIS, note.message), (ANNA, 1), (ANNA, 99)):
        with pytest.raises(DeskError, match="not_found"):
            await corrects(desk, who, message, "Подмена")
    await desk.staffed(anna=None)
    with pytest.raises(NotAllowed):
        await corrects(desk, ANNA, note.message, "Подмена")
