"""Long words in pieces Telegram takes: nothing is lost, and only a word longer than a piece is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from okno.texts import Entity, Rich

WORDS = some.lists(
    some.sampled_from(["да", "нет", "корзина", "👍", "👍🏽", "👨‍👩‍👧", "🇷🇺🇬🇧", "é", "https://a.example/" + "x" * 30]),
    max_size=60,
)
GAPS = some.sampled_from([" ", "  ", "\n", "\n\n", "\n   ", "\u00a0"])


@some.composite
def rich(draw: some.DrawFn) -> Rich:
    text = "".join(word + draw(GAPS) for word in draw(WORDS))
    entities = []
    for kind in ("bold", "italic", "pre") if text else ():
        start = draw(some.integers(0, len(text) - 1))
        end = draw(some.integers(start + 1, len(text)))
        before, inside = Rich.plain(text[:start]).units, Rich.plain(text[start:end]).units
        entities.append(Entity(type=kind, offset=before, length=inside))
    return Rich(text, tuple(entities))


@given(rich(), some.integers(2, 80))
def test_it_loses_no_word_and_breaks_no_limit(words: Rich, limit: int) -> None:
    pieces = words.split(limit)

    assert all(0 < piece.units <= limit for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(words.text.split())


@given(rich(), some.integers(2, 80))
def test_it_keeps_every_formatted_character_formatted(words: Rich, limit: int) -> None:
    pieces = words.split(limit)

    for kind in ("bold", "italic", "pre"):
        assert "".join(marked(piece, kind) for piece in pieces) == marked(words, kind)


@given(rich(), some.integers(45, 80))
def test_it_cuts_no_word_that_fits_a_piece(words: Rich, limit: int) -> None:
    whole = {word for word in words.text.replace("\u00a0", "~").split() if Rich.plain(word).units <= limit}
    cut = {word for piece in words.split(limit) for word in piece.text.replace("\u00a0", "~").split()}

    assert {word.strip("~") for word in whole} <= {word.strip("~") for word in cut}


@given(rich(), some.integers(2, 80))
def test_it_cuts_no_surrogate_pair(words: Rich, limit: int) -> None:
    for piece in words.split(limit):
        raw = piece.text.encode("utf-16-le")
        for entity in piece.entities:
            raw[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


def marked(words: Rich, kind: str) -> str:
    """The characters under one kind of formatting, without white space."""
    raw = words.text.encode("utf-16-le")
    found = [raw[2 * one.offset : 2 * one.end].decode("utf-16-le") for one in words.entities if one.type == kind]
    return "".join("".join(part.split()) for part in found)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Первый абзац.\n\nВторой\nи ещё строка", ["Первый абзац.", "Второй\nи ещё строка"]),
        ("Первая строка,\nвторая строка", ["Первая строка,", "вторая строка"]),
        ("Привет,\n\nслова слова слова", ["Привет,\n\nслова слова", "слова"]),
        ("один два три четыре пять", ["один два три четыре", "пять"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("if a:\n    print(1234567)\n    b", ["if a:", "    print(1234567)", "    b"]),
        ("Цена 100\u00a0000\u00a0000\u00a0рублей", ["Цена", "100\u00a0000\u00a0000\u00a0рублей"]),
        (" \n ", []),
    ],
)
def test_it_prefers_a_paragraph_then_a_line_then_a_space(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in Rich.plain(text).split(20)] == pieces


def test_it_goes_on_with_formatting_behind_a_cut() -> None:
    link = Entity(type="text_link", offset=4, length=8, more=(("url", "https://a.example"),))

    first, second = Rich("да, вот сюда", (link,)).split(8)

    assert first.entities == (Entity(type="text_link", offset=4, length=3, more=link.more),)
    assert second.entities == (Entity(type="text_link", offset=0, length=4, more=link.more),)


@pytest.mark.parametrize("glued", ["👨‍👩‍👧‍👦", "👍🏽", "🇷🇺", "и\u0306", "❤️"])
def test_it_cuts_no_visible_character(glued: str) -> None:
    pieces = Rich.plain(glued * 6).split(13)

    assert "".join(piece.text for piece in pieces) == glued * 6
    assert all(piece.text == glued * piece.text.count(glued) for piece in pieces)


def test_it_needs_room_for_one_character() -> None:
    with pytest.raises(ValueError, match="2 units at least"):
        Rich.plain("да").split(1)
