"""A desk without a group of its own: the whole day is worked in private chats with the bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from okno.config.values import Config
from okno.sandbox.mail.reading import Attached
from tests.stories.shift import BASKET, arranged, marked, offers, press, shows
from tests.stories.studio import ANNA, BORIS, LENA, ROOM, VERA, Json, Studio, labels

PNG = b"\x89PNG\r\n\x1a\nbasket"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Studio]:
    async with arranged(tmp_path / "data", _without_group) as made:
        await made.on_duty(ANNA)
        yield made


def _without_group(config: Config) -> Config:
    return replace(config, telegram=replace(config.telegram, staff_chat=0))


async def taken(desk: Studio) -> Json:
    """Vera's request, taken by Anna; the alert as it is then."""
    desk.says(VERA, BASKET)
    alert = await desk.sees(ANNA, BASKET)
    await press(desk, ANNA, alert, "Взять")
    return await shows(desk, alert, button="Спросить")


async def test_a_request_is_taken_answered_and_finished_in_private(desk: Studio) -> None:
    alert = await taken(desk)

    await press(desk, ANNA, alert, "Ответить")
    prompt = await desk.sees(ANNA, "Ответ · #1")
    said = desk.says(ANNA, "Чиним, минуту", reply_to=prompt["message_id"])
    await desk.sees(VERA, "Чиним, минуту")
    await marked(desk, said, "👌")
    desk.says(VERA, "Жду")
    again = await desk.sees(ANNA, "Жду")
    await press(desk, ANNA, again, "Готово")
    await press(desk, VERA, await desk.sees(VERA, "Заявка #1 готова"), "✅ Принять")

    await desk.sees(ANNA, "#1: клиент принял работу")
    await desk.status(1, "closed")
    assert desk.telegram.look.messages(ROOM) == []


async def test_a_reply_to_the_alert_is_a_note_and_says_how_to_answer(desk: Studio) -> None:
    alert = await taken(desk)

    said = desk.says(ANNA, "Похоже на кэш", reply_to=alert["message_id"])

    await desk.sees(ANNA, "Это заметка к #1, её видят только свои")
    await marked(desk, said, "✍")
    desk.says(ANNA, "/ticket 1")
    await desk.sees(ANNA, "📝 Анна")
    assert desk.find(VERA, "кэш") is None


async def test_words_typed_by_themselves_are_sent_by_one_press(desk: Studio) -> None:
    await taken(desk)

    said = desk.says(ANNA, "Починили, обновите страницу")
    await press(desk, ANNA, await offers(desk, ANNA, "Ответ клиенту по #1"), "Ответ клиенту по #1")

    await desk.sees(VERA, "Починили, обновите страницу")
    await marked(desk, said, "👌")


async def test_the_clients_files_come_with_the_alert_and_again_on_request(desk: Studio) -> None:
    desk.telegram.people.send(VERA, "photo", file=PNG, caption=BASKET)
    alert = await desk.sees(ANNA, "Заявка #1 теперь ваша")
    await _photos(desk, alert, 1)
    await press(desk, ANNA, alert, "Взять")
    await shows(desk, alert, "Заявка #1 теперь ваша", button="Готово")

    said = desk.says(ANNA, "/ticket 1")
    view = await desk.sees(ANNA, "В работе · приоритет обычный", since=said["message_id"])
    await press(desk, ANNA, view, "Файлы")

    await _photos(desk, await desk.sees(ANNA, "Файлы заявки #1: 1 файл"), 1)


async def _photos(desk: Studio, after: Json, count: int) -> None:
    def look() -> bool:
        seen = desk.telegram.look.messages(ANNA, since=after["message_id"])
        return len([one for one in seen if "photo" in one]) == count

    await desk.until(look, f"{count} photos after {after['message_id']}")


async def test_a_mails_attachment_reaches_the_assignee_and_the_answer_goes_by_mail(desk: Studio) -> None:
    attached = Attached(name="договор.txt", type="text/plain", inline=False, data=b"text of the contract")
    await desk.writes_mail("Договор", "Во вложении", attachments=(attached,))
    alert = await desk.sees(ANNA, "Во вложении")
    sent = await desk.until(lambda: [one for one in desk.telegram.look.messages(ANNA) if "document" in one])
    assert desk.telegram.look.file(sent[0]["document"]["file_id"]) == b"text of the contract"

    await press(desk, ANNA, alert, "Ответить")
    prompt = await desk.sees(ANNA, "Ответ · #1")
    desk.says(ANNA, "Подписали", reply_to=prompt["message_id"])

    await desk.gets_mail("Подписали")


async def test_a_request_is_passed_to_a_colleague_and_the_alert_says_so(desk: Studio) -> None:
    alert = await taken(desk)
    await desk.on_duty(BORIS)

    await press(desk, ANNA, alert, "Передать")
    await press(desk, ANNA, await shows(desk, alert, button="Борис"), "Борис")

    theirs = await desk.sees(BORIS, "Заявка #1 теперь ваша")
    assert "Назначает Анна" in theirs["text"]
    await shows(desk, alert, "Заявку #1 уже ведёт Борис")
    assert "Готово" in labels(theirs)


async def test_an_answer_that_failed_is_told_in_private(desk: Studio) -> None:
    alert = await taken(desk)
    desk.telegram.people.block(VERA)

    await press(desk, ANNA, alert, "Ответить")
    prompt = await desk.sees(ANNA, "Ответ · #1")
    said = desk.says(ANNA, "Починили", reply_to=prompt["message_id"])

    failed = await desk.sees(ANNA, "Ответ по заявке #1 не доставлен")
    await marked(desk, said, "💔")
    assert labels(failed) == ["Повторить"]


async def test_what_nobody_takes_is_told_to_the_lead_in_private(desk: Studio) -> None:
    await desk.on_duty(LENA)
    for one in (ANNA, LENA):
        desk.says(one, "/away")
        await desk.sees(one, "вы не на месте")
    desk.says(VERA, BASKET)
    await desk.sees(VERA, "заявка #1")
    queue = desk.says(ANNA, "/queue")
    await desk.sees(ANNA, "Очередь · 1 заявка", since=queue["message_id"])

    desk.clock.ahead += timedelta(minutes=11)

    nudge = await desk.sees(LENA, "Заявку #1 никто не взял")
    await press(desk, LENA, nudge, "Взять")
    await desk.status(1, "open")
