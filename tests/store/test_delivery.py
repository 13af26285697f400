"""What became of what left, and what follows from it."""

from okno.queue import views
from okno.queue.actions import delivery, merge, take
from okno.queue.actions.delivery import Migrate
from okno.queue.parts import InFlight
from okno.queue.transaction import Tx
from tests.store.cast import ANNA, BORIS, LENA, ROOM, VERA, Desk
from tests.store.courier import Courier, draft


async def answered(desk: Desk, kind: str = "answer") -> tuple[Courier, InFlight, int]:
    """An answer of Anna's in flight to Vera, and the number of its message."""
    number = await desk.asks()
    await Courier(desk).send_all()
    said = await desk.says(ANNA, number, "Починили", kind=kind)
    desk.later(seconds=10)
    courier = Courier(desk)
    part = await courier.claim(f"{desk.bot}:{VERA}")
    assert part
    return courier, part, said.message


async def test_what_was_sent_stands_for_the_ticket_when_the_client_replies_to_it(desk: Desk) -> None:
    courier, part, message = await answered(desk)

    await courier.report(part, ids=(41, 42))

    copies = [
        (row.external_id, row.role, row.message) for row in await desk.rows("copy", role="answer", message=message)
    ]
    assert copies == [(41, "answer", message), (42, "answer", message)]
    assert (await desk.writes("Не помогло", reply_to=42)).rule == "reply"


async def test_a_delivered_answer_is_told_in_the_history_and_on_its_mark(desk: Desk) -> None:
    courier, part, message = await answered(desk)

    await courier.report(part)

    assert (await desk.history(1))[-1].data == {"message": message}
    assert (await desk.events(1))[-1] == "delivered"
    assert [one.state for one in await desk.letters(message=message)] == ["sent"]
    mark = await desk.store.read(lambda tx, key: views.find(tx, "message", key, "mark"), message)
    assert mark
    assert mark.wanted > mark.shown


async def test_the_same_report_again_changes_nothing(desk: Desk) -> None:
    courier, part, message = await answered(desk)

    for _ in range(2):
        await courier.report(part, ids=(41,))

    assert (await desk.events(1)).count("delivered") == 1
    assert len(await desk.rows("copy", role="answer", message=message)) == 1


async def test_a_second_try_of_unknown_outcome_is_counted_and_said(desk: Desk) -> None:
    courier, part, message = await answered(desk)
    await courier.report(part, "unknown", reason="timeout", again=desk.now)

    await courier.send_all()

    assert [row.unknowns for row in await desk.rows("part") if row.letter == part.letter] == [1]
    assert (await desk.history(1))[-1].data == {"message": message, "twice": True}


async def test_a_try_later_counts_only_when_it_was_the_messages_own_fault(desk: Desk) -> None:
    courier, part, _ = await answered(desk)
    tries = []
    for outcome, counts in (("postponed", True), ("down", False), ("postponed", True)):
        await courier.report(part, outcome, counts=counts, again=desk.now)
        part = await courier.claim(part.lane) or part
        tries.append(part.tries)

    assert tries == [1, 1, 2]
    assert len(await desk.rows("attempt", part=part.id)) == 4


async def test_a_refused_answer_reopens_the_ticket_and_its_author_hears_why(desk: Desk) -> None:
    await desk.on_duty(ANNA, BORIS)
    courier, part, message = await answered(desk, "question")

    await courier.report(part, "refused", reason="Forbidden: bot was blocked", unreachable=True)

    alert = (await desk.letters(template="alert_undelivered"))[0]
    assert ((await desk.ticket(1)).status, (await desk.events(1))[-1]) == ("open", "answer_failed")
    assert (alert.staff, alert.message, alert.data["reason"]) == (
        desk.staff[ANNA].id,
        message,
        "Forbidden: bot was blocked",
    )
    assert (await desk.identity(VERA)).unreachable_why == "Forbidden: bot was blocked"


async def test_a_refusal_of_the_message_alone_leaves_its_reader_reachable(desk: Desk) -> None:
    courier, part, _ = await answered(desk)

    await courier.report(part, "refused", reason="message is too long")

    assert (await desk.identity(VERA)).unreachable_at is None


async def test_after_a_refusal_the_rest_of_the_letter_does_not_leave(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await Courier(desk).send_all()
    await desk.says(ANNA, number, "Длинно")
    desk.later(seconds=10)
    courier = Courier(desk)
    part = await courier.claim(f"{desk.bot}:{VERA}", pieces=3)
    assert part

    await courier.report(part, "refused", reason="no")

    assert [row.state for row in await desk.rows("part", letter=part.letter)] == ["refused"] * 3
    assert [work.lane for work in await courier.lanes()] == [f"{desk.bot}:{ANNA}"]


async def test_one_recipients_refusal_holds_back_no_other_recipients_mail(desk: Desk) -> None:
    number = await desk.mails()
    await Courier(desk).send_all()
    await desk.says(ANNA, number, "Всем")
    desk.later(seconds=10)
    courier = Courier(desk)
    step = await courier.advance(f"{desk.box}:vera@client.example")
    assert step.render
    one, two = draft(step.render), draft(step.render)
    copy = type(two)(recipient="boss@client.example", payload={"mail": True})
    bad = (await courier.advance(f"{desk.box}:vera@client.example", step.render.id, (one, copy))).part
    assert bad

    await courier.report(bad, "refused", reason="no such mailbox")
    other = await courier.send_all()

    assert [part.recipient for part in other if "mail" in part.payload] == ["boss@client.example"]
    assert [letter.state for letter in await desk.letters(id=bad.letter)] == ["refused"]


async def test_a_refused_receipt_is_noted_and_reopens_nothing(desk: Desk) -> None:
    number = await desk.asks()
    await desk.ends(desk.by(ANNA), number, "close")

    await Courier(desk).send_all("refused", reason="blocked")

    assert ((await desk.ticket(number)).status, (await desk.events(number))[-1]) == ("closed", "notice_failed")


async def test_a_refused_alert_takes_its_reader_off_duty(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()

    courier = Courier(desk)
    part = await courier.claim(f"{desk.bot}:{ANNA}")
    assert part
    await courier.report(part, "refused", reason="blocked", unreachable=True)

    assert (await desk.rows("staff"))[0].started_at is None
    assert "answer_failed" not in await desk.events(number)


async def test_an_alert_becomes_a_surface_that_follows_the_ticket(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    number = await desk.asks()
    await Courier(desk).send_all()
    placed = await desk.store.read(_alert, (number, desk.staff[ANNA].id))

    await desk.takes(ANNA, number)

    after = await desk.store.read(_alert, (number, desk.staff[ANNA].id))
    assert placed
    assert after
    assert (placed.chat, placed.remote is not None, after.wanted) == (ANNA, True, placed.wanted + 1)


async def test_an_author_who_never_pressed_start_hears_of_a_refusal_in_the_group(desk: Desk) -> None:
    courier, part, message = await answered(desk)

    await courier.report(part, "refused", reason="no")

    told = await desk.letters(template="alert_undelivered")
    assert [(one.recipient, one.staff, one.message) for one in told] == [(str(ROOM), None, message)]


async def test_each_refused_answer_is_told_though_the_word_of_another_still_waits(desk: Desk) -> None:
    await desk.on_duty(ANNA)
    for words in ("Раз", "Два"):
        number = (await desk.said(1))[0].ticket if words == "Два" else await desk.asks()
        said = await desk.says(ANNA, number, words)
        desk.later(seconds=10)
        courier = Courier(desk)
        while (part := await courier.claim(f"{desk.bot}:{VERA}")) is not None:
            mine = said.message in {one.message for one in await desk.letters(id=part.letter)}
            await courier.report(part, "refused" if mine else "sent", reason="no")

    assert len(await desk.letters(template="alert_undelivered")) == 2


async def test_what_offers_a_retry_keeps_its_own_buttons(desk: Desk) -> None:
    """The ticket moves on while it is read; were it a surface, the ticket's buttons would take the place of Retry."""
    await desk.on_duty(ANNA)
    courier, part, _ = await answered(desk)
    before = await desk.store.read(_alert, (1, desk.staff[ANNA].id))
    await courier.report(part, "refused", reason="no")

    await courier.send_all()

    assert [one.state for one in await desk.letters(template="alert_undelivered")] == ["sent"]
    after = await desk.store.read(_alert, (1, desk.staff[ANNA].id))
    assert before
    assert after
    assert after.remote == before.remote


def _alert(tx: Tx, asked: tuple[int, int]) -> views.View | None:
    return views.find(tx, "ticket", asked[0], f"alert:{asked[1]}")


async def test_what_the_group_was_told_is_an_alert_and_no_answer(desk: Desk) -> None:
    await desk.asks()
    await Courier(desk).send_all()
    desk.later(minutes=10)
    await desk.ticks()

    await Courier(desk).send_all()

    assert [row.role for row in await desk.rows("copy", chat=ROOM)] == ["alert"]


async def test_a_bounce_of_a_receipt_reopens_nothing(desk: Desk) -> None:
    number = await desk.mails()
    await desk.ends(desk.by(ANNA), number, "close")
    header = (await desk.letters(template="mail_receipt"))[0].header_id
    facts = {"bounced": ({"status": "5.1.1", "permanent": True, "reason": "нет"},), "bounced_ids": (header,)}

    await desk.take_in(desk.mail("Undelivered", "mailer-daemon@mx.example", kind="bounce", facts=facts))

    assert ((await desk.ticket(number)).status, (await desk.events(number))[-1]) == ("closed", "notice_failed")


async def test_a_delay_is_only_told(desk: Desk) -> None:
    number = await desk.mails()
    said = await desk.says(ANNA, number, "В пути")
    header = (await desk.letters(message=said.message))[0].header_id
    facts = {"bounced": ({"status": "4.4.1", "permanent": False, "reason": "позже"},), "bounced_ids": (header,)}

    await desk.take_in(desk.mail("Delayed", "mailer-daemon@mx.example", kind="bounce", facts=facts))

    assert (await desk.events(number))[-1] == "delayed"
    assert (await desk.identity("vera@client.example")).unreachable_at is None


async def test_an_undelivered_answer_in_a_merged_ticket_reopens_its_target(desk: Desk) -> None:
    courier, part, _ = await answered(desk)
    await desk.wants_new()
    second = await desk.asks("То же самое")
    await desk.does(ANNA, merge.merge, merge.Merge, ticket=1, into=second)
    await desk.ends(desk.by(ANNA), second, "close")

    await courier.report(part, "refused", reason="blocked", unreachable=True)

    assert (await desk.ticket(second)).status == "open"


async def test_a_group_that_moved_is_drawn_anew_where_it_is_now(desk: Desk) -> None:
    number = await desk.asks()
    for _ in range(2):
        await desk.act(delivery.migrate, Migrate(account=desk.bot, old=ROOM, new=-2002))

    rows = await desk.rows("view")
    await desk.wants_new()
    await desk.asks("Ещё")

    assert {(row.chat, row.lane, row.remote) for row in rows} == {(-2002, f"{desk.bot}:-2002", None)}
    assert {row.chat for row in await desk.rows("view")} == {-2002}
    assert number == 1


async def test_a_feed_that_moved_misses_no_message_after_it(desk: Desk) -> None:
    number = await desk.asks()
    await desk.act(delivery.migrate, Migrate(account=desk.bot, old=ROOM, new=-2002))
    feed = await desk.store.read(_feed, number)
    assert feed
    assert feed.wanted > feed.shown
    await desk.act(views.shown, views.Shown(view=feed.id, revision=feed.wanted, remote=None, data={}))

    got = await desk.writes("Ещё одно")

    after = await desk.store.read(_feed, number)
    assert after
    assert (after.wanted, after.wanted > after.shown) == (got.message, True)


def _feed(tx: Tx, number: int) -> views.View | None:
    return views.find(tx, "ticket", number, "feed")


async def test_a_group_may_move_more_than_once(desk: Desk) -> None:
    await desk.asks()
    for old, new in ((ROOM, -2002), (-2002, -3003), (ROOM, -2002)):
        await desk.act(delivery.migrate, Migrate(account=desk.bot, old=old, new=new))

    assert [(row.configured, row.current) for row in await desk.rows("chat")] == [(ROOM, -3003)]


async def test_only_the_delivery_of_an_answer_is_news(desk: Desk) -> None:
    await desk.on_duty(LENA)
    number = await desk.asks()
    await desk.ends(desk.by(LENA), number, "finish")

    await Courier(desk).send_all()

    assert {one.state for one in await desk.letters()} == {"sent"}
    assert "delivered" not in await desk.events(number)


async def test_what_a_refusal_reopens_and_nobody_has_finds_somebody(desk: Desk) -> None:
    courier, part, _ = await answered(desk)
    await desk.does(LENA, take.assign, take.Assign, ticket=1, to=None)
    await desk.ends(desk.by(LENA), 1, "close")
    await desk.on_duty(BORIS)

    await courier.report(part, "refused", reason="blocked")

    assert ((await desk.ticket(1)).status, (await desk.ticket(1)).assignee) == ("open", desk.staff[BORIS].id)
