"""Mails found in files, one after the other, whatever program wrote them."""

import resource
from pathlib import Path

import pytest

from okno.cli import sources
from okno.cli.sources import Letter

DATED = b"From vera@client.example Mon Nov 23 12:00:00 2026"
FIRST = b"Subject: one\n\nfirst\n"
SECOND = b"Subject: two\n\nsecond\n"


def found(*paths: Path) -> list[Letter]:
    with sources.opened(paths) as files:
        return list(sources.letters(files))


def read(*paths: Path) -> list[bytes]:
    return [letter.read(10_000_000) for letter in found(*paths)]


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    return tmp_path / "archive.mbox"


def test_a_mail_in_a_file_is_one_letter_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(FIRST + b"\n\n>From here\n")

    (letter,) = found(path)

    assert letter.read(1000) == FIRST + b"\n\n>From here\n"
    assert (letter.source, letter.index) == (str(path), None)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_is_split_where_mails_begin(mbox: Path, end: bytes) -> None:
    parts = [DATED, b"\n", FIRST, b"\n", DATED, b"\n", SECOND, b"\n"]
    mbox.write_bytes(b"".join(parts).replace(b"\n", end))

    assert read(mbox) == [FIRST.replace(b"\n", end), SECOND.replace(b"\n", end)]
    assert [letter.index for letter in found(mbox)] == [1, 2]


def test_words_that_begin_with_from_do_not_split_a_mail(mbox: Path) -> None:
    body = b"Subject: one\n\nlook:\n\nFrom what I see at 10:30 it is broken\n"
    mbox.write_bytes(DATED + b"\n" + body + b"\n" + DATED + b"\n" + SECOND)

    assert read(mbox) == [body, SECOND]


def test_without_dates_an_empty_line_tells_where_a_mail_begins(mbox: Path) -> None:
    body = b"Subject: one\n\nthe line\nFrom the middle\n"
    mbox.write_bytes(b"From nobody\n" + body + b"\nFrom nobody\n" + SECOND)

    assert read(mbox) == [body, SECOND]


def test_a_zone_in_the_date_is_known_too(mbox: Path) -> None:
    line = b"From 1234567890@xxx Mon Nov 23 12:00:00 +0000 2026\n"
    mbox.write_bytes(line + FIRST + b"\n" + line + SECOND)

    assert read(mbox) == [FIRST, SECOND]


def test_quoted_lines_get_their_own_words_back(mbox: Path) -> None:
    mbox.write_bytes(DATED + b"\nSubject: one\n\n>From here\n>>From there\n> From nowhere\n")

    assert read(mbox) == [b"Subject: one\n\nFrom here\n>From there\n> From nowhere\n"]


@pytest.mark.parametrize("shift", range(-12, 4))
def test_a_mail_that_begins_where_a_piece_of_the_file_ends_is_found(mbox: Path, shift: int) -> None:
    """Files are looked through in pieces of a megabyte."""
    head = DATED + b"\nSubject: one\n\n"
    body = b"x" * 60 + b"\n"
    filled = (head + body * ((1 << 20) // len(body) + 1))[: (1 << 20) + shift - 2] + b"\n"
    mbox.write_bytes(filled + b"\n" + DATED + b"\n" + SECOND)

    letters = found(mbox)

    assert len(letters) == 2
    assert letters[1].read(1000) == SECOND


def test_the_letters_of_a_maildir_come_in_the_order_of_their_arrival(tmp_path: Path) -> None:
    for place, name, mail in (("cur", "200.b:2,S", SECOND), ("new", "100.a", FIRST), ("tmp", "300.c", b"half")):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / name).write_bytes(mail)

    assert read(tmp_path) == [FIRST, SECOND]


def test_a_folder_that_is_no_maildir_is_looked_through_for_eml(tmp_path: Path) -> None:
    for name, mail in (("b.eml", SECOND), ("a.eml", FIRST), ("notes.txt", b"no mail")):
        (tmp_path / name).write_bytes(mail)

    assert read(tmp_path) == [FIRST, SECOND]


def test_an_empty_file_is_an_empty_letter(tmp_path: Path) -> None:
    path = tmp_path / "empty.eml"
    path.touch()

    assert read(path) == [b""]


def test_a_letter_too_large_is_read_in_part_and_copied_whole(mbox: Path, tmp_path: Path) -> None:
    mbox.write_bytes(DATED + b"\n" + FIRST)
    (letter,) = found(mbox)

    with (tmp_path / "copy").open("wb") as copy:
        letter.copy(copy)

    assert letter.read(8) == FIRST[:8]
    assert (tmp_path / "copy").read_bytes() == FIRST


def test_an_archive_of_any_size_needs_no_memory(mbox: Path) -> None:
    mail = DATED + b"\n" + FIRST + b"y" * 100_000 + b"\n\n"
    with mbox.open("wb") as file:
        for _ in range(1000):
            file.write(mail)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with sources.opened([mbox]) as files:
        sizes = sum(len(letter.read(1 << 20)) for letter in sources.letters(files))

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sizes > 100_000_000
    assert grown < 50_000  # kB
