"""Who sent a mail, a person or a program, and what came back."""

import pytest

from okno.intake.mail import read
from okno.intake.mail.values import Bounced, Mail
from tests.intake.mail.writing import joined, letter, multipart, part

ORIGINAL = "From: support@example.org\nTo: anna@example.com\nSubject: Answer\nMessage-ID: <okno-77@example.org>\n"


def test_a_persons_mail_is_a_persons() -> None:
    mail = read(letter("Hello"))

    assert (mail.kind, mail.automatic, mail.auto) == ("person", False, ())


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("auto_reply", {"Auto_Submitted": "auto-replied"}),
        ("auto_reply", {"Auto_Submitted": "auto-generated; owner=x"}),
        ("auto_reply", {"X_Autoreply": "yes"}),
        ("auto_reply", {"Precedence": "auto_reply"}),
        ("auto_reply", {"Subject": "Automatic reply: Order", "X_Auto_Response_Suppress": "All"}),
        ("auto_reply", {"Subject": "Автоответ: заказ", "Precedence": "bulk"}),
        ("list", {"List_Id": "<dev.lists.example.net>"}),
        ("list", {"List_Unsubscribe": "<mailto:x@example.net>"}),
        ("list", {"Precedence": "bulk"}),
        ("person", {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}),
        ("person", {"Subject": "Out of office hours: who answers?", "X_Auto_Response_Suppress": "OOF"}),
        ("person", {"Subject": "Out of office hours: who answers?", "X_Auto_Response_Suppress": "All"}),
        ("person", {"Subject": "Automatic reply: how to set it up?", "X_Auto_Response_Suppress": "DR, OOF"}),
        ("person", {"Return_Path": "<>"}),
        ("person", {"From": "No reply <no-reply@example.com>"}),
        ("person", {"Subject": "Автоответ: как его настроить?"}),
    ],
)
def test_it_is_never_answered_automatically(kind: str, headers: dict[str, str]) -> None:
    mail = read(letter("Hello", **headers))

    assert mail.kind == kind
    assert mail.automatic
    assert mail.auto


@pytest.mark.parametrize(
    ("generated", "headers"),
    [
        (True, {"Auto_Submitted": "auto-generated"}),
        (True, {"Auto_Submitted": "auto-generated; owner=x", "Return_Path": "<form@example.com>"}),
        (True, {"Auto_Submitted": "auto-notified"}),
        (True, {"Auto_Submitted": "auto-generated", "Subject": "Out of office hours: a new order"}),
        (False, {"Auto_Submitted": "auto-replied"}),
        (False, {"Auto_Submitted": "Auto-Replied (vacation)"}),
        (False, {"Auto_Submitted": "auto-generated", "X_Autoreply": "yes"}),
        (False, {"Auto_Submitted": "auto-generated", "Precedence": "auto_reply"}),
        (False, {"Auto_Submitted": "auto-generated", "Subject": "Automatic reply: Order"}),
        (False, {"Auto_Submitted": "auto-generated", "Subject": "Out of Office AutoReply: Order"}),
        (False, {"Auto_Submitted": "auto-generated", "From": "MAILER-DAEMON@mx.example.org"}),
        (False, {"Auto_Submitted": "auto-generated", "From": "postmaster@example.org", "Return_Path": "<>"}),
        (True, {"Auto_Submitted": "auto-generated", "Return_Path": "<>"}),
        (False, {}),
    ],
)
def test_what_a_program_wrote_of_its_own_accord_is_told_from_its_answers(
    generated: bool, headers: dict[str, str]
) -> None:
    mail = read(letter("A new order", **headers))

    assert mail.generated is generated
    assert mail.kind == ("auto_reply" if headers else "person")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "first-class"},
        {"X_Auto_Response_Suppress": "None"},
        {"From": "Barbara Root <beetroot@example.com>"},
        {"Subject": "Re: Automatic reply: Order"},
        {"Return_Path": "<anna@example.com>"},
    ],
)
def test_a_person_may_be_answered(headers: dict[str, str]) -> None:
    mail = read(letter("Hello", **headers))

    assert (mail.kind, mail.automatic) == ("person", False)


def report(status: str, *enclosed: bytes) -> Mail:
    parts = (part("text/plain", "See the report."), part("message/delivery-status", status), *enclosed)
    return read(multipart("report", *parts, From="MAILER-DAEMON@mx.example.org", Return_Path="<>"))


def test_a_report_tells_who_was_not_reached_and_why() -> None:
    mail = report(
        "Reporting-MTA: dns; mx.example.org\n\n"
        "Final-Recipient: rfc822; Anna@example.com\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User\n unknown\n\n"
        "Final-Recipient: rfc822; boris@example.net\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; carl@example.net\nAction: delivered\nStatus: 2.0.0\n"
    )

    assert mail.kind == "bounce"
    assert mail.bounced == (
        Bounced(address="Anna@example.com", status="5.1.1", permanent=True, reason="550 5.1.1 User unknown"),
        Bounced(address="boris@example.net", status="4.4.1", permanent=False, reason=""),
    )


def test_a_report_gives_the_address_we_wrote_to() -> None:
    mail = report(
        "Reporting-MTA: dns; x\n\nOriginal-Recipient: rfc822;anna@example.com\n"
        "Final-Recipient: rfc822;anna.private@example.net\nAction: failed\nStatus: 5.2.2\n"
    )

    assert [found.address for found in mail.bounced] == ["anna@example.com"]


def test_a_report_also_gives_where_the_letter_went_in_the_end() -> None:
    mail = report(
        "Reporting-MTA: dns; x\n\nOriginal-Recipient: rfc822;anna@example.com\n"
        "Final-Recipient: rfc822;anna.private@example.net\nAction: failed\nStatus: 5.2.2\n"
    )

    assert [found.final for found in mail.bounced] == ["anna.private@example.net"]


REPORT = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;boris@example.net\nAction: failed\nStatus: 5.1.1\n"


@pytest.mark.parametrize(
    ("kind", "content"), [("message/delivery-status", REPORT), ("text/rfc822-headers", "From: x@example.com\n")]
)
def test_a_report_that_a_person_attached_is_a_file(kind: str, content: str) -> None:
    attached = part(kind, content, Content_Disposition='attachment; filename="details.txt"')

    mail = read(multipart("mixed", part("text/plain", "My mail comes back. What is this?"), attached))

    assert (mail.kind, mail.automatic, mail.bounced) == ("person", False, ())
    assert [(one.name, one.type, one.content) for one in mail.attachments] == [("details.txt", kind, content.encode())]


def test_a_bounce_forwarded_below_a_persons_words_is_a_persons_mail() -> None:
    bounce = joined(part("text/plain", "Undelivered"), part("message/delivery-status", REPORT), boundary="b2")
    inner = part('multipart/report; boundary="b2"', bounce)

    mail = read(multipart("mixed", part("text/plain", "Help, my mail comes back"), inner))

    assert (mail.kind, mail.bounced) == ("person", ())
    assert mail.text.startswith("Help, my mail comes back")
    assert REPORT.strip() in mail.attachments[0].content.decode()


def test_a_mailer_daemon_is_believed_without_the_form_of_a_report() -> None:
    parts = (part("text/plain", "Sorry."), part("message/delivery-status", REPORT))

    mail = read(multipart("mixed", *parts, From="MAILER-DAEMON@mx.example.org"))

    assert (mail.kind, [found.address for found in mail.bounced]) == ("bounce", ["boris@example.net"])


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_letter_that_came_back(kind: str) -> None:
    status = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;anna@example.com\nAction: failed\nStatus: 5.1.1\n"

    assert report(status, part(kind, ORIGINAL)).bounced_ids == ("<okno-77@example.org>",)


def test_a_delivery_that_succeeded_is_no_bounce() -> None:
    mail = report(
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;anna@example.com\nAction: delivered\nStatus: 2.0.0\n"
    )

    assert (mail.kind, mail.bounced, mail.automatic) == ("auto_reply", (), True)


@pytest.mark.parametrize(
    ("text", "status", "permanent"),
    [
        ("I wasn't able to deliver your message.\n\n<anna@example.com>:\nno mailbox here (#5.1.1)\n", "5.1.1", True),
        ("Undeliverable message\n\nanna@example.com\n  550 mailbox unavailable\n", "", True),
        ("Your message could not be delivered yet, we will keep trying.\n\n  anna@example.com: 451 busy\n", "", False),
        ("Ваше письмо не может быть доставлено.\n\nanna@example.com: 5.2.2 ящик переполнен\n", "5.2.2", True),
    ],
)
def test_a_servers_own_words_are_understood(text: str, status: str, permanent: bool) -> None:
    copy = f"--- Below this line is a copy of the message.\n\n{ORIGINAL}\nHello boris@example.net"

    mail = read(letter(f"{text}\n{copy}", From="Mailer-Daemon@mx.example.com", Return_Path="<>"))

    assert mail.kind == "bounce"
    assert [(found.address, found.status, found.permanent) for found in mail.bounced] == [
        ("anna@example.com", status, permanent)
    ]
    assert mail.bounced_ids == ("<okno-77@example.org>",)
    assert "Below this line" not in mail.text


def test_a_server_may_name_the_recipient_in_a_header() -> None:
    headers = {"From": "Mailer-Daemon@mx.example.com", "X_Failed_Recipients": "anna@example.com, boris@example.net"}

    mail = read(letter("A message could not be delivered:\n\n  anna@example.com\n    550 5.7.1 Rejected", **headers))

    assert [found.address for found in mail.bounced] == ["anna@example.com", "boris@example.net"]


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Письмо не доставлено: boris@example.net 550 5.1.1 User unknown", {}),
        ("Undelivered Mail Returned to Sender\n\n<boris@example.net>: 550 unknown", {"Subject": "Undeliverable: help"}),
        ("Hello, I am the postmaster.\n\nPlease call me.", {"From": "postmaster@example.com"}),
        (
            "I am the admin here. Your mails are not delivered to:\nboss@example.com\nWhich IPs do you use?",
            {"From": "postmaster <postmaster@example.com>", "Subject": "mail delivery problem"},
        ),
        ("Buy now!\n\nsales@example.net", {"Return_Path": "<>"}),
        ("I am away. Write to boris@example.net", {"Return_Path": "<>", "Subject": "Out of office: undeliverable"}),
    ],
)
def test_a_mail_that_only_speaks_of_bounces_is_none(text: str, headers: dict[str, str]) -> None:
    mail = read(letter(text, **headers))

    assert mail.bounced == ()
    assert mail.kind != "bounce"


def test_a_postmaster_who_encloses_a_bounce_of_theirs_is_a_person() -> None:
    theirs = "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMessage-ID: <d1@mx.example.com>\n\nno"
    words = part("text/plain", "Your mails are not delivered to:\nboss@example.com\nPlease look.")

    mail = read(multipart("mixed", words, part("message/rfc822", theirs), From="postmaster@example.com"))

    assert (mail.kind, mail.bounced) == ("person", ())


def test_a_postmaster_who_encloses_our_letter_is_a_server() -> None:
    words = part("text/plain", "Your mail could not be delivered to:\nanna@example.com\n550 5.1.1 unknown")

    mail = read(multipart("mixed", words, part("message/rfc822", ORIGINAL), From="postmaster@example.com"))

    assert [(found.address, found.status) for found in mail.bounced] == [("anna@example.com", "5.1.1")]
    assert mail.bounced_ids == ("<okno-77@example.org>",)


def test_an_invitation_is_a_calendar_mail() -> None:
    calendar = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Call\nEND:VEVENT\nEND:VCALENDAR"

    assert read(letter(calendar, Content_Type="text/calendar; method=REQUEST")).kind == "calendar"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Не работает корзина на example.com", "ru"),
        ("The cart does not work", "en"),
        ("OK", "en"),
        ("Доброго дня! Їхній кошик не працює", ""),
        ("Der Warenkorb funktioniert leider nicht mehr", ""),
        ("", "en"),
    ],
)
def test_it_knows_the_language(text: str, language: str) -> None:
    assert read(letter(text)).language == language
