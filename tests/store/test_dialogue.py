"""What a client reads of one request: public words only, of a request that is theirs, with those merged into it."""

import pytest

from okno.desk.message import File
from okno.errors import NotFound
from okno.queue import dialogue
from okno.queue.actions import answer, client, merge
from okno.queue.actions.answer import Recall
from okno.queue.actions.client import Seen
from okno.queue.actions.merge import Merge
from okno.queue.dialogue import Dialogue, One
from tests.store.cast import ANNA, IGOR, VERA, Desk
from tests.store.courier import Courier


async def read(desk: Desk, number: int, who: int | str = VERA) -> Dialogue:
    return await desk.store.read(dialogue.read, One(person=(await desk.identity(who)).person, number=number))


def told(found: Dialogue) -> list[tuple[str, str]]:
    return [(one.message.direction, one.message.text) for one in found.words]


async def delivered(desk: Desk, outcome: str = "sent") -> None:
    desk.later(seconds=30)
    await Courier(desk).send_all(outcome)


async def test_it_holds_their_words_and_the_answers_that_arrived(desk: Desk) -> None:
    number = await desk.asks("Не открывается корзина")
    await desk.says(ANNA, number, "Смотрим")
    await desk.says(ANNA, number, "Опять он", kind="note")
    await delivered(desk)
    await desk.writes("Спасибо, жду!")

    found = await read(desk, number)

    assert told(found) == [("in", "Не открывается корзина"), ("out", "Смотрим"), ("in", "Спасибо, жду!")]
    assert [(one.mine, one.author) for one in found.words] == [(True, "Вера"), (False, "Анна"), (True, "Вера")]
    assert (found.assignee, found.line) == ("Анна", "desk")


@pytest.mark.parametrize("fate", ["held", "recalled", "refused"])
async def test_an_answer_that_has_not_arrived_is_not_there(desk: Desk, fate: str) -> None:
    number = await desk.asks("Не открывается корзина")
    said = await desk.says(ANNA, number, "Ой, не туда")
    if fate == "recalled":
        await desk.does(ANNA, answer.recall, Recall, message=said.message)
    if fate != "held":
        await delivered(desk, "refused")

    assert told(await read(desk, number)) == [("in", "Не открывается корзина")]


async def test_what_is_not_theirs_reads_like_what_does_not_exist(desk: Desk) -> None:
    hers = await desk.asks("Секрет")
    await desk.asks("Другое", IGOR)

    refusals = []
    for number in (hers, 10**9):
        with pytest.raises(NotFound) as refusal:
            await read(desk, number, IGOR)
        refusals.append((refusal.value.reason, refusal.value.facts))

    assert refusals == [("not_found", {})] * 2


async def test_nobody_marks_another_clients_request_as_read(desk: Desk) -> None:
    hers = await desk.asks("Секрет")
    await desk.asks("Другое", IGOR)

    with pytest.raises(NotFound):
        await desk.act(client.seen, Seen(identity=(await desk.identity(IGOR)).id, ticket=hers))


async def test_merged_requests_read_as_one_under_either_number(desk: Desk) -> None:
    first = await desk.asks("Не открывается корзина")
    desk.later(minutes=1)
    await desk.wants_new()
    second = await desk.asks("И оплата")
    await desk.does(ANNA, merge.merge, Merge, ticket=second, into=first)

    seen = [await read(desk, number) for number in (first, second)]

    assert [one.ticket.id for one in seen] == [first, first]
    assert all(told(one) == [("in", "Не открывается корзина"), ("in", "И оплата")] for one in seen)


async def test_its_files_are_there_without_the_raw_mail_and_inline_pictures(desk: Desk) -> None:
    files = (
        File(kind="document", name="счёт.pdf", sha256="a" * 64), File(kind="raw", sha256="b" * 64),
        File(kind="photo", sha256="c" * 64, inline=True),
    )  # fmt: skip
    number = await desk.asks("Вот", files=files)

    found = await read(desk, number)

    assert [one.name for words in found.words for one in words.files] == ["счёт.pdf"]


async def test_why_they_returned_it_is_their_own_word(desk: Desk) -> None:
    number = await desk.asks("Не открывается корзина")
    await desk.takes(ANNA, number)
    await desk.ends(desk.by(ANNA), number, "finish", reason="Мелочь, пусть проверит сам")

    await desk.ends(await desk.client(number), number, "return", reason="Всё ещё пусто")

    found = await read(desk, number)
    assert told(found)[1:] == [("in", "Всё ещё пусто")]
    assert found.words[-1].mine


async def test_it_tells_how_a_request_last_ended(desk: Desk) -> None:
    number = await desk.asks("Не открывается корзина")
    await desk.takes(ANNA, number)
    before = await desk.store.read(dialogue.last_end, number)
    await desk.ends(desk.by(ANNA), number, "finish")

    await desk.ends(await desk.client(number), number, "accept")

    assert (before, await desk.store.read(dialogue.last_end, number)) == ("", "accepted")
