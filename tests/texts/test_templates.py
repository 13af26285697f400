"""Every template of ours, in both languages, with everything and with as little as its contract allows."""

import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from okno.texts import Rich, Texts, shelf
from okno.texts.contracts import BY_MAIL, CONTRACTS
from okno.texts.fit import Fact, Maybe
from okno.texts.review import samples

EVERY = [(language, name) for language in shelf.LANGUAGES for name in CONTRACTS]
HOSTILE = "<b>{{ 7*7 }}</b>\n✅ принято\u202e &amp; <a href='tg://user?id=1'>x</a>"


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_it_makes_words_of_whatever_the_contract_allows(texts: Texts, language: str, name: str) -> None:
    with capture_logs() as log:
        told = [texts.render(name, language, **values) for values in samples(CONTRACTS[name])]

    assert log == []
    assert all(words for words in told)
    assert not any(re.search(r"\n\n\n|[ \t]\n(?<!-- \n)|None|Undefined|\{\{|\{%|  ", words.text) for words in told)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_it_treats_values_as_data(texts: Texts, language: str, name: str) -> None:
    full = next(samples(CONTRACTS[name]))
    hostile = poisoned(CONTRACTS[name].values, full)

    usual, attacked = texts.render(name, language, **full), texts.render(name, language, **hostile)

    assert "49" not in attacked.text
    assert "\u202e" not in attacked.text
    assert not any("tg://user" in entity.url for entity in attacked.entities)
    assert attacked.text.count("\n✅ принято") == 0
    assert {entity.type for entity in attacked.entities} <= {entity.type for entity in usual.entities}


def poisoned(example: Any, value: Any) -> Any:
    """The value with every free word made hostile; keys of labels and Rich stay as they are."""
    if isinstance(example, Maybe):
        return poisoned(example.example, value)
    if isinstance(example, Fact):
        return {**value, "name": HOSTILE}
    if isinstance(example, dict) or hasattr(example, "items"):
        return {name: poisoned(one, value[name]) for name, one in example.items()}
    if isinstance(example, list):
        return [poisoned(example[0], one) for one in value]
    return HOSTILE if isinstance(value, str) and " " in value else value


def test_both_languages_have_a_file_for_each_contract_and_no_other() -> None:
    for language in shelf.LANGUAGES:
        place = files("okno").joinpath("templates", language)
        found = {
            f"{language}/{folder}/{file.name}"
            for folder in ("client", "staff")
            for file in place.joinpath(folder).iterdir()
        }
        assert found == {shelf.path(language, one.folder, name) for name, one in CONTRACTS.items()}


@pytest.mark.parametrize(("chat", "mail"), BY_MAIL.items())
def test_a_mail_takes_the_values_of_the_message_it_stands_for(chat: str, mail: str) -> None:
    assert CONTRACTS[chat].values == CONTRACTS[mail].values


def test_it_keeps_the_formatting_of_what_staff_wrote(texts: Texts) -> None:
    words = Rich.from_telegram("👍 Готово, смотрите", [{"type": "bold", "offset": 3, "length": 6}])

    told = texts.render("answer", "ru", number=142, author="Анна", words=words)

    assert told.text == "Анна · #142\n\n👍 Готово, смотрите"
    assert told.as_telegram()["entities"] == [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "bold", "offset": 16, "length": 6},
    ]


def test_it_says_when_to_the_reader_in_their_zone(texts: Texts, now: datetime) -> None:
    values: dict[str, Any] = {"number": 1, "author": "Анна", "accepts_at": now + timedelta(hours=12), "now": now}

    here = texts.render("done_please_check", "ru", **values)
    there = texts.render("done_please_check", "ru", zone=ZoneInfo("Asia/Vladivostok"), **values)

    assert "завтра в 02:05" in here.text
    assert "завтра в 09:05" in there.text


def test_it_takes_what_a_letter_keeps_as_json(texts: Texts, now: datetime) -> None:
    words = Rich.from_telegram("Да", [{"type": "bold", "offset": 0, "length": 2}])
    values: dict[str, Any] = {"number": 1, "author": "Анна"}

    kept = texts.render(
        "done_please_check", "en", **values, words=words.as_telegram(), accepts_at="2026-11-22T10:00:00+00:00",
        now=now.isoformat(),
    )  # fmt: skip
    alive = texts.render(
        "done_please_check", "en", **values, words=words, accepts_at=now.replace(day=22, hour=10, minute=0), now=now
    )

    assert kept == alive


def test_it_mentions_a_colleague_where_a_name_stands(texts: Texts) -> None:
    told = texts.render("taken_by_other", "en", number=1, assignee=Rich.mention("Anna", 7))

    assert told.entities[0].type == "text_mention"


def test_it_cuts_a_topics_name_to_what_telegram_takes(texts: Texts) -> None:
    told = texts.render("topic_name", "ru", number=142, client="Иван " * 30, subject="👍" * 200)

    assert told.units <= 128
    assert told.text.startswith("#142 Иван")
    assert told.text.endswith("…")


def test_a_subject_line_stays_one_line(texts: Texts) -> None:
    told = texts.render("mail_subject", "ru", number=7, subject="Срочно\r\nBcc: all@example.com")

    assert told.text == "[#7] Срочно Bcc: all@example.com"


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "receipt lacks number"),
        ({"number": 1, "subject": "x"}, "has subject too much"),
        ({"number": "1"}, "receipt.number must be int, not '1'"),
        ({"number": True}, "receipt.number must be int"),
    ],
)
def test_it_refuses_values_that_do_not_fit(texts: Texts, values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(TypeError, match=re.escape(complaint)):
        texts.render("receipt", "ru", **values)


def test_it_refuses_words_that_would_lose_their_lines(texts: Texts) -> None:
    with pytest.raises(TypeError, match=re.escape("answer.words must be Rich")):
        texts.render("answer", "ru", number=1, author="Анна", words="Да\nнет")


def test_it_refuses_an_instant_without_a_zone(texts: Texts, now: datetime) -> None:
    with pytest.raises(TypeError, match="must be an aware datetime"):
        texts.render("alarm_parked", "ru", count=0, parked=[], now=now.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("asked", "spoken"), [("en-GB", "en"), ("ru_RU", "ru"), ("de", "ru"), ("", "ru"), (None, "ru")]
)
def test_it_speaks_the_readers_language_or_the_desks_own(texts: Texts, asked: str | None, spoken: str) -> None:
    assert texts.spoken(asked) == spoken


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "1 новое сообщение"), (2, "2 новых сообщения"), (5, "5 новых сообщений"), (21, "21 новое сообщение")],
)
def test_it_agrees_words_with_numbers(texts: Texts, now: datetime, count: int, told: str) -> None:
    words = texts.render(
        "alert_client_wrote", "ru", number=1, client="Иван", subject="", count=count, reopened=False, facts=[], now=now
    )

    assert (told in words.text) == (count > 1)


@pytest.mark.parametrize(
    ("hours", "told"), [(23, "Осталось 23 часа"), (21, "Остался 21 час"), (4, "Осталось 4 часа"), (0, "уже удаляет")]
)
def test_it_says_how_long_telegram_still_remembers(texts: Texts, now: datetime, hours: int, told: str) -> None:
    alarm = texts.render(
        "alarm_channel_down", "ru", service="telegram", account="@okno_bot", since=now, now=now, hours_left=hours
    )

    assert told in alarm.text


def test_no_card_outgrows_a_message(texts: Texts) -> None:
    values = next(samples(CONTRACTS["card"]))
    long = {"client": "Иван " * 200, "subject": "Корзина " * 200, "contact": "x" * 500, "organisation": "ООО " * 300}
    last = {**values["last"], "author": "И" * 500, "words": Rich("слово " * 2000)}

    assert texts.render("card", "ru", **{**values, **long, "last": last}).units < 2500
