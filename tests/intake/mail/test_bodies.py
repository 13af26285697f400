"""Of a mail's parts, which are its words, which are attachments, and what they are called."""

import hashlib

import pytest

from okno.intake.mail import names, read, reading
from tests.intake.mail.writing import file, html, joined, letter, multipart, part

PNG = b"\x89PNG\r\n\x1a\n-picture"


def test_several_text_parts_are_read_one_after_another() -> None:
    mail = read(multipart("mixed", part("text/plain", "one"), file("image/png", PNG), part("text/plain", "two")))

    assert mail.full_text == "one\n\ntwo"
    assert [found.type for found in mail.attachments] == ["image/png"]


def test_html_is_read_when_the_plain_part_only_says_that_there_is_some() -> None:
    rich = "<p>" + "words that matter " * 40 + "</p>"

    mail = read(multipart("alternative", part("text/plain", "See the HTML."), part("text/html", rich)))

    assert mail.full_text.startswith("words that matter")


def test_the_plain_part_is_read_when_it_says_as_much() -> None:
    mail = read(
        multipart("alternative", part("text/plain", "Plain words"), part("text/html", "<p>Plain <b>words</b></p>"))
    )

    assert mail.full_text == "Plain words"
    assert mail.html == "<p>Plain <b>words</b></p>"


def test_an_empty_plain_part_gives_way_to_html() -> None:
    mail = read(multipart("alternative", part("text/plain", " \n"), part("text/html", "<p>Words</p>")))

    assert mail.full_text == "Words"


def test_an_attachment_is_kept_whole_and_hashed() -> None:
    content = bytes(range(256)) * 10

    (found,) = read(multipart("mixed", file("application/x-thing", content))).attachments

    assert found.data() == content
    assert (found.size, found.sha256) == (2560, hashlib.sha256(content).hexdigest())


def test_a_picture_the_html_shows_is_inline() -> None:
    body = part("text/html", '<p><img src="cid:one@x"></p>')
    shown = file("image/png", PNG, Content_ID="<one@x>")
    attached = file("image/png", PNG + b"2", Content_ID="<two@x>", Content_Disposition='attachment; filename="two.png"')

    mail = read(multipart("mixed", body, shown, attached))

    assert [(found.content_id, found.inline) for found in mail.attachments] == [("one@x", True), ("two@x", False)]


def test_a_text_with_a_name_is_a_file() -> None:
    log = part('text/plain; name="error.log"', "traceback")

    mail = read(multipart("mixed", part("text/plain", "See the log."), log))

    assert mail.full_text == "See the log."
    assert [found.name for found in mail.attachments] == ["error.log"]


def test_a_text_with_a_name_alone_is_the_body() -> None:
    assert read(letter("Hello", Content_Type='text/plain; name="body.txt"')).full_text == "Hello"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\act.pdf", "act.pdf"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("NUL.txt", "_NUL.txt"),
        ("a\0b\r\nc.txt", "ab c.txt"),
        ("...", ""),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert names.clean(given) == kept


def test_an_enclosed_letter_is_named_by_its_subject_and_stays_closed() -> None:
    inner = multipart(
        "mixed", part("text/plain", "inner words"), file("application/pdf", b"%PDF"), boundary="b2", Subject="Act/2"
    )

    mail = read(multipart("mixed", part("text/plain", "outer words"), b"Content-Type: message/rfc822\n\n" + inner))

    assert mail.full_text == "outer words"
    assert [(found.name, found.type) for found in mail.attachments] == [("Act_2.eml", "message/rfc822")]


def test_an_empty_part_without_a_name_is_no_attachment() -> None:
    assert read(multipart("mixed", part("text/plain", "words"), part("application/octet-stream"))).attachments == ()


def test_a_sealed_mail_says_so() -> None:
    signature = part("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----")
    signed = read(multipart("signed", part("text/plain", "words"), signature))
    encrypted = read(letter("-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----"))
    plain = read(letter("words"))

    assert (signed.text, signed.signed, signed.encrypted) == ("words", True, False)
    assert [found.inline for found in signed.attachments] == [True]
    assert (encrypted.signed, encrypted.encrypted) == (False, True)
    assert (plain.signed, plain.encrypted) == (False, False)


def test_heavy_html_is_kept_as_a_file_and_still_read() -> None:
    mail = read(html("<p>first</p>" + "<i>x</i>" * 20_000 + "<p>last</p>"))

    assert mail.html is None
    assert mail.full_text.startswith("first")
    assert mail.full_text.endswith("last")
    assert [found.name for found in mail.attachments] == ["message.html"]


def test_a_mail_read_carefully_is_left_whole() -> None:
    quoting = "<p>New</p><blockquote type=cite>Old</blockquote>"

    mail = reading.careful(multipart("mixed", part("text/html", quoting), file("application/pdf", b"%PDF")), "why")

    assert (mail.text, mail.html, mail.warnings) == ("New\nOld", None, ("why",))
    assert [found.type for found in mail.attachments] == ["application/pdf"]


def test_a_meeting_is_told_in_its_own_words() -> None:
    calendar = "METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:A\\, B\nDTSTART:20261125T080000Z\nEND:VEVENT\n"

    mail = read(multipart("mixed", part("text/plain", "Sorry."), part("text/calendar; method=CANCEL", calendar)))

    assert mail.kind == "calendar"
    assert mail.text == "Sorry."
    assert mail.invitation is not None
    assert (mail.invitation.summary, mail.invitation.starts) == ("A, B", "2026-11-25 08:00 UTC")


def test_a_calendar_merely_attached_is_no_invitation() -> None:
    calendar = part(
        "text/calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT", Content_Disposition="attachment"
    )

    assert read(multipart("mixed", part("text/plain", "My plan."), calendar)).kind == "person"


def test_the_fingerprint_is_of_the_content_not_of_its_journey() -> None:
    here = read(letter("The words", Received="one"))
    there = read(letter("VGhlIHdvcmRz", Received="two", Content_Transfer_Encoding="base64", Message_ID="<other@x>"))
    other = read(letter("Other words"))

    assert here.fingerprint == there.fingerprint
    assert here.fingerprint != other.fingerprint


def test_the_fingerprint_sees_the_attachments() -> None:
    one = read(multipart("mixed", part("text/plain", "x"), file("application/pdf", b"one")))
    two = read(multipart("mixed", part("text/plain", "x"), file("application/pdf", b"two")))

    assert one.fingerprint != two.fingerprint


def test_mail_without_parts_where_parts_were_promised_keeps_its_words() -> None:
    raw = letter(joined(part("text/plain", "words"), boundary="other"), Content_Type='multipart/mixed; boundary="b1"')

    assert "words" in read(raw).full_text
