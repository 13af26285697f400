"""Files of messages: wanted, kept or failed; they never delay their message."""

from datetime import timedelta
from typing import Any

from okno.desk.message import File
from okno.queue import attachments
from okno.queue.attachments import Attachment, Fetched
from tests.store.cast import IGOR, NOON, Desk

PHOTO = File(kind="photo", remote_id="tg-1", name="экран.png", facts={"width": 100})


async def wanted(desk: Desk, limit: int = 10) -> list[tuple[Attachment, int]]:
    return await desk.store.write(attachments.wanted, limit, desk.now)


async def settles(desk: Desk, one: Attachment, **values: Any) -> None:
    await desk.act(attachments.settle, Fetched(attachment=one.id, **values))


async def test_a_file_of_telegrams_is_wanted_with_the_account_it_came_to(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))

    (one, account) = (await wanted(desk))[0]

    assert (one.remote_id, one.name, one.facts, one.state) == ("tg-1", "экран.png", {"width": 100}, "wanted")
    assert account == desk.bot


async def test_a_file_of_a_mail_is_kept_already_and_one_too_big_is_failed_with_the_reason(desk: Desk) -> None:
    await desk.mails(files=(File(kind="file", sha256="a" * 64), File(kind="video", facts={"too_big": True})))

    states = [(row.state, row.reason) for row in await desk.rows("attachment")]

    assert states == [("kept", ""), ("failed", "too_big")]
    assert await wanted(desk) == []


async def test_two_workers_do_not_fetch_one_file(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO, PHOTO))

    first, second = await wanted(desk, 1), await wanted(desk)

    assert [one.id for one, _ in (*first, *second)] == [1, 2]
    assert await wanted(desk) == []


async def test_what_a_worker_never_finished_is_wanted_again_later(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))
    await wanted(desk)

    desk.later(minutes=10)

    assert len(await wanted(desk)) == 1


async def test_what_was_fetched_is_kept_under_its_hash(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))
    (one, _) = (await wanted(desk))[0]

    await settles(desk, one, sha256="b" * 64, size=5, type="image/png")

    kept = (await desk.store.read(attachments.of_messages, [1]))[0]
    assert (kept.state, kept.sha256, kept.size, kept.type) == ("kept", "b" * 64, 5, "image/png")


async def test_what_could_not_be_fetched_is_tried_again_at_its_time(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))
    (one, _) = (await wanted(desk))[0]

    await settles(desk, one, reason="timeout", again=NOON + timedelta(seconds=30))
    early = await wanted(desk)
    desk.later(seconds=30)

    assert early == []
    assert [(again.tries, again.reason) for again, _ in await wanted(desk)] == [(1, "timeout")]


async def test_what_will_never_come_says_why(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))
    (one, _) = (await wanted(desk))[0]

    await settles(desk, one, reason="file is too big")

    assert [(row.state, row.reason) for row in await desk.rows("attachment")] == [("failed", "file is too big")]


async def test_late_news_does_not_undo_what_is_kept(desk: Desk) -> None:
    await desk.asks("Вот", files=(PHOTO,))
    (one, _) = (await wanted(desk))[0]
    await settles(desk, one, sha256="b" * 64, size=5)

    await settles(desk, one, reason="gone")

    assert [(row.state, row.reason) for row in await desk.rows("attachment")] == [("kept", "")]


async def test_the_message_is_a_ticket_long_before_its_file_is_there(desk: Desk) -> None:
    number = await desk.asks("", IGOR, files=(PHOTO,))

    assert (await desk.ticket(number)).status == "new"
