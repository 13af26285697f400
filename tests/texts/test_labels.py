"""Short words: both languages have the same, all the desk knows has one, and each fits its place."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from structlog.testing import capture_logs

from okno.desk import matching, message, rights, ticket
from okno.texts import Rich, Texts, facts, labels, shelf
from okno.texts.contracts import CONTRACTS
from okno.texts.labels import Labels

GROUPS = {language: labels.read(shelf.ours(f"{language}/labels.toml")) for language in shelf.LANGUAGES}
OKNO = Path(matching.__file__).parents[1]
SOURCE = "\n".join(file.read_text("utf-8") for file in sorted(OKNO.rglob("*.py")))
DESK: dict[str, tuple[str, ...]] = {
    "states": ticket.STATUSES,
    "client_states": ticket.STATUSES,
    "icons": (*ticket.STATUSES, *ticket.PRIORITIES),
    "priorities": ticket.PRIORITIES,
    "channels": get_args(message.Channel),
    "file_kinds": get_args(message.FileKind),
    "kinds": get_args(message.Kind),
    "roles": get_args(rights.Role),
    "events": get_args(ticket.Move),
    "rules": tuple(re.findall(r'\brule="(\w+)"', SOURCE)),
    "refusals": tuple(re.findall(r'(?:DeskError|NotFound|NotAllowed|BadMove)\("(\w+)"', SOURCE)),
}


def test_both_languages_have_the_same_words() -> None:
    russian, english = ({group: set(words) for group, words in GROUPS[one].items()} for one in shelf.LANGUAGES)

    assert russian == english


@pytest.mark.parametrize("language", shelf.LANGUAGES)
def test_both_languages_speak_of_the_same_facts_in_the_right_forms(language: Any) -> None:
    other = GROUPS["en" if language == "ru" else "ru"]

    assert labels.mistakes(other, GROUPS[language], language) == []


@pytest.mark.parametrize("group", DESK)
def test_there_is_a_word_for_all_the_desk_knows(group: str) -> None:
    assert set(DESK[group]) <= set(GROUPS["ru"][group])


@pytest.mark.parametrize("language", shelf.LANGUAGES)
@pytest.mark.parametrize(
    ("group", "limit"), [("refusals", 200), ("toasts", 200), ("placeholders", 64), ("commands", 256), ("buttons", 64)]
)
def test_no_word_is_too_long_for_its_place_in_telegram(language: str, group: str, limit: int) -> None:
    words = GROUPS["ru" if language == "ru" else "en"][group]

    assert [one for wordings in words.values() for one in wordings if Rich(one).units > limit] == []
    assert all(re.fullmatch("[a-z0-9_]{1,32}", name) for name in GROUPS["ru"]["commands"])


def test_there_is_a_template_for_every_letter_the_desk_writes() -> None:
    named = set(re.findall(r'\btemplate="(\w+)"', SOURCE))

    assert named
    assert named <= CONTRACTS.keys()


def test_english_words_hold_no_russian_and_ours_never_say_ticket() -> None:
    russian, english = (
        " ".join(wording for words in GROUPS[one].values() for wordings in words.values() for wording in wordings)
        for one in shelf.LANGUAGES
    )

    # Each language's name stands in its own, on the button that switches to it.
    assert not re.search("[а-яё]", re.sub("русский", "", english, flags=re.IGNORECASE), re.IGNORECASE)
    assert not re.search("тикет|e-mail|емейл", russian, re.IGNORECASE)


def test_it_says_a_refusal_with_what_is_known_of_it(texts: Texts) -> None:
    assert texts.label("refusals", "already_taken", "ru", name="Анна") == "Эту заявку уже ведёт Анна."
    assert texts.label("refusals", "already_taken", "ru") == "Эту заявку уже ведёт коллега."


def test_it_words_a_key_within_a_word(texts: Texts) -> None:
    told = texts.label("refusals", "bad_move", "ru", status="done", move="taken")

    assert told == "Сейчас так нельзя: заявка в состоянии «готово, клиент проверяет»."


def test_a_missing_word_stops_nothing_and_is_logged(texts: Texts) -> None:
    with capture_logs() as log:
        told = texts.label("refusals", "never_heard_of", "en")

    assert told == "That did not work. Please open the request again and retry."
    assert log[0]["key"] == "never_heard_of"


def test_an_unknown_group_is_our_own_mistake(texts: Texts) -> None:
    with pytest.raises(KeyError):
        texts.label("no_such_group", "x", "ru")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "photo"}, "фото"),
        ({"kind": "document", "name": "отчёт.pdf", "size": 3_565_158}, "файл «отчёт.pdf», 3,4 МБ"),
        ({"kind": "document", "name": "", "size": None}, "файл"),
        ({"kind": "voice", "duration": 12}, "голосовое, 0:12"),
        ({"kind": "sticker", "emoji": "👍"}, "стикер 👍"),
        ({"kind": "location", "latitude": 55.75, "longitude": 37.6}, "точка на карте: 55.75, 37.6"),
        ({"kind": "contact", "name": "Иван", "phone": "+7 900"}, "контакт: Иван, +7 900"),
        ({"kind": "album", "count": 1}, "альбом: 1 вложение"),
        ({"kind": "album", "count": 3}, "альбом: 3 вложения"),
        ({"kind": "album", "count": 10}, "альбом: 10 вложений"),
        ({"kind": "dice", "emoji": "🎲", "value": 6}, "🎲 выпало 6"),
        ({"kind": "forwarded", "name": "Пётр"}, "переслано от: Пётр"),
        ({"kind": "maybe", "number": 120}, "возможно, относится к #120"),
        (
            {"kind": "too_big", "name": "a.mp4", "size": 48 << 20, "limit": 20 << 20},
            "файл «a.mp4», 48 МБ: больше 20 МБ, копии у нас нет",
        ),
        (
            {"kind": "hologram"},
            "содержимое, которое мы пока не понимаем (hologram); целиком оно сохранено",
        ),
        ({}, "содержимое, которое мы пока не понимаем; целиком оно сохранено"),
    ],
)
def test_it_words_what_came_besides_words(texts: Texts, told: dict[str, Any], words: str) -> None:
    assert texts.fact(told, "ru") == words


def test_it_words_why_somebody_has_a_request(texts: Texts) -> None:
    assert texts.fact({"kind": "least_load", "load": 3}, "en", "reasons") == "the fewest open requests (3)"


def test_it_words_spans_within_facts(english: Labels) -> None:
    assert facts.worded({"waited": timedelta(hours=1)}, english) == {"waited": "1 h"}


@pytest.mark.parametrize("language", shelf.LANGUAGES)
def test_every_fact_can_be_said_with_nothing_known(texts: Texts, language: Any) -> None:
    for kind in GROUPS[language]["facts"]:
        told = texts.fact({"kind": kind}, language)
        assert told.strip(" :;,()«»“”#") == told.strip() or "«" in told
        assert "{" not in told
        assert "  " not in told
