"""Words with formatting: offsets in UTF-16 units, whatever is joined, cut or taken from Telegram."""

import pytest

from okno.texts import Entity, Rich


def bold(offset: int, length: int) -> Entity:
    return Entity(type="bold", offset=offset, length=length)


def test_it_counts_as_telegram_does() -> None:
    assert Rich.plain("да").units == 2
    assert Rich.plain("👍🏽").units == 4


def test_it_moves_formatting_behind_what_is_put_before_it() -> None:
    joined = Rich.plain("👍 ") + Rich("да", (bold(0, 2),))

    assert joined == Rich("👍 да", (bold(3, 2),))


def test_it_joins_pieces_with_an_empty_line() -> None:
    joined = Rich.join([Rich.plain("Раз"), Rich("два", (bold(0, 3),))])

    assert joined == Rich("Раз\n\nдва", (bold(5, 3),))


def test_it_speaks_the_bot_api() -> None:
    link = Entity(type="text_link", offset=0, length=4, more=(("url", "https://a.example"),))

    told = Rich("сайт", (link,)).as_telegram()

    assert told == {
        "text": "сайт",
        "entities": [{"type": "text_link", "offset": 0, "length": 4, "url": "https://a.example"}],
    }


def test_it_comes_back_from_a_stored_message_unchanged() -> None:
    entities = [
        {"type": "custom_emoji", "offset": 8, "length": 2, "custom_emoji_id": "5368324170671202286"},
        {"type": "text_mention", "offset": 11, "length": 4, "user": {"id": 7, "is_bot": False, "first_name": "А"}},
    ]

    kept = Rich.from_telegram("Привет, 😀 Анна", entities).as_telegram()

    assert kept == {"text": "Привет, 😀 Анна", "entities": entities}


def test_it_leaves_out_stored_formatting_that_no_longer_fits() -> None:
    entities = [{"type": "bold", "offset": 1, "length": 9}, {"type": "italic", "offset": 5, "length": 2}]

    assert Rich.from_telegram("нет", entities) == Rich("нет", (bold(1, 2),))


@pytest.mark.parametrize("wrong", [bold(-1, 2), bold(0, 0), bold(2, 2)])
def test_it_refuses_formatting_outside_the_text(wrong: Entity) -> None:
    with pytest.raises(ValueError, match="lies outside"):
        Rich("нет", (wrong,))


def test_it_mentions_somebody_who_has_no_username() -> None:
    mention = Rich.mention("Анна", 1001).as_telegram()["entities"][0]

    assert mention["type"] == "text_mention"
    assert mention["user"]["id"] == 1001


def test_it_is_nothing_when_it_is_blank() -> None:
    assert not Rich.plain(" \n")
    assert Rich.plain("да")


def test_it_loses_white_space_at_both_ends_and_keeps_formatting_in_place() -> None:
    assert Rich("\n да \n", (bold(0, 6),)).stripped() == Rich("да", (bold(0, 2),))


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Коротко", 7, "Коротко"),
        ("Не открывается корзина", 18, "Не открывается…"),
        ("Достопримечательность", 10, "Достоприм…"),
        ("👍👍👍", 4, "👍…"),
        ("👨‍👩‍👧 семья", 5, "…"),
        ("да", 1, "…"),
    ],
)
def test_it_cuts_at_a_word_and_says_so(text: str, limit: int, cut: str) -> None:
    assert Rich.plain(text).cut(limit).text == cut


def test_it_cuts_formatting_along_with_the_words() -> None:
    assert Rich("да и нет", (bold(0, 8),)).cut(5) == Rich("да и…", (bold(0, 4),))


def test_it_writes_links_and_quotes_out_for_a_mail_without_formatting() -> None:
    link = Entity(type="text_link", offset=18, length=6, more=(("url", "https://a.example/1"),))
    quote = Entity(type="blockquote", offset=0, length=9)
    words = Rich("Нет\nкнопк\nВот вам ссылка 🙂", (quote, link))

    assert words.written_out() == "> Нет\n> кнопк\nВот вам ссылка (https://a.example/1) 🙂"


def test_it_writes_a_link_that_shows_its_own_address_once() -> None:
    link = Entity(type="text_link", offset=0, length=17, more=(("url", "https://a.example"),))

    assert Rich("https://a.example", (link,)).written_out() == "https://a.example"
