"""Mails made to cost time or memory: each is read in linear time, and what a person could read of it is still read.

No clock is looked at: what was quadratic here took minutes, and the time limit of a test is ten seconds.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.intake.mail import as_json, read, reading, wire
from tests.intake.mail.writing import html, letter, multipart, part

pytestmark = pytest.mark.timeout(10)
LETTERS = sorted((Path(__file__).parents[2] / "letters").glob("*.eml"))
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(2_000)
)
TNEF = b"\x78\x9f\x3e\x22\x01\x00"


def test_two_thousand_nested_parts_keep_their_words() -> None:
    mail = read(b"From: a@b.c\nSubject: deep\n" + NESTED + b"\nthe words\n" + b"a\n" * 100_000)

    assert mail.subject == "deep"
    assert "the words" in mail.full_text
    assert "parts: nested deeper than 60, left closed" in mail.warnings


def test_fifty_thousand_parts_are_read_up_to_a_limit() -> None:
    mail = read(multipart("mixed", *[part("text/plain", "x")] * 50_000))

    assert mail.full_text.count("x") == 999
    assert "parts: only the first 1000 are shown" in mail.warnings


def test_letters_within_letters_stay_closed() -> None:
    mail = read(letter(b"Content-Type: message/rfc822\n\n" * 5_000, Content_Type="message/rfc822"))

    assert [found.type for found in mail.attachments] == ["message/rfc822"]


@pytest.mark.parametrize(
    "value",
    [
        '"' * 50_000,
        '"\\' * 30_000,
        "(" * 60_000,
        "<" * 60_000,
        "a@" * 30_000,
        " " * 60_000 + "<a@b.c>x",
        "=?a?q?" * 10_000,
    ],
    ids=["quotes", "escapes", "comments", "brackets", "ats", "spaces", "half words"],
)
def test_no_address_header_takes_long(value: str) -> None:
    mail = read(letter("words", From=value, Cc=value, Subject="x"))

    assert (mail.subject, mail.full_text) == ("x", "words")


def test_twenty_thousand_recipients_are_read_up_to_a_limit() -> None:
    mail = read(letter("words", To=",\n ".join(f"a{number}@example.com" for number in range(20_000))))

    assert len(mail.to) == 500
    assert mail.to[0].address == "a0@example.com"
    assert "to: only the first 500 addresses are read" in mail.warnings


@pytest.mark.parametrize(
    "value",
    ["=?utf-8?q?a?= " * 43_000, "=?utf-8?q?a" * 60_000, "=?utf-8?q?a" * 60_000 + "?=", "=?" * 300_000 + "?="],
    ids=["whole", "never ended", "ended once", "empty"],
)
def test_no_subject_takes_long(value: str) -> None:
    assert read(letter("words", Subject=value)).full_text == "words"


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain" + "; a=b" * 20_000,
        'text/plain; a="' + "\\" * 60_000,
        "text/plain; a" + " " * 60_000,
        "text/plain" + ";" * 60_000,
    ],
    ids=["many", "escapes", "spaces", "semicolons"],
)
def test_no_content_type_takes_long(kind: str) -> None:
    assert read(letter("words", Content_Type=kind)).full_text == "words"


def test_a_header_block_without_end_is_cut() -> None:
    mail = read(b"Subject: x\n" + b"A: b\n" * 200_000 + b"Subject: late\n" + b"B: " + b" c\n" * 500_000 + b"\nwords")

    assert (mail.subject, mail.full_text) == ("x", "words")
    assert "headers: too long, cut" in mail.warnings


@pytest.mark.parametrize(
    "line",
    [
        ">",
        "> a\nb",
        "On ",
        "On 21 Nov 2026 14:05 a wrote:",
        "x wrote",
        "in 2026 he said:",
        "From: a",
        "From: a\n\nTo: b\n",
        "-----",
        "-" * 40 + " a" * 30,
        "Отправлено с iPhone",
        "--\na",
        "a:" * 50,
    ],
)
def test_no_line_repeated_takes_long(line: str) -> None:
    body = f"{line}\n" * (49_000 // (line.count("\n") + 1) if len(line) < 50 else 10_000)

    mail = read(letter(body, Subject="Fwd: x"))

    assert mail.text
    assert len(mail.full_text) > len(body) * 0.6


def test_a_million_lines_are_a_log_and_no_letter() -> None:
    mail = read(letter("a\n" * 1_000_000))

    assert mail.text == mail.full_text
    assert len(mail.text) == 1_999_999


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 40_000,
        "<b><i>" * 20_000,
        "<p>" + "".join(f"<font id={number}>" for number in range(190)) + "</p>" + "<p>x" * 20_000,
        "<" * 300_000,
        "<a " + "b=c " * 100_000 + ">",
        "<ul><li>" * 40_000,
        "<blockquote type=cite>" * 5_000,
        "&#" + "9" * 100_000 + ";",
        "<p>x" * 100_000,
        '<img src="cid:' * 30_000 + '">',
    ],
    ids=[
        "div",
        "formatting",
        "remade",
        "brackets",
        "attributes",
        "lists",
        "quotations",
        "number",
        "paragraphs",
        "pictures",
    ],
)
def test_no_html_takes_long_or_loses_its_words(markup: str) -> None:
    mail = read(html(f"<p>first words</p>{markup}<p>last words"))

    assert "first words" in mail.full_text
    assert "last words" in mail.full_text or markup.startswith("<" * 9)


@pytest.mark.parametrize(
    "content",
    [
        TNEF + b"\x01" + b"\0" * 10 * 100_000,
        TNEF + b"\x01\x03\x90\x06\0\x0c\x02\0\0" + b"\xff\xff\xff\xff" + b"\0" * 520,
        TNEF + b"\x01\x03\x90\x06\0\x10\x02\0\0" + b"\x01\0\0\0\x02\x10\x34\x12\xff\xff\xff\xff" + b"\0" * 520,
        TNEF + b"\x01\x04\x90\x06\0\x10\x27\0\0" + b"\xff\xff\xff\xff" + b"\0" * 10_000,
    ],
    ids=["objects", "properties", "values", "recipients"],
)
def test_no_envelope_takes_long(content: bytes) -> None:
    envelope = b"Content-Type: application/ms-tnef; name=winmail.dat\n\n" + content

    assert read(multipart("mixed", part("text/plain", "words"), envelope)).full_text == "words"


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "iso-2022-jp", "hz", "zip"])
def test_no_charset_takes_long(charset: str) -> None:
    body = b"xn--" + b"a\xff-" * 100_000

    mail = read(letter(body, Content_Type=f"text/plain; charset={charset}"))

    assert mail.full_text.startswith("xn--")


def test_an_opaque_signature_without_end_is_kept_closed() -> None:
    content = bytes.fromhex("308006092a864886f70d010702a080") + b"\x30\x80" * 300_000

    mail = read(letter(content, Content_Type="application/pkcs7-mime", Content_Transfer_Encoding="binary"))

    assert [found.size for found in mail.attachments] == [len(content)]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    assert json.dumps(as_json(reading.whole(raw)))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(LETTERS), st.integers(0, 10_000), st.integers(0, 60), st.binary(max_size=40))
def test_a_damaged_letter_gives_a_mail_that_can_be_handed_on(letter: Path, at: int, less: int, more: bytes) -> None:
    raw = letter.read_bytes()
    place = at % len(raw)

    mail = reading.whole(raw[:place] + more + raw[place + less :])
    facts, contents = wire.pack(mail)

    assert wire.unpack(json.loads(facts), contents) == mail
