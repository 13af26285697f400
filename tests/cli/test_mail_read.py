"""`okno mail read`: how mails are understood, without a store or a configuration."""

import socket
from pathlib import Path

import pytest

from tests.cli.letters import letter, mbox
from tests.cli.terminal import Terminal

KEYS = {
    "kind", "from_address", "from_name", "reply_to", "to", "cc", "subject", "text", "full_text", "language",
    "message_id", "in_reply_to", "references", "date", "attachments", "forwarded_from", "bounced", "warnings",
}  # fmt: skip


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "one.eml"
    path.write_bytes(letter(1, file=b"%PDF"))
    return path


def test_a_mail_has_the_keys_that_outside_programs_rely_on(mail: Path) -> None:
    one = Terminal()("mail", "read", "--json", mail).object

    assert one.keys() >= KEYS
    assert (one["kind"], one["from_address"], one["from_name"]) == ("message", "vera@client.example", "Вера")
    assert (one["subject"], one["text"].strip(), one["language"]) == ("Вопрос 1", "Где мой заказ?", "ru")
    assert one["date"] == "2026-11-23T12:00:00Z"
    assert one["attachments"] == [{"name": "счёт.pdf", "type": "application/pdf", "size": 4, "inline": False}]


def test_mails_come_in_the_order_given(mail: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(mbox(letter(2), letter(3)))

    said = Terminal()("mail", "read", "--json", archive, mail)

    assert [one["message_id"] for one in said.objects] == [f"<{n}@client.example>" for n in (2, 3, 1)]
    assert [one["index"] for one in said.objects] == [1, 2, None]


def test_it_reads_standard_input() -> None:
    said = Terminal()("mail", "read", "--json", "-", answers=mbox(letter(1), letter(2)))

    assert [one["subject"] for one in said.objects] == ["Вопрос 1", "Вопрос 2"]


def test_many_mails_in_one_go_lose_nobody(tmp_path: Path) -> None:
    """More than are read at once."""
    path = tmp_path / "archive.mbox"
    path.write_bytes(mbox(*(letter(number) for number in range(45))))

    said = Terminal()("mail", "read", "--json", path)

    assert [one["message_id"] for one in said.objects] == [f"<{n}@client.example>" for n in range(45)]


def test_bytes_that_are_no_mail_still_give_an_object(tmp_path: Path) -> None:
    path = tmp_path / "noise.eml"
    path.write_bytes(bytes(range(256)) * 10)

    said = Terminal()("mail", "read", "--json", path)

    assert said.code == 0
    assert said.object.keys() >= KEYS


def test_a_file_that_cannot_be_opened_gives_an_object_with_a_warning(mail: Path, tmp_path: Path) -> None:
    """A socket can be seen but not opened, by root neither."""
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(tmp_path / "s"))

        said = Terminal()("mail", "read", "--json", tmp_path / "s", mail)

    assert said.code == 1
    assert "cannot be opened" in said.objects[0]["warnings"][0]
    assert said.objects[1]["subject"] == "Вопрос 1"


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert Terminal()("mail", "read", tmp_path / "none.eml").code == 2


def test_people_read_it_as_a_letter(mail: Path) -> None:
    said = Terminal()("mail", "read", mail)

    assert "from: Вера <vera@client.example>" in said.out
    assert "attachment: счёт.pdf, application/pdf, 4 bytes" in said.out
    assert "    Где мой заказ?" in said.out
