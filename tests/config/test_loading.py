from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from okno.config import load
from okno.config.values import Config, WorkingDays
from okno.errors import ConfigError

Loaded = Callable[..., Config]
Refused = Callable[..., tuple[str, ...]]

WHOLE = """
language = "en"
timezone = "Asia/Yekaterinburg"
data_dir = "store"

[database]
url = "postgresql://okno@localhost/okno"

[telegram]
token = "123456789:AAE"
api_url = "http://127.0.0.1:8081/"
mode = "webhook"
webhook_url = "http://127.0.0.1:8080/hook/"
webhook_secret = "0123456789abcdef0123456789abcdef"
proxy = "socks5://anna:swordfish@127.0.0.1:1080"
staff_chat = -100123
announce_channel = -1001234567890
staff_channel = -1001234567891
line = "second"

[desk]
reopen_grace = "1d"
done_accepts_after = "2h"
receipts_per_hour = 5
first_answer = "1h 30m"

[[mailbox]]
name = "support"
address = "support@example.com"
from_name = "Поддержка \\"Окно\\""
imap = { host = "[::1]", port = 143, security = "plain", username = "anna", password = "swordfish", folder = "Запросы" }
smtp = { host = "localhost", port = 587, security = "starttls" }
plus_address = true
line = "first"
trusted_authserv = "mx.example.com"

[[line]]
name = "first"
title = { ru = "Первая", en = "First" }
sign_as = "desk"

[[line]]
name = "second"

[[staff]]
name = "Анна"
telegram_id = 1001
email = "anna@пример.рф"
role = "admin"
lines = ["first"]
language = "ru"

[[staff]]
name = "Boris"
telegram_id = 1002

[http]
listen = "[::1]:8080"

[templates]
dir = "."
"""


def test_it_reads_every_kind_of_option(loaded: Loaded, tmp_path: Path) -> None:
    config = loaded(WHOLE)

    assert (config.language, config.timezone) == ("en", ZoneInfo("Asia/Yekaterinburg"))
    assert config.telegram.announce_channel == "-1001234567890"
    assert config.telegram.api_url == "http://127.0.0.1:8081"
    assert config.desk.first_answer == timedelta(minutes=90)
    assert config.desk.done_accepts_after == timedelta(hours=2)
    assert config.mailboxes[0].imap.host == "::1"
    assert config.mailboxes[0].imap.password.reveal() == "swordfish"
    assert config.lines[0].titled("ru") == "Первая"
    assert config.staff[0].language == "ru"
    assert config.http_listen == "[::1]:8080"


def test_it_makes_paths_absolute_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("etc/okno.toml")
    path.parent.mkdir()
    path.write_text('data_dir = "../store"\n[templates]\ndir = "."\n')

    config = load(path, {})

    assert config.path == tmp_path / "etc/okno.toml"
    assert config.data_dir.resolve() == tmp_path / "store"
    assert config.templates_dir == tmp_path / "etc"
    assert config.data_dir.is_absolute()


def test_an_empty_file_means_the_defaults_of_the_values(loaded: Loaded, tmp_path: Path) -> None:
    config = loaded("")

    assert config == Config(path=tmp_path / "config.toml", data_dir=tmp_path / "data", warnings=config.warnings)
    assert config.desk.done_accepts_after == WorkingDays(days=3)


def test_the_file_named_on_the_command_line_comes_before_the_variable(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('language = "en"\n')
    two.write_text('language = "ru"\n')

    assert load(one, {"OKNO_CONFIG": str(two)}).language == "en"
    assert load(None, {"OKNO_CONFIG": str(one)}).language == "en"


def test_the_variable_comes_before_the_file_in_this_folder(loaded: Loaded, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('language = "en"\n')

    assert loaded('language = "ru"\n', OKNO_CONFIG=str(other)).language == "en"


def test_without_a_file_the_variables_are_enough(loaded: Loaded, tmp_path: Path) -> None:
    config = loaded(OKNO_TELEGRAM__TOKEN="123456789:AAE", OKNO_DATA_DIR="store")

    assert config.path is None
    assert config.telegram.token.reveal() == "123456789:AAE"
    assert config.data_dir == tmp_path / "store"


def test_without_a_file_and_variables_it_says_how_to_begin(refused: Refused) -> None:
    (mistake,) = refused(OKNO_TEST_DATABASE="postgresql://localhost/test")

    assert "okno init" in mistake
    assert "OKNO_CONFIG" in mistake


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.toml: cannot be read \(No such file or directory\)"):
        load(tmp_path / "no.toml", {"OKNO_LANGUAGE": "ru"})


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path, {})


def test_it_tells_all_mistakes_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    text = '[http]\nlisten = "8080"\n[desk]\nrecall = "soon"\nsettle = 2\n[[staff]]\nname = "Anna"\n'

    mistakes = refused(text, OKNO_TIMEZONE="Mars/Olympus", OKNO_COLOUR="red")

    places = [mistake.split(": ")[0] for mistake in mistakes]
    assert places == [
        *("config.toml:2", "config.toml:4", "config.toml:5", "config.toml:6"),
        *("OKNO_COLOUR", "OKNO_TIMEZONE"),
    ]


def test_a_persons_list_holds_no_empty_name(refused: Refused) -> None:
    (mistake,) = refused('[[staff]]\nname = "Anna"\ntelegram_id = 1\nlines = [""]\n')

    assert mistake == 'config.toml:4: staff.Anna.lines: there is no line ""; write "desk", or add a [[line]]'


def test_a_wrong_name_of_a_line_is_not_held_against_those_who_name_it(refused: Refused) -> None:
    (mistake,) = refused('[telegram]\nline = "a"\n[[line]]\nname = 5\n')

    assert mistake.startswith("config.toml:4: line[1].name: 5 is not text")


def test_a_webhook_secret_from_a_bad_file_is_not_also_called_missing(refused: Refused) -> None:
    text = '[telegram]\nmode = "webhook"\nwebhook_url = "https://a.example/"\nwebhook_secret_file = "none"\n'

    mistakes = refused(text + '[http]\nlisten = "127.0.0.1:8080"\n')

    assert [mistake.split(": ")[1] for mistake in mistakes] == ["telegram.webhook_secret_file"]


def test_a_webhook_of_ones_own_server_may_be_plain_http(loaded: Loaded) -> None:
    assert loaded(WHOLE).telegram.webhook_url == "http://127.0.0.1:8080/hook/"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_postgresql_by_any_name_becomes_the_one_the_driver_knows(loaded: Loaded, scheme: str) -> None:
    config = loaded(f'[database]\nurl = "{scheme}://anna:p%40ss@db.example.com:5433/okno?ssl=require"\n')

    url = sa.make_url(config.database_url.reveal())
    assert url.drivername == "postgresql+asyncpg"
    assert (url.host, url.port, url.database, url.password) == ("db.example.com", 5433, "okno", "p@ss")


def test_postgresql_may_be_reached_through_a_socket(loaded: Loaded) -> None:
    config = loaded('[database]\nurl = "postgresql:///okno?host=/run/postgresql"\n')

    assert sa.make_url(config.database_url.reveal()).query == {"host": "/run/postgresql"}


def test_staff_for_whom_no_line_is_named_work_on_all_of_them(loaded: Loaded) -> None:
    config = loaded(WHOLE)

    assert config.staff[0].lines == ("first",)
    assert config.staff[1].lines == ("first", "second")
    assert loaded('[[staff]]\nname = "Anna"\ntelegram_id = 1\n').staff[0].lines == ("desk",)


def test_it_takes_what_editors_on_windows_write(loaded: Loaded) -> None:
    assert loaded('\ufefflanguage = "en"\r\n\r\n[desk]\r\nrecall = "5s"\r\n').language == "en"


def test_it_says_on_which_line_a_file_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes('language = "en"\n# Привет\n'.encode("cp1251"))

    with pytest.raises(ConfigError, match=r"config\.toml:2: this is not UTF-8 text; save the file as UTF-8"):
        load(path, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [("a = " + "[" * 5000, "nested too deep"), ("a = " + "9" * 5000, "thousands of digits"), ("", "")],
    ids=["brackets", "digits", "nothing"],
)
def test_it_survives_a_file_that_is_out_to_hurt(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text or '"\\u0000\\n" = { "" = [[], [{}]] }\n')

    with pytest.raises(ConfigError, match=words or "there is no such option"):
        load(path, {})


def test_a_mistake_cannot_command_a_terminal(refused: Refused) -> None:
    (unreadable,) = refused("a\t= \x1b[2J\n")
    (wrong, unknown) = refused('language = "\u202e\x9b2J"\n"\x9b2J" = 1\n')

    assert unreadable.endswith("1 | a       = \\u001B[2J")
    assert wrong.startswith('config.toml:1: language: "\\u202E\\u009B2J"')
    assert unknown.startswith('config.toml:2: "\\u009B2J"')


def test_it_makes_and_changes_nothing(loaded: Loaded, tmp_path: Path) -> None:
    loaded('data_dir = "deep/down/store"\n')

    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_value_of_secrets_never_shows_itself(loaded: Loaded) -> None:
    config = loaded('[telegram]\ntoken = "123456789:AAE"\n')

    assert "AAE" not in f"{config} {config!r} {config.telegram.token}"
