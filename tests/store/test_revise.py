"""Staff correct their own words."""

from collections.abc import Sequence

import pytest

from okno.desk.message import File
from okno.errors import DeskError, NotAllowed
from okno.queue import parts
from okno.queue.actions import answer, enter, revise
from okno.queue.actions.answer import Recall
from okno.queue.actions.enter import WriteFirst
from okno.queue.actions.revise import Correct
from tests.store.cast import ANNA, BORIS, VERA, Desk
from tests.store.courier import Courier, draft


async def corrects(
    desk: Desk, who: int, message: int, text: str, cause: str = "", files: Sequence[File] = ()
) -> bool:  # fmt: skip
    done: bool = await desk.does(
        who, revise.correct, Correct, message=message, text=text, entities=(), at=desk.now, files=files,
        cause=cause or desk.cause(),
    )  # fmt: skip
    return done


async def test_a_held_answer_is_corrected_before_it_leaves_and_its_first_words_are_kept(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")

    assert await corrects(desk, ANNA, said.message, "Цена 1000")

    assert (await desk.said(number))[-1].text == "Цена 1000"
    assert [row.text for row in await desk.rows("version")] == ["Цена 100"]
    assert (await desk.events(number))[-1] == "corrected"


async def test_words_corrected_while_they_were_rendered_are_rendered_again(desk: Desk) -> None:
    number = await desk.asks()
    await Courier(desk).send_all()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=10)
    lane = f"{desk.bot}:{VERA}"
    step = await Courier(desk).advance(lane)
    assert step.render
    await corrects(desk, ANNA, said.message, "Цена 1000")

    stale = parts.Ask(lane=lane, worker="one", letter=step.render.id, drafts=(draft(step.render),), version=0)
    after = await desk.store.write(parts.advance, stale, desk.now)

    assert (after.part, after.render and after.render.id) == (None, step.render.id)


async def test_what_the_client_has_already_stays_as_they_have_it(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=11)
    await Courier(desk).send_all()

    for _ in range(2):
        with pytest.raises(DeskError, match="kept_first"):
            await corrects(desk, ANNA, said.message, "Цена 1000", "journal:6")
    assert (await desk.said(number))[-1].text == "Цена 100"


async def test_an_edit_that_changes_no_words_is_not_spoken_of(desk: Desk) -> None:
    """Telegram tells of a link's preview that came later as of an edit."""
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=11)
    await Courier(desk).send_all()

    assert not await corrects(desk, ANNA, said.message, "Цена 100")


async def test_a_recalled_answer_is_not_said_to_have_left(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    await desk.does(ANNA, answer.recall, Recall, message=said.message)

    with pytest.raises(DeskError, match="was_recalled"):
        await corrects(desk, ANNA, said.message, "Цена 1000")


async def test_a_refused_answer_is_corrected_for_retry(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=11)
    await Courier(desk).send_all("refused", reason="blocked")

    assert await corrects(desk, ANNA, said.message, "Цена 1000")


async def test_an_answer_of_which_a_part_has_arrived_stays_as_it_is(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Цена 100")
    desk.later(seconds=11)
    courier = Courier(desk)
    letter = (await desk.letters(message=said.message))[0]
    for outcome in ("sent", "refused"):
        part = await courier.claim(letter.lane, pieces=2)
        assert part is not None
        await courier.report(part, outcome)

    with pytest.raises(DeskError, match="kept_first"):
        await corrects(desk, ANNA, said.message, "Цена 1000")


async def test_a_held_answer_leaves_with_the_file_of_its_correction_alone(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Счёт", files=(File(kind="photo", remote_id="wrong"),))

    assert await corrects(desk, ANNA, said.message, "Счёт", files=(File(kind="photo", remote_id="right"),))

    assert [row.remote_id for row in await desk.rows("attachment")] == ["right"]
    assert [row.data["files"] for row in await desk.rows("version")] == [["wrong"]]


async def test_a_correction_of_words_keeps_the_files_of_a_held_answer(desk: Desk) -> None:
    number = await desk.asks()
    file = (File(kind="photo", remote_id="one"),)
    said = await desk.says(ANNA, number, "Счёт", files=file)

    assert await corrects(desk, ANNA, said.message, "Счёт за май", files=file)

    assert [row.remote_id for row in await desk.rows("attachment")] == ["one"]


async def test_a_request_that_we_began_is_called_by_the_corrected_words(desk: Desk) -> None:
    """The client reads the subject: what was mended in time must not stand there."""
    await desk.asks()
    command = WriteFirst(
        by=desk.by(ANNA), cause="first", policy=desk.policy, requester=(await desk.identity(VERA)).id,
        text="Пароль 1111", happened_at=desk.now,
    )  # fmt: skip
    written = await desk.act(enter.write_first, command)

    await corrects(desk, ANNA, written.message, "Пароль 2222")

    assert (await desk.ticket(written.ticket)).subject == "Пароль 2222"


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
