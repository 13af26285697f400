"""Surfaces that only show state: what is asked for coalesces, what is drawn is known, what is lost comes back."""

from datetime import timedelta
from typing import Any

from okno.queue import views
from okno.queue.transaction import Tx
from okno.queue.views import Claim, Failed, Shown, Surface, View
from tests.store.cast import ANNA, NOON, ROOM, Desk

LANE = f"1:{ROOM}"


async def wants(desk: Desk, surface: str = "card", subject: int = 1, **more: Any) -> None:
    plain: dict[str, Any] = {"subject_kind": "ticket", "account": desk.bot, "chat": ROOM}
    await desk.act(views.want, Surface(subject=subject, surface=surface, **(plain | more)))


async def claims(desk: Desk) -> View | None:
    return await desk.store.write(views.claim, Claim(lane=LANE, worker="one"), desk.now)


async def draws(desk: Desk, view: View, remote: int | None = 7) -> None:
    await desk.act(views.shown, Shown(view=view.id, revision=view.wanted, remote=remote, data={"title": "x"}))


async def found(desk: Desk, surface: str = "card", subject: int = 1) -> View:
    one = await desk.store.read(lambda tx, _: views.find(tx, "ticket", subject, surface), None)
    assert one
    return one


async def offered(desk: Desk) -> list[str]:
    return [work.lane for work in await desk.store.read(lambda tx, now: views.lanes(tx, [], now), desk.now)]


async def test_many_wishes_are_one_drawing(desk: Desk) -> None:
    for _ in range(5):
        await wants(desk)

    view = await claims(desk)

    assert view
    assert (view.wanted, view.shown) == (5, 0)
    await draws(desk, view)
    assert (await claims(desk), await offered(desk)) == (None, [])


async def test_what_is_wanted_while_it_is_drawn_is_drawn_again(desk: Desk) -> None:
    await wants(desk)
    view = await claims(desk)
    assert view
    await wants(desk)

    await draws(desk, view)

    again = await claims(desk)
    assert again
    assert (again.wanted, again.shown, again.remote, again.data) == (2, 1, 7, {"title": "x"})


async def test_a_claimed_surface_is_nobody_elses_until_the_claim_ends(desk: Desk) -> None:
    await wants(desk)
    await claims(desk)

    assert (await claims(desk), await offered(desk)) == (None, [])
    assert await desk.store.read(views.next_due, desk.now) == NOON + timedelta(minutes=2)
    desk.later(minutes=2)
    assert await claims(desk)


async def test_clients_words_go_before_names_and_cards_and_the_oldest_first(desk: Desk) -> None:
    for surface, subject in (("card", 1), ("topic", 2), ("feed", 3), ("card", 4)):
        await wants(desk, surface, subject, upto=9 if surface == "feed" else None)

    drawn = []
    while (view := await claims(desk)) is not None:
        drawn.append((view.surface, view.subject))
        await draws(desk, view)

    assert drawn == [("feed", 3), ("card", 1), ("topic", 2), ("card", 4)]


async def test_a_feed_wants_its_last_message_and_nothing_else_moves_it(desk: Desk) -> None:
    await wants(desk, "feed", upto=10)
    await wants(desk, "feed", upto=12)
    await wants(desk, "card")

    await desk.act(lambda tx, key, now: views.again(tx, "ticket", key, now), 1)

    assert ((await found(desk, "feed")).wanted, (await found(desk)).wanted) == (12, 2)


async def test_an_album_waits_for_the_rest_of_it(desk: Desk) -> None:
    await wants(desk, "feed", upto=3, not_before=NOON + timedelta(seconds=2))

    assert (await claims(desk), await offered(desk)) == (None, [])
    assert await desk.store.read(views.next_due, desk.now) == NOON + timedelta(seconds=2)
    desk.later(seconds=2)
    assert await claims(desk)


async def test_a_failure_waits_longer_each_time_and_a_new_wish_starts_afresh(desk: Desk) -> None:
    await wants(desk)
    pauses = []
    for _ in range(7):
        view = await claims(desk)
        assert view
        await desk.act(views.failed, Failed(view=view.id, reason="503"))
        due = await desk.store.read(views.next_due, desk.now)
        assert due
        pauses.append((due - desk.now).total_seconds())
        desk.now = due

    await wants(desk)

    assert pauses == [2, 10, 60, 300, 900, 900, 900]
    assert (await found(desk)).tries == 0


async def test_a_wait_that_was_asked_for_counts_no_try(desk: Desk) -> None:
    await wants(desk)
    view = await claims(desk)
    assert view

    await desk.act(views.failed, Failed(view=view.id, reason="429", at=NOON + timedelta(seconds=33)))

    assert await desk.store.read(views.next_due, desk.now) == NOON + timedelta(seconds=33)
    assert (await found(desk)).tries == 0


async def test_what_somebody_deleted_is_made_anew_at_once(desk: Desk) -> None:
    await wants(desk)
    view = await claims(desk)
    assert view
    await draws(desk, view)
    await wants(desk)
    again = await claims(desk)
    assert again

    await desk.act(views.failed, Failed(view=again.id, reason="message to edit not found", lost=True))

    anew = await claims(desk)
    assert anew
    assert anew.remote is None


async def test_a_late_report_never_takes_a_newer_drawing_back(desk: Desk) -> None:
    await wants(desk)
    old = await claims(desk)
    assert old
    desk.later(minutes=3)
    await wants(desk)
    new = await claims(desk)
    assert new
    await draws(desk, new, remote=8)

    await draws(desk, old, remote=7)

    assert (await claims(desk), (await found(desk)).remote) == (None, 8)


async def test_a_surface_placed_by_a_letter_is_redrawn_there(desk: Desk) -> None:
    placed = Surface(subject_kind="ticket", subject=1, surface="alert:1", account=desk.bot, chat=ANNA, remote=55)

    for remote in (55, 66):
        await desk.act(views.place, Surface(**(vars(placed) | {"remote": remote})))

    view = await found(desk, "alert:1")
    assert (view.remote, view.chat, view.wanted > view.shown) == (66, ANNA, True)


async def test_a_topic_is_found_by_its_thread(desk: Desk) -> None:
    await wants(desk, "topic", 3)
    view = await claims(desk)
    assert view
    await draws(desk, view, remote=99)

    def there(tx: Tx, remote: int) -> View | None:
        return views.by_remote(tx, desk.bot, ROOM, "topic", remote)

    by_thread = await desk.store.read(there, 99)
    assert by_thread
    assert by_thread.subject == 3
    assert await desk.store.read(there, 98) is None


async def test_whatever_happens_to_a_ticket_its_card_follows(desk: Desk) -> None:
    number = await desk.asks()
    seen = [(await found(desk, "card", number)).wanted]
    await desk.takes(ANNA, number)
    seen.append((await found(desk, "card", number)).wanted)
    await desk.says(ANNA, number, "Заметка", kind="note")
    seen.append((await found(desk, "card", number)).wanted)
    await desk.ends(desk.by(ANNA), number, "finish")
    seen.append((await found(desk, "card", number)).wanted)

    assert seen == sorted(set(seen))


async def test_lanes_with_the_most_urgent_surface_come_first(desk: Desk) -> None:
    for chat in range(1, 4):
        await wants(desk, "card", chat, chat=-chat)
    await wants(desk, "feed", 9, chat=-9, upto=1)

    assert (await offered(desk))[0] == f"{desk.bot}:-9"
