"""What people mend after they have sent it: words, files, drafts; and commands that are none."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from okno.queue import journal, tables
from okno.queue.transaction import Tx
from tests.stories.shift import BASKET, listed, marked, offers, press, shows, told, two_requests
from tests.stories.studio import ANNA, PATIENCE, ROOM, VERA, Json, Studio, labels, studio

FIRST, SECOND = b"\x89PNG first", b"\x89PNG second, the right one"


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Studio]:
    """Answers can be recalled for so long that a test puts the clock forward to let them leave."""
    async with studio(tmp_path / "data", recall=timedelta(seconds=60)) as made:
        await made.on_duty(ANNA)
        yield made


def edits(office: Studio, user: int, message: Json, **change: Any) -> None:
    where = {"chat": message["chat"]["id"]} if message["chat"]["id"] < 0 else {}
    office.telegram.people.edit(user, message["message_id"], **where, **change)


def unique(message: Json) -> str:
    kind = next(one for one in ("photo", "document") if one in message)
    file = message[kind][-1] if kind == "photo" else message[kind]
    return str(file["file_unique_id"])


async def shown(office: Studio, chat: int, file: Json, **where: Any) -> Json:
    """The message of the bot that shows this very file."""

    def look() -> Json | None:
        seen = office.telegram.look.messages(chat, **where)
        files = [one for one in seen if ("photo" in one or "document" in one) and (one.get("from") or {}).get("is_bot")]
        return next((one for one in files if unique(one) == unique(file)), None)

    return await office.until(look, f"{file} in {chat}")


def files(office: Studio, chat: int) -> list[str]:
    seen = office.telegram.look.messages(chat, user=chat)
    return [unique(one) for one in seen if not one["mine"] and "photo" in one]


async def test_a_photo_that_a_client_swaps_is_shown_to_staff(office: Studio) -> None:
    said = office.telegram.people.send(VERA, "photo", file=FIRST, caption="Вот ошибка")
    topic = await office.topic(1)
    first = await shown(office, ROOM, said, topic=topic)

    new = office.telegram.people.send(ANNA, "photo", file=SECOND)
    edits(office, VERA, said, content={"photo": new["photo"]})

    again = await shown(office, ROOM, new, topic=topic)
    assert again["reply_to_message"]["message_id"] == first["message_id"]
    assert "изменено" in again["caption"]
    menu = await listed(office)
    await press(office, VERA, menu, "#1")
    page = await shows(office, menu, button="Файлы")
    await press(office, VERA, page, "Файлы")
    await office.until(lambda: files(office, VERA) == [unique(new)], "the new photo alone")


async def test_a_file_that_a_client_adds_to_their_words_is_shown_to_staff(office: Studio) -> None:
    said = office.says(VERA, "Договор")
    topic = await office.topic(1)
    await office.feed("Договор", topic=topic)

    new = office.telegram.people.send(ANNA, "document", file=b"contract", name="contract.pdf")
    edits(office, VERA, said, content={"document": new["document"], "caption": "Договор"})

    again = await shown(office, ROOM, new, topic=topic)
    assert "contract.pdf" in again["caption"]


async def test_new_words_under_a_photo_do_not_show_the_photo_again(office: Studio) -> None:
    said = office.telegram.people.send(VERA, "photo", file=FIRST, caption="Вот")
    topic = await office.topic(1)
    await shown(office, ROOM, said, topic=topic)

    edits(office, VERA, said, caption="Вот ошибка")

    again = await office.feed("Вот ошибка", topic=topic)
    assert "photo" not in again


async def drafted(office: Studio, text: str) -> tuple[Json, Json]:
    """Words of Anna's in private, and the question what to do with them."""
    office.says(VERA, BASKET)
    await office.sees(ANNA, BASKET)
    said = office.says(ANNA, text)
    return said, await office.sees(ANNA, "Что сделать с этим текстом")


@pytest.mark.parametrize(("button", "done"), [("Ответ клиенту по #1", "Ответ по #1 уходит"), ("Заметка к #1", "в #1")])
async def test_of_a_draft_the_newest_words_count_and_the_question_says_what_was_done(
    office: Studio, button: str, done: str
) -> None:
    await office.on_duty(ANNA)
    said, question = await drafted(office, "Цена 1000")

    edits(office, ANNA, said, text="Цена 10000")
    await shows(office, question, "Цена 10000", button=button)
    await press(office, ANNA, question, button)

    after = await shows(office, question, done)
    assert labels(after) == []
    await office.sees(ROOM, "Цена 10000", topic=await office.topic(1))
    if "Ответ" in button:
        await office.sees(VERA, "Цена 10000")


async def test_a_draft_that_became_an_answer_can_be_mended_while_it_is_held(held: Studio) -> None:
    said, question = await drafted(held, "Цена 1000")
    await press(held, ANNA, question, "Ответ клиенту по #1")
    await held.sees(ANNA, "отправим через")

    edits(held, ANNA, said, text="Цена 10000")
    await corrected(held)

    await held.in_time(lambda: held.find(VERA, "Цена 10000"), "the answer", step=5)


async def corrected(office: Studio) -> None:
    """Waits until an edit has been taken for a correction."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not await office.app.store.read(_corrected, None):
        assert asyncio.get_running_loop().time() < end, f"nothing was corrected\n{office.scene()}"
        await asyncio.sleep(0.02)


def _corrected(tx: Tx, _nothing: None) -> bool:
    return tx.one(sa.select(tables.journal.c.id).where(tables.journal.c.outcome == "corrected")) is not None


async def test_a_request_written_down_keeps_its_words_and_says_so(office: Studio) -> None:
    await office.on_duty(ANNA)
    await told(office, ANNA, "/manual", "Откуда")
    await press(office, ANNA, await offers(office, ANNA, "телефон"), "телефон")
    office.says(ANNA, "Пётр", reply_to=(await office.sees(ANNA, "Кто обращается"))["message_id"])
    said = office.says(ANNA, "Просит счёт", reply_to=(await office.sees(ANNA, "Теперь напишите"))["message_id"])
    await office.sees(ANNA, "Записали заявку #1")

    edits(office, ANNA, said, text="Просит два счёта")

    await office.sees(ANNA, "Заявка #1 уже записана с прежними словами")


async def test_what_a_client_looked_for_in_vain_becomes_a_request_as_it_was_mended(office: Studio) -> None:
    await two_requests(office)
    said = office.says(VERA, "/my домен")
    found = await office.sees(VERA, "такого не нашлось")

    edits(office, VERA, said, text="/my почта не работает")
    again = await shows(office, found, "Поиск: почта не работает", button="новая заявка")
    await press(office, VERA, again, "новая заявка")

    assert "почта не работает" in (await office.feed("почта", topic=await office.topic(3)))["text"]
    assert office.find(ROOM, "домен") is None


async def test_words_behind_a_command_are_mended_in_the_request_they_opened(office: Studio) -> None:
    said = office.says(VERA, "/new Поменяйте логотип")
    topic = await office.topic(1)
    await office.feed("логотип", topic=topic)

    edits(office, VERA, said, text="/new Поменяйте телефон")

    assert "/new" not in (await office.feed("Поменяйте телефон", topic=topic))["text"]


async def first_words(office: Studio, text: str) -> Json:
    """Anna writes to Vera first; her own message."""
    office.says(VERA, BASKET)
    await office.sees(ANNA, BASKET)
    prompt = await told(office, ANNA, f"/write {VERA}", "Первое сообщение")
    said = office.says(ANNA, text, reply_to=prompt["message_id"])
    await office.sees(ANNA, "отправим через", since=said["message_id"])
    return said


async def test_first_words_to_a_client_are_mended_while_they_are_held(held: Studio) -> None:
    said = await first_words(held, "Пароль 1111")

    edits(held, ANNA, said, text="Пароль 2222")
    await corrected(held)

    await held.in_time(lambda: held.find(VERA, "Пароль 2222"), "the first words", step=5)
    assert held.find(VERA, "1111") is None
    assert (await held.ticket(2)).subject == "Пароль 2222"
    await marked(held, said, "👌")


async def test_first_words_that_have_left_stay_and_their_author_hears_it(held: Studio) -> None:
    said = await first_words(held, "Пароль 1111")
    await held.in_time(lambda: held.find(VERA, "Пароль 1111"), "the first words", step=5)
    await marked(held, said, "👌")

    edits(held, ANNA, said, text="Пароль 2222")

    await held.sees(ANNA, "у клиента останется первый вариант")


async def answered(office: Studio, text: str, **more: Any) -> Json:
    """An answer of Anna's to Vera's words in the topic, held."""
    office.says(VERA, BASKET)
    topic = await office.topic(1)
    words = await office.feed(BASKET, topic=topic)
    place = {"chat": ROOM, "topic": topic, "reply_to": words["message_id"]}
    if more:
        said = office.telegram.people.send(ANNA, "photo", caption=text, **place, **more)
    else:
        said = office.says(ANNA, text, **place)
    await office.sees(ROOM, "отправим через", topic=topic)
    return said


async def test_the_photo_of_a_held_answer_is_swapped_and_the_first_never_leaves(held: Studio) -> None:
    said = await answered(held, "Счёт", file=FIRST)

    new = held.telegram.people.send(ANNA, "photo", file=SECOND)
    edits(held, ANNA, said, content={"photo": new["photo"]})
    await corrected(held)

    await held.in_time(lambda: files(held, VERA), "the photo", step=5)
    assert files(held, VERA) == [unique(new)]


async def test_an_answer_that_was_recalled_is_not_said_to_have_left(held: Studio) -> None:
    said = await answered(held, "Цена 1000")
    await press(held, ANNA, await offers(held, ROOM, "Отозвать"), "Отозвать")
    await marked(held, said, "🙊")

    edits(held, ANNA, said, text="Цена 10000")

    await held.sees(ROOM, "Этот ответ отозван и клиенту не уходил")


async def undelivered(office: Studio) -> Json:
    """The alert about an answer that Vera, who had blocked the bot, did not get; she is back."""
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    topic = await office.topic(1)
    words = await office.feed(BASKET, topic=topic)
    office.telegram.people.block(VERA)
    office.says(ANNA, "Починили", chat=ROOM, topic=topic, reply_to=words["message_id"])
    alert = await office.sees(ANNA, "не доставлен")
    office.telegram.people.unblock(VERA)
    return alert


async def test_retry_sends_once_and_then_is_gone(office: Studio) -> None:
    alert = await undelivered(office)

    await press(office, ANNA, alert, "Повторить")
    after = await shows(office, alert, "Пробуем ещё раз")
    await office.sees(VERA, "Починили")
    late = await office.telegram.people.press(ANNA, alert["message_id"], data=f"retry:{alert_message(alert)}")

    assert labels(after) == []
    assert late["text"] == "Это уже сделано."
    assert len([one for one in office.telegram.look.messages(VERA) if "Починили" in str(one)]) == 1


def alert_message(alert: Json) -> int:
    row = alert["reply_markup"]["inline_keyboard"][0]
    return int(row[0]["callback_data"].partition(":")[2])


async def test_retry_of_an_answer_that_never_failed_sends_nothing(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    alert = await office.sees(ANNA, BASKET)
    said, question = await drafted(office, "Починили")
    await press(office, ANNA, question, "Ответ клиенту по #1")
    await marked(office, said, "👌")

    pressed = [await office.telegram.people.press(ANNA, alert["message_id"], data=f"retry:{one}") for one in (2, 3)]

    assert "повторять нечего" in str(pressed)
    assert len([one for one in office.telegram.look.messages(VERA) if "Починили" in str(one)]) == 1


@pytest.mark.parametrize("text", ["/foo", "/tkae 1"])
async def test_a_command_of_staff_that_does_not_exist_is_no_note_and_no_answer(office: Studio, text: str) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    topic = await office.topic(1)
    words = await office.feed(BASKET, topic=topic)

    await told(office, ANNA, text, "Все команды: /help")
    said = office.says(ANNA, text, chat=ROOM, topic=topic, reply_to=words["message_id"])

    await office.sees(ROOM, "Все команды: /help", since=said["message_id"], topic=topic)
    assert office.find(ANNA, "Что сделать с этим текстом") is None
    assert office.find(VERA, text) is None


async def test_a_path_of_staff_is_words(office: Studio) -> None:
    await office.on_duty(ANNA)

    await told(office, ANNA, "/etc/nginx сломан", "Что сделать с этим текстом")


async def test_a_command_of_a_client_that_does_not_exist_opens_nothing(office: Studio) -> None:
    said = office.says(VERA, "/foo")

    await office.sees(VERA, "загляните в /help", since=said["message_id"])
    office.says(VERA, "/etc/nginx не работает")
    await office.sees(VERA, "заявка #1")
    assert (await office.ticket(1)).subject == "/etc/nginx не работает"


async def test_what_fails_unexpectedly_is_told_to_staff_and_kept(office: Studio) -> None:
    """Telegram may send what the library does not know yet."""
    await office.on_duty(ANNA)
    who = {"id": ANNA, "is_bot": False, "first_name": "Анна"}
    odd = {"message_id": 7001, "date": 1, "chat": {"id": ANNA, "type": "private"}, "from": who, "text": "а", "poll": 5}

    office.telegram.people.update("message", odd)

    await office.sees(ANNA, "Не получилось")
    assert await office.app.store.read(journal.parked, 1)
