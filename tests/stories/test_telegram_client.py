"""A client in Telegram, from the first word to accepted work. Read it as the manual of that road."""

from tests.stories.studio import ANNA, ROOM, VERA, Studio, labels


async def test_a_client_asks_in_telegram_and_accepts_the_work(office: Studio) -> None:
    await office.on_duty(ANNA)

    # Vera writes, and gets a receipt with the number of her request.
    office.says(VERA, "Здравствуйте! Не открывается корзина")
    await office.sees(VERA, "заявка #1")

    # Anna gets a private alert and takes it.
    alert = await office.sees(ANNA, "Не открывается корзина")
    assert labels(alert)[:2] == ["Взять", "Ответить"]
    taken = await office.presses(ANNA, alert, "Взять")
    assert taken["text"] == "Заявка ваша"
    await office.status(1, "open")

    # In the group the request has a topic with its card; Vera's words stand in it.
    topic = await office.topic(1)
    words = await office.feed("Вера, ", topic=topic)

    # A reply to Vera's words is an answer; Vera sees who wrote it.
    office.says(ANNA, "Уже смотрим, минуту", chat=ROOM, topic=topic, reply_to=words["message_id"])
    answer = await office.sees(VERA, "Уже смотрим, минуту")
    assert "Анна" in answer["text"]

    # Vera answers in her own chat, without any ceremony, and Anna hears of it.
    office.says(VERA, "Спасибо, жду. Ошибка 502")
    await office.feed("Ошибка 502", topic=topic)
    await office.sees(ANNA, "Ошибка 502")

    # Anna finishes; Vera is asked to check, and accepts.
    card = await office.card("Готово")
    await office.presses(ANNA, card, "Готово")
    check = await office.sees(VERA, "проверьте")
    await office.presses(VERA, check, "✅ Принять")
    await office.status(1, "closed")


async def test_answer_by_the_button_goes_through_its_prompt(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Нужен новый баннер")
    alert = await office.sees(ANNA, "Нужен новый баннер")

    await office.presses(ANNA, alert, "Ответить")
    prompt = await office.sees(ANNA, "Ответьте на это сообщение")
    office.says(ANNA, "Какого размера?", reply_to=prompt["message_id"])

    await office.sees(VERA, "Какого размера?")
    await office.status(1, "open")


async def test_not_yet_brings_the_request_back_to_its_assignee(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, "Поправьте цвет кнопки")
    alert = await office.sees(ANNA, "Поправьте цвет кнопки")
    await office.presses(ANNA, alert, "Взять")
    card = await office.card("Готово")
    await office.presses(ANNA, card, "Готово")
    check = await office.sees(VERA, "проверьте")

    await office.presses(VERA, check, "Ещё не готово")

    await office.status(1, "open")
    await office.sees(ANNA, "ещё не всё готово")


async def test_a_photo_a_file_and_a_voice_message_reach_the_topic_and_are_kept(office: Studio) -> None:
    office.says(VERA, "Вот файлы")
    topic = await office.topic(1)

    office.telegram.people.send(VERA, "document", file=b"%PDF-1.4 report", name="отчёт.pdf", caption="отчёт")
    office.telegram.people.send(VERA, "voice", file=b"OggS voice", content={"duration": 7})

    shown = await office.until(lambda: [
        one for one in office.telegram.look.messages(ROOM, topic=topic) if "document" in one or "voice" in one
    ])  # fmt: skip
    assert shown
    await office.sees(ROOM, "отчёт", topic=topic)


async def test_an_edit_is_shown_to_staff_as_an_edit(office: Studio) -> None:
    said = office.says(VERA, "Цена сто рублей")
    topic = await office.topic(1)
    await office.sees(ROOM, "сто рублей", topic=topic)

    office.telegram.people.edit(VERA, said["message_id"], text="Цена двести рублей")

    edited = await office.sees(ROOM, "изменено", topic=topic)
    assert "двести рублей" in edited["text"]
