"""Tickets found by the words said in them: one behaviour on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from okno.desk.message import File
from okno.queue import search
from okno.queue.actions import client
from tests.store.cast import ANNA, IGOR, Desk


async def finds(desk: Desk, words: str, limit: int = 10) -> Sequence[int]:
    return await desk.store.read(lambda tx, asked: search.find(tx, asked, limit), words)


@pytest.mark.parametrize(
    "asked",
    ["сайт", "сайта", "открывается", "открыва*", "заказа", "12345", "№12345", "САЙТ заказ", "не открывается сайт"],
)
async def test_other_forms_of_the_words_and_numbers_are_found(desk: Desk, asked: str) -> None:
    number = await desk.asks("Не открывается сайт после заказа №12345")
    await desk.asks("Нужен счёт", IGOR)

    assert await finds(desk, asked) == [number]


@pytest.mark.parametrize("asked", ["", "   ", "счёт сайт", "123", "-", "*", '"', "сайт AND", "NEAR(сайт", "ticket:1"])
async def test_what_no_message_says_whole_is_not_found_and_signs_break_nothing(desk: Desk, asked: str) -> None:
    await desk.asks("Не открывается страница")
    await desk.asks("Нужен акт", IGOR)

    assert await finds(desk, asked) == []


async def test_the_newest_come_first_and_each_ticket_once(desk: Desk) -> None:
    first = await desk.asks("Ошибка оплаты")
    second = await desk.asks("Ошибка входа", IGOR)
    await desk.asks("Снова ошибка")

    assert await finds(desk, "ошибки") == [first, second]
    assert await finds(desk, "ошибки", limit=1) == [first]


async def test_subjects_and_names_of_files_are_found(desk: Desk) -> None:
    number = await desk.mails("См. вложение", subject="Договор поставки", files=(File(kind="file", name="Смета.xlsx"),))

    assert await finds(desk, "договоры") == [number]
    assert await finds(desk, "смета") == [number]


async def test_notes_and_answers_are_found_by_staff(desk: Desk) -> None:
    number = await desk.asks("Вопрос")
    await desk.says(ANNA, number, "Виноват хостинг", kind="note")
    await desk.says(ANNA, number, "Перенесли домен")

    assert (await finds(desk, "хостинга"), await finds(desk, "доменом")) == ([number], [number])


async def test_after_an_edit_the_new_words_are_found_and_the_old_are_not(desk: Desk) -> None:
    message = desk.message("Пароль утёк", files=(File(kind="document", name="скриншот.png", remote_id="a"),))
    got = await desk.take_in(message)

    await desk.take_in(replace(message, text="Логин утёк", edited_at=desk.now + timedelta(minutes=1)))

    assert (await finds(desk, "логин"), await finds(desk, "пароль")) == ([got.ticket], [])
    assert await finds(desk, "скриншот") == [got.ticket]


async def test_an_edit_to_no_words_at_all_forgets_the_old_ones(desk: Desk) -> None:
    message = desk.message("Пароль утёк")
    await desk.take_in(message)

    await desk.take_in(replace(message, text="…", edited_at=desk.now + timedelta(minutes=1)))

    assert await finds(desk, "пароль") == []


async def test_a_message_moved_to_another_ticket_is_found_there_with_its_files(desk: Desk) -> None:
    first = await desk.asks("Первое")
    await desk.wants_new()
    await desk.asks("Второе")
    got = await desk.writes("Третье", files=(File(kind="document", name="смета.xlsx", remote_id="a"),))
    who = (await desk.identity(501)).id

    await desk.does(ANNA, client.route, client.Route, message=got.message, ticket=first, identity=who)

    assert (await finds(desk, "третье"), await finds(desk, "смета")) == ([first], [first])
