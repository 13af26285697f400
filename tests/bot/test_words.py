"""Words behind a command are a client's words: nothing of them is lost, and their formatting moves along."""

from datetime import UTC, datetime
from typing import Any

import pytest

from okno.bot import words
from okno.desk.message import Incoming, Sender


def heard(text: str, *entities: dict[str, Any]) -> Incoming:
    return Incoming(
        channel="telegram", account=1, sender=Sender(kind="telegram", address="501"), external_id="7",
        happened_at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC), text=text, full_text=text, entities=entities,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/new Не работает", "Не работает"), ("/NEW@okno_bot  Не\nработает", "Не\nработает"), ("/new", ""),
        ("/my\nкорзина", "корзина"), ("/newer version", "/newer version"), ("/dev/null полон", "/dev/null полон"),
        ("Не работает /new", "Не работает /new"),
    ],
)  # fmt: skip
def test_only_a_command_of_ours_is_taken_off(text: str, left: str) -> None:
    behind = words.behind_command(heard(text))

    assert (behind.text, behind.full_text) == (left, left)


def test_formatting_stays_on_its_words() -> None:
    command = {"type": "bot_command", "offset": 0, "length": 4}
    bold = {"type": "bold", "offset": 5, "length": 2}

    assert words.behind_command(heard("/new Не работает", command, bold)).entities == (
        {"type": "bold", "offset": 0, "length": 2},
    )


def test_formatting_over_the_command_is_cut() -> None:
    italic = {"type": "italic", "offset": 0, "length": 7}

    assert words.behind_command(heard("/new Не работает", italic)).entities == (
        {"type": "italic", "offset": 0, "length": 2},
    )
