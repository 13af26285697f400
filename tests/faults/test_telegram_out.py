"""Each way in which a call to Telegram can go wrong, and what becomes of the words then."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from okno.queue import messages
from tests.stories.studio import ANNA, PATIENCE, ROOM, VERA, Studio, labels, studio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path / "data") as made:
        yield made


async def asked(office: Studio) -> tuple[int, int]:
    """Vera has asked; the topic and the message of it that a reply answers."""
    office.says(VERA, "Не открывается корзина")
    topic = await office.topic(1)
    words = await office.feed("Не открывается корзина", topic=topic)
    await office.sees(VERA, "#1")
    return topic, words["message_id"]


def answers(office: Studio, place: tuple[int, int], words: str) -> None:
    office.says(ANNA, words, chat=ROOM, topic=place[0], reply_to=place[1])


def count(office: Studio, words: str) -> int:
    return sum(words in str(one.get("text")) for one in office.telegram.look.messages(VERA) if not one["mine"])


async def test_it_waits_as_long_as_telegram_asks(office: Studio) -> None:
    place = await asked(office)
    office.telegram.faults.add("sendMessage", do="429", chat=VERA, seconds=1, times=1)

    answers(office, place, "Смотрим")

    await office.sees(VERA, "Смотрим")
    assert count(office, "Смотрим") == 1


@pytest.mark.parametrize("fault", ["500", "502", "cut", "garbage", "half"])
async def test_it_sends_again_when_nobody_knows_whether_it_arrived(office: Studio, fault: str) -> None:
    place = await asked(office)
    office.telegram.faults.add("sendMessage", do=fault, chat=VERA, times=1)

    answers(office, place, "Смотрим")

    await office.struck()
    await office.in_time(lambda: office.find(VERA, "Смотрим"), "the answer")


async def test_an_answer_that_may_have_arrived_twice_is_said_to_its_author(office: Studio) -> None:
    await office.on_duty(ANNA)
    place = await asked(office)
    office.telegram.faults.add("sendMessage", do="lost", chat=VERA, times=1)

    answers(office, place, "Смотрим")
    await office.sees(VERA, "Смотрим")

    await office.in_time(lambda: count(office, "Смотрим") == 2, "the second copy")
    await office.sees(ANNA, "дважды")


async def test_a_blocked_bot_brings_the_answer_back_with_retry(office: Studio) -> None:
    await office.on_duty(ANNA)
    place = await asked(office)
    office.telegram.people.block(VERA)

    answers(office, place, "Смотрим")

    alert = await office.sees(ANNA, "blocked")
    assert "Повторить" in labels(alert)
    office.telegram.people.unblock(VERA)
    await office.presses(ANNA, alert, "Повторить")
    await office.sees(VERA, "Смотрим")


def sends_photos(office: Studio) -> None:
    photos = [{"kind": "photo", "file": b"\xff\xd8\xff\xe0 page", "caption": f"снимок {number}"} for number in (1, 2)]
    office.telegram.people.album(VERA, photos)


async def test_photos_telegram_will_not_show_again_never_take_their_words_along(office: Studio) -> None:
    topic, _ = await asked(office)
    office.telegram.faults.add("sendMediaGroup", do="refuse", chat=ROOM, words="Bad Request: wrong file identifier")

    sends_photos(office)

    for words in ("снимок 1", "снимок 2"):
        await office.in_time(partial(_fed, office, topic, words), words)


async def test_photos_whose_sending_nobody_knows_of_are_shown_again(office: Studio) -> None:
    topic, _ = await asked(office)
    office.telegram.faults.add("sendMediaGroup", do="500", chat=ROOM, times=2)

    sends_photos(office)

    await office.in_time(
        lambda: sum("photo" in one for one in office.telegram.look.messages(ROOM, topic=topic)) == 2 or None,
        "both photos", step=5,
    )  # fmt: skip


async def test_after_an_outage_the_topic_shows_all_that_was_said_among_many_notes(office: Studio) -> None:
    topic, _ = await asked(office)
    office.telegram.faults.add("sendMessage", do="500", chat=ROOM)
    office.says(VERA, "Первое слово")
    for number in range(40):
        office.says(ANNA, f"заметка {number}", chat=ROOM, topic=topic)
    await _kept(office, 42)
    office.says(VERA, "Последнее слово")
    await _kept(office, 43)
    office.telegram.faults.clear()

    for words in ("Первое слово", "Последнее слово"):
        await office.in_time(partial(_fed, office, topic, words), words, step=5)


async def _kept(office: Studio, count: int) -> None:
    """Waits until so many messages of the ticket are in the store."""
    async with asyncio.timeout(PATIENCE):
        while len(await office.app.store.read(messages.of_tickets, [1])) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _fed(office: Studio, topic: int, words: str) -> bool | None:
    """Whether the topic shows them elsewhere than on the card, which has the last of them."""
    seen = office.telegram.look.messages(ROOM, topic=topic)
    return any(words in str(one.get("text")) and not labels(one) for one in seen) or None
