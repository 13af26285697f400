from collections.abc import Callable
from pathlib import Path

import pytest

from okno.config import load
from okno.config.values import Config

Loaded = Callable[..., Config]

QUIET = """
[telegram]
token = "123456789:AAE"
staff_chat = -1001234567890

[[mailbox]]
name = "support"
address = "support@example.com"
imap = { host = "imap.example.com", username = "support@example.com", password = "swordfish" }
smtp = { host = "smtp.example.com", username = "support@example.com", password = "swordfish" }
"""


def test_a_sound_configuration_has_no_warnings(loaded: Loaded) -> None:
    assert loaded(QUIET).warnings == ()


def test_it_warns_of_secrets_in_a_file_that_others_can_read(loaded: Loaded) -> None:
    loaded(QUIET)
    Path("config.toml").chmod(0o644)

    (warning,) = load(None, {}).warnings

    assert warning == (
        "config.toml:3: telegram.token: a secret stands here, and others can read this file; run: chmod 600 config.toml"
    )


def test_it_does_not_mind_who_reads_a_file_without_secrets(loaded: Loaded) -> None:
    loaded('[telegram]\nstaff_chat = -1001234567890\ntoken = ""\n')
    Path("config.toml").chmod(0o644)

    assert load(None, {"OKNO_TELEGRAM__TOKEN": "123456789:AAE"}).warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('host = "imap.example.com", ', "", "mailbox.support.imap: has no host; no mail is fetched"),
        ('host = "smtp.example.com", ', "", "mailbox.support.smtp: has no host; nobody who writes"),
        ("staff_chat = -1001234567890", "", "telegram.staff_chat: is not set"),
        ("smtp = { ", 'smtp = { security = "plain", ', 'smtp.security: is "plain"; the password'),
        ("smtp = { ", "smtp = { port = 587, ", 'port 587 as a rule wants "starttls"; or port 465'),
        ("smtp = { ", 'smtp = { security = "starttls", ', 'port 465 as a rule wants "tls"; or port 587'),
        ("imap = { ", 'imap = { security = "starttls", ', 'port 993 as a rule wants "tls"; or port 143'),
        ("imap = { ", "imap = { port = 143, ", 'port 143 as a rule wants "starttls"; or port 993'),
    ],
)
def test_it_warns_of_what_is_probably_not_meant(loaded: Loaded, old: str, new: str, words: str) -> None:
    (warning,) = loaded(QUIET.replace(old, new)).warnings

    assert warning.startswith("config.toml:")
    assert words in warning


def test_mail_in_the_clear_is_fine_on_this_machine(loaded: Loaded) -> None:
    text = QUIET.replace('"smtp.example.com"', '"127.0.0.1", security = "plain", port = 2525')

    assert loaded(text).warnings == ()


def test_it_warns_when_nothing_can_arrive(loaded: Loaded) -> None:
    (warning,) = loaded("").warnings

    assert warning.startswith("config.toml: there is neither a telegram.token nor a [[mailbox]]")
