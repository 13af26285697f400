import os
from collections.abc import Callable
from pathlib import Path

import pytest

from okno.config.values import Config

Loaded = Callable[..., Config]
Refused = Callable[..., tuple[str, ...]]
Keep = Callable[..., Path]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """A secret's file, readable by its owner alone unless a mode is given."""

    def write(data: bytes | str, name: str = "token.secret", mode: int = 0o600) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        path.chmod(mode)
        return path

    return write


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_may_stand_in_a_file_of_its_own(loaded: Loaded, keep: Keep, end: str) -> None:
    keep(f"123456789:AAE{end}")

    config = loaded('[telegram]\ntoken_file = "token.secret"\n')

    assert config.telegram.token.reveal() == "123456789:AAE"


def test_a_variable_may_name_the_file(loaded: Loaded, keep: Keep) -> None:
    keep("swordfish \n")

    config = loaded(
        '[[mailbox]]\nname = "support"\naddress = "support@example.com"\n',
        OKNO_MAILBOX__SUPPORT__SMTP__PASSWORD_FILE="token.secret",
    )

    assert config.mailboxes[0].smtp.password.reveal() == "swordfish "


def test_every_secret_can_come_from_a_file(loaded: Loaded, keep: Keep) -> None:
    keep("postgresql://okno@localhost/okno", "url.secret")
    keep("0123456789abcdef0123456789abcdef", "hook.secret")

    config = loaded('[database]\nurl_file = "url.secret"\n[telegram]\nwebhook_secret_file = "hook.secret"\n')

    assert config.database_url.reveal() == "postgresql+asyncpg://okno@localhost/okno"
    assert len(config.telegram.webhook_secret.reveal()) == 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_secret_that_others_can_read_or_change_is_refused(refused: Refused, keep: Keep, mode: int) -> None:
    keep("123456789:AAE", "my token", mode)

    (mistake,) = refused('[telegram]\ntoken_file = "my token"\n')

    assert mistake.endswith("\"my token\" can be read or changed by others; run: chmod 600 'my token'")


def test_the_folder_that_systemd_guards_is_trusted(loaded: Loaded, refused: Refused, keep: Keep) -> None:
    """systemd admits the service by an access list, and the file's mode then reads 0440."""
    path = keep("123456789:AAE", "credentials/token", 0o440)
    text = f'[telegram]\ntoken_file = "{path}"\n'

    config = loaded(text, CREDENTIALS_DIRECTORY=str(path.parent))

    assert config.telegram.token
    assert "chmod 600" in refused(text)[0]
    assert "chmod 600" in refused(text, CREDENTIALS_DIRECTORY=str(path.parent / "others"))[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "is empty; write the secret into it"),
        ("\n", "is empty; write the secret into it"),
        (b"\xff\xfe1", "is not UTF-8 text"),
        ("1" * 65537, "is larger than 64 KB"),
    ],
    ids=["nothing", "line end", "binary", "huge"],
)
def test_a_file_that_holds_no_secret_is_refused(refused: Refused, keep: Keep, data: bytes | str, words: str) -> None:
    keep(data)

    (mistake,) = refused('[telegram]\ntoken_file = "token.secret"\n')

    assert f'config.toml:2: telegram.token_file: "token.secret" {words}' in mistake


def test_a_named_pipe_is_refused_and_not_waited_for(refused: Refused, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)

    (mistake,) = refused('[telegram]\ntoken_file = "pipe"\n')

    assert mistake.endswith('"pipe" is not a file; name the file that holds the secret')


def test_a_secret_in_the_file_and_another_in_a_variable_are_one_too_many(refused: Refused, keep: Keep) -> None:
    keep("123456789:AAE")

    (mistake,) = refused('[telegram]\ntoken_file = "token.secret"\n', OKNO_TELEGRAM__TOKEN="123456789:AAE")

    assert (
        mistake
        == "config.toml:2: telegram.token_file: token is given too, in OKNO_TELEGRAM__TOKEN; keep one of the two"
    )


def test_an_empty_secret_beside_its_file_is_no_second_one(loaded: Loaded, keep: Keep) -> None:
    keep("123456789:AAE")

    config = loaded('[telegram]\ntoken = ""\ntoken_file = "token.secret"\n')

    assert config.telegram.token


def test_what_is_wrong_with_a_secret_is_told_where_its_file_is_named(refused: Refused, keep: Keep) -> None:
    keep("AAE of my bot")

    (mistake,) = refused('[telegram]\ntoken_file = "token.secret"\n')

    assert mistake.startswith("config.toml:2: telegram.token_file: is not a bot's token")
    assert "of my bot" not in mistake
