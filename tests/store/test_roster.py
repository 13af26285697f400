"""Accounts, lines and staff as the configuration names them: switched off, never deleted."""

from typing import Any

import pytest

from okno.errors import NotFound
from okno.queue import roster
from okno.queue.roster import Note
from tests.store.cast import ANNA, BORIS, LENA, Desk, roster_of


async def test_putting_the_same_in_again_changes_no_id(desk: Desk) -> None:
    before = await desk.rows("staff"), await desk.rows("line"), await desk.rows("account")

    await desk.act(roster.put, roster_of())

    assert (await desk.rows("staff"), await desk.rows("line"), await desk.rows("account")) == before


async def test_whoever_is_no_longer_named_is_switched_off_and_kept(desk: Desk) -> None:
    await desk.staffed(boris=None)

    assert [one.telegram_id for one in await desk.store.read(roster.members, None)] == [ANNA, LENA]
    assert [(row.telegram_id, row.active) for row in await desk.rows("staff")][1] == (BORIS, False)
    assert await desk.store.read(roster.by_telegram, BORIS) is None
    assert (await desk.store.read(roster.get, desk.staff[BORIS].id)).name == "Борис"


async def test_whoever_comes_back_is_the_same_one_and_needs_not_press_start_again(desk: Desk) -> None:
    await desk.on_duty(BORIS)
    await desk.staffed(boris=None)

    await desk.staffed()

    back = await desk.store.read(roster.by_telegram, BORIS)
    assert back
    assert (back.id, back.active, back.started_at) == (desk.staff[BORIS].id, True, desk.now)


async def test_a_role_and_lines_are_what_the_configuration_says_now(desk: Desk) -> None:
    await desk.staffed("desk", "dev", anna=("dev",))

    anna = await desk.store.read(roster.by_telegram, ANNA)
    boris = await desk.store.read(roster.by_telegram, BORIS)

    assert anna
    assert boris
    assert anna.lines == (await desk.line("dev"),)
    assert set(boris.lines) == {await desk.line("desk"), await desk.line("dev")}
    assert anna.actor.lines == frozenset(anna.lines)


async def test_a_line_that_is_gone_is_kept_for_its_tickets(desk: Desk) -> None:
    await desk.staffed("desk", "dev")
    dev = await desk.line("dev")
    await desk.staffed("desk")

    assert [one.name for one in await desk.store.read(roster.lines, None)] == ["desk"]
    await desk.staffed("dev", "desk")
    assert [(one.name, one.rank) for one in await desk.store.read(roster.lines, None)] == [("dev", 0), ("desk", 1)]
    assert await desk.line("dev") == dev


async def test_what_an_account_remembers_is_added_to_and_outlives_a_start(desk: Desk) -> None:
    for state in ({"offset": 5, "name": "bot"}, {"offset": 6}):
        await desk.act(roster.note, Note(account=desk.bot, state=state))
    await desk.act(roster.put, roster_of())

    known: dict[int, Any] = {one.id: one.state for one in await desk.store.read(roster.accounts, None)}

    assert known == {desk.bot: {"offset": 6, "name": "bot"}, desk.box: {}}


async def test_nobody_is_nobody(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.store.read(roster.get, 99)
    assert await desk.store.read(roster.by_telegram, 99) is None
