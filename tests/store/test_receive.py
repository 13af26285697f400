"""Messages become tickets, each exactly once, where they belong."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from okno.desk import tokens
from okno.desk.message import File, Incoming, Sender
from okno.queue.actions import answer
from tests.store.cast import ANNA, IGOR, VERA, Desk


async def test_it_opens_a_ticket_with_a_receipt_and_an_assignee(desk: Desk) -> None:
    await desk.on_duty(ANNA)

    got = await desk.writes("Не открывается сайт\nподробности")

    ticket = await desk.ticket(got.ticket)
    assert (got.outcome, got.rule) == ("ticket", "new")
    assert (ticket.status, ticket.subject) == ("new", "Не открывается сайт")
    assert ticket.assignee == desk.staff[ANNA].id
    assert [one.template for one in await desk.letters()] == ["receipt", "alert_assigned"]


async def test_it_changes_nothing_when_the_same_cause_comes_again(desk: Desk) -> None:
    message = desk.message("Привет, не работает форма")

    first = await desk.take_in(message, "journal:1")
    second = await desk.take_in(message, "journal:1")

    assert second == first
    assert await desk.count("message") == 1


async def test_it_knows_a_message_again_under_another_update_id(desk: Desk) -> None:
    message = desk.message("Привет")

    first = await desk.take_in(message, "journal:1")
    second = await desk.take_in(message, "journal:2")

    assert (second.outcome, second.ticket) == ("duplicate", first.ticket)
    assert await desk.count("ticket") == 1


async def test_it_keeps_what_an_edit_replaced(desk: Desk) -> None:
    message = desk.message("Цена 100")
    await desk.take_in(message)

    edited = await desk.take_in(replace(message, text="Цена 200", edited_at=desk.now + timedelta(minutes=1)))

    assert edited.outcome == "edited"
    assert await desk.count("version") == 1
    assert await desk.events(edited.ticket) == ["created", "edited"]


async def test_it_ignores_an_edit_that_changed_nothing_anybody_sees(desk: Desk) -> None:
    message = desk.message("Цена 100")
    await desk.take_in(message)

    again = await desk.take_in(replace(message, edited_at=desk.now + timedelta(minutes=1)))

    assert again.outcome == "duplicate"
    assert await desk.count("version") == 0


async def test_it_takes_an_edit_of_an_unknown_message_for_a_new_one(desk: Desk) -> None:
    got = await desk.take_in(replace(desk.message("Здравствуйте"), edited_at=desk.now))

    assert got.outcome == "ticket"


async def test_a_fresh_message_continues_the_one_open_conversation(desk: Desk) -> None:
    first = await desk.writes("Не открывается сайт")

    second = await desk.writes("Вот ошибка: 502")

    assert (second.ticket, second.rule) == (first.ticket, "conversation")


async def test_other_peoples_conversations_stay_apart(desk: Desk) -> None:
    first = await desk.writes("Не открывается сайт", VERA)

    second = await desk.writes("Нужен счёт", IGOR)

    assert second.ticket != first.ticket


async def test_it_asks_which_ticket_when_several_are_open_and_holds_nothing_back(desk: Desk) -> None:
    from okno.queue import people
    from okno.queue.actions import client

    first = await desk.writes("Не открывается сайт")
    who = await desk.store.read(lambda tx, _: people.find(tx, "telegram", str(VERA)), None)
    assert who is not None
    await desk.act(client.ask_new, client.Ask(identity=who.id, cause=desk.cause()))
    second = await desk.writes("Нужен счёт")

    third = await desk.writes("И ещё вопрос")

    assert second.ticket != first.ticket
    assert (third.ticket, third.rule) == (second.ticket, "conversation_guess")
    asked = await desk.letters(template="which_ticket")
    assert asked[0].data["choices"] == [second.ticket, first.ticket]


async def test_the_client_moves_a_guessed_message_to_the_ticket_they_meant(desk: Desk) -> None:
    from okno.queue import people
    from okno.queue.actions import client

    first = await desk.writes("Не открывается сайт")
    who = await desk.store.read(lambda tx, _: people.find(tx, "telegram", str(VERA)), None)
    assert who is not None
    await desk.act(client.ask_new, client.Ask(identity=who.id, cause=desk.cause()))
    await desk.writes("Нужен счёт")
    third = await desk.writes("Ошибка всё ещё 502")
    assert third.message is not None

    command = client.Route(
        message=third.message, ticket=first.ticket, identity=who.id, cause=desk.cause(), policy=desk.policy
    )
    routed = await desk.act(client.route, command)

    assert routed.ticket == first.ticket
    assert "message_moved" in await desk.events(first.ticket)


async def test_items_of_an_album_stay_together(desk: Desk) -> None:
    photo = File(kind="photo", remote_id="a")
    first = await desk.writes("", album="x", files=(photo,))
    second = await desk.writes("", album="x", files=(photo,))

    assert first.ticket == second.ticket
    assert await desk.count("attachment") == 2


async def test_thanks_do_not_reopen_a_closed_ticket(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    got = await desk.writes("Не открывается сайт")
    await desk.takes(ANNA, got.ticket)
    await desk.ends(desk.by(ANNA), got.ticket, "close")

    thanks = await desk.writes("Спасибо большое!")

    assert (thanks.ticket, thanks.rule) == (got.ticket, "thanks")
    assert (await desk.ticket(got.ticket)).status == "closed"


async def test_a_mail_with_our_token_joins_its_ticket(desk: Desk) -> None:
    got = await desk.take_in(desk.mail("Где мой заказ?"))
    token = tokens.sign(got.ticket or 0, "n", 1, b"k" * 32)

    reply = await desk.take_in(desk.mail("Ну что там?", facts={"tokens": (token,), "proof": "none"}))

    assert (reply.ticket, reply.rule) == (got.ticket, "token")


async def test_a_strangers_token_opens_a_ticket_of_its_own(desk: Desk) -> None:
    got = await desk.take_in(desk.mail("Где мой заказ?"))
    token = tokens.sign(got.ticket or 0, "n", 1, b"k" * 32)

    other = await desk.take_in(desk.mail("Я переслан", "mallory@evil.example", facts={"tokens": (token,)}))

    assert other.ticket != got.ticket
    assert (await desk.ticket(other.ticket)).maybe == got.ticket


async def test_a_stranger_who_quotes_a_ticket_number_gets_a_ticket_of_their_own(desk: Desk) -> None:
    got = await desk.take_in(desk.mail("Где мой заказ?"))

    other = await desk.take_in(desk.mail("Пустите", "mallory@evil.example", subject=f"Re: [#{got.ticket}] Вопрос"))

    assert (other.outcome, other.rule) == ("ticket", "number_unproved")
    assert (await desk.ticket(other.ticket)).maybe == got.ticket


async def test_a_known_reference_nobody_vouches_for_joins_as_unverified(desk: Desk) -> None:
    first = desk.mail("Где мой заказ?")
    got = await desk.take_in(first)
    assert first.mail is not None

    reply = await desk.take_in(
        desk.mail("Это точно я", facts={"references": (first.mail.message_id,), "proof": "none"})
    )

    assert reply.ticket == got.ticket
    assert await desk.events(got.ticket) == ["created", "client_wrote"]


async def test_a_reference_whose_authentication_failed_joins_nothing(desk: Desk) -> None:
    first = desk.mail("Где мой заказ?")
    got = await desk.take_in(first)
    assert first.mail is not None

    reply = await desk.take_in(desk.mail("Отдайте", facts={"references": (first.mail.message_id,), "proof": "fail"}))

    assert reply.ticket != got.ticket
    assert len(await desk.letters(kind="receipt")) == 1


async def test_one_mail_in_two_mailboxes_is_one_ticket(desk: Desk) -> None:
    mail = desk.mail("Где мой заказ?")
    first = await desk.take_in(mail, "journal:1")

    second = await desk.take_in(replace(mail, account=desk.bot), "journal:2")

    assert (second.outcome, second.ticket) == ("duplicate", first.ticket)
    assert len(await desk.letters(kind="receipt")) == 1


async def test_an_equal_message_id_with_other_content_is_kept(desk: Desk) -> None:
    mail = desk.mail("Где мой заказ?")
    await desk.take_in(mail)
    assert mail.mail is not None

    second = await desk.take_in(replace(mail, text="Другое", mail=replace(mail.mail, fingerprint="other")))

    assert second.outcome == "ticket"


async def test_two_tickets_that_share_an_ancestor_we_never_got_are_one(desk: Desk) -> None:
    facts = {"references": ("<never@client.example>",)}
    first = await desk.take_in(desk.mail("Первое", facts=facts))

    second = await desk.take_in(desk.mail("Второе", facts=facts))

    assert (second.ticket, second.rule) == (first.ticket, "reference")


async def test_machine_mail_makes_no_ticket_and_is_named(desk: Desk) -> None:
    got = await desk.take_in(desk.mail("Я в отпуске", kind="auto_reply"))

    assert (got.outcome, got.ticket) == ("machine_mail", None)
    assert await desk.count("letter") == 0


async def test_what_a_program_writes_of_its_own_accord_is_a_request_without_a_receipt(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    facts = {"generated": True, "automatic": True, "reply_to": (("visitor@client.example", "Гость"),)}

    got = await desk.take_in(desk.mail("Новый заказ", "form@shop.example", kind="auto_reply", facts=facts))

    ticket = await desk.ticket(got.ticket)
    assert (got.outcome, ticket.quiet, ticket.assignee) == ("ticket", False, desk.staff[ANNA].id)
    assert [one.template for one in await desk.letters()] == ["alert_assigned"]


async def test_a_programs_mail_on_its_ticket_is_filed_and_reopens_nothing(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    first = desk.mail("Где мой заказ?")
    got = await desk.take_in(first)
    await desk.ends(desk.by(ANNA), got.ticket, "close")
    assert first.mail is not None

    facts = {"generated": True, "automatic": True, "in_reply_to": (first.mail.message_id,)}
    again = await desk.take_in(desk.mail("Принято", kind="auto_reply", facts=facts))

    assert (again.outcome, again.ticket) == ("follow_up", got.ticket)
    assert (await desk.ticket(got.ticket)).status == "closed"


def from_us(desk: Desk, text: str, **facts: Any) -> Incoming:
    """Written from an address of ours, which is an address of no channel."""
    mail = desk.mail(text, facts={"from_us": True, **facts})
    return replace(mail, sender=Sender(kind="other", address="support@example.com", name="Форма"))


async def test_a_form_that_writes_as_us_opens_a_request_of_its_visitor(desk: Desk) -> None:
    await desk.on_duty(ANNA)

    got = await desk.take_in(from_us(desk, "Хочу сайт", reply_to=(("visitor@client.example", "Гость"),)))
    await desk.says(ANNA, got.ticket, "Сделаем")

    mails = await desk.letters(channel="email")
    assert [(one.kind, one.recipient) for one in mails] == [
        ("receipt", "visitor@client.example"), ("answer", "visitor@client.example"),
    ]  # fmt: skip


async def test_nothing_is_ever_sent_to_an_address_of_ours(desk: Desk) -> None:
    await desk.on_duty(ANNA)

    got = await desk.take_in(from_us(desk, "Коллеги, посмотрите", reply_to=(("support@example.com", ""),)))
    said = await desk.says(ANNA, got.ticket, "Смотрим")

    assert (got.outcome, said.reached) == ("ticket", False)
    assert await desk.letters(channel="email") == []


async def test_a_form_writes_into_no_other_visitors_ticket(desk: Desk) -> None:
    first = await desk.take_in(from_us(desk, "Хочу сайт", reply_to=(("one@client.example", ""),)))

    mail = from_us(desk, "А что там?", reply_to=(("two@client.example", ""),))
    second = await desk.take_in(replace(mail, subject=f"[#{first.ticket}]"))

    assert (second.outcome, second.rule) == ("ticket", "number_unproved")


async def test_a_mail_of_ours_that_comes_back_is_known_by_its_id_or_its_token(desk: Desk) -> None:
    got = await desk.take_in(desk.mail("Где мой заказ?"))
    sent = (await desk.letters(kind="receipt"))[0]
    token = tokens.sign(got.ticket or 0, "n", 1, b"k" * 32)

    by_id = await desk.take_in(from_us(desk, "Эхо", message_id=sent.header_id))
    by_token = await desk.take_in(from_us(desk, "Эхо", marks=(token,)))
    by_name = await desk.take_in(from_us(desk, "Эхо", message_id="<okno-alarm.0a1b@example.com>"))

    assert [one.outcome for one in (by_id, by_token, by_name)] == ["ignored"] * 3


async def test_what_only_looks_like_a_mail_of_ours_is_a_request(desk: Desk) -> None:
    named = await desk.mails(facts={"references": ("<colleague@example.com>",)})
    token = tokens.sign(named, "n", 1, b"w" * 32)

    forged = await desk.take_in(from_us(desk, "Не эхо", marks=(token,)))
    elsewhere = await desk.take_in(from_us(desk, "Не эхо", message_id="<okno-alarm.0a1b@other.example>"))
    known = await desk.take_in(from_us(desk, "Коллега", message_id="<colleague@example.com>"))

    assert [one.outcome for one in (forged, elsewhere, known)] == ["ticket"] * 3


async def test_list_mail_makes_a_quiet_ticket(desk: Desk) -> None:
    await desk.on_duty(ANNA)

    got = await desk.take_in(desk.mail("Новости недели", kind="list"))

    assert (await desk.ticket(got.ticket)).quiet
    assert await desk.count("letter") == 0


async def test_it_sends_an_address_one_receipt_a_day(desk: Desk) -> None:
    for _ in range(3):
        await desk.take_in(desk.mail("Ещё вопрос"))
    desk.later(days=1, seconds=1)
    await desk.take_in(desk.mail("И ещё"))

    assert len(await desk.letters(template="mail_receipt")) == 2


async def test_it_stops_sending_receipts_when_the_hour_is_full(desk: Desk) -> None:
    desk.with_policy(receipts_per_hour=2)

    for number in range(5):
        await desk.take_in(desk.mail("Вопрос", f"client{number}@client.example"))

    assert len(await desk.letters(template="mail_receipt")) == 2
    assert await desk.count("ticket") == 5


async def test_a_bounce_reopens_the_ticket_for_the_author_of_the_answer(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    got = await desk.take_in(desk.mail("Где мой заказ?"))
    await desk.says(ANNA, got.ticket, "Уже в пути", kind="question")
    sent = (await desk.letters(template="question"))[0]

    facts = {
        "bounced": ({"address": "vera@client.example", "status": "5.1.1", "permanent": True, "reason": "нет ящика"},),
        "bounced_ids": (sent.header_id,),
    }
    bounce = await desk.take_in(desk.mail("Undelivered", "mailer-daemon@mx.example", kind="bounce", facts=facts))

    assert bounce.ticket == got.ticket
    assert (await desk.ticket(got.ticket)).status == "open"
    assert (await desk.letters(template="alert_undelivered"))[0].staff == desk.staff[ANNA].id


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"address": "nobody@else.example"}, "waiting_client"),
        ({"address": "VERA@Client.Example"}, "open"),
        ({"address": "alias@client.example", "final": "vera@client.example"}, "open"),
        ({"address": ""}, "open"),
    ],
)
async def test_a_report_counts_only_for_the_recipient_of_the_letter(
    desk: Desk, told: dict[str, str], status: str
) -> None:
    await desk.on_duty(ANNA)
    got = await desk.take_in(desk.mail("Где мой заказ?"))
    await desk.says(ANNA, got.ticket, "Какой номер?", kind="question")
    sent = (await desk.letters(template="question"))[0]

    report = {"status": "5.1.1", "permanent": True, "reason": "нет ящика", **told}
    facts = {"bounced": (report,), "bounced_ids": (sent.header_id,)}
    bounce = await desk.take_in(desk.mail("Undelivered", "mallory@evil.example", kind="bounce", facts=facts))

    assert (bounce.outcome, bounce.ticket) == ("follow_up", got.ticket)
    assert (await desk.ticket(got.ticket)).status == status
    assert ((await desk.identity("vera@client.example")).unreachable_at is None) == (status == "waiting_client")
    assert len(await desk.letters(template="alert_undelivered")) == (status == "open")


async def test_an_answer_after_the_grace_days_opens_a_ticket_that_continues_the_old(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    first = desk.mail("Где мой заказ?")
    got = await desk.take_in(first)
    await desk.ends(desk.by(ANNA), got.ticket, "close")
    desk.later(days=8)
    assert first.mail is not None

    late = await desk.take_in(desk.mail("А теперь другое", facts={"in_reply_to": (first.mail.message_id,)}))

    assert late.outcome == "ticket"
    assert (await desk.ticket(late.ticket)).continues == got.ticket


async def test_a_message_to_a_merged_ticket_goes_to_its_target(desk: Desk) -> None:
    from okno.queue.actions import merge

    await desk.on_duty(ANNA)
    first = desk.mail("Где мой заказ?")
    one, two = await desk.take_in(first), await desk.take_in(desk.mail("И счёт", subject="Счёт"))
    assert one.ticket
    assert two.ticket
    assert first.mail
    await desk.act(
        merge.merge,
        merge.Merge(ticket=one.ticket, into=two.ticket, by=desk.by(ANNA), cause=desk.cause(), policy=desk.policy),
    )

    reply = await desk.take_in(desk.mail("Ну?", facts={"in_reply_to": (first.mail.message_id,)}))

    assert reply.ticket == two.ticket


async def test_spam_stays_spam_however_much_it_writes(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    got = await desk.writes("Купите слона")
    await desk.ends(desk.by(ANNA), got.ticket, "spam")

    again = await desk.writes("Купите двух")

    assert again.ticket != got.ticket or (await desk.ticket(got.ticket)).status == "spam"


async def test_an_answer_is_refused_with_words_when_it_is_empty(desk: Desk) -> None:
    import pytest

    from okno.errors import DeskError

    got = await desk.writes("Вопрос")

    with pytest.raises(DeskError, match="empty_answer"):
        await desk.says(ANNA, got.ticket, "  ")
    assert isinstance(await desk.says(ANNA, got.ticket, "Ответ"), answer.Said)
