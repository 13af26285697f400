"""Several messages in one commit: what is wrong with one of them is its own affair."""

from dataclasses import replace

import pytest

from okno.desk.message import Incoming
from okno.queue.actions import receive
from okno.queue.actions.receive import Receive
from tests.store.cast import IGOR, Desk


async def taken(desk: Desk, *some: Incoming) -> list[receive.Received | Exception]:
    commands = [Receive(incoming=one, cause=f"journal:{number}", policy=desk.policy) for number, one in enumerate(some)]
    return await desk.store.write(receive.receive_many, commands, desk.now)


async def test_they_are_taken_in_order(desk: Desk) -> None:
    first, second = await taken(desk, desk.message("Сайт лежит"), desk.message("Ошибка 502"))

    assert isinstance(first, receive.Received)
    assert isinstance(second, receive.Received)
    assert (first.outcome, second.outcome, second.ticket) == ("ticket", "follow_up", first.ticket)


@pytest.mark.parametrize("words", ["половинка \ud83d", "\udfff"])
async def test_one_that_cannot_be_written_takes_nobody_along(desk: Desk, words: str) -> None:
    bad = replace(desk.message("x"), text=words)

    before, wrong, after = await taken(desk, desk.message("Сайт лежит"), bad, desk.message("Нужен счёт", IGOR))

    assert isinstance(wrong, Exception)
    assert (isinstance(before, receive.Received), isinstance(after, receive.Received)) == (True, True)
    assert await desk.count("message") == 2
    assert {row.key for row in await desk.rows("cause")} == {"journal:0", "journal:2"}


async def test_what_the_database_will_not_have_takes_nobody_along_either(desk: Desk) -> None:
    bad = replace(desk.message("x"), account=999)

    before, wrong, after = await taken(desk, desk.message("Сайт лежит"), bad, desk.message("Нужен счёт", IGOR))

    assert isinstance(wrong, Exception)
    assert (isinstance(before, receive.Received), isinstance(after, receive.Received)) == (True, True)
    assert await desk.count("ticket") == 2


async def test_the_same_bundle_again_changes_nothing(desk: Desk) -> None:
    bundle = [desk.message("Сайт лежит"), desk.message("Ошибка 502")]

    assert await taken(desk, *bundle) == await taken(desk, *bundle)
    assert await desk.count("message") == 2
