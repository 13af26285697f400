"""Requests that came through no channel of ours, and words that staff write first."""

import pytest

from okno.desk.message import File, Sender
from okno.errors import DeskError, NotAllowed, NotFound
from okno.queue.actions import enter
from okno.queue.actions.enter import Enter, WriteFirst
from tests.store.cast import ANNA, BORIS, IGOR, VERA, Desk

PHONE = Sender(kind="phone", address="+79160000000", name="Ольга")


async def test_a_call_becomes_a_ticket_with_its_clocks_and_an_assignee(desk: Desk) -> None:
    await desk.on_duty(BORIS)

    entered = await desk.does(ANNA, enter.enter, Enter, channel="phone", sender=PHONE, text="Не печатает чек")

    ticket, said = await desk.ticket(entered.ticket), (await desk.said(entered.ticket))[0]
    assert (ticket.channel, ticket.subject, ticket.assignee) == ("phone", "Не печатает чек", desk.staff[BORIS].id)
    assert (said.direction, said.author_kind, said.data) == ("in", "client", {"entered_by": desk.staff[ANNA].id})
    assert [row.kind for row in await desk.rows("clock")] == ["first_answer"]


async def test_a_caller_known_by_number_is_the_same_person_next_time(desk: Desk) -> None:
    one = await desk.does(ANNA, enter.enter, Enter, channel="phone", sender=PHONE, text="Первое")
    two = await desk.does(BORIS, enter.enter, Enter, channel="phone", sender=PHONE, text="Второе")

    assert one.ticket != two.ticket
    assert (await desk.ticket(one.ticket)).requester == (await desk.ticket(two.ticket)).requester


async def test_a_known_clients_request_is_answered_where_they_can_be_reached(desk: Desk) -> None:
    await desk.asks()
    who = (await desk.identity(VERA)).id

    entered = await desk.does(ANNA, enter.enter, Enter, channel="phone", requester=who, text="Звонила")
    said = await desk.says(ANNA, entered.ticket, "Готово")

    assert [one.recipient for one in await desk.letters(message=said.message)] == [str(VERA)]


async def test_a_file_alone_is_a_request_and_nothing_at_all_is_not(desk: Desk) -> None:
    photo = File(kind="photo", sha256="a" * 64)

    with pytest.raises(DeskError, match="empty_request"):
        await desk.does(ANNA, enter.enter, Enter, channel="viber", sender=PHONE, text="  ")
    await desk.does(ANNA, enter.enter, Enter, channel="viber", sender=PHONE, files=(photo,))

    assert [row.state for row in await desk.rows("attachment")] == ["kept"]


async def test_only_staff_enter_requests_and_write_first(desk: Desk) -> None:
    number = await desk.asks()
    client, who = await desk.client(number), (await desk.identity(VERA)).id
    await desk.staffed(boris=None)

    for by in (client, desk.by(BORIS)):
        with pytest.raises((NotAllowed, NotFound)):
            await desk.does(by, enter.enter, Enter, channel="phone", sender=PHONE, text="Привет")
        with pytest.raises((NotAllowed, NotFound)):
            await desk.does(by, enter.write_first, WriteFirst, requester=who, text="Привет")
    assert await desk.count("ticket") == 1


async def test_a_requester_must_be_known_or_named(desk: Desk) -> None:
    for nobody in ({}, {"requester": 99}):
        with pytest.raises(NotFound, match="no_such_client"):
            await desk.does(ANNA, enter.enter, Enter, channel="phone", text="Привет", **nobody)


async def test_words_written_first_open_a_ticket_of_whoever_wrote_them(desk: Desk) -> None:
    await desk.asks()
    who = (await desk.identity(VERA)).id

    first = await desk.does(ANNA, enter.write_first, WriteFirst, requester=who, text="Сайт переехал")

    ticket = await desk.ticket(first.ticket)
    assert (ticket.status, ticket.assignee, ticket.chat) == ("open", desk.staff[ANNA].id, VERA)
    assert [one.recipient for one in await desk.letters(message=first.message)] == [str(VERA)]
    assert await desk.events(first.ticket) == ["created", "assigned", "answered"]
    assert await desk.rows("clock", subject=first.ticket) == []


async def test_the_client_answers_into_the_ticket_that_was_opened_for_them(desk: Desk) -> None:
    await desk.asks()
    await desk.ends(desk.by(ANNA), 1, "close")
    who = (await desk.identity(VERA)).id
    first = await desk.does(ANNA, enter.write_first, WriteFirst, requester=who, text="Сайт переехал")

    assert (await desk.writes("Спасибо, вижу новый адрес")).ticket == first.ticket


async def test_by_mail_it_goes_out_with_an_id_of_ours(desk: Desk) -> None:
    await desk.mails()
    who = (await desk.identity("vera@client.example")).id

    first = await desk.does(ANNA, enter.write_first, WriteFirst, requester=who, text="Сайт переехал")

    ticket, letter = await desk.ticket(first.ticket), (await desk.letters(message=first.message))[0]
    assert (ticket.channel, ticket.account, letter.channel) == ("email", desk.box, "email")
    assert letter.header_id in {row.header_id for row in await desk.rows("mail_ref", ticket=first.ticket)}


async def test_nobody_is_written_to_by_phone_or_without_words(desk: Desk) -> None:
    await desk.does(ANNA, enter.enter, Enter, channel="phone", sender=PHONE, text="Звонок")
    await desk.asks(who=IGOR)
    tickets = await desk.count("ticket")

    with pytest.raises(DeskError, match="no_channel"):
        await desk.does(ANNA, enter.write_first, WriteFirst, requester=1, text="Привет")
    with pytest.raises(DeskError, match="empty_answer"):
        await desk.does(ANNA, enter.write_first, WriteFirst, requester=(await desk.identity(IGOR)).id, text=" ")
    assert await desk.count("ticket") == tickets


async def test_the_same_entry_delivered_again_is_one_ticket(desk: Desk) -> None:
    await desk.asks()
    who = (await desk.identity(VERA)).id

    entries = [
        await desk.does(ANNA, enter.enter, Enter, channel="phone", sender=PHONE, text="Звонок", cause="journal:3")
        for _ in range(2)
    ]
    firsts = [
        await desk.does(ANNA, enter.write_first, WriteFirst, requester=who, text="Привет", cause="journal:4")
        for _ in range(2)
    ]

    assert (entries[0], firsts[0]) == (entries[1], firsts[1])
    assert await desk.count("ticket") == 3
