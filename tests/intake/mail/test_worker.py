"""Reader: mails read in another process, which may hang or die without taking a mail with it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from okno.intake.mail import read
from okno.intake.mail.worker import Reader
from tests.intake.mail.writing import file, html, letter, multipart, part

LETTERS = sorted((Path(__file__).parents[2] / "letters").glob("*.eml"))
PICTURE = bytes(range(256)) * 1_000


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(deadline=20)
    yield reader
    await reader.close()


def process_of(reader: Reader) -> int:
    assert reader._process is not None
    return reader._process.pid


async def test_it_reads_as_well_as_this_process(reader: Reader) -> None:
    raws = [path.read_bytes() for path in LETTERS]

    assert await reader.read_many(raws) == [read(raw) for raw in raws]


async def test_many_may_ask_at_once(reader: Reader) -> None:
    mails = await asyncio.gather(*(reader.read(letter(f"words {number}")) for number in range(20)))

    assert [mail.text for mail in mails] == [f"words {number}" for number in range(20)]


async def test_attachments_come_back_whole(reader: Reader) -> None:
    raw = multipart("mixed", part("text/plain", "x"), file("image/png", PICTURE), file("application/pdf", b"%PDF"))

    mails = await reader.read_many([raw, letter("y"), raw])

    assert [found.data() for found in mails[0].attachments] == [PICTURE, b"%PDF"]
    assert mails[2] == mails[0]
    assert mails[1].text == "y"


async def test_with_a_spool_attachments_stay_in_files_of_their_own(tmp_path: Path) -> None:
    reader = Reader(spool=tmp_path)
    raw = multipart("mixed", part("text/plain", "x"), file("image/png", PICTURE))

    one, two = await reader.read_many([raw, raw])
    await reader.close()

    files = [mail.attachments[0].file for mail in (one, two)]
    assert len(set(files)) == 2
    assert all(found is not None and found.parent == tmp_path for found in files)
    assert [found.read_bytes() for found in files if found] == [PICTURE, PICTURE]
    assert one.attachments[0].content == b""
    assert one.attachments[0].data() == PICTURE


async def test_without_room_for_files_attachments_come_over_the_pipe(tmp_path: Path) -> None:
    reader = Reader(spool=tmp_path / "gone")

    mail = await reader.read(multipart("mixed", part("text/plain", "x"), file("image/png", PICTURE)))
    await reader.close()

    assert [(found.content, found.file) for found in mail.attachments] == [(PICTURE, None)]


async def test_a_process_that_died_is_replaced(reader: Reader) -> None:
    await reader.read(letter("one"))
    first = process_of(reader)

    os.kill(first, signal.SIGKILL)
    mail = await reader.read(letter("two"))

    assert mail.text == "two"
    assert process_of(reader) != first


async def test_a_mail_whose_process_hung_is_read_carefully_and_those_behind_it_well() -> None:
    reader = Reader(deadline=1)
    await reader.read(letter("one"))

    os.kill(process_of(reader), signal.SIGSTOP)
    two, three = await reader.read_many([html("<p>two"), html("<p>three")])
    await reader.close()

    assert (two.text, two.html) == ("two", None)
    assert two.warnings == ("body: read without opening envelopes and HTML",)
    assert (three.text, three.html) == ("three", "<p>three</p>")


async def test_a_mail_that_no_process_reads_in_time_has_its_headers() -> None:
    reader = Reader(deadline=0)

    mail = await reader.read(letter("words", Subject="Order 12345"))
    await reader.close()

    assert (mail.subject, mail.from_address, mail.text) == ("Order 12345", "anna@example.com", "")
    assert mail.warnings == ("body: not read within 0 s; headers only",)


async def test_a_question_given_up_spoils_no_other(reader: Reader) -> None:
    await reader.read(letter("one"))
    asking = asyncio.create_task(reader.read_many([letter("two" * 100_000)] * 20))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    asking.cancel()
    await asyncio.wait([asking])

    assert asking.cancelled()
    assert (await reader.read(letter("three"))).text == "three"


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is limited where /proc tells how much there is"
)
async def test_a_mail_that_asks_for_too_much_memory_keeps_its_headers(reader: Reader) -> None:
    await reader.read(letter("one"))
    process = process_of(reader)

    two, three = await reader.read_many([letter("ab\n" * 10_000_000, Subject="x"), letter("three")])

    assert (two.subject, two.text) == ("x", "")
    assert two.warnings == ("body: could not be read fully (MemoryError); headers only (MemoryError)",)
    assert three.text == "three"
    assert process_of(reader) == process


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what a process has loaded")
async def test_the_reading_process_imports_nothing_heavy(reader: Reader) -> None:
    await reader.read(letter("one"))

    maps = await asyncio.to_thread(Path(f"/proc/{process_of(reader)}/maps").read_text)

    assert "lexbor" in maps
    assert not any(library in maps for library in ("sqlalchemy", "pydantic", "aiohttp"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what a process was given")
async def test_the_reading_process_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    monkeypatch.setenv("OKNO_TELEGRAM__TOKEN", "canary")
    await reader.read(letter("one"))

    given = await asyncio.to_thread(Path(f"/proc/{process_of(reader)}/environ").read_bytes)

    assert b"PYTHONPATH=" in given
    assert b"canary" not in given


async def test_the_process_ends_with_its_reader() -> None:
    reader = Reader()
    await reader.read(letter("one"))
    process = process_of(reader)

    await reader.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
