"""An operator's own texts: they replace ours, and however they are broken, a reader still gets words."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from okno.texts import Texts

Put = Callable[[str, str], None]
Operated = Callable[[], Texts]
BROKEN = [
    ("{{ number", "unexpected end of template"),
    ("{% if number %}да", "Unexpected end of template"),
    ("Заявка {{ nomer }}", "unknown nomer; the values are: desk, number"),
    ("<div>{{ number }}</div>", "<div> is not known"),
    ("<b>{{ number }}", "<b> is never closed"),
    ("{{ number|upper }}", "No filter named 'upper'"),
    ("{{ number|safe }}", "No filter named 'safe'"),
    ("{{ number.bit_length() }}", "may not use call"),
    ("{{ 10 ** 9 }}", "may not use pow"),
    ('{{ "a" * 9 }}', "may not use mul"),
    ("{% set x = 1 %}{{ x }}", "may not use assign"),
    ('{% include "client/receipt.html" %}', "may not use include"),
    ('{% extends "x" %}', "may not use extends"),
    ("{% macro x() %}{% endmacro %}", "may not use macro"),
    ("{{ number.__class__ }}", "__class__"),
    ("{{ number.real }}", "real"),
    ("{{ desk }}", "None is not words"),
    ("{{ desk.upper }}", "upper"),
    ("{{ true }}", "True is not words"),
    ("{% if false %}да{% endif %}", "prints nothing"),
    ("Цена < 5", "a bare '<'"),
    ("{{ number|plural('заявка', 'заявки') }}", "ru needs 3 plural forms, not 2"),
    ("{{ number|when }}", "is not a datetime"),
    ("{% for a in desk %}{% for b in desk %}{% for c in desk %}x{% endfor %}{% endfor %}{% endfor %}", "2 deep"),
]


def test_a_file_of_theirs_replaces_ours(put: Put, operated: Operated) -> None:
    put("ru/client/receipt.html", "Есть! <b>№{{ number }}</b>\n")

    words = operated().render("receipt", "ru", number=7)

    assert words.text == "Есть! №7"
    assert words.entities[0].type == "bold"


def test_what_they_do_not_replace_stays_ours(put: Put, operated: Operated, texts: Texts) -> None:
    put("ru/client/receipt.html", "Есть! {{ number }}")

    theirs = operated()

    assert theirs.render("receipt", "en", number=7) == texts.render("receipt", "en", number=7)
    assert theirs.render("accepted", "ru", number=7) == texts.render("accepted", "ru", number=7)


@pytest.mark.parametrize(("source", "complaint"), BROKEN)
def test_a_broken_file_is_told_by_check(put: Put, operated: Operated, source: str, complaint: str) -> None:
    put("ru/client/receipt.html", source)

    told = operated().check()

    assert told
    assert all(one.startswith("ru/client/receipt.html: ") for one in told)
    assert any(complaint.lower() in one.lower() for one in told)


@pytest.mark.parametrize("source", [source for source, _ in BROKEN])
def test_a_broken_file_still_gives_our_words(put: Put, operated: Operated, texts: Texts, source: str) -> None:
    put("ru/client/receipt.html", source)

    with capture_logs() as log:
        words = operated().render("receipt", "ru", number=7)

    assert words == texts.render("receipt", "ru", number=7)
    assert log[0]["template"] == "ru/client/receipt.html"


def test_a_file_that_cannot_be_compiled_is_logged_once(put: Put, operated: Operated) -> None:
    put("ru/client/receipt.html", "{{ number")
    theirs = operated()

    with capture_logs() as log:
        theirs.render("receipt", "ru", number=7)
        theirs.render("receipt", "ru", number=8)

    assert len(log) == 1


def test_a_file_that_is_not_text_is_told_and_passed_over(tmp_path: Path, put: Put, operated: Operated) -> None:
    put("ru/client/receipt.html", "x")
    (tmp_path / "ru/client/receipt.html").write_bytes(b"\xff\xfe\x00")

    assert "cannot be read" in operated().check()[0]
    assert "#7" in operated().render("receipt", "ru", number=7).text


def test_a_file_nothing_uses_is_told(put: Put, operated: Operated) -> None:
    put("ru/client/reciept.html", "Есть!")
    put("receipt.html", "Есть!")
    put(".gitignore", "*")

    told = operated().check()

    assert [one.partition(":")[0] for one in told] == ["receipt.html", "ru/client/reciept.html"]
    assert all("is not used" in one for one in told)


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "is not a directory" in Texts(tmp_path / "none", "ru", UTC).check()[0]


def test_sound_files_leave_nothing_to_tell(put: Put, operated: Operated) -> None:
    put("en/client/welcome.html", "Hi{% if name %}, {{ name }}{% endif %}!\n{# a note #}\n{{ desk or 'Us' }}")
    put("en/labels.toml", '[buttons]\naccept = "Fine"\n')

    assert operated().check() == []


def test_a_tag_alone_on_its_line_leaves_no_line(put: Put, operated: Operated) -> None:
    put("en/client/welcome.html", "Hi\n  {% if name %}\n{{ name }}\n{% endif %}\n{# a note\n of ours #}\nBye us\n")

    assert operated().render("welcome", "en").text == "Hi\nBye us"
    assert operated().render("welcome", "en", name="Ann").text == "Hi\nAnn\nBye us"


def test_a_mistake_is_told_with_its_line(put: Put, operated: Operated) -> None:
    put("ru/client/receipt.html", "{% if desk %}\n{{ desk }}\n{% endif %}\n{{ number() }}\n")

    assert operated().check()[0].startswith("ru/client/receipt.html: line 4: a template may not use call")


def test_their_labels_replace_single_words(put: Put, operated: Operated) -> None:
    put("ru/labels.toml", '[buttons]\naccept = "Всё хорошо"\n')

    theirs = operated()

    assert theirs.label("buttons", "accept", "ru") == "Всё хорошо"
    assert theirs.label("buttons", "not_yet", "ru") == "Ещё не готово"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("[buttons]\nacept = 'Да'", "buttons.acept is not used; [buttons] has accept"),
        ("[bottons]\naccept = 'Да'", "[bottons] is not used"),
        ("[facts]\nalbum = 'альбом: {count|штука|штук}'", "facts.album: ru needs 3 plural forms, not 2"),
        ("[facts]\nalbum = 'альбом {name}'", "facts.album speaks of name; its facts are: count"),
        ("[facts]\nalbum = 5", "cannot be read: facts.album must be words in quotes"),
        ("[facts]\nalbum = ''", "cannot be read: facts.album must be words in quotes"),
        ("accept = 'Да'", "cannot be read: accept must be words in quotes"),
        ("[facts", "cannot be read"),
    ],
)
def test_broken_labels_are_told_and_passed_over(put: Put, operated: Operated, words: str, complaint: str) -> None:
    put("ru/labels.toml", words)

    with capture_logs() as log:
        theirs = operated()

    assert complaint in theirs.check()[0]
    assert log
    assert theirs.fact({"kind": "album", "count": 2}, "ru") == "альбом: 2 вложения"
