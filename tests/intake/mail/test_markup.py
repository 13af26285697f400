"""HTML becomes text as a person would copy it: no word lost at any depth, nothing hidden shown."""

import pytest

from okno.intake.mail import display, markup, stripping


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>two   <b>three</b>&nbsp;four", "One\ntwo three four"),
        ('<p class="MsoNormal">One</p><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">Two</p>', "One\n\nTwo"),
        ("<ul><li>one<li><p>two</p></ul><ol start=3><li>three</ol>", "- one\n- two\n\n3. three"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("before<html><body>in</body></html><html><body><p>second", "beforein\n\nsecond"),
        ("<img alt='A cat' src='cid:1'><img alt='https://example.com/x.png'>", "[A cat]"),
        ("a\u200bb<!-- no --><o:p>c</o:p>", "abc"),
    ],
)
def test_it_writes_html_as_text(html: str, text: str) -> None:
    assert markup.words(html).text == text


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://example.com/a">here</a>', "here (https://example.com/a)"),
        ('<a href="https://www.example.com/">example.com</a>', "example.com"),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c"),
        ('<a href="mailto:a@b.c?subject=x">Anna</a>', "Anna (a@b.c)"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="https://example.com/a"><img src="x"></a>', ""),
    ],
)
def test_a_link_is_told_when_it_differs_from_its_words(link: str, text: str) -> None:
    assert markup.words(link).text == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">x</p>',
        '<div style="mso-hide:all">x</div>',
        "<p hidden>x</p>",
        "<style>x</style>",
        "<script>x</script>",
        "<title>x</title>",
        "<template><p>x</p></template>",
    ],
)
def test_what_is_hidden_is_not_read(hidden: str) -> None:
    assert markup.words(f"<p>seen</p>{hidden}").text == "seen"


@pytest.mark.parametrize("quote", ['type="cite"', 'class="gmail_quote"', 'style="border-left:1px solid"'])
def test_a_marked_quotation_is_read_as_one(quote: str) -> None:
    html = f"<div>New</div><blockquote {quote}><p>Old</p><blockquote type=cite>Older</blockquote></blockquote>"

    assert markup.words(html).text == "New\n\n> Old\n>\n>> Older"


def test_an_indented_paragraph_is_no_quotation() -> None:
    assert markup.words("<p>Read this.</p><blockquote>indented</blockquote>").text == "Read this.\n\nindented"


def test_the_rest_behind_outlooks_mark_is_quotation() -> None:
    found = markup.words('<p>New</p><div id="x_divRplyFwdMsg">From: a</div><p>Old</p>')

    assert [line for place, line in enumerate(found.lines) if line and place in found.quoted] == ["From: a", "Old"]
    assert found.lines[0] == "New"
    assert 0 not in found.quoted


def test_a_marked_signature_is_known() -> None:
    found = markup.words('<p>New</p><div class="gmail_signature">Anna</div>')

    assert [found.lines[place] for place in found.signature] == ["Anna"]


def test_tags_are_taken_off_without_a_tree() -> None:
    html = "a &lt; b<p>one<br>two</p><!-- <p>no --><script>no</script><STYLE>no</STYLE>3 < 4 <b>end"

    assert stripping.strip(html) == "a < b\none\ntwo\n3 < 4 end"


def test_nothing_is_fetched_and_nothing_runs() -> None:
    shown = display.safe(
        '<p onclick="x()" style="background:url(http://t/)">a<img src="http://t/p.gif"><img src="cid:own" alt="o">'
        '<a href="javascript:x()">b</a><script>x()</script><iframe src="http://t/"></iframe><link href="http://t/"></p>'
    )

    assert shown is not None
    assert "http" not in shown
    assert "javascript" not in shown
    assert "x()" not in shown
    assert '<img src="cid:own" alt="o">' in shown


def test_html_too_heavy_to_clean_is_not_shown() -> None:
    assert display.safe("<div>" * 300 + "x") is None
    assert display.safe("x" * 200_000) is None
    assert display.safe("<div>" * 40 + "x") is not None
