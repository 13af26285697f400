"""`okno migrate`, `okno backup`, `okno restore`: nothing is lost, nothing is sent twice in silence."""

import asyncio
import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from okno.queue.backup import make
from okno.queue.files import Files
from okno.queue.opening import database, opened
from tests.cli.conftest import Office
from tests.cli.letters import letter, mbox
from tests.cli.test_parked import states
from tests.store.cast import ANNA, NOON, Desk


@pytest.fixture
def busy(on_sqlite: Office, tmp_path: Path) -> Office:
    """Two tickets by mail, one with a file; Anna's answer is on its way."""
    path = tmp_path / "archive.mbox"
    path.write_bytes(mbox(letter(1), letter(3, file=b"%PDF" * 50_000)))
    on_sqlite.okno("mail", "import", path)

    async def told(desk: Desk) -> None:
        await desk.on_duty(ANNA)
        await desk.says(ANNA, 1, "В пути")

    on_sqlite.story(told)
    return on_sqlite


@pytest.fixture
def copy(busy: Office, tmp_path: Path) -> Path:
    path = tmp_path / "copy.tar"
    assert busy.okno("backup", path).code == 0
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same tar with other contents; None leaves a member out."""
    with tarfile.open(path) as old:
        members = [(one, old.extractfile(one).read()) for one in old]  # type: ignore[union-attr]
    with tarfile.open(path, "w") as new:
        for member, content in members:
            changed = change(member.name, content)
            if changed is not None:
                member.size = len(changed)
                new.addfile(member, io.BytesIO(changed))


def forged(path: Path, folder: Path, sql: str) -> None:
    """Its database changed, and its manifest made to agree."""
    with tarfile.open(path) as tar:
        tar.extract("okno.db", folder, filter="data")
    with closing(sqlite3.connect(folder / "okno.db")) as connection, connection:
        connection.execute(sql)
    changed = (folder / "okno.db").read_bytes()
    digest = hashlib.sha256(changed).hexdigest()

    def change(name: str, content: bytes) -> bytes:
        if name == "manifest.json":
            return json.dumps(json.loads(content) | {"database": digest}).encode()
        return changed if name == "okno.db" else content

    rewritten(path, change)


def rows(data: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database(data))) as connection:
        names = ("ticket", "message", "attachment", "journal", "letter", "event", "secret")
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def test_migrate_makes_a_store(tmp_path: Path) -> None:
    office = Office(folder=tmp_path)
    office.configure()

    assert office.okno("migrate").code == 0

    assert office.okno("tickets", "--json").code == 0
    assert office.data.stat().st_mode & 0o077 == 0


async def test_migrate_does_not_disturb_a_running_service(on_sqlite: Office) -> None:
    async with opened(on_sqlite.data):
        said = await asyncio.to_thread(on_sqlite.okno, "migrate")

    assert said.code == 1
    assert "stop it first" in said.err


def test_a_copy_holds_the_database_and_every_file_it_names(busy: Office, copy: Path) -> None:
    with tarfile.open(copy) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]

    assert names[:2] == ["manifest.json", "okno.db"]
    assert sorted(name.removeprefix("files/") for name in names[2:]) == sorted(
        name for name, _ in Files(busy.data / "files").names()
    )
    assert manifest["rows"]["ticket"] == 2
    assert manifest["missing"] == []


def test_a_copy_is_for_its_owner_alone(copy: Path) -> None:
    """The keys that sign threads are in it."""
    assert copy.stat().st_mode & 0o077 == 0


def test_a_copy_leaves_nothing_beside_it(copy: Path) -> None:
    assert sorted(path.name for path in copy.parent.iterdir() if "copy.tar" in path.name) == ["copy.tar"]


def test_it_overwrites_nothing(busy: Office, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = path.read_bytes()

    said = busy.okno("backup", path)

    assert said.code == 1
    assert "is there already" in said.err
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(busy: Office, tmp_path: Path) -> None:
    said = busy.okno("backup", tmp_path / "none" / "copy.tar")

    assert said.code == 1
    assert len(said.err.splitlines()) == 1


async def test_it_copies_beside_a_writing_service(on_sqlite: Office, tmp_path: Path) -> None:
    """Every row that was confirmed before the copy began is in it."""
    async with opened(on_sqlite.data) as store:
        desk = await Desk.open(store)
        writing = asyncio.create_task(_write(desk))
        await asyncio.sleep(0)
        for number in range(3):
            confirmed = await desk.count("message")
            await asyncio.to_thread(make, on_sqlite.data, tmp_path / f"{number}.tar", NOON)
            with tarfile.open(tmp_path / f"{number}.tar") as tar:
                manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
            assert manifest["rows"]["message"] >= confirmed
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _write(desk: Desk) -> None:
    who = 10_000
    while True:
        who += 1
        await desk.writes("Привет", who)


def test_a_file_that_is_missing_already_is_told_and_the_rest_is_copied(busy: Office, tmp_path: Path) -> None:
    files = Files(busy.data / "files")
    lost = next(name for name, _ in files.names())
    files.forget(lost)

    said = busy.okno("backup", tmp_path / "copy.tar")

    assert said.code == 1
    assert lost[:12] in said.err
    assert (tmp_path / "copy.tar").exists()


def test_a_store_comes_back_as_it_was(busy: Office, copy: Path, tmp_path: Path) -> None:
    before = rows(busy.data)
    other = Office(folder=tmp_path / "other")
    other.folder.mkdir()
    other.configure()

    said = other.okno("restore", copy)

    assert said.code == 0
    assert rows(other.data) == before
    (message,) = other.okno("ticket", "2", "--json").object["messages"]
    assert Files(other.data / "files").read(message["attachments"][0]["sha256"]) == b"%PDF" * 50_000


def test_letters_on_their_way_are_held_until_somebody_decides(busy: Office, copy: Path) -> None:
    said = busy.okno("restore", "--force", copy)

    held = busy.okno("parked", "--json").objects
    assert "okno retry --held" in said.out
    assert [one["state"] for one in held if one["what"] == "answer"] == ["held"]
    assert busy.story(states) == ["held"]
    assert busy.okno("retry", "--held").code == 0
    assert busy.story(states) == ["queued"]


def test_a_store_that_is_there_is_not_overwritten(busy: Office, copy: Path) -> None:
    before = database(busy.data).read_bytes()

    said = busy.okno("restore", copy)

    assert said.code == 1
    assert "--force" in said.err
    assert database(busy.data).read_bytes() == before


def test_with_force_what_was_there_is_moved_aside(busy: Office, copy: Path) -> None:
    before = rows(busy.data)

    busy.okno("restore", "--force", copy)
    busy.okno("restore", "--force", copy)

    asides = sorted(busy.data.glob("before-restore-*"))
    assert asides
    assert all(rows(aside)["ticket"] == before["ticket"] for aside in asides)
    assert not list(busy.data.glob("restoring-*"))


async def test_it_does_not_pull_the_store_from_under_a_service(busy: Office, copy: Path) -> None:
    async with opened(busy.data):
        said = await asyncio.to_thread(busy.okno, "restore", "--force", copy)

    assert said.code == 1
    assert "stop it first" in said.err


@pytest.mark.parametrize(
    ("member", "words"),
    [("files/", "is damaged"), ("okno.db", "is damaged"), ("manifest.json", "cannot be read")],
)
def test_a_damaged_copy_is_refused_and_nothing_is_touched(busy: Office, copy: Path, member: str, words: str) -> None:
    before = database(busy.data).read_bytes()
    rewritten(copy, lambda name, content: content[:-50] + b"\xff" * 50 if name.startswith(member) else content)

    said = busy.okno("restore", "--force", copy)

    assert said.code == 1
    assert words in said.err
    assert database(busy.data).read_bytes() == before


@pytest.mark.parametrize(("member", "words"), [("files/", "lacks"), ("okno.db", "no database")])
def test_a_copy_that_lacks_something_is_refused(busy: Office, copy: Path, member: str, words: str) -> None:
    rewritten(copy, lambda name, content: None if name.startswith(member) else content)

    said = busy.okno("restore", "--force", copy)

    assert said.code == 1
    assert words in said.err


def test_a_copy_whose_rows_lack_what_they_refer_to_is_refused(busy: Office, copy: Path, tmp_path: Path) -> None:
    forged(copy, tmp_path, "DELETE FROM ticket WHERE id=2")

    assert "refer to rows that are not there" in busy.okno("restore", "--force", copy).err


def test_a_copy_with_other_rows_than_it_says_is_refused(busy: Office, copy: Path, tmp_path: Path) -> None:
    forged(copy, tmp_path, "DELETE FROM secret")

    assert "other numbers of rows" in busy.okno("restore", "--force", copy).err


def test_a_file_that_is_no_copy_is_refused(busy: Office, tmp_path: Path) -> None:
    for name, content in (("empty", b""), ("noise", b"x" * 5000)):
        (tmp_path / name).write_bytes(content)

        said = busy.okno("restore", "--force", tmp_path / name)

        assert said.code == 1
        assert "cannot be read as a backup" in said.err


def test_a_copy_of_a_newer_version_is_refused(busy: Office, copy: Path, tmp_path: Path) -> None:
    forged(copy, tmp_path, "UPDATE alembic_version SET version_num='9999'")

    said = busy.okno("restore", "--force", copy)

    assert said.code == 1
    assert "newer" in said.err


@pytest.mark.postgres
def test_postgres_is_copied_with_its_own_tools(on_postgres: Office, tmp_path: Path) -> None:
    said = [on_postgres.okno(deed, tmp_path / "copy.tar") for deed in ("backup", "restore")]

    assert [one.code for one in said] == [1, 1]
    assert ["pg_dump" in said[0].err, "pg_restore" in said[1].err] == [True, True]
