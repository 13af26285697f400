"""A client's own lists: tabs, counts, unread marks and search; and that nothing of anybody else is ever in them."""

from typing import Any

import pytest
import sqlalchemy as sa

from okno.queue import requests, tables, tickets
from okno.queue.actions import answer, client
from okno.queue.actions.answer import Recall
from okno.queue.actions.client import Meet, Seen
from okno.queue.requests import TABS, Find, Found, Look, Request, Sheet, Tab
from tests.store.cast import ANNA, IGOR, VERA, Desk
from tests.store.courier import Courier

HOSTILE = [
    "",
    "   ",
    "#",
    "№",
    '"',
    "'",
    "*",
    "a AND",
    "%",
    "\x00",
    "-1",
    "0",
    "9" * 40,
    "NEAR(a b)",
    "'; DROP TABLE x",
]


async def person(desk: Desk, who: int | str = VERA) -> int:
    return (await desk.identity(who)).person


async def sheet(desk: Desk, who: int | str = VERA, **more: Any) -> Sheet:
    return await desk.store.read(requests.sheet, Look(person=await person(desk, who), **more))


async def find(desk: Desk, asked: str, who: int | str = VERA, **more: Any) -> Found:
    return await desk.store.read(requests.find, Find(person=await person(desk, who), asked=asked, **more))


async def line(desk: Desk, number: int, who: int | str = VERA) -> Request:
    return next(one for one in (await sheet(desk, who, size=50)).requests if one.number == number)


async def delivered(desk: Desk) -> None:
    """Whatever is on its way arrives."""
    desk.later(seconds=30)
    await Courier(desk).send_all()


async def meets(desk: Desk, who: int) -> None:
    await desk.act(client.meet, Meet(sender=desk.message("", who).sender, account=desk.bot, cause=desk.cause()))


async def anew(desk: Desk, text: str, who: int = VERA) -> int:
    await meets(desk, who)
    await desk.wants_new(who)
    return await desk.asks(text, who)


async def ends(desk: Desk, number: int, kind: Any) -> None:
    await desk.ends(desk.by(ANNA), number, kind)


async def in_state(desk: Desk, status: str) -> int:
    number = await anew(desk, "Не открывается корзина")
    if status != "new":
        await desk.takes(ANNA, number)
    if status == "waiting_client":
        await desk.says(ANNA, number, "В каком браузере?", kind="question")
    kind = {"waiting_other": "hand_out", "done": "finish", "closed": "close", "spam": "spam"}.get(status)
    if kind is not None:
        await ends(desk, number, kind)
    return number


@pytest.mark.parametrize(
    ("status", "tab"),
    [
        ("new", "new"), ("open", "work"), ("waiting_other", "work"), ("waiting_client", "answer"), ("done", "ready"),
        ("closed", "closed"), ("spam", "closed"),
    ],
)  # fmt: skip
async def test_each_state_stands_in_its_tab_and_in_all(desk: Desk, status: str, tab: Tab) -> None:
    number = await in_state(desk, status)

    shown = {one for one in TABS if [each.number for each in (await sheet(desk, tab=one)).requests] == [number]}

    assert shown == {tab, "all"}
    assert {one for one, count in (await sheet(desk)).counts.items() if count.requests} == {tab, "all"}


async def test_what_waits_for_the_client_stands_first_and_what_is_closed_last(desk: Desk) -> None:
    states = ("done", "new", "waiting_client", "open", "closed")
    numbers = {status: await in_state(desk, status) for status in states}

    shown = [one.number for one in (await sheet(desk)).requests]

    assert shown == [numbers[status] for status in ("waiting_client", "done", "open", "new", "closed")]


async def test_a_list_goes_on_over_pages_and_ends_at_the_last(desk: Desk) -> None:
    numbers = [await anew(desk, f"Вопрос {place}") for place in range(5)]

    pages = [await sheet(desk, page=page, size=2) for page in (1, 2, 3, 99)]

    assert [one.number for page in pages[:3] for one in page.requests] == numbers[::-1]
    assert [(page.page, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3), (3, 3)]


async def test_somebody_without_requests_sees_empty_tabs(desk: Desk) -> None:
    await meets(desk, IGOR)

    shown = await sheet(desk, IGOR)

    assert (shown.requests, shown.page, shown.pages) == ([], 1, 1)
    assert all((one.requests, one.unread) == (0, 0) for one in shown.counts.values())


async def test_nobody_sees_another_clients_requests(desk: Desk) -> None:
    hers = await anew(desk, "Секретная корзина")
    his = await anew(desk, "Другое", IGOR)

    seen, found = await sheet(desk, IGOR), await find(desk, "секретная", IGOR)

    assert [one.number for one in seen.requests] == [his]
    assert seen.counts["all"].requests == 1
    assert (found.requests, found.total) == ([], 0)
    assert (await find(desk, f"#{hers}", IGOR)).requests == []


async def test_a_person_sees_the_requests_of_all_their_addresses(desk: Desk) -> None:
    by_chat, by_mail = await anew(desk, "Из Telegram"), await desk.mails("По почте")
    mail = tables.identity.c.kind == "email"
    joined = sa.update(tables.identity).where(mail).values(person=await person(desk))

    await desk.act(lambda tx, change, _now: tx.run(change), joined)

    assert {one.number for one in (await sheet(desk)).requests} == {by_chat, by_mail}
    assert (await sheet(desk)).counts["all"].requests == 2


async def test_an_answer_is_unread_once_it_has_arrived(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Посмотрим")
    held = await line(desk, number)

    await delivered(desk)

    assert (held.unread, (await line(desk, number)).unread) == (0, 1)
    counts = (await sheet(desk)).counts
    assert {tab for tab in TABS if counts[tab].unread} == {"work", "all"}


async def test_notes_and_own_words_are_never_unread(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Клиент сложный", kind="note")
    await desk.writes("И ещё кнопка")

    assert (await line(desk, number)).unread == 0


@pytest.mark.parametrize("fate", ["recalled", "refused"])
async def test_an_answer_that_never_arrived_is_not_unread(desk: Desk, fate: str) -> None:
    number = await anew(desk, "Не открывается корзина")
    said = await desk.says(ANNA, number, "Ой, не туда")
    if fate == "recalled":
        await desk.does(ANNA, answer.recall, Recall, message=said.message)
    desk.later(seconds=30)
    await Courier(desk).send_all("refused")

    assert (await line(desk, number)).unread == 0


async def test_a_colleagues_words_are_unread_for_the_others_only(desk: Desk) -> None:
    number = await desk.mails("Где заказ?", "vera@client.example")
    sent = (await desk.rows("mail_ref"))[0].header_id
    oleg = Meet(sender=desk.mail("", "oleg@client.example").sender, account=desk.box, cause=desk.cause())
    who = await desk.act(client.meet, oleg)
    await desk.act(lambda tx, key, _now: tickets.join(tx, number, key, "cc", "pass"), who.id)
    await desk.act(client.seen, Seen(identity=who.id, ticket=number))

    await desk.mails("И мне интересно", "oleg@client.example", facts={"references": (sent,)})

    assert (await line(desk, number, "vera@client.example")).unread == 1
    assert (await line(desk, number, "oleg@client.example")).unread == 0


async def test_opening_a_request_reads_it(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Починили")
    await delivered(desk)

    await desk.act(client.seen, Seen(identity=(await desk.identity(VERA)).id, ticket=number))

    assert (await line(desk, number)).unread == 0
    assert (await sheet(desk)).counts["all"].unread == 0


async def test_opening_one_request_leaves_the_others_unread(desk: Desk) -> None:
    first, second = await anew(desk, "Не открывается корзина"), await anew(desk, "Сломалась печать")
    for number in (first, second):
        await desk.says(ANNA, number, "Починили")
    await delivered(desk)

    await desk.act(client.seen, Seen(identity=(await desk.identity(VERA)).id, ticket=second))

    assert ((await line(desk, first)).unread, (await line(desk, second)).unread) == (1, 0)
    assert (await find(desk, "корзина")).requests[0].unread == 1


async def test_an_answer_on_its_way_while_they_look_is_unread_when_it_arrives(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Починили")
    await desk.writes("Ну что там?")

    await desk.act(client.seen, Seen(identity=(await desk.identity(VERA)).id, ticket=number))
    await delivered(desk)

    assert (await line(desk, number)).unread == 1


async def test_it_finds_by_number_however_it_is_written(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")

    found = [(await find(desk, asked)).requests for asked in (f"{number}", f"#{number}", f" № {number} ")]

    assert [[one.number for one in each] for each in found] == [[number]] * 3


async def test_it_finds_a_word_in_any_form_and_in_what_is_closed(desk: Desk) -> None:
    number = await anew(desk, "Не открываются корзины")
    await anew(desk, "Сломалась печать")
    await ends(desk, number, "close")

    found = await find(desk, "корзина")

    assert [(one.number, one.status) for one in found.requests] == [(number, "closed")]
    assert (found.total, found.page, found.pages) == (1, 1, 1)


async def test_it_finds_the_words_of_an_answer_that_arrived(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Дело в сертификате")
    before = await find(desk, "сертификат")

    await delivered(desk)

    assert before.requests == []
    assert [one.number for one in (await find(desk, "сертификат")).requests] == [number]


async def test_the_words_of_a_note_cannot_be_guessed_by_searching(desk: Desk) -> None:
    number = await anew(desk, "Не открывается корзина")
    await desk.says(ANNA, number, "Зануда и скандалист", kind="note")

    assert (await find(desk, "скандалист")).requests == []


async def test_what_was_found_goes_on_over_pages(desk: Desk) -> None:
    numbers = [await anew(desk, f"Корзина {place}") for place in range(5)]

    pages = [await find(desk, "корзина", page=page, size=2) for page in (1, 2, 3)]

    assert [one.number for page in pages for one in page.requests] == numbers[::-1]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}


@pytest.mark.parametrize("asked", HOSTILE)
async def test_whatever_is_asked_harms_nothing(desk: Desk, asked: str) -> None:
    await anew(desk, "Не открывается корзина")

    assert (await find(desk, asked)).requests == []
