"""The SMTP side fails exactly as it was told to."""

import pytest
from aiosmtplib import (
    SMTP,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from okno.sandbox.mail import Fault, MailHost

DESK = "support@desk.test"
CLIENT = "vera@client.test"
RAW = b"Subject: hello\r\n\r\nHello.\r\n"


async def send(host: MailHost, *recipients: str) -> dict[str, tuple[int, str]]:
    async with SMTP(hostname=host.ports.host, port=host.ports.smtp, start_tls=False, timeout=0.5) as smtp:
        refused, _ = await smtp.sendmail(CLIENT, recipients or [DESK], RAW)
    return {address: (answer.code, answer.message) for address, answer in refused.items()}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(at="connect", code=421), SMTPConnectResponseError),
        (Fault(at="mail", code=450), SMTPSenderRefused),
        (Fault(at="rcpt", code=451), SMTPRecipientsRefused),
        (Fault(at="data", code=451), SMTPDataError),
        (Fault(at="dot", code=550), SMTPDataError),
        (Fault(at="connect", does="silence"), SMTPException),
        (Fault(at="data", does="silence"), SMTPReadTimeoutError),
        (Fault(at="data", does="cut"), SMTPServerDisconnected),
        (Fault(at="dot", does="cut"), SMTPServerDisconnected),
    ],
    ids=lambda case: f"{case.at}-{case.does}-{case.code}" if isinstance(case, Fault) else case.__name__,
)
async def test_it_fails_once_where_it_was_told_to_and_then_works(
    host: MailHost, fault: Fault, error: type[SMTPException]
) -> None:
    host.faults.add(fault)

    with pytest.raises(error):
        await send(host)

    assert host.messages(DESK) == []
    assert await send(host) == {}
    assert len(host.messages(DESK)) == 1


async def test_it_can_cut_the_line_after_it_took_the_mail(host: MailHost) -> None:
    host.faults.add(Fault(at="dot", does="cut", delivered=True))

    with pytest.raises(SMTPServerDisconnected):
        await send(host)

    assert len(host.messages(DESK)) == 1


async def test_it_can_refuse_one_of_several_recipients(host: MailHost) -> None:
    host.faults.add(Fault(at="rcpt", code=450, text="4.2.0 Greylisted", recipient=CLIENT))

    refused = await send(host, DESK, CLIENT)

    assert refused == {CLIENT: (450, "4.2.0 Greylisted")}
    assert len(host.messages(DESK)) == 1
    assert host.messages(CLIENT) == []


async def test_it_tries_rules_in_order_and_counts_them_down(host: MailHost) -> None:
    host.faults.add(Fault(at="rcpt", code=450, times=2), Fault(at="rcpt", code=550, times=None))

    codes = []
    for _ in range(4):
        with pytest.raises(SMTPRecipientsRefused) as refused:
            await send(host)
        codes.append(refused.value.recipients[0].code)

    assert codes == [450, 450, 550, 550]


async def test_it_forgets_its_rules_when_asked(host: MailHost) -> None:
    host.faults.add(Fault(at="mail", times=None))
    host.faults.clear()

    assert await send(host) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "lunch"},
        {"at": "rcpt", "does": "dance"},
        {"at": "rcpt", "code": 250},
        {"at": "connect", "recipient": DESK},
        {"at": "data", "delivered": True},
    ],
    ids=str,
)
def test_it_refuses_a_rule_that_makes_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fault|refusal|recipient|delivered"):
        Fault(**wrong)  # type: ignore[arg-type]
