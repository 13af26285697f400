"""What the sandbox's SMTP side takes, and what it refuses."""

import pytest
from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPRecipientsRefused, SMTPSenderRefused

from okno.sandbox.mail import MailHost

DESK = "support@desk.test"
CLIENT = "vera@client.test"
RAW = b"From: vera@client.test\r\nSubject: =?utf-8?b?0JTQsA==?=\r\n\r\n.dot\r\nline \xff\r\n" + b"x" * 5000 + b"\r\n"


async def test_it_delivers_the_original_bytes_under_its_own_headers(host: MailHost, smtp: SMTP) -> None:
    await smtp.sendmail(CLIENT, [DESK], RAW)

    [mail] = host.messages(DESK)
    assert mail.raw.endswith(b"\r\n" + RAW)
    assert mail.raw.startswith(b"Return-Path: <vera@client.test>\r\nDelivered-To: support@desk.test\r\nReceived: from ")


async def test_it_puts_a_plus_address_into_the_mailbox_before_the_plus(host: MailHost, smtp: SMTP) -> None:
    await smtp.sendmail(CLIENT, ["Support+t0ken@desk.test"], RAW)

    [mail] = host.messages(DESK)
    assert b"Delivered-To: Support+t0ken@desk.test\r\n" in mail.raw


async def test_it_delivers_to_every_recipient(host: MailHost, smtp: SMTP) -> None:
    await smtp.sendmail(CLIENT, [DESK, CLIENT], RAW)

    assert len(host.messages(DESK)) == 1
    assert len(host.messages(CLIENT)) == 1


async def test_it_refuses_an_unknown_recipient_and_takes_the_known_one(host: MailHost, smtp: SMTP) -> None:
    refused, _ = await smtp.sendmail(CLIENT, [DESK, "nobody@desk.test"], RAW)

    assert refused["nobody@desk.test"].code == 550
    assert refused["nobody@desk.test"].message.startswith("5.1.1")
    assert len(host.messages(DESK)) == 1


async def test_it_refuses_a_mail_for_nobody_here(smtp: SMTP) -> None:
    with pytest.raises(SMTPRecipientsRefused):
        await smtp.sendmail(CLIENT, ["nobody@desk.test"], RAW)


async def test_it_takes_a_bounce_with_the_empty_sender(host: MailHost, smtp: SMTP) -> None:
    await smtp.sendmail("", [DESK], RAW)

    [mail] = host.messages(DESK)
    assert mail.raw.startswith(b"Return-Path: <>\r\n")


async def test_it_knows_the_passwords_of_its_mailboxes(smtp: SMTP) -> None:
    await smtp.auth_login(DESK, 'пароль "с кавычками"')


async def test_it_refuses_a_wrong_password(smtp: SMTP) -> None:
    with pytest.raises(SMTPAuthenticationError):
        await smtp.auth_plain(DESK, "guess")


async def test_it_can_insist_on_a_login() -> None:
    host = MailHost(auth_required=True)
    host.add_mailbox(DESK, "secret")
    ports = await host.start()
    async with SMTP(hostname=ports.host, port=ports.smtp, start_tls=False) as smtp:
        with pytest.raises(SMTPSenderRefused, match="Authentication required"):
            await smtp.sendmail(CLIENT, [DESK], RAW)
        await smtp.auth_plain(DESK, "secret")
        await smtp.sendmail(CLIENT, [DESK], RAW)
    await host.stop()

    assert len(host.messages(DESK)) == 1
