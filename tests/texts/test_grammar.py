"""Plural forms, spans, sizes and instants, as a reader of either language says them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okno.texts import grammar, measures, times
from okno.texts.labels import Labels

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "заявок"), (1, "заявка"), (2, "заявки"), (4, "заявки"), (5, "заявок"), (11, "заявок"), (12, "заявок"),
        (14, "заявок"), (21, "заявка"), (22, "заявки"), (25, "заявок"), (101, "заявка"), (111, "заявок"),
        (112, "заявок"), (1001, "заявка"), (-1, "заявка"), (-3, "заявки"),
    ],
)  # fmt: skip
def test_it_finds_the_russian_form(number: int, form: str) -> None:
    assert grammar.plural(number, ("заявка", "заявки", "заявок"), "ru") == form


@pytest.mark.parametrize("number", [0, 2, 5, 11, 21, 22, 25, 101, 111])
def test_it_finds_the_english_form(number: int) -> None:
    assert grammar.plural(number, ("request", "requests"), "en") == "requests"
    assert grammar.plural(1, ("request", "requests"), "en") == "request"


def test_it_refuses_a_wrong_number_of_forms() -> None:
    with pytest.raises(ValueError, match="ru needs 3 plural forms, not 2"):
        grammar.plural(1, ("заявка", "заявки"), "ru")


@pytest.mark.parametrize(
    ("span", "russian_words", "english_words"),
    [
        (timedelta(), "0 мин", "0 min"),
        (timedelta(seconds=10), "10 с", "10 s"),
        (timedelta(minutes=5, seconds=59), "5 мин", "5 min"),
        (timedelta(hours=2, minutes=5), "2 ч 5 мин", "2 h 5 min"),
        (timedelta(hours=2), "2 ч", "2 h"),
        (timedelta(days=1, hours=3, minutes=9), "1 день 3 ч", "1 day 3 h"),
        (timedelta(days=2, minutes=9), "2 дня", "2 days"),
        (timedelta(days=11), "11 дней", "11 days"),
        (-timedelta(hours=1), "1 ч", "1 h"),
    ],
)
def test_it_says_how_long(
    span: timedelta, russian_words: str, english_words: str, russian: Labels, english: Labels
) -> None:
    assert times.duration(span, russian) == russian_words
    assert times.duration(span, english) == english_words


@pytest.mark.parametrize(
    ("number", "russian_words", "english_words"),
    [
        (0, "0 Б", "0 B"),
        (1023, "1023 Б", "1023 B"),
        (1024, "1 КБ", "1 KB"),
        (3_565_158, "3,4 МБ", "3.4 MB"),
        (20 << 20, "20 МБ", "20 MB"),
        ((1 << 20) - 1, "1 МБ", "1 MB"),
        (5 << 30, "5 ГБ", "5 GB"),
        (3 << 40, "3072 ГБ", "3072 GB"),
    ],
)
def test_it_says_how_big(number: int, russian_words: str, english_words: str, russian: Labels, english: Labels) -> None:
    assert measures.size(number, russian) == russian_words
    assert measures.size(number, english) == english_words


@pytest.mark.parametrize(
    ("moment", "russian_words", "english_words"),
    [
        (datetime(2026, 11, 21, 11, 5, tzinfo=UTC), "сегодня в 14:05", "today 14:05"),
        (datetime(2026, 11, 20, 21, 0, tzinfo=UTC), "сегодня в 00:00", "today 00:00"),
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), "вчера в 23:59", "yesterday 23:59"),
        (datetime(2026, 11, 22, 6, 0, tzinfo=UTC), "завтра в 09:00", "tomorrow 09:00"),
        (datetime(2026, 5, 3, 11, 5, tzinfo=UTC), "3 мая, 14:05", "3 May 14:05"),
        (datetime(2025, 11, 21, 11, 5, tzinfo=UTC), "21 ноября 2025, 14:05", "21 Nov 2025 14:05"),
    ],
)
def test_it_says_when_in_the_readers_zone(
    moment: datetime, russian_words: str, english_words: str, now: datetime, russian: Labels, english: Labels
) -> None:
    assert times.when(moment, now, MOSCOW, russian) == russian_words
    assert times.when(moment, now, MOSCOW, english) == english_words


def test_it_says_the_year_when_nobody_says_what_is_now(now: datetime, russian: Labels) -> None:
    assert times.when(now, None, MOSCOW, russian) == "21 ноября 2026, 14:05"
    assert times.day(now, None, MOSCOW, russian) == "21 ноября 2026"


def test_it_says_only_the_time_of_what_is_today(now: datetime, russian: Labels) -> None:
    assert times.clock(now, now, MOSCOW, russian) == "14:05"
    assert times.clock(now - timedelta(days=1), now, MOSCOW, russian) == "вчера в 14:05"


def test_it_refuses_an_instant_without_a_zone(now: datetime, russian: Labels) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        times.when(now.replace(tzinfo=None), now, MOSCOW, russian)


@pytest.mark.parametrize(("seconds", "told"), [(7, "0:07"), (61.9, "1:01"), (3723, "1:02:03")])
def test_it_says_how_long_a_recording_runs(seconds: float, told: str) -> None:
    assert times.running(seconds) == told
