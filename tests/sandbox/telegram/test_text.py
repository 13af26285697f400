"""Marked-up text: HTML, entities, lengths."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from okno.sandbox.telegram import Telegram
from okno.sandbox.telegram.entities import marked, utf16
from okno.sandbox.telegram.html import HALF, parse_html
from okno.sandbox.telegram.refusal import Refusal

CLARA = 7
Json = dict[str, Any]
Ask = Any
PIECES = [
    *("<b>", "</b>", "</", "<", ">", "&", "=", "/", "'x'", '"y"', " ", "\n", "\r", "x", "яя", "😀"),
    *(
        "<a href=",
        "</a>",
        "<pre>",
        "</pre>",
        '<code class="language-a">',
        "</code>",
        '<tg-time unix="5">',
        "</tg-time>",
    ),
    *(
        "&lt;",
        "&#128512;",
        "&#xD800;",
        "&#0;",
        "&#x110000;",
        "<blockquote expandable>",
        "</blockquote>",
        "https://a.ru",
    ),
]


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b> &lt;&amp;&gt;", "bold <&>", [entity("bold", 0, 4)]),
        ("&#1055;&#x41f; &nbsp; &amp", "ПП &nbsp; &", []),
        ("😀<i>x</i>", "😀x", [entity("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ('<a href="https://a.ru/?x=1&amp;y=2">l</a>', "l", [entity("text_link", 0, 1, url="https://a.ru/?x=1&y=2")]),
        ("<a href='a.ru'>l</a>", "l", [entity("text_link", 0, 1, url="http://a.ru/")]),
        ('<a href="tg://user?id=7">l</a>', "l", [entity("text_mention", 0, 1, user_id=7)]),
        ('<a href="">no link</a>', "no link", []),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ("<pre>x</pre><code>y</code>", "xy", [entity("pre", 0, 1), entity("code", 1, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        ('<tg-emoji emoji-id="12">😀</tg-emoji>', "😀", [entity("custom_emoji", 0, 2, custom_emoji_id="12")]),
        ("<b></b>empty <B>x</>", "empty x", [entity("bold", 6, 1)]),
    ],
)
def test_html_becomes_text_and_entities(html: str, text: str, entities: list[Json]) -> None:
    assert parse_html(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("яя<br>", 'Unsupported start tag "br" at byte offset 4'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=https://x>l</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a =x>l</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xD800;", HALF),
    ],
)
def test_broken_html_is_refused_in_the_servers_words(html: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(html)

    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start now", ["bot_command"]),
        ("see https://a.ru/x, or b@c.ru", ["url", "email"]),
        ("@anna #срочно", ["mention", "hashtag"]),
        ("and/or 5/6 a@b #1", []),
    ],
)
def test_telegram_marks_commands_links_mentions_and_hashtags_by_itself(text: str, kinds: list[str]) -> None:
    _, entities = marked(text, None, None)

    assert [entity["type"] for entity in entities] == kinds


def test_text_is_trimmed_and_its_entities_moved() -> None:
    text, entities = marked("  😀 bold \n", None, [entity("bold", 5, 5)])

    assert (text, entities) == ("😀 bold", [entity("bold", 3, 4)])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (entity("bold", 9, 1), "entity begins after the end of the text at UTF-16 offset 9"),
        (entity("bold", 3, 9), "ends after the end of the text at UTF-16 offset 12"),
        (entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (entity("bold", 0, -1), "receive an entity with incorrect length -1"),
        (entity("bold", 1, 1), "begins in a middle of a UTF-16 symbol"),
        (entity("bold", 0, 1), "ends in a middle of a UTF-16 symbol"),
    ],
)
def test_entities_outside_the_text_or_inside_a_character_are_refused(given: Json, words: str) -> None:
    with pytest.raises(Refusal, match=words.replace("(", r"\(")):
        marked("😀 text", None, [given])


async def test_length_is_counted_in_utf16_after_the_marks_are_read(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")

    assert utf16(sent.text or "") == 4096
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(CLARA, "😀" * 2049)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "message text is empty"), (" \n ", "text must be non-empty"), ("я" * 20_000, "text is too long")],
)
async def test_no_text_and_far_too_much_text_are_refused(bot: Bot, text: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(CLARA, text)


async def test_half_a_character_is_no_text(ask: Ask) -> None:
    answer = await ask("sendMessage", chat_id=CLARA, text="\ud83d")

    assert answer["description"] == "Bad Request: strings must be encoded in UTF-8"


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_written_as_html_is_read_or_refused(html: str) -> None:
    try:
        text, entities = marked(html, "HTML", None)
    except Refusal:
        return

    for found in entities:
        assert 0 <= found["offset"] < found["offset"] + found["length"] <= utf16(text)


async def test_explicit_entities_are_kept(bot: Bot) -> None:
    sent = await bot.send_message(CLARA, "a < b", entities=[MessageEntity(type="bold", offset=0, length=1)])

    assert sent.html_text == "<b>a</b> &lt; b"


async def test_a_mention_by_id_shows_the_person(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(CLARA, '<a href="tg://user?id=1">who</a>', parse_mode="HTML")

    assert sent.entities is not None
    assert sent.entities[0].user is not None
    assert sent.entities[0].user.first_name == "Anna"


async def test_markdown_and_unknown_modes_are_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="Markdown is not built"):
        await bot.send_message(CLARA, "*x*", parse_mode="MarkdownV2")
    with pytest.raises(TelegramBadRequest, match="unsupported parse_mode"):
        await bot.send_message(CLARA, "x", parse_mode="RTF")
