"""Blobs under their hash: whole under a final name, or not there."""

import hashlib
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from okno.queue.files import Files

HELLO = hashlib.sha256("привет".encode()).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def test_what_is_kept_is_read_under_its_hash(files: Files) -> None:
    assert files.keep("привет".encode()) == HELLO

    assert files.read(HELLO) == "привет".encode()
    assert files.has(HELLO)
    assert [name for name, _ in files.names()] == [HELLO]


def test_the_same_content_is_kept_once(files: Files) -> None:
    assert files.keep(b"x") == files.keep(b"x")

    assert len(list(files.names())) == 1
    assert list(files.coming.iterdir()) == []


def test_a_file_that_came_in_pieces_is_adopted_and_gone_from_where_it_came(files: Files) -> None:
    coming = files.coming / "piece"
    coming.write_bytes("привет".encode())

    assert files.adopt(coming) == HELLO

    assert not coming.exists()
    assert files.read(HELLO) == "привет".encode()


def test_adopting_what_is_there_already_leaves_nothing_behind(files: Files) -> None:
    files.keep("привет".encode())
    coming = files.coming / "piece"
    coming.write_bytes("привет".encode())

    assert files.adopt(coming, HELLO) == HELLO
    assert list(files.coming.iterdir()) == []


@pytest.mark.parametrize("name", ["", "a" * 63, "a" * 65, "../" + "a" * 61, "/" + "a" * 63, "a/b" + "c" * 61, "ф" * 64])
def test_what_is_no_hash_is_no_name(files: Files, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.path(name)
    if len(name) != 64 or not name.isascii():
        assert not any(files.coming.iterdir())


def test_what_is_not_here_says_so_and_can_be_forgotten_twice(files: Files) -> None:
    name = files.keep(b"x")
    for _ in range(2):
        files.forget(name)

    assert not files.has(name)
    with pytest.raises(FileNotFoundError):
        files.read(name)


def test_content_kept_again_counts_as_fresh_so_that_no_sweep_takes_it_from_its_new_owner(
    files: Files, tmp_path: Path
) -> None:
    name = files.keep(b"x")
    other = files.coming / "piece"
    long_ago = time.time() - 86_400 * 3
    for again in (lambda: files.keep(b"x"), lambda: (other.write_bytes(b"x"), files.adopt(other))):
        os.utime(files.path(name), (long_ago, long_ago))
        again()
        assert dict(files.names())[name] > long_ago + 86_400


def _keeps(root: Path, started: "multiprocessing.synchronize.Event") -> None:  # pragma: no cover - a child's
    files = Files(root)
    started.set()
    for number in range(100_000):
        files.keep(bytes([number % 251]) * (200_000 + number))


def test_a_crash_between_the_steps_leaves_no_half_file_under_a_final_name(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    for round_ in range(5):
        started = context.Event()
        child = context.Process(target=_keeps, args=(tmp_path / "files", started))
        child.start()
        assert started.wait(30)
        time.sleep(0.01 + 0.013 * round_)
        child.kill()
        child.join()
        child.close()

    files = Files(tmp_path / "files")
    kept = [name for name, _ in files.names()]
    assert kept
    assert all(hashlib.sha256(files.read(name)).hexdigest() == name for name in kept)
