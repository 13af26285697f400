"""What may stand in a log line: no secret in any form, no content, nothing endless, nothing that forges a line."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from okno.config.redaction import Redaction, secrets_of
from okno.config.values import Config, ImapServer, Mailbox, Secret, SmtpServer, Telegram
from okno.errors import ChannelDown, StoreError

PASSWORD = 'p"ä ss/w\\ö&rd'
TOKEN = "123456789:AAE" + "x" * 32
BODY = "Dear support, my card number is 4111 1111 1111 1111"
REDACTION = Redaction([Secret(PASSWORD), Secret("short-but-known"), Secret("")])


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD, quote(PASSWORD, safe=""), quote_plus(PASSWORD), json.dumps(PASSWORD), repr(PASSWORD),
        json.dumps(PASSWORD, ensure_ascii=False), base64.b64encode(PASSWORD.encode()).decode(),
    ],
)  # fmt: skip
def test_a_known_secret_is_found_however_it_is_written(written: str) -> None:
    told = REDACTION.text(f"login failed with {written} at last")

    assert "ss" not in told.replace("password", "")
    assert told.startswith("login failed with ")
    assert told.endswith(" at last")


@pytest.mark.parametrize("form", [TOKEN, TOKEN.replace(":", "%3A"), f"https://api.telegram.org/file/bot{TOKEN}/a.jpg"])
def test_a_bots_token_is_found_though_nobody_named_it(form: str) -> None:
    assert "AAE" not in Redaction([]).text(f"GET {form} failed")


@pytest.mark.parametrize("url", ["socks5://me:hunter2@proxy:1080", "postgresql+asyncpg://okno:hunter2@db/okno"])
def test_a_login_inside_a_url_is_found(url: str) -> None:
    told = Redaction([]).text(f"cannot reach {url}")

    assert "hunter2" not in told
    assert told.rpartition("@")[2] in {"proxy:1080", "db/okno"}


def test_what_an_sql_statement_was_given_is_left_out() -> None:
    words = f"locked\n[SQL: INSERT INTO message]\n[parameters: ('{BODY}',\n 'x')]\n(Background on this error at: …)"

    told = Redaction([]).text(words)

    assert "4111" not in told
    assert "[SQL: INSERT INTO message]" in told
    assert "(Background on this error" in told


def test_one_secret_that_begins_another_leaves_no_half() -> None:
    redaction = Redaction([Secret("abcd"), Secret("abcd-efgh-ijkl")])

    assert redaction.text("abcd-efgh-ijkl") == "***"


def test_a_secret_of_a_few_letters_does_not_blank_the_log() -> None:
    assert Redaction([Secret("x")]).text("example") == "example"


def test_every_secret_of_a_configuration_is_known(tmp_path: Path) -> None:
    imap, smtp = ImapServer(password=Secret("imap-pass")), SmtpServer(password=Secret("smtp"))
    box = Mailbox(name="a", address="a@b.c", imap=imap, smtp=smtp)
    config = Config(
        path=None, data_dir=tmp_path, telegram=Telegram(token=Secret(TOKEN), webhook_secret=Secret("hook")),
        mailboxes=(box, replace(box, name="b")), database_url=Secret("postgresql+asyncpg://u:p%40ss@h/d"),
    )  # fmt: skip

    known = {one.reveal() for one in secrets_of(config)}

    assert known >= {TOKEN, "hook", "imap-pass", "smtp", "p%40ss", "p@ss", "postgresql+asyncpg://u:p%40ss@h/d"}


def test_content_is_left_out_by_its_name() -> None:
    told = REDACTION.fields({"text": BODY, "payload": {"a": 1}, "subject": BODY, "password": "", "entry": 7})

    assert told == {"text": "***", "payload": "***", "subject": "***", "password": "", "entry": 7}


@dataclass
class Incoming:
    text: str = BODY


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (BODY.encode(), f"<bytes of {len(BODY)} bytes>"),
        (Incoming(), "<Incoming>"),
        (ValueError(BODY), "ValueError"),
        (KeyError(BODY), "KeyError"),
        (StoreError("The store is closed."), "StoreError: The store is closed."),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (Secret("x"), "***"),
        (datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23T00:00:00+00:00"),
        (timedelta(minutes=1), "0:01:00"),
        (Path("/data/okno.db"), "/data/okno.db"),
        ({"a": [b"xy", (1, None, True, 0.5)]}, {"a": ["<bytes of 2 bytes>", [1, None, True, 0.5]]}),
        ({"deep": [[[[[[1]]]]]]}, {"deep": [[["<list>"]]]}),
    ],
)
def test_values_are_told_plainly_and_objects_by_their_kind(value: object, told: object) -> None:
    assert REDACTION.value(value) == told


def test_nothing_is_endless() -> None:
    told = REDACTION.value({"a": "x" * 100_000, "b": list(range(10_000))})

    assert len(told["a"]) < 1100
    assert told["a"].endswith("… (99000 more)")
    assert len(told["b"]) == 50


def test_a_secret_across_the_cut_is_not_left_in_half() -> None:
    assert "ss" not in REDACTION.value("y" * 995 + PASSWORD)


def test_a_value_cannot_forge_a_line_or_command_a_terminal() -> None:
    told = REDACTION.value("a\nlevel=info\r\x1b[31m\u2028\u202e\x00b")

    assert told == "a\\nlevel=info\\r\\x1b[31m\\u2028\\u202e\\x00b"


def test_a_trace_says_where_and_what_but_not_the_words_of_others() -> None:
    def inner() -> None:
        raise ValueError(BODY)

    def outer() -> None:
        try:
            inner()
        except ValueError as error:
            raise ChannelDown("the server is down") from error

    with pytest.raises(ChannelDown) as caught:
        outer()
    trace = REDACTION.trace(caught.value)

    assert "4111" not in trace
    assert "test_redaction.py" in trace
    lines = trace.splitlines()
    assert (lines[-1], "ValueError" in lines, "which led to" in lines) == (
        "ChannelDown: the server is down",
        True,
        True,
    )


def test_a_trace_of_many_names_each() -> None:
    group = ExceptionGroup("two", [ValueError(BODY), StoreError("closed")])

    trace = REDACTION.trace(group)

    assert trace.splitlines() == ["ExceptionGroup", "of which 1:", "ValueError", "of which 2:", "StoreError: closed"]


def test_a_chain_without_an_end_is_cut() -> None:
    error: Exception = StoreError("first")
    for number in range(100):
        later = StoreError(str(number))
        later.__cause__ = error
        error = later

    assert len(REDACTION.trace(error).splitlines()) < 40
