from collections.abc import Callable

import pytest

from okno.config.values import Config

Loaded = Callable[..., Config]
Refused = Callable[..., tuple[str, ...]]

MAILBOX = '[[mailbox]]\nname = "my-support"\naddress = "support@example.com"\nimap = { port = 143 }\n'


def test_a_variable_wins_over_the_file(loaded: Loaded) -> None:
    config = loaded(
        'language = "ru"\n[desk]\nrecall = "1s"\nsettle = "3s"\n', OKNO_LANGUAGE="en", OKNO_DESK__RECALL="2s"
    )

    assert config.language == "en"
    assert (config.desk.recall.seconds, config.desk.settle.seconds) == (2, 3)


@pytest.mark.parametrize("name", ["MY_SUPPORT", "MY-SUPPORT", "my_support", "My-Support"])
def test_it_finds_an_entry_by_name_whatever_the_case_and_dashes(loaded: Loaded, name: str) -> None:
    config = loaded(MAILBOX, **{f"OKNO_MAILBOX__{name}__IMAP__PASSWORD": "swordfish"})

    (mailbox,) = config.mailboxes
    assert mailbox.imap.password.reveal() == "swordfish"
    assert (mailbox.name, mailbox.imap.port) == ("my-support", 143)


def test_an_entry_may_come_wholly_from_variables(loaded: Loaded) -> None:
    config = loaded(
        MAILBOX,
        OKNO_MAILBOX__SALES__ADDRESS="sales@example.com",
        OKNO_MAILBOX__SALES__SMTP__PORT="587",
        OKNO_LINE__FIRST__TITLE__RU="Первая",
        OKNO_STAFF__ANNA__TELEGRAM_ID="1001",
    )

    assert [mailbox.name for mailbox in config.mailboxes] == ["my-support", "sales"]
    assert config.mailboxes[1].smtp.port == 587
    assert config.lines[0].titled("ru") == "Первая"
    assert config.staff[0].telegram_id == 1001


def test_a_variable_may_give_an_entry_the_name_people_read(loaded: Loaded) -> None:
    config = loaded(OKNO_STAFF__ANNA__NAME="Анна", OKNO_STAFF__ANNA__ROLE="lead", OKNO_STAFF__ANNA__TELEGRAM_ID="1001")

    (anna,) = config.staff
    assert (anna.name, anna.role, anna.telegram_id) == ("Анна", "lead", 1001)


@pytest.mark.parametrize("text", ["first,second", " first , second ,", '["first", "second"]'])
def test_a_list_is_json_or_has_commas(loaded: Loaded, text: str) -> None:
    config = loaded(
        '[[line]]\nname = "first"\n[[line]]\nname = "second"\n',
        OKNO_STAFF__ANNA__TELEGRAM_ID="1001",
        OKNO_STAFF__ANNA__LINES=text,
    )

    assert config.staff[0].lines == ("first", "second")


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_a_switch_is_said_in_any_usual_way(loaded: Loaded, text: str, value: bool) -> None:
    config = loaded(MAILBOX, OKNO_MAILBOX__MY_SUPPORT__PLUS_ADDRESS=text)

    assert config.mailboxes[0].plus_address is value


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("OKNO_TELEGRAM__STAFF_CHAT", "-1e9", '"-1e9" is not a whole number; write digits only'),
        ("OKNO_TELEGRAM__STAFF_CHAT", "", '"" is not a whole number; write digits only'),
        ("OKNO_TELEGRAM__STAFF_CHAT", "٣", '"٣" is not a whole number; write digits only'),
        ("OKNO_DESK__RECALL", "10", "is not a span of time"),
        ("OKNO_MAILBOX__MY_SUPPORT__PLUS_ADDRESS", "maybe", '"maybe" is neither true nor false'),
        ("OKNO_STAFF__ANNA__LINES", "[first", "is not a list"),
        ("OKNO_STAFF__ANNA__LINES", "[1]", "1 is not text"),
        ("OKNO_MAILBOX__MY_SUPPORT__FROM_NAME", "\udcff", "is not UTF-8 text"),
    ],
)
def test_a_wrong_value_is_told_with_its_variable(refused: Refused, variable: str, text: str, words: str) -> None:
    staff = '[[staff]]\nname = "Anna"\ntelegram_id = 1001\n'

    (mistake,) = refused(MAILBOX + staff, **{variable: text})

    assert mistake.startswith(f"{variable}: ")
    assert words in mistake


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("OKNO_TELEGRAM_TOKEN", "OKNO_TELEGRAM__TOKEN"),
        ("OKNO_DESK__RECAL", "OKNO_DESK__RECALL"),
        ("OKNO_TELEGRAM__TOKEN_FIEL", "OKNO_TELEGRAM__TOKEN_FILE"),
        ("OKNO_MAILBOX__MY_SUPPORT__IMAP_PASSWORD", "OKNO_MAILBOX__MY_SUPPORT__IMAP__PASSWORD"),
        ("OKNO_MAILBOX__SALES__IMAP__PASWORD", "OKNO_MAILBOX__SALES__IMAP__PASSWORD"),
    ],
)
def test_an_unknown_variable_is_a_mistake_with_a_suggestion(refused: Refused, variable: str, meant: str) -> None:
    (mistake,) = refused(MAILBOX, **{variable: "1"})

    assert mistake == f"{variable}: there is no such option; did you mean {meant}?"


@pytest.mark.parametrize("variable", ["OKNO_", "OKNO___", "OKNO_MAILBOX____ADDRESS", "OKNO_COLOUR", "OKNO_HTTP_PORT"])
def test_a_variable_like_no_option_is_a_mistake_too(refused: Refused, variable: str) -> None:
    (mistake,) = refused("", **{variable: "1"})

    assert (
        mistake == f"{variable}: there is no such option; config.example.toml lists every option; unset this variable"
    )


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("OKNO_TELEGRAM", "OKNO_TELEGRAM__TOKEN"),
        ("OKNO_MAILBOX", "OKNO_MAILBOX__SUPPORT__NAME"),
        ("OKNO_MAILBOX__SALES", "OKNO_MAILBOX__SALES__NAME"),
        ("OKNO_MAILBOX__SALES__IMAP", "OKNO_MAILBOX__SALES__IMAP__HOST"),
    ],
)
def test_a_variable_cannot_hold_a_whole_table(refused: Refused, variable: str, meant: str) -> None:
    (mistake,) = refused("", **{variable: "{}"})

    assert mistake == f"{variable}: this is a table, not one option; set {meant} and its like"


def test_two_variables_for_one_option_are_a_mistake(refused: Refused) -> None:
    (mistake,) = refused("", OKNO_LANGUAGE="ru", OKNO_language="en")

    assert mistake == "OKNO_language: sets the same option as OKNO_LANGUAGE; unset one of the two"


def test_a_misspelt_name_of_an_entry_does_not_pass_unseen(refused: Refused) -> None:
    (mistake,) = refused(MAILBOX, OKNO_MAILBOX__MY_SUPORT__IMAP__PASSWORD="swordfish")

    assert mistake.startswith("OKNO_MAILBOX__MY_SUPORT__IMAP__PASSWORD: mailbox.my_suport.address: is missing")


def test_variables_that_are_not_options_are_let_through(loaded: Loaded) -> None:
    config = loaded(
        "",
        OKNO_TEST_DATABASE="postgresql://localhost/test",
        OKNO_SERVICE_HOST="10.0.0.1",
        OKNO_SERVICE_PORT_HTTP="8080",
        OKNO_PORT="tcp://10.0.0.1:8080",
        OKNO_WEB_PORT_8080_TCP_ADDR="10.0.0.1",
        OKNOTHING="1",
        HOME="/root",
    )

    assert config.language == "ru"


@pytest.mark.parametrize("name", ["SERVICE_HOST", "PORT_80_TCP", "IMAP__PORT"])
def test_an_option_is_not_taken_for_such_a_variable(refused: Refused, name: str) -> None:
    (mistake,) = refused(MAILBOX, **{f"OKNO_MAILBOX__MY_SUPPORT__{name}": "tcp://10.0.0.1"})

    assert mistake.startswith(f"OKNO_MAILBOX__MY_SUPPORT__{name}: ")


def test_a_file_of_the_wrong_shape_is_the_files_own_mistake(refused: Refused) -> None:
    mistakes = refused(
        'telegram = 1\nmailbox = ["a"]\nline = 5\n',
        OKNO_TELEGRAM__TOKEN="1:a",
        OKNO_LINE__FIRST__SIGN_AS="desk",
    )

    assert [mistake.split(": ")[0] for mistake in mistakes] == ["config.toml:1", "config.toml:2", "config.toml:3"]
