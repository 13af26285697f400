"""Ways a ticket ends and comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from okno.config.values import WorkingDays
from okno.desk.rights import ROBOT
from okno.errors import BadMove, NotAllowed, NotFound
from okno.queue.actions import change, finish
from okno.queue.actions.finish import End, Kind
from tests.store.cast import ANNA, BORIS, IGOR, NOON, VERA, Desk

FRIDAY = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


async def finished(desk: Desk) -> int:
    number = await desk.asks()
    await desk.takes(ANNA, number)
    await desk.ends(desk.by(ANNA), number, "finish")
    return number


async def test_finished_work_waits_for_the_client_to_look(desk: Desk) -> None:
    number = await finished(desk)

    asked = (await desk.letters(template="done_please_check"))[0]
    clock = (await desk.rows("clock"))[0]
    assert (await desk.ticket(number)).status == "done"
    assert (asked.recipient, clock.kind, clock.due_at) == (str(VERA), "acceptance", NOON + timedelta(days=3))


async def test_the_client_accepts_finished_work(desk: Desk) -> None:
    number = await finished(desk)

    ended = await desk.ends(await desk.client(number), number, "accept")

    ticket = await desk.ticket(number)
    assert (ended.status, ticket.status, ticket.closed_at) == ("closed", "closed", desk.now)
    assert [one.template for one in await desk.letters(kind="notice")] == ["done_please_check", "accepted"]
    assert await desk.rows("clock") == []


async def test_a_lists_mail_ends_without_a_word_to_the_list(desk: Desk) -> None:
    number = await desk.mails("Новости недели", kind="list")

    await desk.ends(desk.by(ANNA), number, "finish")
    await desk.ends(desk.by(ANNA), number, "close")

    assert await desk.letters() == []


async def test_the_client_returns_it_with_words_that_staff_see(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await finished(desk)

    await desk.ends(await desk.client(number), number, "return", reason="Всё ещё падает")

    ticket, words = await desk.ticket(number), (await desk.said(number))[-1]
    assert (ticket.status, ticket.assignee, words.direction) == ("open", desk.staff[ANNA].id, "in")
    assert (words.text, (await desk.history(number))[-1].data) == ("Всё ещё падает", {"reason": words.id})
    assert len(await desk.letters(template="alert_returned")) == 1


async def test_staff_take_back_what_they_finished_by_mistake(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await finished(desk)

    await desk.ends(desk.by(ANNA), number, "return")

    assert (await desk.ticket(number)).status == "open"
    assert await desk.letters(template="alert_returned") == []


async def test_what_staff_take_back_and_nobody_has_finds_somebody_or_waits(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "finish")

    await desk.ends(desk.by(ANNA), number, "return")

    assert (await desk.ticket(number)).assignee is None
    assert [row.kind for row in await desk.rows("clock", kind="unassigned")] == ["unassigned"]


async def test_the_words_of_a_return_are_the_clients_own(desk: Desk) -> None:
    number = await finished(desk)

    await desk.ends(await desk.client(number), number, "return", reason="Всё ещё падает")

    asked, *_, returned = await desk.said(number)
    assert (returned.author_kind, returned.author) == ("client", asked.author)


async def test_what_comes_back_to_somebody_who_has_left_goes_to_somebody_who_is_there(desk: Desk) -> None:
    number = await finished(desk)
    await desk.staffed(anna=None)
    await desk.on_duty(BORIS)

    await desk.ends(await desk.client(number), number, "return")

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_staff_reasons_are_notes_and_events_carry_only_their_number(desk: Desk) -> None:
    number = await desk.asks()

    await desk.ends(desk.by(ANNA), number, "close", reason="Дубль, договорились по телефону")

    note = (await desk.said(number))[-1]
    assert (note.direction, note.author) == ("note", desk.staff[ANNA].id)
    assert (await desk.history(number))[-1].data == {"reason": note.id}


@pytest.mark.parametrize(("kind", "status", "told"), [("close", "closed", ["closed"]), ("spam", "spam", [])])
async def test_an_end_stops_every_clock_and_is_told_unless_it_is_spam(
    desk: Desk, kind: Kind, status: str, told: list[str]
) -> None:
    number = await desk.asks()

    ended = await desk.ends(desk.by(ANNA), number, kind)

    assert (ended.status, (await desk.ticket(number)).closed_at) == (status, desk.now)
    assert await desk.rows("clock") == []
    assert [one.template for one in await desk.letters(kind="notice")] == told


async def test_what_is_reopened_goes_to_somebody_on_duty(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "close")
    await desk.on_duty(BORIS)

    ended = await desk.ends(desk.by(ANNA), number, "reopen")

    ticket = await desk.ticket(number)
    assert (ended.status, ticket.assignee, ticket.closed_at) == ("open", desk.staff[BORIS].id, None)


async def test_what_is_no_spam_after_all_is_as_it_was_and_its_clocks_run(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "spam")
    desk.later(minutes=5)

    ended = await desk.ends(desk.by(ANNA), number, "not_spam")

    due = {row.kind: row.due_at for row in await desk.rows("clock")}
    assert (ended.status, (await desk.ticket(number)).closed_at) == ("new", None)
    assert due == {"first_answer": NOON + desk.policy.first_answer, "unassigned": desk.now + timedelta(minutes=10)}


async def test_finished_work_that_was_called_spam_by_mistake_is_accepted_by_the_clock_again(desk: Desk) -> None:
    number = await finished(desk)
    await desk.ends(desk.by(ANNA), number, "spam")

    ended = await desk.ends(desk.by(ANNA), number, "not_spam")

    assert ended.status == "done"
    assert [row.kind for row in await desk.rows("clock")] == ["acceptance"]


async def test_calling_spam_spam_again_forgets_nothing_of_what_was_before(desk: Desk) -> None:
    number = await finished(desk)
    for _ in range(2):
        await desk.ends(desk.by(ANNA), number, "spam")

    assert (await desk.ends(desk.by(ANNA), number, "not_spam")).status == "done"


async def test_it_waits_for_others_and_is_resumed(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    waiting = await desk.ends(desk.by(ANNA), number, "hand_out", reason="Ждём хостера")
    resumed = await desk.ends(desk.by(ANNA), number, "resume")

    assert (waiting.status, resumed.status) == ("waiting_other", "open")
    assert (await desk.ticket(number)).assignee == desk.staff[ANNA].id


async def test_what_is_resumed_by_somebody_else_while_nobody_has_it_finds_an_owner(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "hand_out")
    await desk.on_duty(BORIS)

    await desk.ends(desk.by(ANNA), number, "resume")

    assert (await desk.ticket(number)).assignee == desk.staff[BORIS].id


async def test_a_silent_client_ends_a_question_and_is_told_so(desk: Desk) -> None:
    number = await desk.asks()
    await desk.says(ANNA, number, "Какой браузер?", kind="question")

    ended = await desk.ends(ROBOT, number, "silence")

    assert ended.status == "closed"
    assert [one.template for one in await desk.letters(kind="notice")] == ["closed_silence"]


async def test_silence_ends_nothing_but_a_question(desk: Desk) -> None:
    number = await desk.asks()

    with pytest.raises(BadMove):
        await desk.ends(ROBOT, number, "silence")

    assert (await desk.ticket(number)).status == "new"


@pytest.mark.parametrize(
    ("kind", "error"),
    [("accept", NotAllowed), ("finish", BadMove), ("reopen", BadMove), ("not_spam", BadMove), ("resume", BadMove)],
)
async def test_a_refusal_changes_nothing_and_keeps_nothing(desk: Desk, kind: Kind, error: type[Exception]) -> None:
    number = await finished(desk)
    before = await desk.events(number), await desk.count("message"), await desk.count("cause")

    with pytest.raises(error):
        await desk.ends(desk.by(ANNA), number, kind, reason="Слова")

    assert (await desk.events(number), await desk.count("message"), await desk.count("cause")) == before


@pytest.mark.parametrize("kind", ["accept", "return", "close", "reopen", "spam", "finish"])
async def test_nobody_ends_a_strangers_ticket(desk: Desk, kind: Kind) -> None:
    number, other = await finished(desk), await desk.asks(who=IGOR)
    stranger = await desk.client(other)

    with pytest.raises(NotFound):
        await desk.ends(stranger, number, kind)
    with pytest.raises(NotFound):
        await desk.ends(stranger, 999, kind)


async def test_the_client_neither_closes_nor_reopens_by_button(desk: Desk) -> None:
    number = await finished(desk)

    for kind in ("close", "reopen", "spam", "finish"):
        with pytest.raises(NotAllowed):
            await desk.ends(await desk.client(number), number, kind)


async def test_the_same_press_again_is_one_end(desk: Desk) -> None:
    number = await desk.asks()
    press = End(ticket=number, kind="finish", by=desk.by(ANNA), cause="journal:5", policy=desk.policy)

    first, again = await desk.act(finish.end, press), await desk.act(finish.end, press)

    assert first == again
    assert await desk.events(number) == ["created", "finished"]


async def test_what_was_put_off_is_put_off_no_more_once_it_has_ended(desk: Desk) -> None:
    number = await desk.asks()
    until = desk.now + timedelta(days=2)
    await desk.does(ANNA, change.postpone, change.Postpone, ticket=number, until=until)

    await desk.ends(desk.by(ANNA), number, "close")
    await desk.ends(desk.by(ANNA), number, "reopen")

    assert (await desk.ticket(number)).postponed_until is None


@pytest.mark.parametrize(
    ("now", "days", "due"),
    [(FRIDAY, 1, 30), (FRIDAY, 3, 32), (FRIDAY + timedelta(days=1), 1, 30), (FRIDAY - timedelta(days=4), 3, 26)],
)
def test_working_days_skip_the_weekend(now: datetime, days: int, due: int) -> None:
    found = finish.accept_by(now, WorkingDays(days=days))

    assert found == datetime(2026, 11, 1, 18, 30, tzinfo=UTC) + timedelta(days=due - 1)


def test_a_plain_span_counts_every_hour() -> None:
    assert finish.accept_by(FRIDAY, timedelta(hours=48)) == FRIDAY + timedelta(days=2)
