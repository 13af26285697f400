"""Staff talk never reaches a client: plain text, replies to the root, to the card and to a colleague are notes."""

import pytest

from okno.queue import messages
from tests.stories.studio import ANNA, BORIS, ROOM, VERA, Studio, labels


@pytest.mark.parametrize("where", ["plain", "root", "card", "colleague", "alert"])
async def test_it_keeps_a_note_inside(office: Studio, where: str) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Не открывается корзина")
    topic = await office.topic(1)
    await office.feed("Вера, ", topic=topic)
    card = await office.until(
        lambda: next((one for one in office.telegram.look.messages(ROOM, topic=topic) if labels(one)), None)
    )
    colleague = office.says(BORIS, "это опять их хостинг", chat=ROOM, topic=topic)
    alert = await office.sees(ANNA, "Не открывается корзина")

    secret = "СЕКРЕТ: они не платили"
    if where == "alert":
        office.says(ANNA, secret, reply_to=alert["message_id"])
    else:
        reply = {"root": topic, "card": card["message_id"], "colleague": colleague["message_id"]}.get(where)
        said = office.says(ANNA, secret, chat=ROOM, topic=topic, reply_to=reply)
        if where in {"card", "colleague"}:
            # It might be taken for an answer: a mark on it says that it is none.
            await office.until(lambda: "✍" in str(office.telegram.look.message(ROOM, said["message_id"])["reactions"]))

    kept = await noted(office, secret)
    assert kept.direction == "note"
    # Something public afterwards proves that the note had its chance to leave.
    words = await office.feed("Вера, ", topic=topic)
    office.says(ANNA, "Смотрим", chat=ROOM, topic=topic, reply_to=words["message_id"])
    await office.sees(VERA, "Смотрим")
    assert office.find(VERA, "СЕКРЕТ") is None


async def noted(office: Studio, words: str) -> messages.Message:
    async def look() -> messages.Message | None:
        every = await office.app.store.read(lambda tx, _: messages.of_tickets(tx, [1]), None)
        return next((one for one in every if words in one.text), None)

    import asyncio

    for _ in range(500):
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"never kept: {words}\n{office.scene()}")


async def test_it_says_how_to_answer_when_words_stayed_inside(office: Studio) -> None:
    office.says(VERA, "Не открывается корзина")
    topic = await office.topic(1)

    office.says(ANNA, "посмотрю после обеда", chat=ROOM, topic=topic)

    await office.sees(ROOM, "Это заметка к #1", topic=topic)


async def test_a_guest_of_the_group_cannot_answer_a_client(office: Studio) -> None:
    guest = 777
    office.telegram.cast.add_user(guest, "Гость")
    office.telegram.cast.join(guest, ROOM)
    office.says(VERA, "Не открывается корзина")
    topic = await office.topic(1)
    words = await office.feed("Вера, ", topic=topic)

    office.says(guest, "Я ваш новый менеджер", chat=ROOM, topic=topic, reply_to=words["message_id"])

    await noted(office, "новый менеджер")
    assert office.find(VERA, "новый менеджер") is None
