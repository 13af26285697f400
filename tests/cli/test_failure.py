"""However a call ends, its caller reads words and an exit code; the details are where the words say."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from okno.cli.failure import told
from okno.cli.session import Session
from okno.errors import NotFound, OknoError, StoreLocked
from tests.cli.conftest import Office
from tests.store.cast import Desk

TOKEN = "42:AAE-token-of-the-tests"


@pytest.fixture
def session(on_sqlite: Office) -> Session:
    made = Session()
    made.file = on_sqlite.folder / "config.toml"
    made.load()
    return made


def failed(error: Exception) -> Exception:
    """With its trace, as it would come."""
    try:
        raise error
    except Exception as raised:  # noqa: BLE001 - any
        return raised


def test_what_should_not_happen_is_a_line_with_the_details_in_the_log(
    session: Session, on_sqlite: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(failed(KeyError("surprise")), session) == 1

    words = capsys.readouterr().err
    assert len(words.splitlines()) == 1
    assert f"details are in {on_sqlite.data / 'okno.log'}" in words
    log = (on_sqlite.data / "okno.log").read_text()
    assert "test_failure.py:" in log
    assert "KeyError" in log
    assert "surprise" not in log


def test_the_log_shows_no_secret(session: Session, on_sqlite: Office) -> None:
    told(failed(OSError(5, "no answer", f"https://api.telegram.org/bot{TOKEN}/getMe")), session)

    log = (on_sqlite.data / "okno.log").read_text()
    assert TOKEN not in log
    assert "bot***/getMe" in log


def test_the_details_come_at_once_when_asked_for(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKNO_TEST_TRACEBACK", "1")

    told(failed(KeyError("surprise")), session)

    assert "Traceback" in capsys.readouterr().err


def test_without_a_data_dir_the_details_are_in_a_file_of_ours_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    told(failed(KeyError("surprise")), Session())

    (log,) = tmp_path.glob("okno-*.log")
    assert str(log) in capsys.readouterr().err
    assert log.stat().st_mode & 0o077 == 0


def test_our_own_errors_are_a_line_without_a_log(
    session: Session, on_sqlite: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(StoreLocked(), session) == 1

    assert capsys.readouterr().err == (
        "okno: Another Okno process already writes this store; stop it first, or use another data_dir.\n"
    )
    assert not (on_sqlite.data / "okno.log").exists()


def test_the_desks_refusals_are_worded(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    told(NotFound("not_found"), session)

    assert "not_found" not in capsys.readouterr().err


def test_of_a_group_of_errors_our_own_word_is_told(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    told(ExceptionGroup("both", [KeyError("x"), ExceptionGroup("in", [OknoError("the word")])]), session)

    assert capsys.readouterr().err.startswith("okno: ")


def test_an_error_of_the_system_names_the_file(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    told(failed(PermissionError(13, "Permission denied", "/somewhere")), session)

    assert capsys.readouterr().err.startswith("okno: /somewhere: Permission denied; details are in ")


def test_a_reader_that_goes_away_is_no_error(on_sqlite: Office) -> None:
    async def many(desk: Desk) -> None:
        for _ in range(30):
            await desk.mails("x" * 3000)

    on_sqlite.story(many)
    command = [sys.executable, "-m", "okno", "--config", str(on_sqlite.folder / "config.toml"), "tickets", "--json"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_control_c_is_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    command = [sys.executable, "-m", "okno", "--config", str(path), "init"]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        while b"Language" not in os.read(process.stdout.fileno(), 1000):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()

    assert process.returncode == 130
    assert err.strip() == b""
    assert not path.exists()


def test_a_cancelled_loop_is_an_interruption(session: Session) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        asyncio.run(_interrupted())

    assert told(caught.value, session) == 130


async def _interrupted() -> None:
    raise KeyboardInterrupt
