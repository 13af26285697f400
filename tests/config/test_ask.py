import resource
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.config import load
from okno.config.ask import Answers, compose, objection, write
from okno.config.document import parse
from okno.config.providers import PROVIDERS, Server, provider
from okno.errors import ConfigError

ANSWERS = Answers(
    language="en",
    timezone="Asia/Yekaterinburg",
    token="123456789:AAE",
    staff_chat=-1001234567890,
    telegram_id=1001,
    name='Анна "Окно"',
    address="support@example.com",
    imap=Server(host="imap.example.com", port=993),
    smtp=Server(host="smtp.example.com", port=587, security="starttls"),
    password='sword\\fish"\n\x7f',
)


def test_what_it_writes_loads_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    write(path, ANSWERS)

    config = load(path, {})
    assert config.warnings == ()
    assert (config.language, config.timezone.key) == ("en", "Asia/Yekaterinburg")
    assert (config.telegram.token.reveal(), config.telegram.staff_chat) == ("123456789:AAE", -1001234567890)
    assert (config.staff[0].name, config.staff[0].telegram_id, config.staff[0].role) == ('Анна "Окно"', 1001, "admin")
    assert config.mailboxes[0].imap.password.reveal() == 'sword\\fish"\n\x7f'
    assert (config.mailboxes[0].smtp.port, config.mailboxes[0].smtp.security) == (587, "starttls")
    assert config.mailboxes[0].smtp.username == "support@example.com"


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    write(path, ANSWERS)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_refuses_to_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine")

    with pytest.raises(ConfigError, match="is there already and is not overwritten"):
        write(path, ANSWERS)

    assert path.read_text() == "mine"


def test_it_writes_nothing_that_would_not_load(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    with pytest.raises(ConfigError, match=r"telegram\.token: is not a bot's token"):
        write(path, replace(ANSWERS, token="swordfish"))

    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written \(No such file or directory\)"):
        write(tmp_path / "none" / "config.toml", ANSWERS)


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    """A limit on the size of files stops the write as a full disk would."""
    path = tmp_path / "config.toml"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(ConfigError, match="make room and try again"):
            write(path, ANSWERS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert not path.exists()


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ConfigError, match="lone surrogate"):
        compose(replace(ANSWERS, password="\ud800"))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_answer_comes_back_as_it_was_given(name: str, password: str) -> None:
    text = compose(replace(ANSWERS, name=name, password=password))

    tree = parse(text, Path("config.toml")).tree
    assert tree["staff"][0]["name"] == name
    assert tree["mailbox"][0]["imap"]["password"] == password


def test_what_was_not_answered_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    write(path, Answers())

    config = load(path, {})
    assert (config.mailboxes, config.staff, bool(config.telegram.token)) == ((), (), False)


def test_an_unknown_server_is_left_for_the_owner_to_name(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    write(path, replace(ANSWERS, imap=None, smtp=None))

    assert '#host = "imap.example.com"' in path.read_text()
    assert load(path, {}).mailboxes[0].imap.host == ""


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("anna@gmail.com", "imap.gmail.com", Server(host="smtp.gmail.com", port=465)),
        ("Anna@Yandex.RU ", "imap.yandex.ru", Server(host="smtp.yandex.ru", port=465)),
        ("anna@bk.ru", "imap.mail.ru", Server(host="smtp.mail.ru", port=465)),
        (
            "anna@hotmail.com",
            "outlook.office365.com",
            Server(host="smtp-mail.outlook.com", port=587, security="starttls"),
        ),
        ("anna@fastmail.com", "imap.fastmail.com", Server(host="smtp.fastmail.com", port=465)),
        ("anna@icloud.com", "imap.mail.me.com", Server(host="smtp.mail.me.com", port=587, security="starttls")),
    ],
)
def test_it_knows_the_servers_of_large_providers(address: str, imap: str, smtp: Server) -> None:
    found = provider(address)

    assert found is not None
    assert (found.imap.host, found.smtp) == (imap, smtp)


@pytest.mark.parametrize("domain", [domain for each in PROVIDERS for domain in each.domains])
def test_with_any_known_provider_the_servers_need_not_be_asked(tmp_path: Path, domain: str) -> None:
    path = tmp_path / "config.toml"
    answers = replace(ANSWERS, address=f"anna@{domain}", imap=None, smtp=None)

    write(path, answers)

    config = load(path, {})
    found = provider(answers.address)
    assert found is not None
    assert config.warnings == ()
    assert config.mailboxes[0].smtp.host == found.smtp.host
    assert found.hint in path.read_text()


def test_a_domain_belongs_to_one_provider() -> None:
    domains = [domain for each in PROVIDERS for domain in each.domains]

    assert len(domains) == len(set(domains))
    assert provider("support@example.com") is None
    assert provider("anna@notgmail.com") is None


def test_icloud_wants_a_short_name_to_read_and_the_whole_to_send(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    write(path, replace(ANSWERS, address="anna@icloud.com", imap=None, smtp=None))

    mailbox = load(path, {}).mailboxes[0]
    assert (mailbox.imap.username, mailbox.smtp.username) == ("anna", "anna@icloud.com")


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("timezone", "Moscow", 'did you mean "Europe/Moscow"?'),
        ("telegram.token", "swordfish", "is not a bot's token"),
        ("telegram.staff_chat", "1001234567890", "write -1001234567890"),
        ("staff.telegram_id", "@anna", "is not a whole number"),
        ("mailbox.address", "support", "is not an e-mail address"),
        ("mailbox.imap.port", "993", ""),
        ("language", "ru", ""),
        ("mailbox.imap.password", "any thing", ""),
    ],
)
def test_one_answer_can_be_judged_at_once(key: str, text: str, words: str) -> None:
    assert words in objection(key, text)
    assert bool(objection(key, text)) == bool(words)
