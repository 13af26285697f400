"""`okno mail import`: mails taken in by hand, once, whoever holds the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from okno.config import load
from okno.intake.mail.worker import Reader
from okno.intake.mails import MailReader
from okno.queue import journal
from okno.queue.founding import prepare
from okno.queue.opening import opened
from okno.queue.store import Store
from okno.web.door import ADDRESS, Door
from tests.cli.conftest import CONFIG, Office
from tests.cli.letters import letter, mbox
from tests.store.cast import Desk

SALES = '[[mailbox]]\nname = "sales"\naddress = "sales@example.com"\n'


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A question, its follow-up, and another question."""
    path = tmp_path / "archive.mbox"
    path.write_bytes(mbox(letter(1), letter(2, "И когда он придёт?", answers=1), letter(3, file=b"%PDF" * 50_000)))
    return path


@asynccontextmanager
async def service(office: Office) -> AsyncIterator[Store]:
    """What of a running service the door needs."""
    config = load(office.folder / "config.toml", {})
    async with opened(office.data, office.url) as store:
        policy, accounts = await prepare(store, config, now())
        reader = Reader(spool=store.files.coming)
        boxes = {accounts["email", box.name]: box for box in config.mailboxes}
        door = Door(store, office.data, lambda: policy, MailReader(reader, store.files, boxes), now)
        await door.start()
        try:
            yield store
        finally:
            await door.close()
            await reader.close()


def test_each_mail_becomes_a_ticket_or_goes_to_its_own(office: Office, archive: Path) -> None:
    said = office.okno("mail", "import", "--json", archive)

    assert said.code == 0
    assert [(one["outcome"], one["ticket"], one["rule"]) for one in said.objects] == [
        ("ticket", 1, "new"),
        ("follow_up", 1, "reference"),
        ("ticket", 2, "new"),
    ]


def test_what_was_taken_in_is_whole(on_sqlite: Office, archive: Path) -> None:
    on_sqlite.okno("mail", "import", archive)

    (message,) = on_sqlite.okno("ticket", "2", "--json").object["messages"]

    assert message["text"].strip() == "Где мой заказ?"
    assert [(file["name"], file["size"], file["state"]) for file in message["attachments"]] == [
        ("счёт.pdf", 200_000, "kept")
    ]


def test_it_happened_when_it_was_imported(on_sqlite: Office, archive: Path) -> None:
    before = now()

    on_sqlite.okno("mail", "import", archive)

    (message,) = on_sqlite.okno("ticket", "2", "--json").object["messages"]
    assert before.timestamp() - 1 <= datetime.fromisoformat(message["at"]).timestamp()


def test_imported_again_it_changes_nothing(office: Office, archive: Path) -> None:
    office.okno("mail", "import", archive)

    again = office.okno("mail", "import", "--json", archive)

    assert [(one["outcome"], one["ticket"]) for one in again.objects] == [
        ("duplicate", 1),
        ("duplicate", 1),
        ("duplicate", 2),
    ]
    assert len(office.okno("tickets", "--json").objects) == 2


def test_the_same_mail_twice_in_one_archive_is_one(on_sqlite: Office, tmp_path: Path) -> None:
    path = tmp_path / "twice.mbox"
    path.write_bytes(mbox(letter(1), letter(1)))

    said = on_sqlite.okno("mail", "import", "--json", path)

    assert [(one["outcome"], one["ticket"]) for one in said.objects] == [("ticket", 1), ("duplicate", 1)]


@pytest.mark.parametrize(("options", "receipts"), [((), 0), (("--receipts",), 2)])
def test_receipts_go_out_only_when_asked_for(
    on_sqlite: Office, tmp_path: Path, options: tuple[str, ...], receipts: int
) -> None:
    path = tmp_path / "two.mbox"
    other = letter(2).replace(b"vera@client.example", b"igor@client.example")
    path.write_bytes(mbox(letter(1), other))

    on_sqlite.okno("mail", "import", *options, path)

    async def count(desk: Desk) -> int:
        return len(await desk.letters(kind="receipt"))

    assert on_sqlite.story(count) == receipts


def test_it_names_the_mailbox_they_came_to(on_sqlite: Office, archive: Path) -> None:
    on_sqlite.configure(CONFIG + SALES)

    on_sqlite.okno("mail", "import", "--mailbox", "sales", archive)

    async def accounts(desk: Desk) -> set[str]:
        known = {row.id: row.name for row in await desk.rows("account")}
        return {known[row.account] for row in await desk.rows("journal")}

    assert on_sqlite.story(accounts) == {"sales"}


def test_a_mailbox_that_is_not_configured_is_wrong_usage(on_sqlite: Office, archive: Path) -> None:
    said = on_sqlite.okno("mail", "import", "--mailbox", "sale", archive)

    assert said.code == 2
    assert "known: support" in said.err


def test_a_mail_too_large_to_read_is_kept_and_parked(
    on_sqlite: Office, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("okno.intake.imports", "okno.cli.hands"):
        monkeypatch.setattr(f"{place}.LARGEST", 100_000)

    said = on_sqlite.okno("mail", "import", "--json", archive)

    assert [one["outcome"] for one in said.objects] == ["ticket", "follow_up", "parked"]
    assert "see `okno parked`" in said.err
    assert "larger than" in on_sqlite.okno("parked", "--json").object["reason"]


def test_people_read_what_became_of_each(on_sqlite: Office, archive: Path) -> None:
    said = on_sqlite.okno("mail", "import", archive)

    assert [line.rpartition(": ")[2] for line in said.out.splitlines()] == ["ticket #1", "follow_up #1", "ticket #2"]


def test_what_an_import_left_half_done_is_finished_by_the_next(on_sqlite: Office, archive: Path) -> None:
    """As after a kill between keeping the mails and reading them."""
    on_sqlite.okno("mail", "import", archive)

    async def kill(desk: Desk) -> None:
        def undo(tx, _nothing, _now) -> None:  # type: ignore[no-untyped-def]
            for table in ("cause", "event", "mail_ref", "clock", "letter", "view", "attachment", "participant"):
                tx.raw(f"DELETE FROM {table}")
            tx.raw("DELETE FROM message")
            tx.raw("DELETE FROM ticket")
            tx.raw("UPDATE journal SET state='waiting', outcome=NULL, ticket=NULL, claimed_until=99999999999999")

        await desk.act(undo, None)

    on_sqlite.story(kill)

    said = on_sqlite.okno("mail", "import", "--json", archive)

    assert [one["outcome"] for one in said.objects] == ["ticket", "follow_up", "ticket"]


async def test_a_running_service_takes_them_in(on_sqlite: Office, archive: Path) -> None:
    async with service(on_sqlite) as store:
        said = await asyncio.to_thread(on_sqlite.okno, "mail", "import", "--json", archive)

        waiting = await store.read(journal.next_due, None)

    assert said.code == 0
    assert [(one["outcome"], one["ticket"]) for one in said.objects] == [("ticket", 1), ("follow_up", 1), ("ticket", 2)]
    assert waiting is None


async def test_a_service_that_does_not_know_the_mailbox_yet_says_so(on_sqlite: Office, archive: Path) -> None:
    async with service(on_sqlite):
        on_sqlite.configure(CONFIG + SALES)

        said = await asyncio.to_thread(on_sqlite.okno, "mail", "import", "--mailbox", "sales", archive)

    assert said.code == 1
    assert "restart it if it is new" in said.err


async def test_a_lock_without_a_door_is_told_in_a_line(on_sqlite: Office, archive: Path) -> None:
    async with opened(on_sqlite.data):
        (on_sqlite.data / ADDRESS).write_text("/nowhere/door")

        said = await asyncio.to_thread(on_sqlite.okno, "mail", "import", archive)

    assert said.code == 1
    assert said.err == (
        "okno: Another Okno process holds this store and does not answer; try again in a moment, or stop it first.\n"
    )


async def test_the_door_is_for_its_owner_alone_and_goes_with_the_service(on_sqlite: Office) -> None:
    async with service(on_sqlite):
        address = on_sqlite.data / ADDRESS
        socket = Path(address.read_text())
        modes = [path.stat().st_mode & 0o077 for path in (address, socket, socket.parent)]

    assert modes == [0, 0, 0]
    assert not address.exists()
    assert not socket.parent.exists()
