"""What headers say, decoded by our own readers: encoded words, addresses, parameters, ids, dates."""

from datetime import UTC, datetime

import pytest

from okno.intake.mail import addresses, dates, encoded, ids, parameters, read
from tests.intake.mail.writing import letter


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=?utf-8?B?0JjQstCw?= =?utf-8?B?0L0=?= x", "Иван x"),
        ("=?utf-8?B?0Jg=?==?utf-8?B?0Jg=?=", "ИИ"),
        ("a =?koi8-r?Q?=F0=D2?= b", "a Пр b"),
        ("=?utf-8*ru?q?x_y?=", "x y"),
        ("=?utf-8?q?=?utf-8?q?z?=", "=?utf-8?q?z"),
        ("=?utf-8?B?0JjQstCw0L0?=", "Иван"),
        ("=?no-such?Q?caf=C3=A9?=", "café"),
        ("no =? words ?= here", "no =? words ?= here"),
    ],
)
def test_it_reads_encoded_words(value: str, words: str) -> None:
    assert encoded.decode(value) == words


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Anna <anna@example.com>", [("Anna", "anna@example.com")]),
        ('"Petrova, Anna" <a@b.c>, d@e.f (Dan (the) D)', [("Petrova, Anna", "a@b.c"), ("Dan (the) D", "d@e.f")]),
        ("=?utf-8?Q?Anna,_Ltd?= <a@b.c>", [("Anna, Ltd", "a@b.c")]),
        ("Team: a@b.c, Dan <d@e.f>;", [("", "a@b.c"), ("Dan", "d@e.f")]),
        ("a@b.c; d@e.f", [("", "a@b.c"), ("", "d@e.f")]),
        ('"Anna <a@b.c>', [("Anna", "a@b.c")]),
        ("Anna <a@b.c, Dan <d@e.f>", [("Anna", "a@b.c"), ("Dan", "d@e.f")]),
        ("<@relay,@other:a@b.c>", [("", "a@b.c")]),
        ("a@b.c [mailto:a@b.c]", [("", "a@b.c")]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
    ],
)
def test_it_reads_addresses(value: str, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in addresses.parse(value)] == found


@pytest.mark.parametrize(
    ("value", "main", "found"),
    [
        ('Text/Plain; charset="utf-8', "text/plain", {"charset": "utf-8"}),
        ('a/b; name="a;b\\"c.pdf"; x=y', "a/b", {"name": 'a;b"c.pdf', "x": "y"}),
        ("a/b; name=Счёт за май.pdf", "a/b", {"name": "Счёт за май.pdf"}),
        ("attachment; filename=plain; filename*=koi8-r''%F0%D2", "attachment", {"filename": "Пр"}),
        ("attachment; f*1*=%D1%87; f*0*=utf-8'ru'%D0%A1; f*2=.pdf", "attachment", {"f": "Сч.pdf"}),
        ('text/plain charset="koi8-r"', "text/plain", {"charset": "koi8-r"}),
    ],
)
def test_it_reads_parameters(value: str, main: str, found: dict[str, str]) -> None:
    assert parameters.parse(value) == (main, found)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@b> text <c@d> <a@b>", ("<a@b>", "<c@d>")),
        ("<[x.1]@OUTLOOK.example>", ("<[x.1]@OUTLOOK.example>",)),
        ("<folded\n -id@example.org>", ("<folded-id@example.org>",)),
        ("bare@example.org", ("<bare@example.org>",)),
        ("=?utf-8?q?=3Ca=40b=3E?=", ("<a@b>",)),
        ("in reply to your mail", ()),
    ],
)
def test_it_reads_message_ids(value: str, found: tuple[str, ...]) -> None:
    assert ids.parse(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Sat, 21 Nov 2026 14:05:00 +0300 (MSK)", datetime(2026, 11, 21, 11, 5, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 14:05:00 -0000", datetime(2026, 11, 21, 14, 5, tzinfo=UTC)),
        ("2026-11-21T14:05:00+03:00", datetime(2026, 11, 21, 11, 5, tzinfo=UTC)),
        ("Sat, 21 Nov 99999 14:05:00 +0000", None),
        ("Sat, 21 Nov 2026 14:05:00 +9999", None),
        ("yesterday", None),
    ],
)
def test_it_reads_dates(value: str, found: datetime | None) -> None:
    assert dates.parse(value) == found


def test_no_header_can_bring_a_line_of_its_own() -> None:
    mail = read(letter(Subject="=?utf-8?q?hi=0D=0ABcc:_evil=40example.net?=", From="=?utf-8?q?A=0An?= <a@b.c>"))

    assert mail.subject == "hi Bcc: evil@example.net"
    assert mail.from_name == "A n"


def test_eight_bit_headers_are_read_without_a_declaration() -> None:
    utf8 = read(letter(Subject="Не работает".encode()))
    cyrillic = read(letter(Subject="Не работает корзина".encode("cp1251")))

    assert utf8.subject == "Не работает"
    assert cyrillic.subject == "Не работает корзина"


def test_it_tells_where_the_mail_was_delivered_and_who_vouched() -> None:
    raw = letter(
        Authentication_Results="mx.example.org; dmarc=pass",
        Received="from a by b",
        Delivered_To="support@example.org",
        X_Original_To="help@example.org",
    )

    mail = read(raw.replace(b"From:", b"Received: from c by a\nFrom:", 1))

    assert mail.delivered_to == ("support@example.org", "help@example.org")
    assert [found.value for found in mail.authentication] == ["mx.example.org; dmarc=pass"]
    assert len(mail.hops) == 2
    assert mail.hops[0] < mail.authentication[0].position < mail.hops[1]


def test_it_gathers_every_id_once() -> None:
    mail = read(letter(In_Reply_To="<a@b>", References="<c@d> <a@b>", Resent_Message_ID="<e@f>"))

    assert mail.all_ids == ("<m1@example.com>", "<a@b>", "<c@d>", "<e@f>")
