"""The daily statement: everything that arrived is in one of its counts, and the counts add up or it says so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from okno.queue import journal, reckoning, tables
from okno.queue.actions import receive, statement
from okno.queue.actions.statement import Due
from tests.store.cast import ANNA, IGOR, LENA, NOON, ROOM, VERA, Desk
from tests.store.courier import Courier

DAY = timedelta(days=1)
SPAN = (NOON - DAY, NOON + DAY)


async def row(desk: Desk, number: int, kind: str = "update") -> int:
    one = journal.Arrived(
        account=desk.bot, external_id=str(number), digest=str(number).encode(), kind=kind, lane="l",
        happened_at=desk.now, payload=b"{}",
    )  # fmt: skip
    [key] = await desk.act(journal.put, journal.Put(rows=[one]))
    return int(key)


async def done(desk: Desk, number: int, outcome: str, kind: str = "update", ticket: int | None = None) -> int:
    key = await row(desk, number, kind)
    await desk.act(journal.done, journal.Done(id=key, outcome=outcome, ticket=ticket))
    return key


async def takes_in(desk: Desk, number: int, text: str, who: int = VERA) -> receive.Received:
    key = await row(desk, number)
    command = receive.Receive(
        incoming=desk.message(text, who), cause=f"journal:{key}", policy=desk.policy, entry=key
    )  # fmt: skip
    got: receive.Received = await desk.act(receive.receive, command)
    return got


async def reckoned(desk: Desk, span: reckoning.Span = SPAN) -> reckoning.Statement:
    return await desk.store.read(reckoning.statement, span)


async def test_an_empty_day_is_balanced(desk: Desk) -> None:
    found = await reckoned(desk)

    assert (found.received, found.balanced, found.lost) == (0, True, 0)


async def test_every_row_is_in_one_count_and_they_add_up(desk: Desk) -> None:
    await takes_in(desk, 1, "Не открывается корзина")
    await takes_in(desk, 2, "И оплата тоже")
    await done(desk, 3, "duplicate")
    await done(desk, 4, "machine_mail", kind="mail")
    await done(desk, 5, "ignored", kind="mail")
    await row(desk, 6)
    await desk.act(journal.park, journal.Failed(id=await row(desk, 7), tries=0, reason="no chat"))
    discarded = await row(desk, 8)
    await desk.act(journal.park, journal.Failed(id=discarded, tries=0, reason="no chat"))
    await desk.act(journal.discard, journal.Discard(id=discarded, why="spam"))
    await done(desk, 9, "edited")

    found = await reckoned(desk)

    assert found.fates == {
        "opened": 1, "joined": 2, "repeated": 1, "ignored": 3, "pending": 1, "parked": 1, "acted": 0,
    }  # fmt: skip
    assert (found.received, found.balanced) == (9, True)


@pytest.mark.parametrize("outcome", ["help", "taken", "answered", "noted", "ignored", "presence", "something_new"])
async def test_what_staff_do_and_buttons_are_counted_beside_what_clients_sent(desk: Desk, outcome: str) -> None:
    await takes_in(desk, 1, "Не открывается корзина")
    await done(desk, 2, outcome)

    found = await reckoned(desk)

    assert (found.arrived, found.received, found.fates["acted"], found.balanced) == (2, 1, 1, True)
    assert found.outcomes == {"ticket": 1, outcome: 1}


async def test_a_row_without_its_message_unbalances_the_books_and_is_named(desk: Desk) -> None:
    number = (await takes_in(desk, 1, "Не открывается корзина")).ticket
    stray = await done(desk, 2, "follow_up", ticket=number)

    found = await reckoned(desk)

    assert (found.strays, found.balanced) == ((stray,), False)
    assert (found.received, found.fates["opened"], found.fates["joined"]) == (2, 1, 0)


async def test_a_message_that_stands_in_another_ticket_is_no_stray(desk: Desk) -> None:
    await takes_in(desk, 1, "Не открывается корзина")
    other = await takes_in(desk, 2, "Другое", IGOR)
    moved = sa.update(tables.message).where(tables.message.c.id == other.message).values(ticket=1)
    await desk.act(lambda tx, _command, _now: tx.run(moved), None)

    found = await reckoned(desk)

    assert (found.strays, found.balanced) == ((), True)


async def test_a_clock_set_back_makes_no_strays(desk: Desk) -> None:
    """The message then bears an earlier time than the row it came from."""
    key = await row(desk, 1)
    desk.later(hours=-3)
    command = receive.Receive(incoming=desk.message("Привет"), cause=f"journal:{key}", policy=desk.policy, entry=key)
    await desk.act(receive.receive, command)

    found = await reckoned(desk, (NOON - timedelta(hours=1), NOON + DAY))

    assert (found.received, found.strays, found.balanced) == (1, (), True)


async def test_only_what_arrived_in_the_span_counts(desk: Desk) -> None:
    await takes_in(desk, 1, "Раньше")
    desk.later(days=1)
    await takes_in(desk, 2, "Ровно в конце")

    found = await reckoned(desk, (NOON, NOON + DAY))

    assert found.received == 1


async def test_what_telegram_forgot_is_received_and_lost(desk: Desk) -> None:
    await done(desk, 100, "help")
    desk.later(hours=30)
    await takes_in(desk, 104, "Вы живы?")

    found = await reckoned(desk, (desk.now - timedelta(hours=24), desk.now + timedelta(hours=1)))

    assert (found.lost, found.received, found.balanced) == (3, 4, True)


async def test_a_quiet_weekend_has_lost_nothing(desk: Desk) -> None:
    await done(desk, 100, "help")
    desk.later(hours=60)
    await done(desk, 101, "help")

    assert (await reckoned(desk, (NOON, desk.now + DAY))).lost == 0


async def test_webhooks_may_bring_numbers_out_of_order(desk: Desk) -> None:
    for number in (101, 100):
        await done(desk, number, "help")
    desk.later(hours=30)
    for number in (103, 102):
        await done(desk, number, "help")

    assert (await reckoned(desk, (NOON, desk.now + DAY))).lost == 0


async def test_answers_of_machines_that_belong_nowhere_are_named(desk: Desk) -> None:
    await done(desk, 5, "machine_mail", kind="mail")

    assert (await reckoned(desk)).homeless == ("5",)


async def test_what_left_for_clients_is_counted_by_its_fate(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await desk.says(ANNA, number, "Починили")
    courier = Courier(desk)
    desk.later(seconds=30)
    await courier.send_all()
    await desk.says(ANNA, number, "И ещё")

    found = await desk.store.read(reckoning.departures, SPAN)

    assert (found.sent, found.queued, found.refused, found.unknown) == (2, 1, 0, 0)


async def test_a_refused_and_a_doubtful_letter_are_counted(desk: Desk) -> None:
    first, second = await desk.asks(who=VERA), await desk.asks(who=IGOR)
    desk.later(seconds=5)
    courier = Courier(desk)
    vera = await courier.claim(f"{desk.bot}:{VERA}")
    igor = await courier.claim(f"{desk.bot}:{IGOR}")
    assert vera is not None
    assert igor is not None
    await courier.report(vera, "refused", reason="blocked")
    await courier.report(igor, "unknown", again=desk.now)

    found = await desk.store.read(reckoning.departures, SPAN)

    assert first != second
    assert (found.refused, found.unknown, found.queued) == (1, 1, 1)


async def test_the_longest_wait_for_an_answer_is_named(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    oldest = await desk.asks(who=VERA)
    desk.later(minutes=5)
    answered = await desk.asks(who=IGOR)
    await desk.says(ANNA, answered, "Готово")

    found = await desk.store.read(reckoning.unanswered, None)

    assert (found.count, found.number, found.since) == (1, oldest, NOON)


def due(day: int) -> Due:
    return Due(date=date(2026, 11, day), until=datetime(2026, 11, day, 6, 0, tzinfo=UTC))


async def made(desk: Desk, day: int) -> int | None:
    span = await desk.store.read(statement.span, due(day))
    assert span is not None
    figures = await desk.store.read(statement.figures, span)
    command = statement.Send(due=due(day), figures=figures, policy=desk.policy)
    reached: int | None = await desk.act(statement.send, command)
    return reached


async def test_before_anything_arrived_there_is_no_statement(desk: Desk) -> None:
    assert await desk.store.read(statement.span, due(24)) is None


async def test_the_first_one_begins_with_the_journal(desk: Desk) -> None:
    await takes_in(desk, 1, "Не открывается корзина")

    assert await desk.store.read(statement.span, due(24)) == (NOON, due(24).until)


async def test_each_begins_where_the_last_ended_however_long_ago(desk: Desk) -> None:
    await takes_in(desk, 1, "Не открывается корзина")
    await made(desk, 24)

    assert await desk.store.read(statement.span, due(24)) is None
    assert await desk.store.read(statement.span, due(28)) == (due(24).until, due(28).until)


async def test_two_workers_send_one_statement_to_the_room(desk: Desk) -> None:
    await desk.on_duty(LENA)
    await takes_in(desk, 1, "Не открывается корзина")
    span = await desk.store.read(statement.span, due(24))
    assert span is not None
    figures = await desk.store.read(statement.figures, span)
    command = statement.Send(due=due(24), figures=figures, policy=desk.policy)

    reached = [await desk.act(statement.send, command) for _ in range(2)]

    assert reached == [1, None]
    assert [one.recipient for one in await desk.letters(template="statement")] == [str(ROOM)]


async def test_its_values_are_those_of_its_template(desk: Desk) -> None:
    await takes_in(desk, 1, "Не открывается корзина")
    await made(desk, 24)

    data: dict[str, Any] = (await desk.letters(template="statement"))[0].data

    arrivals = ("opened", "joined", "repeated", "ignored", "parked", "pending", "lost")
    assert data["received"] == sum(data[name] for name in arrivals) == 1
    assert (data["balanced"], data["unanswered"], data["oldest"]["number"]) == (True, 1, 1)


async def test_it_names_the_programs_whose_mails_belong_nowhere(desk: Desk) -> None:
    row = journal.Arrived(
        account=desk.box, external_id="1", digest=b"1", kind="mail", lane="l", happened_at=desk.now, payload=b"x"
    )  # fmt: skip
    [entry] = await desk.act(journal.put, journal.Put(rows=[row]))
    away = desk.mail("Я в отпуске", "robot@client.example", kind="auto_reply")
    command = receive.Receive(incoming=away, cause=f"journal:{entry}", policy=desk.policy, entry=entry)
    await desk.act(receive.receive, command)

    await made(desk, 24)

    data = (await desk.letters(template="statement"))[0].data
    assert (data["machine_mail"], data["machines"]) == (1, [{"id": entry, "sender": "robot@client.example"}])


async def test_without_a_room_the_leads_get_it(desk: Desk) -> None:
    desk.with_policy(room=None)
    await desk.on_duty(LENA)
    await takes_in(desk, 1, "Не открывается корзина")

    await made(desk, 24)

    assert [one.recipient for one in await desk.letters(template="statement")] == [str(LENA)]
