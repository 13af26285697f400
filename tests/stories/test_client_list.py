"""A client's own requests in Telegram: tabs with counts, pages with history and files, search, nobody else's."""

import pytest

from tests.stories.shift import BASKET, LOGO, answers, card, label, listed, marked, offers, press, shows, two_requests
from tests.stories.studio import ANNA, MALLORY, ROOM, VERA, Studio, labels

PNG = b"\x89PNG\r\n\x1a\nerror 502"


async def test_the_list_has_tabs_with_counts_and_marks_what_is_unread(office: Studio) -> None:
    await two_requests(office)
    await answers(office, 1, BASKET, "Смотрим, минуту")

    menu = await listed(office)

    assert labels(menu)[:6] == [
        "Новые · 1", "🔵 В работе · 1", "Нужен ответ · 0", "Готовые · 0", "Закрытые · 0", "✓ Все · 2",
    ]  # fmt: skip
    assert "1 новое" in menu["text"]
    assert "🔵1" in label(menu, "#1")
    assert "🔵" not in label(menu, "#2")


async def test_a_tab_shows_its_requests_and_reading_clears_the_unread_mark(office: Studio) -> None:
    await two_requests(office)
    await answers(office, 1, BASKET, "Смотрим, минуту")
    menu = await listed(office)

    await press(office, VERA, menu, "В работе")
    tab = await shows(office, menu, "Ваши заявки · В работе")
    assert BASKET in tab["text"]
    assert LOGO not in tab["text"]
    await press(office, VERA, tab, "#1")
    page = await shows(office, menu, "Смотрим, минуту")
    assert page["text"].index("Вы,") < page["text"].index("Анна,")
    await press(office, VERA, page, "Назад")

    back = await shows(office, menu, "Ваши заявки · В работе")
    assert "🔵" not in str(labels(back)) + back["text"]


async def test_each_state_has_its_tab(office: Studio) -> None:
    await two_requests(office)
    office.says(VERA, "/new Сколько стоит домен?")
    await office.topic(3)
    menu = await listed(office)

    await press(office, ANNA, await office.sees(ANNA, BASKET), "Взять")
    await press(office, ANNA, await offers(office, ANNA, "Спросить"), "Спросить")
    prompt = await office.sees(ANNA, "Вопрос · #1")
    await marked(office, office.says(ANNA, "Какой браузер?", reply_to=prompt["message_id"]), "👌")
    office.says(ANNA, "/take 2")
    await press(office, ANNA, await card(office, 2, "Готово"), "Готово")
    office.says(ANNA, "/close 3")
    await office.status(3, "closed")

    await press(office, VERA, menu, "Закрытые")
    tab = await shows(office, menu, button="✓ Закрытые · 1")
    assert "Сколько стоит домен?" in tab["text"]
    assert label(tab, "Нужен ответ") == "🔵 Нужен ответ · 1"
    assert label(tab, "Готовые") == "Готовые · 1"


async def test_a_request_gives_back_the_files_of_both_sides(office: Studio) -> None:
    await two_requests(office)
    office.telegram.people.send(VERA, "document", file=PNG, name="ошибка.png", reply_to=1)
    topic = await office.topic(1)
    words = await office.feed(BASKET, topic=topic)
    said = office.telegram.people.send(
        ANNA, "document", file=b"%PDF-1.4", name="счёт.pdf", caption="Счёт", chat=ROOM, topic=topic,
        reply_to=words["message_id"],
    )  # fmt: skip
    await marked(office, said, "👌")

    menu = await listed(office)
    await press(office, VERA, menu, "#1")
    page = await shows(office, menu, "Счёт")
    assert "ошибка.png" in page["text"]
    await press(office, VERA, page, "Файлы")

    head = await office.sees(VERA, "Файлы заявки #1: 2 файла")
    files = await office.until(lambda: _documents(office, head["message_id"]))
    assert files == {"ошибка.png": PNG, "счёт.pdf": b"%PDF-1.4"}


def _documents(office: Studio, since: int) -> dict[str, bytes] | None:
    look = office.telegram.look
    seen = [one["document"] for one in look.messages(VERA, since=since) if "document" in one]
    return {one["file_name"]: look.file(one["file_id"]) for one in seen} if len(seen) == 2 else None


async def test_words_added_from_a_page_go_to_that_request(office: Studio) -> None:
    await two_requests(office)
    menu = await listed(office)
    await press(office, VERA, menu, "#1")
    page = await shows(office, menu, button="Дополнить")

    await press(office, VERA, page, "Дополнить")
    prompt = await office.sees(VERA, "Что добавить к заявке #1")
    office.says(VERA, "Ошибка 502 в Firefox", reply_to=prompt["message_id"])

    await office.feed("Ошибка 502 в Firefox", topic=await office.topic(1))


async def test_finished_work_is_accepted_or_returned_from_its_page(office: Studio) -> None:
    await two_requests(office)
    for number in (1, 2):
        office.says(ANNA, f"/take {number}")
        await office.status(number, "open")
        await press(office, ANNA, await card(office, number, "Готово"), "Готово")
        await office.status(number, "done")
    menu = await listed(office)

    await press(office, VERA, menu, "#1")
    await press(office, VERA, await shows(office, menu, button="Принять"), "Принять")
    await office.status(1, "closed")
    await press(office, VERA, await shows(office, menu, "Закрыта"), "Назад")
    await press(office, VERA, await shows(office, menu, button="#2"), "#2")
    await press(office, VERA, await shows(office, menu, button="Ещё не готово"), "Ещё не готово")

    await office.status(2, "open")
    ask = await office.sees(VERA, "Вернули заявку #2")
    office.says(VERA, "Логотип мелкий", reply_to=ask["message_id"])
    await office.feed("Логотип мелкий", topic=await office.topic(2))


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("#2", 2), ("№ 2", 2), ("логотипы сайтов", 2), ("КОРЗИНУ", 1), ("открывались", 1)]
)
async def test_search_finds_by_number_and_by_any_form_of_a_word(office: Studio, asked: str, number: int) -> None:
    await two_requests(office)

    said = office.says(VERA, f"/my {asked}")

    found = await office.sees(VERA, f"#{number} {BASKET if number == 1 else LOGO}", since=said["message_id"])
    assert (LOGO if number == 1 else BASKET) not in found["text"]


async def test_the_find_button_finds_closed_requests_too(office: Studio) -> None:
    await two_requests(office)
    office.says(ANNA, "/close 1")
    await office.status(1, "closed")
    menu = await listed(office)

    await press(office, VERA, menu, "Найти")
    prompt = await office.sees(VERA, "Что ищем?")
    office.says(VERA, "корзины", reply_to=prompt["message_id"])

    found = await office.sees(VERA, "Поиск: корзины")
    assert "Закрыта" in found["text"]
    await press(office, VERA, found, "#1")
    await shows(office, found, BASKET, button="Дополнить")


@pytest.mark.parametrize("asked", ["1", "#1", "корзина", "секрет"])
async def test_nobody_finds_or_opens_the_request_of_another_client(office: Studio, asked: str) -> None:
    await two_requests(office)
    office.says(ANNA, "секрет для своих", chat=ROOM, topic=await office.topic(1))
    office.telegram.people.start(MALLORY)
    hello = await office.sees(MALLORY, "Здравствуйте")

    office.says(MALLORY, f"/my {asked}")

    nothing = await office.sees(MALLORY, "не нашлось", since=hello["message_id"])
    assert BASKET not in nothing["text"]
    for data in ("open:1", "open:1:0.all.1", "files:1", "add:1", "accept:1", "route:1:1"):
        pressed = await office.telegram.people.press(MALLORY, nothing["message_id"], data=data)
        assert "не нашлось" in pressed["text"], data
    assert office.find(MALLORY, "корзин", since=nothing["message_id"]) is None


async def test_a_client_cannot_find_by_words_of_a_note(office: Studio) -> None:
    await two_requests(office)
    topic = await office.topic(1)
    office.says(ANNA, "клиентка скандальная", chat=ROOM, topic=topic)
    await office.sees(ROOM, "Это заметка к #1", topic=topic)

    office.says(VERA, "/my скандальная")

    await office.sees(VERA, "В ваших заявках такого не нашлось")


async def test_what_was_searched_in_vain_becomes_a_request_at_one_press(office: Studio) -> None:
    await two_requests(office)
    office.says(VERA, "/my верните деньги")
    nothing = await office.sees(VERA, "такого не нашлось")

    await press(office, VERA, nothing, "Это новая заявка")

    await office.sees(VERA, "заявка #3")
    await office.feed("верните деньги", topic=await office.topic(3))
