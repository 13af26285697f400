"""Bytes become the words that were written, whatever the mail declares."""

import pytest

from okno.intake.mail import charsets, read
from tests.intake.mail.writing import letter

RUSSIAN = "Здравствуйте! На сайте не работает корзина, товары пропадают после обновления."


@pytest.mark.parametrize("written", ["utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"])
@pytest.mark.parametrize("declared", ["", "x-unknown", "us-ascii", "iso-8859-1", "windows-1251", "koi8-r"])
def test_russian_is_read_whatever_is_declared(written: str, declared: str) -> None:
    assert charsets.decode(RUSSIAN.encode(written), declared)[0] == RUSSIAN


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        ("朱镕基", "gb18030", "gb2312"),
        ("똠방각하", "cp949", "ks_c_5601-1987"),
        ("①表", "cp932", "shift_jis"),
        ("Grüße aus Köln – “schön”", "cp1252", "iso-8859-1"),
        ("Zażółć gęślą jaźń", "iso8859-2", "iso-8859-2"),
        ("Привет", "utf-7", "utf-7"),
        ("Привет", "utf-16", ""),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
    ],
)
def test_a_charset_is_read_as_its_users_mean_it(text: str, written: str, declared: str) -> None:
    assert charsets.decode(text.encode(written), declared)[0] == text


def test_japanese_mail_may_hold_signs_its_charset_lacks() -> None:
    data = b"\x1b$B-!F|K\\\x1b(I12\x1b(B abc"

    assert charsets.decode(data, "iso-2022-jp")[0] == "①日本ｱｲ abc"


def test_what_python_calls_an_encoding_is_not_always_one() -> None:
    for name in ("punycode", "idna", "unicode_escape", "zip", "rot13", "../utf-8", "\0"):
        assert charsets.codec_of(name) is None


def test_a_torn_letter_does_not_change_the_charset() -> None:
    text, warning = charsets.decode((RUSSIAN + "к").encode()[:-1], "utf-8")

    assert text == RUSSIAN + "\ufffd"
    assert warning == ""


def test_halves_of_a_letter_are_put_together_and_lone_ones_replaced() -> None:
    data = b"\xed\xa0\xbd\xed\xb8\x80 and \xed\xa0\x80."

    assert charsets.decode(data, "utf-8")[0] == "😀 and \ufffd."


def test_what_no_store_can_hold_is_replaced() -> None:
    mail = read(letter(b"a\0b", Subject=b"c\0d"))

    assert mail.text == "a\u2400b"
    assert mail.subject == "c\u2400d"


def test_a_wrong_declaration_is_told() -> None:
    mail = read(letter(RUSSIAN.encode("cp1251"), Content_Type="text/plain; charset=iso-8859-1"))

    assert mail.full_text == RUSSIAN
    assert mail.warnings == ("charset: iso-8859-1, read as cp1251",)
