"""How a client goes on: which request they mean, in which language, after the end, and by the other channel."""

from datetime import timedelta

import pytest

from okno.queue import people, tables
from okno.queue.transaction import Tx
from tests.stories.shift import BASKET, LOGO, answers, listed, marked, offers, press, shows, two_requests
from tests.stories.studio import ANNA, CLIENT, IGOR, ROOM, VERA, Json, Studio, labels


async def test_which_request_is_meant_is_asked_and_the_words_are_kept_meanwhile(office: Studio) -> None:
    await two_requests(office)
    office.says(VERA, "И ещё поправьте телефон")
    await office.feed("поправьте телефон", topic=await office.topic(2))

    which = await office.sees(VERA, "о какой заявке речь")
    assert BASKET in which["text"]
    assert LOGO in which["text"]
    await press(office, VERA, which, "#1")

    await shows(office, which, "это о заявке #1")
    here = await office.feed("поправьте телефон", topic=await office.topic(1))
    assert "Было в #2" in here["text"]
    await office.sees(ROOM, "речь о заявке #1: теперь это там", topic=await office.topic(2))
    await office.sees(ANNA, f"Вера, #1 {BASKET}")


async def test_who_does_not_say_which_leaves_the_words_where_they_were_guessed(office: Studio) -> None:
    await two_requests(office)
    office.says(VERA, "И ещё поправьте телефон")
    await office.sees(VERA, "о какой заявке речь")

    office.says(VERA, "И адрес")

    await office.feed("И адрес", topic=await office.topic(2))
    assert len([one for one in office.telegram.look.messages(VERA) if "о какой заявке речь" in str(one)]) == 1
    menu = await listed(office)
    await press(office, VERA, menu, "#2")
    await shows(office, menu, "поправьте телефон")


async def test_it_can_be_a_new_request_altogether(office: Studio) -> None:
    await two_requests(office)
    office.says(VERA, "Хотим интернет-магазин")
    which = await office.sees(VERA, "о какой заявке речь")

    await press(office, VERA, which, "Это новая заявка")

    await shows(office, which, "это о заявке #3")
    await office.feed("Хотим интернет-магазин", topic=await office.topic(3))
    await office.sees(ANNA, "Хотим интернет-магазин")


async def test_the_language_can_be_changed_and_everything_follows(office: Studio) -> None:
    office.says(VERA, BASKET)
    await office.sees(VERA, "Приняли! Это заявка #1")

    office.says(VERA, "/language")
    changed = await office.sees(VERA, "We will write in English from now on")
    office.says(VERA, "/new Please change the logo")

    await office.sees(VERA, "Got it! This is request #2")
    await listed(office, words="Your requests")
    await press(office, VERA, changed, "Русский")
    await office.sees(VERA, "Теперь пишем по-русски")
    await listed(office)


async def test_an_english_client_reads_english_throughout(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.telegram.people.start(IGOR)
    await office.sees(IGOR, "Hello")
    office.says(IGOR, "The basket does not open")
    await office.sees(IGOR, "This is request #1")
    await answers(office, 1, "The basket does not open", "Which browser?")
    menu = await listed(office, IGOR, "Your requests")
    await press(office, IGOR, menu, "#1")
    await shows(office, menu, "Which browser?", button="Add to it")
    office.says(IGOR, "/my baskets")
    await office.sees(IGOR, "Search: baskets")
    await press(office, ANNA, await offers(office, ROOM, "Готово"), "Готово")
    check = await office.sees(IGOR, "Request #1 is ready")
    pressed = await press(office, IGOR, check, "Accept")

    assert pressed["text"] == "Thank you!"
    await office.sees(IGOR, "Request #1 is closed")
    ours = [one for one in office.telegram.look.messages(IGOR, user=IGOR) if not one["mine"]]
    seen = "".join(f"{one.get('text')} {labels(one)}" for one in ours)
    # Names, and the button that leads to the other language.
    for word in ("Студия «Север»", "Анна", "Русский"):
        seen = seen.replace(word, "")
    assert [letter for letter in seen if "а" <= letter.lower() <= "я"] == []


async def closed(office: Studio) -> Json:
    """Vera's request #1, answered and closed; the answer as she has it."""
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await answers(office, 1, BASKET, "Починили, проверьте")
    office.says(ANNA, "/close 1 починили")
    await office.sees(VERA, "закрыта")
    return await office.sees(VERA, "Починили, проверьте")


async def test_a_reply_within_the_grace_reopens_a_closed_request(office: Studio) -> None:
    answer = await closed(office)
    office.clock.ahead += timedelta(days=6)

    office.says(VERA, "Снова не открывается", reply_to=answer["message_id"])

    await office.status(1, "open")
    await office.feed("Снова не открывается", topic=await office.topic(1))
    await office.sees(ANNA, "Снова не открывается")


async def test_a_reply_after_the_grace_opens_a_new_request_that_continues_it(office: Studio) -> None:
    answer = await closed(office)
    office.clock.ahead += timedelta(days=8)

    office.says(VERA, "Снова не открывается", reply_to=answer["message_id"])

    await office.sees(VERA, "Заявка #1 уже закрыта, поэтому завели новую: #2")
    await office.sees(ROOM, "Продолжение #1", topic=await office.topic(2))
    assert (await office.ticket(1)).status == "closed"


@pytest.mark.parametrize("reply", [True, False])
async def test_thanks_do_not_reopen_a_closed_request(office: Studio, *, reply: bool) -> None:
    answer = await closed(office)

    office.says(VERA, "Спасибо!", **({"reply_to": answer["message_id"]} if reply else {}))

    await office.feed("Спасибо!", topic=await office.topic(1))
    assert (await office.ticket(1)).status == "closed"
    assert office.find(VERA, "#2") is None


def _also_by_mail(tx: Tx, _nothing: None, _now: object) -> None:
    """Vera's address is known: until people can link their channels themselves, the store is told."""
    vera, clara = people.find(tx, "telegram", str(VERA)), people.find(tx, "email", CLIENT)
    assert vera is not None
    assert clara is not None
    tx.run(tables.identity.update().where(tables.identity.c.id == clara.id).values(person=vera.person))


async def test_who_blocked_the_bot_is_shown_and_answered_by_the_other_channel(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await office.writes_mail("Знакомство", "Добрый день")
    await office.gets_mail("#2")
    await office.app.store.write(_also_by_mail, None, office.clock.now())

    office.telegram.people.block(VERA)
    topic = await office.topic(1)
    await office.sees(ROOM, "Клиент недоступен: Telegram", topic=topic)
    words = await office.feed(BASKET, topic=topic)
    said = office.says(ANNA, "Починили корзину", chat=ROOM, topic=topic, reply_to=words["message_id"])

    alert = await office.sees(ANNA, "Ответ по заявке #1 не доставлен")
    await marked(office, said, "💔")
    pressed = await press(office, ANNA, alert, "Отправить другим каналом")
    assert pressed["text"] == "Пробуем ещё раз"
    await office.gets_mail("Починили корзину")
    await marked(office, said, "👌")


async def test_who_comes_back_after_blocking_is_reachable_again(office: Studio) -> None:
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    topic = await office.topic(1)
    office.telegram.people.block(VERA)
    await office.sees(ROOM, "Клиент недоступен", topic=topic)

    office.telegram.people.start(VERA)

    await office.until(lambda: office.find(ROOM, "Клиент недоступен", topic=topic) is None, "the warning goes")
    await answers(office, 1, BASKET, "С возвращением")
    await office.sees(VERA, "С возвращением")
