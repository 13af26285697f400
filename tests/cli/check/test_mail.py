"""What `okno check` says of mailboxes."""

from okno.sandbox.mail import MailHost
from tests.cli.check.conftest import Check, boxes


async def test_a_mail_to_the_plus_address_is_taken_away_again(check: Check, mail: MailHost) -> None:
    mail.deliver("support@desk.test", b"Subject: older\r\n\r\nhello\r\n")

    done = await check(boxes(mail))

    assert done.wrong() == []
    assert [b"older" in one.raw for one in mail.messages("support@desk.test")] == [True]


async def test_a_plus_address_whose_mail_does_not_arrive_is_told(check: Check, mail: MailHost) -> None:
    text = boxes(mail)
    other = MailHost()
    other.add_mailbox("support@desk.test", "secret")
    ports = await other.start()

    done = await check(text.replace(str(mail.ports.smtp), str(ports.smtp)), "--wait", "1")
    await other.stop()

    ((what, problem),) = done.wrong()
    assert what == "mailbox support: plus_address"
    assert "did not arrive within 1 s" in problem


async def test_a_mail_server_that_is_not_there_is_told(check: Check, mail: MailHost) -> None:
    text = boxes(mail).replace("plus_address = true", "")
    await mail.stop()

    done = await check(text)

    assert {what for what, _ in done.wrong()} == {"mailbox support: imap", "mailbox support: smtp"}
