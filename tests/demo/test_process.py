"""`okno demo` as a process: what it prints, what it leaves, what it keeps."""

import signal
import socket
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.demo.running import Running, demo, until

pytestmark = [pytest.mark.slow, pytest.mark.demo]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process_no_socket_and_no_file(tmp_path: Path, number: int) -> None:
    with demo(tmp_path, "--port", "0") as running:
        running.opens()
        address = urlsplit(running.url)

        code = running.stop(number)

        assert code == 0
        assert not running.alive()
        assert list(running.temporary.iterdir()) == []
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port)).close()


def test_it_prints_one_address_which_shows_the_page(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as running, urllib.request.urlopen(running.url) as answer:
        page = answer.read().decode()

    assert "<title>Okno" in page
    assert running.said.count("http://") == 1
    assert "Ctrl-C" in running.said
    assert "Traceback" not in running.said


def test_the_first_tickets_are_written_once_in_the_language_of_the_first_browser(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as running:
        running.opens("en-GB")
        running.opens("ru-RU")

        names = [name.partition(" ")[2].partition(" · ")[0] for name in running.topics(4)]

        # Mail takes longer than Telegram, so who comes first is not ours to say.
        assert sorted(names) == ["Clara Bell", "Igor", "Olga", "Paul Baker"]


def test_what_is_kept_comes_back_and_nothing_is_written_again(tmp_path: Path) -> None:
    with demo(tmp_path, "--keep", "--port", "0") as running:
        running.opens()
        kept = running.topics(4)
        mails = until(lambda: _mails(running))

    with demo(tmp_path, "--keep", "--port", "0") as running:
        running.opens("en")
        running.ask("/sandbox/say", {"user": 501, "text": "Это уже второй запуск"})
        topics = running.topics(5)

        assert set(topics) - set(kept) == {"#5 Вера · Это уже второй запуск"}
        assert _mails(running) == mails


def _mails(running: Running) -> int:
    found = running.ask("/sandbox/mail/mailboxes/clara@client.example/messages")["messages"]
    return len(found)


def test_reset_begins_anew(tmp_path: Path) -> None:
    with demo(tmp_path, "--keep", "--port", "0") as running:
        running.ask("/sandbox/start", {"user": 501})

    with demo(tmp_path, "--keep", "--reset", "--port", "0") as running:
        said = running.ask("/sandbox/messages", {"chat": 501})["result"]

    assert said == []


def test_it_never_empties_a_folder_no_demo_made(tmp_path: Path) -> None:
    mine = tmp_path / "demo-data" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("years of work", "utf-8")
    running = Running(tmp_path, "--keep", "--reset", "--port", "0")

    code = running.end()

    assert code == 1
    assert "was not made by a demo" in running.said
    assert mine.exists()


def test_a_second_demo_on_the_same_data_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with demo(tmp_path, "--keep", "--port", "0") as first:
        first.opens()
        second = Running(tmp_path, "--keep", "--port", "0")

        code = second.end()

        assert code == 1
        assert "Traceback" not in second.said
        assert first.opens()["language"] == "ru"


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = Running(tmp_path, "--port", str(taken.getsockname()[1]))

        code = running.end()

    assert code == 1
    assert "--port" in running.said
    assert running.said.count("\n") == 1
