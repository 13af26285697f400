"""What a composed mail looks like to other programs."""

import re
import tracemalloc
from datetime import datetime
from email.header import decode_header, make_header
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okno.errors import Refused
from okno.notifier.mail.addresses import Addressee
from okno.notifier.mail.compose import compose
from okno.notifier.mail.parts import Attachment
from tests.notifier.mail.letters import OWN_ID, PLAIN_HEADERS, body, leaves, letter, sent, tree, unfolded, words

LINES = st.text(alphabet=st.sampled_from("ab .=-\t?Жё€😀\n\r"), max_size=400)
PDF = Attachment(name="отчёт.pdf", type="application/pdf", content=b"%PDF")
LOGO = Attachment(name="logo.png", type="image/png", content=b"PNG", cid="logo.1@okno")


def test_a_plain_letter_has_just_the_headers_it_needs() -> None:
    mail = sent(text="Здравствуйте!\n")

    assert mail.keys() == PLAIN_HEADERS
    assert mail["Date"] == "Sat, 21 Nov 2026 14:05:07 +0000"
    assert mail["Message-ID"] == OWN_ID
    assert mail.get_content_charset() == "utf-8"
    assert body(mail) == "Здравствуйте!\r\n"


def test_every_optional_header_stands_where_it_belongs() -> None:
    mail = sent(
        from_name="Поддержка", cc=(Addressee(address="boss@example.org"),), reply_to="support+t@example.com",
        in_reply_to="<a@b>", references=("<r@b>",), automatic="auto-replied", thread_topic="Вопрос",
        thread_index="AdJq0YyJ1a2b3c4d5e6f7g8h9iAA==", language="ru", extra=(("Precedence", "bulk"),),
    )  # fmt: skip

    assert mail.keys() == [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Thread-Topic",
        "Thread-Index", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    ]  # fmt: skip
    assert words(mail, "From") == "Поддержка <support@example.com>"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert mail["Thread-Index"] == "AdJq0YyJ1a2b3c4d5e6f7g8h9iAA=="


def test_a_letter_of_a_person_is_not_marked_automatic() -> None:
    assert not [name for name in sent() if name.lower() in ("auto-submitted", "precedence")]


def test_the_same_letter_is_the_same_bytes() -> None:
    assert compose(letter(attachments=(PDF,))) == compose(letter(attachments=(PDF,)))


@given(LINES)
def test_text_arrives_as_written_in_lines_no_server_breaks(text: str) -> None:
    raw = compose(letter(text=text, html=text))

    plain, html = leaves(sent(text=text, html=text))
    expected = re.sub(r"\r\n?|\n", "\r\n", text)
    expected = expected if expected.endswith("\r\n") else expected + "\r\n"
    assert body(plain) == body(html) == expected
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)


def test_latin_text_stays_readable_and_russian_text_is_kept_short() -> None:
    assert sent(text="Good day, Zoë!")["Content-Transfer-Encoding"] == "quoted-printable"
    assert sent(text="Добрый день, Анна!")["Content-Transfer-Encoding"] == "base64"


@given(st.text(max_size=300))
def test_a_subject_arrives_whatever_it_is_made_of(subject: str) -> None:
    mail = sent(subject=subject)

    assert mail.keys() == PLAIN_HEADERS
    assert words(mail, "Subject").split() == re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", subject).split()


@given(st.text(alphabet="Вопрос №😀abc", min_size=60, max_size=500))
def test_encoded_words_are_never_longer_than_75_and_lines_than_78(subject: str) -> None:
    raw = compose(letter(subject=subject, from_name=subject[:100]))
    head = raw.split(b"\r\n\r\n")[0]

    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ ]*\?=", head))
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_an_ascii_subject_is_not_encoded_and_keeps_its_spaces_when_folded() -> None:
    subject = "Re: [Ticket 15]  the basket " + "does not  open " * 12
    mail = sent(subject=subject)

    assert "=?" not in str(mail["Subject"])
    assert unfolded(mail, "Subject") == subject.strip()


def test_an_endless_subject_is_cut_and_an_endless_word_encoded() -> None:
    assert len(words(sent(subject="ж" * 5000), "Subject")) == 500
    assert words(sent(subject="x" * 400), "Subject") == "x" * 400


@pytest.mark.parametrize(
    "name",
    ['Anna "Nan" O\'Neil', "a\\b", "Иван Петров", "x" * 119, "Smith, John; (Jr.) <x@y>", "=?utf-8?q?x?=", "😀" * 60],
)
def test_names_arrive_whole_and_bring_no_address_with_them(name: str) -> None:
    mail = sent(to=(Addressee(address="anna@example.org", name=name), Addressee(address="bob@example.org", name=name)))

    found = getaddresses([unfolded(mail, "To")])
    assert [address for _, address in found] == ["anna@example.org", "bob@example.org"]
    assert {str(make_header(decode_header(shown))) for shown, _ in found} == {name}


def test_twenty_recipients_fold_without_losing_one() -> None:
    people = tuple(Addressee(address=f"client{n}@example.org", name=f"Клиент {n}") for n in range(20))
    mail = sent(cc=people)

    assert re.findall(r"client\d+@example\.org", unfolded(mail, "Cc")) == [each.address for each in people]
    assert unfolded(mail, "Cc").count(",") == 19


def test_long_message_ids_are_never_encoded_or_broken() -> None:
    parent = "<" + "DB9PR08MB" + "x" * 180 + "@DB9PR08MB7179.eurprd08.prod.outlook.com>"
    chain = tuple(f"<{n}{'y' * 90}@mail.gmail.com>" for n in range(5))
    mail = sent(in_reply_to=parent, references=chain)

    assert "=?" not in str(mail["In-Reply-To"]) + str(mail["References"])
    assert unfolded(mail, "In-Reply-To") == parent
    assert unfolded(mail, "References").split(" ") == [*chain, parent]


def test_idn_domains_go_out_as_punycode_and_foreign_left_parts_as_they_are() -> None:
    raw = compose(letter(to=(Addressee(address="иван@пример.рф", name="Иван"),), from_address="a@пример.рф"))

    assert "<иван@xn--e1afmkfd.xn--p1ai>".encode() in raw
    assert b"From: a@xn--e1afmkfd.xn--p1ai\r\n" in raw


def test_html_pictures_and_files_make_the_tree_mail_programs_expect() -> None:
    assert tree(sent(html="<p>hi</p>")) == {"multipart/alternative": ["text/plain", "text/html"]}
    assert tree(sent(attachments=(PDF,))) == {"multipart/mixed": ["text/plain", "application/pdf"]}
    assert tree(sent(html='<img src="cid:logo.1@okno">', attachments=(LOGO, PDF))) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", {"multipart/related": ["text/html", "image/png"]}]},
            "application/pdf",
        ]
    }


def test_a_picture_is_shown_by_its_id_and_without_html_it_is_a_file() -> None:
    *_, picture = leaves(sent(html="<img>", attachments=(LOGO,)))
    *_, listed = leaves(sent(attachments=(LOGO,)))

    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<logo.1@okno>", "inline")
    assert (listed["Content-ID"], listed.get_content_disposition()) == (None, "attachment")


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("report.pdf", "report.pdf"),
        ("отчёт за ноябрь.pdf", "отчёт за ноябрь.pdf"),
        ("ж" * 200 + ".docx", "ж" * 115 + ".docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\скан.jpg", "скан.jpg"),
        ("фото\u202egpj.exe", "фотоgpj.exe"),
        ('a"b;c=d%e.txt', 'a"b;c=d%e.txt'),
        ("x" * 100 + ".txt", "x" * 100 + ".txt"),
        ("..", "attachment"),
        ("", "attachment"),
        ("new\r\nline\x00.txt", "new line .txt"),
        ("😀" * 40 + ".png", "😀" * 40 + ".png"),
    ],
)
def test_file_names_arrive_clean(name: str, arrives: str) -> None:
    raw = compose(letter(attachments=(Attachment(name=name, type="text/plain", content=b"x"),)))
    *_, part = leaves(sent(attachments=(Attachment(name=name, type="text/plain", content=b"x"),)))

    assert part.get_filename() == arrives
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "multipart/mixed", "nonsense", "text/plain\r\nX: y", "", "a/b; c=d"]
)
def test_types_that_cannot_be_an_attachments_become_plain_bytes(kind: str) -> None:
    *_, part = leaves(sent(attachments=(Attachment(name="a.eml", type=kind, content=b"From: x\r\n\r\nhi"),)))

    assert part.get_content_type() == "application/octet-stream"
    assert part.get_payload(decode=True) == b"From: x\r\n\r\nhi"


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 57 * 1024, 57 * 1024 + 1, 300_000])
def test_a_file_on_disk_and_the_same_bytes_in_memory_arrive_alike(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "blob").write_bytes(data[:size])

    raws = {
        compose(letter(attachments=(Attachment(name="a.bin", type="application/zip", content=content),)))
        for content in (data[:size], tmp_path / "blob")
    }

    assert len(raws) == 1
    *_, part = leaves(sent(attachments=(Attachment(name="a.bin", type="application/zip", content=data[:size]),)))
    assert part.get_payload(decode=True) == data[:size]


def test_a_large_file_is_held_once(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(12_000_000))
    large = letter(attachments=(Attachment(name="large", type="application/zip", content=tmp_path / "large"),))

    tracemalloc.start()
    raw = compose(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(raw) < peak < 1.3 * len(raw)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = Attachment(name="скан.jpg", type="image/jpeg", content=tmp_path / "gone")

    with pytest.raises(Refused, match=r"'скан\.jpg' could not be read .* attach it again"):
        compose(letter(attachments=(gone,)))


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ()},
        {"to": (Addressee(address="nobody"),)},
        {"from_address": "a@b\r\nBcc: c@d"},
        {"reply_to": "x y@z"},
        {"message_id": "okno.without.brackets@example.com"},
        {"message_id": "<a@b>\r\nBcc: c@d"},
        {"extra": (("Bcc", "c@d"),)},
        {"extra": (("X-Loop", "a\r\nBcc: c@d"),)},
        {"extra": (("X-Loop", "=?utf-8?q?x?="),)},
        {"extra": (("x-loop", "a"),)},
        {"html": "<img>", "attachments": (Attachment(name="a", type="image/png", content=b"", cid="a>\r\nX: y"),)},
    ],
)
def test_a_letter_that_cannot_be_made_safely_is_refused_with_words(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"\w+ \w+"):
        compose(letter(**changes))


def test_a_date_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="time zone"):
        letter(date=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake
