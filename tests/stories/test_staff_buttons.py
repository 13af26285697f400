"""What staff press under cards and alerts, what comes back to them, and requests they enter by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.shift import BASKET, answers, arranged, card, marked, press, shows, told, two_lines
from tests.stories.studio import ANNA, BORIS, CLIENT, LENA, ROOM, VERA, Json, Studio, labels


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Studio]:
    """Two lines: Anna and Lena at support, Boris alone in development; he and Anna are on duty."""
    async with arranged(tmp_path / "data", two_lines) as made:
        await made.on_duty(ANNA, BORIS)
        yield made


async def test_a_question_waits_for_the_client_whose_answer_brings_it_back(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await press(office, ANNA, await office.sees(ANNA, BASKET), "Взять")
    shown = await card(office, 1, "Спросить")

    await press(office, ANNA, shown, "Спросить")
    prompt = await office.sees(ROOM, "Вопрос · #1")
    office.says(ANNA, "Какой у вас браузер?", chat=ROOM, topic=await office.topic(1), reply_to=prompt["message_id"])

    question = await office.sees(VERA, "#1, вопрос")
    assert "Какой у вас браузер?" in question["text"]
    await office.status(1, "waiting_client")
    await shows(office, shown, "Состояние: ждём клиента")
    office.says(VERA, "Firefox")
    await office.status(1, "open")
    await office.sees(ANNA, "Firefox")


async def test_what_was_put_off_for_an_hour_comes_back_with_an_alert(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    shown = await card(office, 1, "Отложить")

    await press(office, ANNA, shown, "Отложить")
    pressed = await press(office, ANNA, await shows(office, shown, button="На час"), "На час")
    assert pressed["text"] == "Отложили"
    await shows(office, shown, "Отложена, вернётся", button="Взять")
    assert office.find(ANNA, "вернулась") is None
    office.clock.ahead += timedelta(minutes=61)

    await office.sees(ANNA, "Отложенная заявка #1 вернулась")
    await office.until(lambda: "Отложена" not in _text(office, shown), "the card forgets the date")


def _text(office: Studio, message: Json) -> str:
    return str(office.telegram.look.message(message["chat"]["id"], message["message_id"])["text"])


async def test_a_ticket_is_passed_to_a_line_and_back_to_a_person_by_buttons(branch: Studio) -> None:
    branch.says(VERA, BASKET)
    shown = await card(branch, 1, "Передать")
    await press(branch, ANNA, shown, "Передать")
    menu = await shows(branch, shown, button="Разработка")
    assert "Поддержка" not in labels(menu)

    pressed = await press(branch, ANNA, menu, "Разработка")
    assert pressed["text"].startswith("Передали")
    await branch.sees(BORIS, BASKET)
    now = await shows(branch, shown, "Ведёт: Борис", button="Передать")
    assert "Линия: Разработка" in now["text"]
    await press(branch, BORIS, now, "Передать")
    await press(branch, BORIS, await shows(branch, shown, button="Анна"), "Анна")

    await shows(branch, shown, "Почему Анна: назначает Борис")
    await branch.sees(ANNA, "Назначает Борис")


async def test_spam_goes_out_of_sight_and_comes_back(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Купите ссылки")
    shown = await card(office, 1, "Спам")

    await press(office, ANNA, shown, "Спам")
    await office.status(1, "spam")
    office.says(VERA, "Ещё ссылки")
    spam = await shows(office, shown, "Состояние: спам", button="Не спам")
    await press(office, ANNA, spam, "Не спам")

    await office.status(1, "new")
    await shows(office, shown, "Состояние: новая", button="Взять")


async def test_the_priority_is_behind_more(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await press(office, ANNA, await office.sees(ANNA, BASKET), "Взять")
    shown = await card(office, 1, "Ещё")

    for button in ("Ещё", "Приоритет", "срочный"):
        pressed = await press(office, ANNA, await shows(office, shown, button=button), button)

    assert pressed["text"] == "Приоритет теперь срочный"
    await shows(office, shown, "Приоритет: срочный 🔥", button="Готово")


async def test_finished_work_accepted_by_the_client_is_told_to_its_author(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await answers(office, 1, BASKET, "Починили")
    shown = await card(office, 1, "Готово")

    await press(office, ANNA, shown, "Готово")
    check = await office.sees(VERA, "Заявка #1 готова")
    await shows(office, shown, "готово, клиент проверяет")
    await press(office, VERA, check, "✅ Принять")

    await office.sees(ANNA, "#1: клиент принял работу")
    await shows(office, shown, "Состояние: закрыта", button="Открыть снова")


async def test_an_answer_leaves_under_the_words_it_answers_and_is_marked(office: Studio) -> None:
    first = office.says(VERA, BASKET)
    await office.feed(BASKET, topic=await office.topic(1))
    last = office.says(VERA, "И телефон не тот")
    await office.feed("И телефон не тот", topic=await office.topic(1))

    await answers(office, 1, BASKET, "Корзину чиним")
    await answers(office, 1, "И телефон не тот", "Телефон исправили")
    await press(office, ANNA, await card(office, 1, "Ответить"), "Ответить")
    prompt = await office.sees(ROOM, "Ответ · #1")
    office.says(ANNA, "Всё готово", chat=ROOM, topic=await office.topic(1), reply_to=prompt["message_id"])

    for words, under in (("Корзину чиним", first), ("Телефон исправили", last), ("Всё готово", last)):
        answer = await office.sees(VERA, words)
        assert answer["reply_to_message"]["message_id"] == under["message_id"], words


async def test_an_answer_that_failed_comes_back_with_retry(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    topic = await office.topic(1)
    words = await office.feed(BASKET, topic=topic)
    office.telegram.people.block(VERA)
    said = office.says(ANNA, "Починили", chat=ROOM, topic=topic, reply_to=words["message_id"])

    alert = await office.sees(ANNA, "Ответ по заявке #1 не доставлен")
    assert "Починили" in alert["text"]
    assert labels(alert) == ["Повторить"]
    await marked(office, said, "💔")
    office.telegram.people.unblock(VERA)
    await press(office, ANNA, alert, "Повторить")

    await office.sees(VERA, "Починили")
    await marked(office, said, "👌")


async def entering(office: Studio, channel: str, who: str) -> Json:
    """Up to the question what the client asks for."""
    where = await told(office, ANNA, "/manual", "Откуда")
    await press(office, ANNA, where, channel)
    asked = await office.sees(ANNA, "Кто обращается", since=where["message_id"])
    office.says(ANNA, who, reply_to=asked["message_id"])
    return await office.sees(ANNA, "Теперь напишите", since=asked["message_id"])


async def test_a_voice_message_is_entered_by_hand_and_receipted_in_telegram(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await office.sees(VERA, "заявка #1")

    what = await entering(office, "телефон", str(VERA))
    assert "Вера" in what["text"]
    office.telegram.people.send(ANNA, "voice", reply_to=what["message_id"])

    await office.sees(ANNA, "Записали заявку #2: Вера, телефон")
    await office.sees(VERA, "заявка #2")
    topic = await office.topic(2)
    await office.until(lambda: [one for one in office.telegram.look.messages(ROOM, topic=topic) if "voice" in one])


async def test_a_known_client_is_recognised_among_other_words(office: Studio) -> None:
    await office.on_duty(ANNA)
    await office.writes_mail("Знакомство", "Добрый день")
    await office.gets_mail("#1")

    what = await entering(office, "WhatsApp", f"Клара, +7 999 123-45-67, {CLIENT}")
    office.says(ANNA, "Просит счёт", reply_to=what["message_id"])

    await office.sees(ANNA, "Записали заявку #2: Клара, WhatsApp")
    assert (await office.ticket(2)).requester == (await office.ticket(1)).requester


async def test_a_forwarded_message_becomes_a_request_of_the_one_who_wrote_it(office: Studio) -> None:
    await office.on_duty(ANNA)
    origin = {"type": "hidden_user", "sender_user_name": "Пётр"}
    office.telegram.people.forward(ANNA, origin, {"text": "Нужен сайт-визитка"})

    kept = await office.sees(ANNA, "клиенты этого не видят")
    await press(office, ANNA, kept, "Новая заявка")
    await press(office, ANNA, await office.sees(ANNA, "Откуда"), "Telegram")
    who = await office.sees(ANNA, "Кто обращается")
    office.says(ANNA, "Пётр из ларька", reply_to=who["message_id"])

    await office.sees(ANNA, "Записали заявку #1: Пётр из ларька, Telegram")
    await office.feed("Нужен сайт-визитка", topic=await office.topic(1))
    await office.sees(ROOM, "Переслано от: Пётр", topic=await office.topic(1))


async def test_why_somebody_has_it_can_be_read_on_the_card(office: Studio) -> None:
    await office.on_duty(ANNA, BORIS)
    office.says(VERA, BASKET)
    shown = await card(office, 1, "Взять")
    await shows(office, shown, "Почему Анна: меньше всего заявок в работе (0)")

    await told(office, LENA, "/assign 1 Борис", "теперь ведёт Борис")
    await shows(office, shown, "Почему Борис: назначает Лена")
    await told(office, LENA, "/take 1", "Заявка ваша")

    await shows(office, shown, "Почему Лена:")


async def test_a_late_first_answer_is_told_to_the_assignee_and_then_to_the_lead(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await office.sees(ANNA, BASKET)
    await office.on_duty(LENA)

    office.clock.ahead += timedelta(minutes=31)
    await office.sees(ANNA, "#1: клиент ждёт первого ответа")
    assert office.find(LENA, "нужно ваше внимание") is None
    office.clock.ahead += timedelta(minutes=31)

    alert = await office.sees(LENA, "#1: нужно ваше внимание")
    assert "Ведёт: Анна" in alert["text"]
    await press(office, LENA, await shows(office, alert, "ждёт ответа уже 1 ч"), "Взять")
    await office.sees(ROOM, "Ведёт: Лена", topic=await office.topic(1))
