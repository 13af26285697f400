"""What staff say: notes, answers and questions; taking one back; sending one again."""

from datetime import timedelta

import pytest

from okno.desk.message import File
from okno.errors import DeskError, NotAllowed, NotFound
from okno.queue.actions import answer
from okno.queue.actions.answer import Recall, Resend
from tests.store.cast import ANNA, BORIS, IGOR, VERA, Desk
from tests.store.courier import Courier


async def test_a_note_stays_inside_and_moves_nothing(desk: Desk) -> None:
    number = await desk.asks()
    before = await desk.letters()

    said = await desk.says(BORIS, number, "Опять эта форма", kind="note")

    ticket = await desk.ticket(number)
    assert (ticket.status, ticket.assignee, said.held) == ("new", None, None)
    assert await desk.letters() == before
    assert [one.direction for one in await desk.said(number)] == ["in", "note"]


async def test_a_note_may_be_written_by_any_of_the_staff_and_into_an_ended_ticket(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",))
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "close")

    await desk.says(BORIS, number, "На память", kind="note")

    assert (await desk.events(number))[-1] == "noted"
    with pytest.raises(NotAllowed):
        await desk.says(BORIS, number, "Ответ")


async def test_an_answer_opens_a_new_ticket_for_its_author_and_goes_to_the_client(desk: Desk) -> None:
    number = await desk.asks()

    said = await desk.says(ANNA, number, "Починили")

    ticket = await desk.ticket(number)
    letter = (await desk.letters(message=said.message))[0]
    assert (ticket.status, ticket.assignee, ticket.answered_at) == ("open", desk.staff[ANNA].id, desk.now)
    assert (letter.recipient, letter.template, letter.hold_until) == (
        str(VERA),
        "answer",
        desk.now + timedelta(seconds=10),
    )
    assert said.held == (desk.now + timedelta(seconds=10)).timestamp()


async def test_an_answer_in_somebody_elses_ticket_leaves_it_theirs(desk: Desk) -> None:
    number = await desk.asks()
    await desk.takes(ANNA, number)

    await desk.says(BORIS, number, "Помогу")

    assert (await desk.ticket(number)).assignee == desk.staff[ANNA].id


async def test_a_question_makes_the_ticket_wait_for_the_client(desk: Desk) -> None:
    number = await desk.asks()

    await desk.says(ANNA, number, "Какой браузер?", kind="question")
    await desk.asks("Хром")

    assert await desk.events(number) == ["created", "asked", "client_wrote"]
    assert (await desk.ticket(number)).status == "open"


async def test_the_first_answer_stops_the_clock_and_later_ones_change_nothing_about_it(desk: Desk) -> None:
    number = await desk.asks()
    first = desk.now
    await desk.says(ANNA, number, "Смотрим")
    desk.later(minutes=5)
    await desk.says(ANNA, number, "Готово")

    assert (await desk.ticket(number)).answered_at == first
    assert await desk.rows("clock") == []


async def test_a_note_does_not_stop_the_clock(desk: Desk) -> None:
    await desk.asks()
    await desk.says(ANNA, 1, "Посмотрю", kind="note")

    assert {row.kind for row in await desk.rows("clock")} == {"first_answer", "unassigned"}


@pytest.mark.parametrize("kind", ["close", "spam"])
async def test_an_ended_ticket_must_be_reopened_before_it_is_answered(desk: Desk, kind: str) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, kind)  # type: ignore[arg-type]

    for words in ("answer", "question"):
        with pytest.raises(DeskError) as refusal:
            await desk.says(ANNA, number, "Ответ", kind=words)
        assert (refusal.value.reason, refusal.value.facts) == ("closed", {"ticket": number})
    assert await desk.count("message") == 1


@pytest.mark.parametrize("kind", ["answer", "question", "note"])
async def test_empty_words_are_refused_but_a_file_alone_is_not(desk: Desk, kind: str) -> None:
    number = await desk.asks()

    with pytest.raises(DeskError, match="empty_answer"):
        await desk.says(ANNA, number, " \n ", kind=kind)
    said = await desk.says(ANNA, number, "", kind=kind, files=(File(kind="photo", remote_id="a"),))

    assert [row.message for row in await desk.rows("attachment")] == [said.message]


async def test_an_answer_with_nobody_to_reach_says_so(desk: Desk) -> None:
    number = await desk.asks()
    desk.with_policy(bot=None)

    assert not (await desk.says(ANNA, number, "Ответ")).reached


async def test_an_answer_by_mail_gets_an_id_of_ours_before_it_leaves(desk: Desk) -> None:
    number = await desk.mails()

    said = await desk.says(ANNA, number, "В пути")

    letter = (await desk.letters(message=said.message))[0]
    assert (letter.channel, letter.recipient) == ("email", "vera@client.example")
    assert letter.header_id in [row.header_id for row in await desk.rows("mail_ref", ticket=number)]


async def test_the_same_answer_delivered_again_is_one_answer(desk: Desk) -> None:
    number = await desk.asks()

    for _ in range(2):
        said = await desk.does(
            ANNA, answer.say, answer.Say, ticket=number, kind="answer", text="Да", cause="journal:9"
        )  # fmt: skip

    assert (said.ticket, said.message) == (number, 2)
    assert len(await desk.letters(kind="answer")) == 1


async def test_an_answer_is_taken_back_while_it_is_held(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Ой, не туда")

    assert await desk.does(ANNA, answer.recall, Recall, message=said.message)

    desk.later(minutes=1)
    sent = await Courier(desk).send_all()
    assert [one.payload["text"] for one in sent] == ["receipt"]
    assert (await desk.events(number))[-1] == "recalled"
    assert [one.text for one in await desk.said(number)][-1] == "Ой, не туда"


async def test_an_answer_that_was_taken_back_is_no_first_answer(desk: Desk) -> None:
    number = await desk.asks()
    asked = desk.now
    said = await desk.says(ANNA, number, "Ой")
    desk.later(seconds=5)

    await desk.does(ANNA, answer.recall, Recall, message=said.message)

    assert (await desk.ticket(number)).answered_at is None
    due = [row.due_at for row in await desk.rows("clock", kind="first_answer")]
    assert due == [asked + desk.policy.first_answer]


async def test_taking_back_the_second_answer_leaves_the_first_one_counted(desk: Desk) -> None:
    number = await desk.asks()
    first = desk.now
    await desk.says(ANNA, number, "Смотрим")
    desk.later(minutes=1)
    said = await desk.says(ANNA, number, "Ой")

    await desk.does(ANNA, answer.recall, Recall, message=said.message)

    assert (await desk.ticket(number)).answered_at == first
    assert await desk.rows("clock") == []


async def test_a_question_that_was_taken_back_waits_for_nobody(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Какой браузер?", kind="question")

    await desk.does(ANNA, answer.recall, Recall, message=said.message)

    assert (await desk.ticket(number)).status == "open"
    assert (await desk.events(number))[-2:] == ["recalled", "resumed"]


async def test_what_has_begun_to_leave_cannot_be_taken_back(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Уже не вернуть")
    desk.later(seconds=11)
    await Courier(desk).send_all()

    assert not await desk.does(ANNA, answer.recall, Recall, message=said.message)
    assert "recalled" not in await desk.events(number)


async def test_pressing_recall_twice_gives_the_same_answer_twice(desk: Desk) -> None:
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Ой")

    pressed = [await desk.does(ANNA, answer.recall, Recall, message=said.message, cause="c:1") for _ in range(2)]

    assert pressed == [True, True]
    assert (await desk.events(number)).count("recalled") == 1


async def test_only_answers_of_ones_own_tickets_are_taken_back(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("desk",), boris=("dev",))
    number = await desk.asks()
    said = await desk.says(ANNA, number, "Ответ")
    note = await desk.says(ANNA, number, "Заметка", kind="note")

    with pytest.raises(NotAllowed):
        await desk.does(BORIS, answer.recall, Recall, message=said.message)
    with pytest.raises(NotFound):
        await desk.does(await desk.client(await desk.asks(who=IGOR)), answer.recall, Recall, message=said.message)
    for nothing in (note.message, 1, 999):
        with pytest.raises(DeskError, match="not_found"):
            await desk.does(ANNA, answer.recall, Recall, message=nothing)


async def refused_answer(desk: Desk, kind: str = "answer") -> int:
    """An answer the client's channel would not take."""
    said = await desk.says(ANNA, 1, "Ответ", kind=kind)
    desk.later(seconds=11)
    await Courier(desk).send_all("refused", reason="blocked", unreachable=True)
    return said.message


async def test_a_refused_answer_is_sent_again_the_same_way(desk: Desk) -> None:
    number = await desk.asks()
    message = await refused_answer(desk)

    assert await desk.does(ANNA, answer.resend, Resend, message=message, channel="same")

    assert [one.state for one in await desk.letters(message=message, kind="answer")] == ["refused", "queued"]
    assert (await desk.events(number))[-1] == "resent"


async def test_a_question_sent_again_is_still_a_question(desk: Desk) -> None:
    await desk.asks()
    message = await refused_answer(desk, "question")

    await desk.does(ANNA, answer.resend, Resend, message=message, channel="same")

    assert [one.template for one in await desk.letters(message=message, kind="answer")] == ["question", "question"]


async def test_two_who_press_retry_send_it_once(desk: Desk) -> None:
    await desk.asks()
    message = await refused_answer(desk)

    for who in (ANNA, BORIS):
        assert await desk.does(who, answer.resend, Resend, message=message, channel="same")

    assert [one.state for one in await desk.letters(message=message, kind="answer")] == ["refused", "queued"]


async def test_what_retry_has_brought_there_is_not_sent_again(desk: Desk) -> None:
    await desk.asks()
    message = await refused_answer(desk)
    await desk.does(ANNA, answer.resend, Resend, message=message, channel="same")
    await Courier(desk).send_all()

    for channel in ("same", "other"):
        with pytest.raises(DeskError, match="already_done"):
            await desk.does(ANNA, answer.resend, Resend, message=message, channel=channel)

    assert [one.state for one in await desk.letters(message=message, kind="answer")] == ["refused", "sent"]


@pytest.mark.parametrize("left", [True, False])
async def test_an_answer_that_was_never_refused_is_not_sent_again(desk: Desk, *, left: bool) -> None:
    """Anybody can send the data of any button."""
    await desk.asks()
    said = await desk.says(ANNA, 1, "Ответ")
    if left:
        desk.later(seconds=11)
        await Courier(desk).send_all()

    with pytest.raises(DeskError, match="nothing_failed"):
        await desk.does(ANNA, answer.resend, Resend, message=said.message, channel="same")


async def test_a_mail_that_bounced_after_it_had_left_is_sent_again(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.mails()
    said = await desk.says(ANNA, number, "Ответ")
    desk.later(seconds=11)
    await Courier(desk).send_all()
    header = (await desk.letters(message=said.message))[0].header_id
    bounce = {"bounced_ids": (header,), "bounced": ({"permanent": True, "reason": "no such user"},)}
    await desk.take_in(desk.mail("", "mailer-daemon@client.example", kind="bounce", facts=bounce))

    assert await desk.does(ANNA, answer.resend, Resend, message=said.message, channel="same")

    assert [one.state for one in await desk.letters(message=said.message, kind="answer")] == ["sent", "queued"]


async def test_without_another_channel_nothing_is_sent_however_often_it_is_pressed(desk: Desk) -> None:
    await desk.asks()
    message = await refused_answer(desk)

    for _ in range(2):
        assert not await desk.does(ANNA, answer.resend, Resend, message=message, channel="other", cause="press:1")

    assert len(await desk.letters(message=message, kind="answer")) == 1


async def test_the_other_channel_takes_the_requesters_other_address(desk: Desk) -> None:
    await desk.asks()
    await desk.link(VERA, "vera@client.example")
    message = await refused_answer(desk)

    assert await desk.does(ANNA, answer.resend, Resend, message=message, channel="other")

    again = (await desk.letters(message=message, kind="answer"))[-1]
    assert (again.channel, again.recipient, again.state) == ("email", "vera@client.example", "queued")
