"""What `okno check` says of the whole, the settings, the folder, the database and the texts."""

import asyncio
from pathlib import Path

import pytest

from okno.queue import condition
from okno.sandbox.mail import MailHost
from okno.sandbox.telegram import Telegram
from tests.cli.check.conftest import Check, Checked, boxes, settings
from tests.cli.conftest import CONFIG, Office
from tests.servers.postgres import Postgres
from tests.store.cast import ROOM


async def test_a_sound_installation_has_no_problem(check: Check, telegram: Telegram, mail: MailHost) -> None:
    text = settings(telegram, f'staff_chat = {ROOM}\nannounce_channel = "@news"') + boxes(mail)

    done = await check(text)

    assert (done.said.code, done.said.err, done.wrong()) == (0, "", [])
    assert {one["what"] for one in done.found} >= {
        "config", "data_dir", "disk", "templates", "database", "telegram token", "staff chat", "announce_channel",
        "staff: Анна", "mailbox support: imap", "mailbox support: smtp", "mailbox support: plus_address",
    }  # fmt: skip


async def test_every_finding_has_the_keys_that_outside_programs_rely_on(check: Check) -> None:
    done = await check(CONFIG.replace("[telegram]\ntoken", "[telegram]\n#token"))

    assert all(one.keys() == {"what", "ok", "problem", "advice"} for one in done.found)


async def test_problems_of_every_kind_are_told_at_once(check: Check, telegram: Telegram, mail: MailHost) -> None:
    text = settings(telegram, "staff_chat = -1009999999999") + boxes(mail).replace('"secret"', '"wrong"')

    done = await check(text)

    assert done.said.code == 1
    assert "must be mended" in done.said.err
    assert {what for what, _ in done.wrong()} == {
        "staff chat", "mailbox support: imap", "mailbox support: plus_address",
    }  # fmt: skip
    assert all(one["advice"] for one in done.found if not one["ok"])


async def test_a_configuration_that_does_not_load_is_a_list_of_its_mistakes(check: Check) -> None:
    done = await check('language = "fr"\ntimezone = "Mars"\n')

    assert done.said.code == 1
    assert [what for what, _ in done.wrong()] == ["config", "config"]


async def test_an_operators_template_that_fails_is_told(check: Check, on_sqlite: Office) -> None:
    broken = on_sqlite.folder / "texts" / "en" / "client"
    broken.mkdir(parents=True)
    (broken / "receipt.html").write_text("{{ nunber }}")

    done = await check(CONFIG.replace("AAE", "AAE").split("[telegram]")[0] + '[templates]\ndir = "texts"\n')

    ((what, problem),) = done.wrong()
    assert what == "templates"
    assert "nunber" in problem


async def test_a_data_dir_open_to_others_is_a_note(check: Check, on_sqlite: Office) -> None:
    on_sqlite.data.chmod(0o755)

    done = await check('language = "en"\n')

    assert "admits others" in done.of("data_dir")[0]["problem"]
    assert done.said.code == 0


async def test_nothing_is_made_where_there_is_no_store_yet(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.configure('language = "en"\n')

    said = await asyncio.to_thread(office.okno, "check")

    assert said.code == 0
    assert "there is no store yet" in said.out
    assert not office.data.exists()


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 50, 6), True), ((3, 50, 7), False),
        ((3, 51, 2), True), ((3, 51, 3), False), ((3, 6, 23), False), ((3, 52, 0), False),
    ],
)  # fmt: skip
def test_it_knows_which_sqlite_has_the_fault_of_two_writers(version: tuple[int, ...], faulty: bool) -> None:
    assert condition.may_lose_wal(version) is faulty


@pytest.mark.postgres
def test_a_postgres_that_may_forget_is_told(on_postgres: Office, postgres: Postgres) -> None:
    """The server of the tests is such a one."""
    on_postgres.configure('language = "en"\n')

    done = Checked(on_postgres.okno("check", "--json"))

    assert done.said.code == 1
    assert [problem.split(":")[0] for _, problem in done.wrong()] == [
        "fsync is off", "synchronous_commit is off", "full_page_writes is off",
    ]  # fmt: skip


@pytest.mark.postgres
def test_a_database_out_of_reach_is_a_line(on_postgres: Office, tmp_path: Path) -> None:
    office = Office(folder=tmp_path, url=on_postgres.url.replace("fresh", "gone"))
    office.configure('language = "en"\n')

    done = Checked(office.okno("check", "--json"))

    ((what, problem),) = done.wrong()
    assert what == "database"
    assert "gone" in problem


def test_people_read_marks_and_what_to_do(on_sqlite: Office) -> None:
    on_sqlite.configure('language = "en"\n')

    lines = on_sqlite.okno("check").out.splitlines()

    assert "✓ templates" in lines
    assert any(line.startswith("! staff: there is no [[staff]]") for line in lines)
