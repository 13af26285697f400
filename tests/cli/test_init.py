"""`okno init`: a first config.toml from a few answers, judged at once; Telegram is asked for real."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from okno.config import load
from okno.sandbox.telegram import TOKEN, Telegram
from tests.cli.terminal import Terminal


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    host = Telegram(paced=False)
    monkeypatch.setenv("OKNO_TELEGRAM__API_URL", await host.start())
    yield
    await host.stop()


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "TZ", "OKNO_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_answers_come_on_standard_input(path: Path) -> None:
    answers = ["en", "Asia/Yekaterinburg", "", "support@gmail.com", "app password"]

    said = Terminal(config=path)("init", answers="\n".join(answers) + "\n")

    config = load(path, {})
    assert said.code == 0
    assert (config.language, config.timezone.key) == ("en", "Asia/Yekaterinburg")
    assert (config.mailboxes[0].imap.host, config.mailboxes[0].smtp.host) == ("imap.gmail.com", "smtp.gmail.com")
    assert config.mailboxes[0].imap.password.reveal() == "app password"
    assert path.stat().st_mode & 0o077 == 0
    assert "okno check" in said.out


async def test_the_token_is_tried_and_the_next_steps_name_the_bot(path: Path, telegram: None) -> None:
    answers = ["en", "UTC", TOKEN, "-1001234567890", "1001", "Anna", ""]

    said = await asyncio.to_thread(Terminal(config=path), "init", answers="\n".join(answers) + "\n")

    config = load(path, {})
    assert said.code == 0
    assert "https://t.me/okno_bot" in said.out
    assert (config.telegram.token.reveal(), config.telegram.staff_chat) == (TOKEN, -1001234567890)
    assert (config.staff[0].name, config.staff[0].telegram_id, config.staff[0].role) == ("Anna", 1001, "admin")


async def test_a_token_that_telegram_refuses_is_not_written_down(path: Path, telegram: None) -> None:
    said = await asyncio.to_thread(Terminal(config=path), "init", answers="en\nUTC\n42:AAE-nobody\n")

    assert said.code == 1
    assert "token is refused" in said.err
    assert not path.exists()  # noqa: ASYNC240 - nothing else runs in this loop


def test_a_telegram_out_of_reach_is_told_and_the_token_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_TELEGRAM__API_URL", "http://127.0.0.1:9")

    said = Terminal(config=path)("init", answers=f"en\nUTC\n{TOKEN}\n0\n\n\n")

    assert said.code == 0
    assert "could not be tried" in said.out
    assert load(path, {}).telegram.token.reveal() == TOKEN


def test_servers_of_an_unknown_domain_are_asked_for(path: Path) -> None:
    answers = ["en", "UTC", "", "support@shop.example", "mail.shop.example:143", "", "desk", "secret"]

    Terminal(config=path)("init", answers="\n".join(answers) + "\n")

    (box,) = load(path, {}).mailboxes
    assert (box.imap.host, box.imap.port, box.imap.security) == ("mail.shop.example", 143, "starttls")
    assert (box.smtp.host, box.smtp.port, box.smtp.security) == ("smtp.shop.example", 465, "tls")
    assert (box.imap.username, box.smtp.username) == ("desk", "desk")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("fr\n", "is not a choice"),
        ("en\nMars\n", "is no time zone"),
        ("en\nUTC\nnonsense\n", "is not a bot's token"),
        ("en\nUTC\n\nnobody\n", "is not an e-mail address"),
        ("en\nUTC\n\nsupport@shop.example\nhttps://x\n", "is a URL"),
        ("en\nUTC\n\nsupport@shop.example\nmail.example:99999\n", "is not a port"),
    ],
)
def test_a_wrong_answer_from_a_file_ends_it_with_the_reason(path: Path, answers: str, words: str) -> None:
    """The next line would answer another question."""
    said = Terminal(config=path)("init", answers=answers)

    assert said.code == 1
    assert words in said.err
    assert not path.exists()


def test_answers_that_end_too_early_leave_nothing(path: Path) -> None:
    said = Terminal(config=path)("init", answers="en\nUTC\n")

    assert said.code == 1
    assert "input ended before every question was answered" in said.err
    assert not path.exists()


def test_a_configuration_that_is_there_is_not_touched(path: Path) -> None:
    path.write_text("mine")

    said = Terminal(config=path)("init", answers="en\n")

    assert said.code == 1
    assert "is there already and is not overwritten" in said.err
    assert path.read_text() == "mine"


def test_it_asks_in_the_language_that_was_chosen(path: Path) -> None:
    said = Terminal(config=path)("init", answers="ru\nEurope/Moscow\n\n\n")

    assert "Часовой пояс" in said.out
    assert "Записано" in said.out
