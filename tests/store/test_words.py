"""Search words on both databases: what is kept by `index_words` is found by `query_words`, whatever people type."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.queue.words import ASKED, fts5_match, index_words, query_words, tsquery

if TYPE_CHECKING:
    from tests.servers.postgres import Postgres

# Puts one text away and says whether the question finds it.
Search = Callable[[str, str], Awaitable[bool]]
DATABASES = ["on_sqlite", pytest.param("on_postgres", marks=pytest.mark.postgres)]
HOSTILE = [
    'hel"lo', "hel'lo", "a AND", "a OR", "NOT a", "*", "**", "a*", "-foo", "foo:bar", "NEAR(a b)", "^a", "(", ")",
    "{a}", "a & b", "a | b", "!a", "a <-> b", "a:*", "\\", "\\'", "a\\", "''", '""', "'; DROP TABLE kept; --", "\x00",
    "a\x00b", "\ud800", "a\udfffb", "%", "_", "ʼ", "'", "’", "№", "\u0301", "\u200d", "1e5", "0x1f", "-1.5", "a@b.ru",
    "http://a.ru/b?c=d",
]  # fmt: skip
QUOTES = ['"', 'zz"c', 'zz"OR"c', "'", "zz'|'c", "zz\\'|'c", "\\", "\x00", "*", "zz*"]


@pytest.fixture
async def on_sqlite() -> AsyncIterator[Search]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE VIRTUAL TABLE kept USING fts5(words)")

        async def search(text: str, asked: str) -> bool:
            connection.execute("DELETE FROM kept")
            connection.execute("INSERT INTO kept VALUES (?)", [index_words(text)])
            matched = connection.execute("SELECT 1 FROM kept WHERE kept MATCH ?", [fts5_match(query_words(asked))])
            return matched.fetchone() is not None

        yield search


@pytest.fixture
async def connection(postgres: "Postgres") -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(host=str(postgres.folder), user="postgres")  # nothing is stored: no own database
    yield opened
    await opened.close()


@pytest.fixture
async def on_postgres(connection: asyncpg.Connection) -> Search:
    async def search(text: str, asked: str) -> bool:
        question = "SELECT to_tsvector('simple', $1) @@ to_tsquery('simple', $2)"
        return bool(await connection.fetchval(question, index_words(text), tsquery(query_words(asked))))

    return search


@pytest.fixture(params=DATABASES)
def search(request: pytest.FixtureRequest) -> Search:
    found: Search = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("После обновления много ошибок", "ошибка"),
        ("Ошибка 500 при оплате", "ошибок оплата"),
        ("Нет кнопок «Купить»", "кнопка"),
        ("Не приходит письмо с паролем", "писем"),
        ("Ёлку купили, всё хорошо", "елка все"),
        ("Выставьте счёт", "счета"),
        ("за\u0301мок не открывается", "замок"),
        ("Сделали лендинг", "лендингом"),
        ("Снимите лендингом", "лендинг"),
        ("Errors on checkout", "error"),
        ("Nobody replied", "reply"),
        ("Café Zürich", "cafe zurich"),
        ("Don’t touch", "don't"),
        ("of\ufb01ce hours", "office"),
        ("Заказ №12345", "12345"),
        ("Заказ №12345", "№12345"),
        ("Акт INV-2024/17", "inv-2024/17"),
        ("Пишите на Anna@Shop.ru", "anna@shop.ru"),
    ],
)
async def test_a_text_is_found_by_other_forms_of_its_words(search: Search, written: str, asked: str) -> None:
    assert await search(written, asked)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Обмен с 1С", "1C"),
        ("Обмен с 1C", "1С"),
        ("Номер А123ВС77", "A123BC77"),
        ("Упал cайт", "сайт"),
        ("Обновите WordPress", "WordPress'ом"),
        ("Обновите WordPressом", "wordpress"),
        ("Ждём 100руб", "100"),
    ],
)
async def test_scripts_mixed_in_one_word_do_not_hide_it(search: Search, written: str, asked: str) -> None:
    assert await search(written, asked)


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Ошибка на сайте", "ошибка оплаты"), ("Письмо", "почта"), ("Errors", "reply"), ("12345", "1234"), ("Текст", "")],
)
async def test_a_text_without_every_asked_word_is_not_found(search: Search, written: str, asked: str) -> None:
    assert not await search(written, asked)


async def test_small_words_are_asked_for_only_alone(search: Search) -> None:
    assert await search("Корзина сайта работает плохо", "не работает корзина на сайте")
    assert not await search("Корзина сайта", "на")
    assert await search("Корзина на сайте", "на")


async def test_a_star_asks_for_a_beginning(search: Search) -> None:
    assert await search("Акт XK47A", "xk4*")
    assert not await search("Акт XK47A", "xk4")
    assert await search("Ошибка", "ошибок*")


@pytest.mark.parametrize("asked", HOSTILE)
async def test_what_is_typed_is_never_an_operator(search: Search, asked: str) -> None:
    assert await search(f"before {asked} after", f"{asked} after")
    assert not await search("something else", f"{asked} after")


@pytest.mark.parametrize("raw", QUOTES)
def test_even_what_no_text_gives_is_quoted(raw: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE kept USING fts5(words)")
        connection.execute("INSERT INTO kept VALUES ('c')")

        assert connection.execute("SELECT * FROM kept WHERE kept MATCH ?", [fts5_match([raw])]).fetchall() == []


@pytest.mark.postgres
@pytest.mark.parametrize("raw", QUOTES)
async def test_even_what_no_text_gives_is_quoted_for_postgres(connection: asyncpg.Connection, raw: str) -> None:
    question = "SELECT to_tsvector('simple', 'c') @@ to_tsquery('simple', $1)"

    assert await connection.fetchval(question, tsquery([raw])) is False


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_keeps_only_tokens_without_signs(text: str) -> None:
    tokens = index_words(text).split(" ")

    assert tokens == [""] or all(token.isalnum() for token in tokens)
    assert len(set(tokens)) == len(tokens)


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "S"], max_codepoint=0x52F), min_size=1))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_with_words_is_found_by_itself(text: str) -> None:
    asked = query_words(text)[: ASKED - 1]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE kept USING fts5(words)")
        connection.execute("INSERT INTO kept VALUES (?)", [index_words(text)])

        found = connection.execute("SELECT 1 FROM kept WHERE kept MATCH ?", [fts5_match(asked)]).fetchall()

    assert bool(found) == bool(asked)


@pytest.mark.parametrize("piece", ["письмо ", "x", "\ufdfa", "a'", "\u0301", "1", "🙂", "и\u0306", "\ud800", "\x00"])
def test_a_megabyte_gives_a_bounded_index(piece: str) -> None:
    tokens = index_words(piece * (1_000_000 // len(piece))).split()

    assert len(tokens) <= 5_000
    assert all(len(token) <= 64 for token in tokens)


def test_the_first_words_of_a_huge_text_are_kept() -> None:
    text = " ".join(f"w{number}" for number in range(200_000))

    assert index_words(text).split() == [f"w{number}" for number in range(5_000)]
    assert index_words(text, limit=2) == "w0 w1"
    assert len(query_words(text)) == ASKED


def test_each_token_is_kept_once() -> None:
    assert index_words("Ошибка, ошибки, ошибок! Error ERRORS") == "ошибка error"
