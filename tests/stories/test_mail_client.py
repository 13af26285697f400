"""A client by mail, from the first letter to accepted work; both channels stand in one queue."""

from email.message import Message

from okno.sandbox.mail.reading import read
from tests.stories.studio import ANNA, CLIENT, ROOM, SUPPORT, VERA, Studio, body, labels, subject


async def reply(office: Studio, to: Message, text: str) -> None:
    """As a mail program does: with In-Reply-To, References and the original quoted below."""
    newest = office.mail.messages(CLIENT)[-1]
    await office.writes_mail("", text, answers=read(newest.raw))


async def test_a_client_asks_by_mail_and_accepts_the_work(office: Studio) -> None:
    await office.on_duty(ANNA)

    # Clara writes and gets a short receipt that repeats none of her words.
    await office.writes_mail("Счёт за ноябрь", "Добрый день!\nПришлите, пожалуйста, счёт.\n\n-- \nКлара, бухгалтерия")
    receipt = await office.gets_mail("#1")
    assert "счёт" not in body(receipt).lower()
    assert receipt["Auto-Submitted"] == "auto-replied"

    # Anna sees the words without the signature, and answers in the topic.
    topic = await office.topic(1)
    words = await office.feed("Пришлите, пожалуйста, счёт", topic=topic)
    assert "бухгалтерия" not in words["text"]
    office.says(ANNA, "Счёт во вложении", chat=ROOM, topic=topic, reply_to=words["message_id"])

    # The answer comes under the thread, with the number in the subject and the history below.
    answer = await office.gets_mail("Счёт во вложении")
    assert "#1" in subject(answer)
    assert "> Пришлите, пожалуйста, счёт." in body(answer)
    assert answer["In-Reply-To"] in str(answer["References"])
    assert answer["Auto-Submitted"] is None

    # Clara replies above the quotation: only her new words are shown to staff.
    await reply(office, answer, "Получила, но там старые реквизиты")
    again = await office.feed("старые реквизиты", topic=topic)
    assert "Счёт во вложении" not in again["text"]

    # Anna finishes; Clara accepts with the words the letter shows.
    card = await office.card("Готово")
    await office.presses(ANNA, card, "Готово")
    check = await office.gets_mail("принято")
    await reply(office, check, "Принято!")
    await office.status(1, "closed")


async def test_not_ready_by_mail_brings_the_request_back(office: Studio) -> None:
    await office.on_duty(ANNA)
    await office.writes_mail("Баннер", "Поправьте баннер")
    card = await office.card("Взять")
    await office.presses(ANNA, card, "Взять")
    card = await office.card("Готово")
    await office.presses(ANNA, card, "Готово")
    check = await office.gets_mail("не готово")

    await reply(office, check, "Не готово\nцвет не тот")

    await office.status(1, "open")
    await office.feed("цвет не тот")


async def test_both_channels_stand_in_one_queue(office: Studio) -> None:
    office.says(VERA, "Из телеграма")
    await office.topic(1)
    await office.writes_mail("Из почты", "Письмо")
    await office.topic(2)

    office.says(ANNA, "/queue", chat=ROOM)

    queue = await office.sees(ROOM, "Очередь")
    assert "#1" in queue["text"]
    assert "#2" in queue["text"]


async def test_a_stranger_who_quotes_a_ticket_number_learns_nothing(office: Studio) -> None:
    await office.writes_mail("Договор", "Секретные условия")
    await office.topic(1)

    await office.writes_mail("Re: [#1] Договор", "Пришлите мне всё", sender="mallory@evil.example")

    topic = await office.topic(2)
    card = await office.sees(ROOM, "относится к #1", topic=topic)
    assert any("#1" in label for label in labels(card))
    receipt = await office.gets_mail("#2", "mallory@evil.example")
    assert "Секретные" not in body(receipt)
    assert "Договор" not in subject(receipt)


async def test_a_mail_that_cannot_be_delivered_comes_back_to_its_author(office: Studio) -> None:
    from okno.sandbox.mail.faults import Fault

    await office.on_duty(ANNA)
    await office.writes_mail("Вопрос", "Когда?")
    topic = await office.topic(1)
    words = await office.feed("Когда?", topic=topic)
    office.mail.faults.add(Fault(at="rcpt", does="answer", code=550, text="5.1.1 no such user"))

    office.says(ANNA, "Завтра", chat=ROOM, topic=topic, reply_to=words["message_id"])

    alert = await office.sees(ANNA, "no such user")
    assert "Повторить" in labels(alert)
    office.mail.faults.clear()
    await office.presses(ANNA, alert, "Повторить")
    await office.gets_mail("Завтра")


async def test_our_own_mail_that_comes_back_makes_no_ticket(office: Studio) -> None:
    await office.writes_mail("Вопрос", "Когда?")
    await office.gets_mail("#1")

    office.mail.deliver(SUPPORT, office.mail.messages(CLIENT)[-1].raw)
    await office.writes_mail("Другое", "настоящее")

    await office.feed("настоящее", topic=await office.topic(2))
    assert len(office.telegram.look.topics(ROOM)) == 2
