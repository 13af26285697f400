"""The history below an answer."""

from hypothesis import given
from hypothesis import strategies as st

from okno.notifier.mail.quoting import LEFT_OUT, MAX_CHARS, MAX_LINES, quote


def test_history_is_quoted_line_by_line_below_who_wrote_when() -> None:
    quoted = quote("Добрый день!\n\n> раньше\nСпасибо  ", "Анна <anna@example.org>", "21 ноября 2026 г., 14:05")

    assert quoted.splitlines() == [
        "21 ноября 2026 г., 14:05, Анна <anna@example.org>:",
        "> Добрый день!",
        ">",
        ">> раньше",
        "> Спасибо",
    ]


def test_long_history_is_cut_and_says_so() -> None:
    assert quote("a\n" * 5000, "Anna", "Monday").splitlines()[-1] == LEFT_OUT
    assert len(quote("a\n" * 5000, "Anna", "Monday").splitlines()) == MAX_LINES + 2
    assert len(quote("слово " * 90_000, "Anna", "Monday")) < MAX_CHARS


def test_a_name_cannot_start_a_line_of_its_own() -> None:
    assert quote("hi", "Anna\nhas left", "Mon\r\nday") == "Mon day, Anna has left:\n> hi\n"
    assert quote("hi", "Anna", "") == "Anna:\n> hi\n"


@given(st.text())
def test_every_line_of_history_is_marked(text: str) -> None:
    first, *others = quote(text, "Anna", "Monday").splitlines()

    assert first == "Monday, Anna:"
    assert all(line.startswith(">") for line in others)
