"""A day of the staff: duty, taking and passing on, answering with files, recalling, entering, searching, merging."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest

from tests.stories.studio import ANNA, BORIS, CLIENT, IGOR, LENA, ROOM, VERA, Studio, body, labels, studio


@pytest.fixture
async def slow_office(tmp_path: Path) -> AsyncIterator[Studio]:
    """Here an answer is held long enough to be recalled."""
    async with studio(tmp_path / "data", recall=timedelta(seconds=60)) as made:
        yield made


async def test_nobody_is_on_duty_until_somebody_presses_start_and_gets_what_waits(office: Studio) -> None:
    office.says(VERA, "Есть кто живой?")
    topic = await office.topic(1)
    card = await office.sees(ROOM, "никто", topic=topic)
    assert "Взять" in labels(card)

    await office.on_duty(ANNA)

    await office.sees(ANNA, "Есть кто живой?")
    await office.sees(ROOM, "Ведёт: Анна", topic=topic)


async def test_who_is_away_gets_nothing_new_and_catches_up_when_back(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(ANNA, "/away обед")
    await office.sees(ANNA, "вы не на месте")

    office.says(VERA, "Срочно!")
    await office.sees(ROOM, "никто")
    assert office.find(ANNA, "Срочно!") is None

    office.says(ANNA, "/back")
    await office.sees(ANNA, "Срочно!")


async def test_a_ticket_is_taken_once_and_the_other_hears_who_has_it(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Кто возьмёт?")
    alert = await office.sees(ANNA, "Кто возьмёт?")
    await office.presses(ANNA, alert, "Взять")
    await office.status(1, "open")
    card = await office.card("Готово")

    await office.presses(ANNA, card, "Передать")
    menu = await office.card("Борис")
    await office.presses(ANNA, menu, "Борис")

    await office.sees(ROOM, "Ведёт: Борис")
    await office.sees(ANNA, "Борис")
    office.says(ANNA, "/take 1", chat=ROOM)
    await office.sees(ROOM, "уже ведёт Борис")


async def test_an_answer_can_be_recalled_before_it_leaves(slow_office: Studio) -> None:
    office = slow_office
    office.says(VERA, "Сколько стоит?")
    topic = await office.topic(1)
    words = await office.feed("Сколько стоит?", topic=topic)

    office.says(ANNA, "Миллион", chat=ROOM, topic=topic, reply_to=words["message_id"])
    offer = await office.card("↩️ Отозвать")
    pressed = await office.presses(ANNA, offer, "↩️ Отозвать")

    assert pressed["text"] == "Отозвали"
    office.says(ANNA, "Тысячу", chat=ROOM, topic=topic, reply_to=words["message_id"])
    offer = await office.until(lambda: _newer(office, offer["message_id"]))
    await office.presses(ANNA, offer, "Отправить сейчас")
    await office.sees(VERA, "Тысячу")
    assert office.find(VERA, "Миллион") is None


def _newer(office: Studio, number: int) -> dict[str, object] | None:
    found = [one for one in office.telegram.look.messages(ROOM) if "Отправить сейчас" in labels(one)]
    return found[-1] if found and found[-1]["message_id"] > number else None


async def test_a_correction_of_a_held_answer_reaches_the_client_instead(slow_office: Studio) -> None:
    office = slow_office
    office.says(VERA, "Сколько стоит?")
    topic = await office.topic(1)
    words = await office.feed("Сколько стоит?", topic=topic)
    said = office.says(ANNA, "Миллион", chat=ROOM, topic=topic, reply_to=words["message_id"])
    offer = await office.card("Отправить сейчас")

    office.telegram.people.edit(ANNA, said["message_id"], text="Тысячу", chat=ROOM)
    office.says(ANNA, "заметка после правки", chat=ROOM, topic=topic)
    await office.sees(ROOM, "Это заметка", topic=topic)
    await office.presses(ANNA, offer, "Отправить сейчас")

    await office.sees(VERA, "Тысячу")
    assert office.find(VERA, "Миллион") is None


async def test_a_photo_answered_to_a_mail_arrives_as_an_attachment(office: Studio) -> None:
    await office.writes_mail("Макет", "Покажите макет")
    topic = await office.topic(1)
    words = await office.feed("Покажите макет", topic=topic)

    office.telegram.people.send(
        ANNA, "document", file=b"%PDF-1.4 layout", name="макет.pdf", caption="Вот макет", chat=ROOM, topic=topic,
        reply_to=words["message_id"],
    )  # fmt: skip

    mail = await office.gets_mail("Вот макет")
    assert [part.get_filename() for part in files(mail)] == ["макет.pdf"]
    assert files(mail)[0].get_payload(decode=True) == b"%PDF-1.4 layout"


def files(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if part.get_filename()]


async def test_a_mails_attachment_reaches_the_topic(office: Studio) -> None:
    from okno.sandbox.mail.reading import Attached

    attached = Attached(name="договор.txt", type="text/plain", inline=False, data=b"text of the contract")
    await office.writes_mail("Договор", "Во вложении", attachments=(attached,))

    topic = await office.topic(1)
    shown = await office.until(
        lambda: [one for one in office.telegram.look.messages(ROOM, topic=topic) if "document" in one]
    )
    assert shown[0]["document"]["file_name"] == "договор.txt"
    assert office.telegram.look.file(shown[0]["document"]["file_id"]) == b"text of the contract"


async def test_a_request_by_phone_is_entered_by_hand_and_its_receipt_goes_by_mail(office: Studio) -> None:
    await office.on_duty(ANNA)
    await office.writes_mail("Знакомство", "Добрый день")
    await office.gets_mail("#1")

    office.says(ANNA, "/manual")
    where = await office.sees(ANNA, "Откуда")
    await office.presses(ANNA, where, "телефон")
    who = await office.sees(ANNA, "Кто", since=where["message_id"])
    office.says(ANNA, CLIENT, reply_to=who["message_id"])
    what = await office.sees(ANNA, "Теперь напишите", since=who["message_id"])
    office.says(ANNA, "Просит перезвонить после пяти", reply_to=what["message_id"])

    await office.sees(ANNA, "#2", since=what["message_id"])
    await office.feed("перезвонить после пяти", topic=await office.topic(2))
    assert (await office.ticket(2)).channel == "phone"


async def test_staff_write_to_a_known_client_first(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Спасибо за работу, всё отлично получилось у вас в этот раз")
    await office.topic(1)

    office.says(ANNA, f"/write {VERA}")
    prompt = await office.sees(ANNA, "Первое сообщение клиенту Вера")
    office.says(ANNA, "Вера, пора продлить домен", reply_to=prompt["message_id"])

    await office.sees(VERA, "пора продлить домен")
    assert (await office.ticket(2)).requester == (await office.ticket(1)).requester


async def test_private_words_that_answer_nothing_are_kept_and_asked_about(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Где мой баннер?")
    alert = await office.sees(ANNA, "Где мой баннер?")
    await office.presses(ANNA, alert, "Взять")
    await office.status(1, "open")

    office.says(ANNA, "Баннер будет в пять")
    asked = await office.until(lambda: _with_button(office, ANNA, "Ответ клиенту по #1"))
    assert office.find(VERA, "Баннер будет в пять") is None
    await office.presses(ANNA, asked, "Ответ клиенту по #1")

    await office.sees(VERA, "Баннер будет в пять")


def _with_button(office: Studio, chat: int, label: str) -> dict[str, object] | None:
    return next((one for one in reversed(office.telegram.look.messages(chat)) if label in labels(one)), None)


async def test_search_finds_word_forms_in_both_languages_and_numbers(office: Studio) -> None:
    office.says(VERA, "Не работают кнопки в письмах")
    await office.topic(1)
    office.says(IGOR, "The buttons replied with errors")
    await office.topic(2)

    office.says(ANNA, "/find кнопка письмо", chat=ROOM)
    russian = await office.sees(ROOM, "🔎 кнопка письмо")
    office.says(ANNA, "/find button error", chat=ROOM)
    english = await office.sees(ROOM, "🔎 button error")
    office.says(ANNA, "/find 2", chat=ROOM)
    number = await office.sees(ROOM, "🔎 2")

    assert "#1" in russian["text"]
    assert "#2" not in russian["text"]
    assert "#2" in english["text"]
    assert "#2" in number["text"]


async def test_two_tickets_of_one_client_are_merged_and_the_client_hears_of_it(office: Studio) -> None:
    office.says(VERA, "Не открывается корзина")
    await office.topic(1)
    office.says(VERA, "/new")
    await office.sees(VERA, "нов")
    office.says(VERA, "Корзина опять не открывается")
    await office.topic(2)

    office.says(LENA, "/merge 2 1", chat=ROOM)

    await office.sees(VERA, "объедин")
    assert (await office.ticket(2)).merged_into == 1


async def test_a_nudge_comes_to_the_group_when_nobody_takes_a_ticket(tmp_path: Path) -> None:
    async with studio(tmp_path / "data", nudge_unassigned=timedelta(seconds=20)) as office:
        office.says(VERA, "Ау!")
        await office.topic(1)

        nudge = await office.in_time(lambda: office.find(ROOM, "не взял"), "the nudge")

        assert "Взять" in labels(nudge)


async def test_wrong_people_and_old_buttons_do_no_harm(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Вопрос")
    alert = await office.sees(ANNA, "Вопрос")
    topic = await office.topic(1)
    card = await office.sees(ROOM, "Ведёт: Анна", topic=topic)

    office.telegram.cast.join(VERA, ROOM)
    stranger = await office.presses(VERA, card, "Взять")
    # The first press changes the buttons: the same data again is what a slow phone sends.
    twice = [await office.telegram.people.press(ANNA, alert["message_id"], data="take:1") for _ in range(3)]

    assert "сотрудник" in stranger["text"].lower()
    assert {one["text"] for one in twice} == {"Заявка ваша"}
    assert (await office.ticket(1)).assignee is not None


async def test_inline_answers_between_quoted_lines_stay_whole_in_the_history(office: Studio) -> None:
    await office.writes_mail("Вопрос", "Первая строка\n> цитата\nвторая строка")
    topic = await office.topic(1)
    words = await office.feed("вторая строка", topic=topic)

    office.says(BORIS, "Ответ", chat=ROOM, topic=topic, reply_to=words["message_id"])

    mail = await office.gets_mail("Ответ")
    assert "> Первая строка" in body(mail)
