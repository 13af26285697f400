"""What `okno tickets` and `okno ticket` tell of the store, on both databases and beside a running service."""

import asyncio
import re
from pathlib import Path

import pytest

from okno.queue.actions import answer, merge
from okno.queue.opening import database, opened
from tests.cli.conftest import Office
from tests.store.cast import ANNA, IGOR, VERA, Desk

LISTED = {
    "number", "status", "priority", "subject", "requester", "channel", "assignee", "line", "created_at", "updated_at",
    "first_response_due_at", "resolve_due_at",
}  # fmt: skip
MESSAGE = {
    "id", "direction", "channel", "author", "text", "full_text", "external_id", "rule", "delivery", "attachments", "at",
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def busy(desk: Desk) -> None:
    """Vera's site is answered, her order waits, Igor's question is closed."""
    await desk.on_duty(ANNA)
    site = await desk.asks("Не открывается сайт")
    await desk.says(ANNA, site, "Смотрим")
    await desk.mails("Где мой заказ?")
    over = await desk.asks("Как поменять пароль?", IGOR)
    await desk.ends(desk.by(ANNA), over, "close")


def test_it_lists_what_is_to_be_done_first_and_what_is_over_last(office: Office) -> None:
    office.story(busy)

    said = office.okno("tickets", "--json")

    assert said.code == 0
    assert [(one["number"], one["status"]) for one in said.objects] == [(1, "open"), (2, "new"), (3, "closed")]


def test_every_ticket_has_the_keys_that_outside_programs_rely_on(office: Office) -> None:
    office.story(busy)

    first, second, _ = office.okno("tickets", "--json").objects

    assert first.keys() >= LISTED
    assert (second["subject"], second["requester"], second["channel"]) == ("Вопрос", "vera", "email")
    assert (second["priority"], second["assignee"], second["line"]) == ("normal", "Анна", "desk")
    assert INSTANT.fullmatch(second["created_at"])
    assert INSTANT.fullmatch(second["first_response_due_at"])
    assert (first["first_response_due_at"], second["resolve_due_at"]) == (None, None)


def test_it_lists_only_the_state_asked_for(office: Office) -> None:
    office.story(busy)

    assert [one["number"] for one in office.okno("tickets", "--json", "--status", "closed").objects] == [3]


@pytest.mark.parametrize(("words", "found"), [("сайты", [1]), ("#2", [2]), ("ничего такого", [])])
def test_it_finds_tickets_by_words_and_by_number(office: Office, words: str, found: list[int]) -> None:
    office.story(busy)

    assert [one["number"] for one in office.okno("tickets", "--json", "--find", words).objects] == found


def test_a_state_that_does_not_exist_is_wrong_usage(on_sqlite: Office) -> None:
    said = on_sqlite.okno("tickets", "--status", "lost")

    assert said.code == 2
    assert "waiting_client" in said.err


def test_people_read_a_table_in_their_language(on_sqlite: Office) -> None:
    on_sqlite.story(busy)

    lines = on_sqlite.okno("tickets").out.splitlines()

    assert lines[0].split() == ["No", "status", "priority", "subject", "requester", "channel", "assignee", "updated"]
    assert "Не открывается сайт" in lines[1]
    assert "in work" in lines[1]


def test_a_long_list_is_cut_for_people_and_says_how_to_see_the_rest(on_sqlite: Office) -> None:
    on_sqlite.story(busy)

    said = on_sqlite.okno("tickets", "--limit", "1")

    assert len(said.out.splitlines()) == 3
    assert "2 more" in said.out


def test_a_ticket_comes_with_its_messages_and_history(office: Office) -> None:
    office.story(busy)

    one = office.okno("ticket", "1", "--json").object

    asked, answered = one["messages"]
    assert one.keys() >= LISTED
    assert asked.keys() >= MESSAGE
    assert (asked["direction"], asked["author"], asked["text"]) == ("in", "Вера", "Не открывается сайт")
    assert (asked["rule"], asked["delivery"], asked["attachments"]) == ("new", None, [])
    assert (answered["direction"], answered["author"], answered["delivery"]) == ("out", "Анна", "queued")
    assert [done["kind"] for done in one["events"]] == ["created", "assigned", "answered"]
    assert one["events"][0]["actor"] == "Вера"


def test_an_answer_by_mail_says_so_and_under_which_id_it_leaves(office: Office) -> None:
    async def told(desk: Desk) -> None:
        await desk.on_duty(ANNA)
        await desk.says(ANNA, await desk.mails("Где мой заказ?"), "В пути")

    office.story(told)

    said = office.okno("ticket", "1", "--json").object["messages"][1]

    assert said["channel"] == "email"
    assert re.fullmatch(r"<okno\.\w+@example\.com>", said["external_id"])


def test_a_recalled_answer_was_never_delivered(on_sqlite: Office) -> None:
    async def told(desk: Desk) -> None:
        await desk.on_duty(ANNA)
        said = await desk.says(ANNA, await desk.asks(), "Рано")
        await desk.does(ANNA, answer.recall, answer.Recall, message=said.message)

    on_sqlite.story(told)

    said = on_sqlite.okno("ticket", "1", "--json").object["messages"][1]

    assert said["delivery"] is None
    assert said["deliveries"][0]["state"] == "recalled"


def test_a_merged_ticket_names_its_target_which_has_the_words_of_both(office: Office) -> None:
    async def told(desk: Desk) -> None:
        await desk.on_duty(ANNA)
        first = await desk.asks("Первое")
        await desk.wants_new()
        second = await desk.asks("Второе")
        await desk.does(ANNA, merge.merge, merge.Merge, ticket=second, into=first)

    office.story(told)

    source, target = (office.okno("ticket", number, "--json").object for number in ("2", "1"))

    assert (source["status"], source["merged_into"], target["merged"]) == ("merged", 1, [2])
    assert [said["text"] for said in target["messages"]] == ["Первое", "Второе"]


def test_words_from_outside_cannot_steer_the_terminal(on_sqlite: Office) -> None:
    async def told(desk: Desk) -> None:
        await desk.asks("Цена\x1b[2J\u202egnp.exe\x9b1m")

    on_sqlite.story(told)

    said = on_sqlite.okno("ticket", "1")

    assert said.code == 0
    assert not {"\x1b", "\u202e", "\x9b"} & set(said.out)


def test_a_ticket_that_is_not_there_is_one_line_and_exit_1(on_sqlite: Office) -> None:
    said = on_sqlite.okno("ticket", "99")

    assert (said.code, said.out) == (1, "")
    assert said.err == "okno: there is no ticket #99; `okno tickets` lists those there are\n"


def test_a_number_that_is_none_is_wrong_usage(on_sqlite: Office) -> None:
    assert on_sqlite.okno("ticket", "first").code == 2


async def test_it_reads_while_the_service_holds_the_store(on_sqlite: Office) -> None:
    async with opened(on_sqlite.data) as store:
        desk = await Desk.open(store)
        await desk.asks("Первое", VERA)

        said = await asyncio.to_thread(on_sqlite.okno, "tickets", "--json")

        await desk.asks("Второе", IGOR)
    assert [one["subject"] for one in said.objects] == ["Первое"]


def test_without_a_store_it_says_what_makes_one_and_leaves_nothing(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.configure()

    said = office.okno("tickets")

    assert said.code == 1
    assert "`okno run` or `okno migrate` makes it" in said.err
    assert not office.data.exists()


def test_a_file_that_is_no_database_is_told_in_a_line(on_sqlite: Office) -> None:
    database(on_sqlite.data).write_bytes(b"not a database at all" * 100)

    said = on_sqlite.okno("tickets")

    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert "okno.db" in said.err
