"""Templates' HTML to words with formatting: what is not Telegram's is an error that names itself."""

import re

import pytest

from okno.texts import Entity, Rich
from okno.texts.markup import read


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>да</b>", "bold"),
        ("<i>да</i>", "italic"),
        ("<u>да</u>", "underline"),
        ("<s>да</s>", "strikethrough"),
        ("<code>да</code>", "code"),
        ("<pre>да</pre>", "pre"),
        ("<blockquote>да</blockquote>", "blockquote"),
        ("<blockquote expandable>да</blockquote>", "expandable_blockquote"),
        ("<tg-spoiler>да</tg-spoiler>", "spoiler"),
    ],
)
def test_it_knows_telegrams_tags(source: str, kind: str) -> None:
    assert read(source) == Rich("да", (Entity(type=kind, offset=0, length=2),))


def test_it_reads_a_link_and_what_is_escaped_in_it() -> None:
    found = read('Вот <a href="https://a.example/?a=1&amp;b=%22">тут</a>')

    assert found.text == "Вот тут"
    assert found.entities[0].as_telegram() == {
        "type": "text_link", "offset": 4, "length": 3, "url": "https://a.example/?a=1&b=%22",
    }  # fmt: skip


def test_it_reads_formatting_within_formatting_and_counts_utf16() -> None:
    found = read("👍 <b>раз <i>два</i></b>")

    assert found == Rich(
        "👍 раз два", (Entity(type="bold", offset=3, length=7), Entity(type="italic", offset=7, length=3))
    )


def test_it_reads_escaped_signs_as_signs() -> None:
    assert read("&lt;b&gt; &amp;amp; &#34;&#x41;&quot;") == Rich('<b> &amp; "A"')


def test_it_leaves_out_formatting_around_nothing() -> None:
    assert read("<b></b>да") == Rich("да")


def test_it_puts_a_value_with_formatting_of_its_own_in_its_place() -> None:
    words = Rich("👍 да", (Entity(type="bold", offset=3, length=2),))

    found = read('<i>Анна</i>: <okno-rich n="0">', [words])

    assert found == Rich(
        "Анна: 👍 да", (Entity(type="italic", offset=0, length=4), Entity(type="bold", offset=9, length=2))
    )


def test_it_allows_no_quote_within_a_quote_and_no_formatting_within_code() -> None:
    words = Rich("да", (Entity(type="blockquote", offset=0, length=2), Entity(type="bold", offset=0, length=2)))

    quoted = read('<blockquote><okno-rich n="0"></blockquote>', [words])
    coded = read('<code><okno-rich n="0"></code>', [words])

    assert {one.type for one in quoted.entities} == {"blockquote", "bold"}
    assert len(quoted.entities) == 2
    assert [one.type for one in coded.entities] == ["code"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<div>да</div>", "<div> is not known"),
        ("<b>да", "<b> is never closed"),
        ("<b><i>да</b></i>", "</i> was expected"),
        ("да</b>", "nothing is open"),
        ("<b><b>да</b></b>", "inside another <b>"),
        ("<code><b>да</b></code>", "inside <code> or <pre>"),
        ("<blockquote><blockquote expandable>да</blockquote></blockquote>", "inside another <blockquote>"),
        ('<b class="x">да</b>', "takes nothing like"),
        ('<a href="javascript:alert(1)">да</a>', "http, https, mailto and tg links only"),
        ("<a>да</a>", "http, https, mailto and tg links only"),
        ("1 < 2", "a bare '<'"),
        ("хлеб & соль", "a bare '&'"),
        ("&copy; 2026", "&copy; is not known"),
        ('<okno-rich n="0">', "not for templates"),
        ("<script>", "<script> is not known"),
    ],
)
def test_it_says_what_is_wrong(source: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read(source)
