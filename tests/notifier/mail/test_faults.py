"""T22, T23: a server that fails at every stage; what is refused, postponed, the channel's fault, or unknown."""

import asyncio

import pytest

from okno.errors import ChannelDown, DeliveryError, Postponed, Refused, Unknown
from okno.notifier.mail.smtp import SmtpLine
from tests.notifier.mail.lines import HASTY, LETTER, RAW, Phases, line_to, waits
from tests.servers.smtp import Early, Fault, SmtpServer, Stage

LATER = ("421 4.3.2 Shutting down", "450 4.2.0 Greylisted, try again in 300 seconds", "451 4.3.0 Disk trouble")
LARGE = RAW + (b"y" * 70 + b"\r\n") * 300_000


async def test_a_mail_is_delivered_and_the_final_reply_returned(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    reply = await line.deliver(*LETTER, phase=phases)

    assert reply == "250 2.0.0 OK"
    assert [mail.raw for mail in server.received] == [RAW]
    assert (server.received[0].sender, server.received[0].recipients) == ("a@example.com", ("b@example.com",))
    assert phases == ["data"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
@pytest.mark.parametrize("reply", LATER)
async def test_a_temporary_no_means_not_accepted_and_the_next_try_goes_through(
    server: SmtpServer, line: SmtpLine, phases: Phases, stage: Stage, reply: str
) -> None:
    server.fail(stage, reply)

    with pytest.raises(Postponed, match=reply[:9]):
        await line.deliver(*LETTER, phase=phases)
    assert (server.received, phases) == ([], ["data"] if stage == "content" else [])

    await line.deliver(*LETTER, phase=phases)
    assert len(server.received) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
async def test_a_permanent_no_refuses(server: SmtpServer, line: SmtpLine, phases: Phases, stage: Stage) -> None:
    server.fail(stage, "554 5.7.1 Looks like spam")

    with pytest.raises(Refused, match=r"554 5\.7\.1 Looks like spam") as caught:
        await line.deliver(*LETTER, phase=phases)

    assert not caught.value.unreachable
    assert server.received == []


async def test_a_temporary_no_may_be_followed_by_a_permanent_one(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("rcpt", "450 4.2.0 Greylisted", "550 5.1.1 No such user")

    for error in (Postponed, Refused):
        with pytest.raises(error):
            await line.deliver(*LETTER, phase=phases)

    assert server.received == []


async def test_greylisting_for_three_hours_sends_once(server: SmtpServer, line: SmtpLine, phases: Phases) -> None:
    server.fail("rcpt", *LATER, times=12)

    for _ in range(36):
        with pytest.raises(Postponed):
            await line.deliver(*LETTER, phase=phases)
    await line.deliver(*LETTER, phase=phases)

    assert len(server.received) == 1
    assert phases == ["data"]


@pytest.mark.parametrize(
    ("stage", "reply", "gone"),
    [
        ("rcpt", "550 5.1.1 No such user", True),
        ("rcpt", "550 5.1.10 Recipient not found", True),
        ("rcpt", "550 5.2.1 Mailbox disabled", True),
        ("rcpt", "550 No such user here", True),
        ("rcpt", "553 Mailbox name not allowed", True),
        ("content", "550 5.1.1 No such user", True),
        ("rcpt", "550 5.7.1 Relaying denied", False),
        ("rcpt", "552 5.2.2 Mailbox full", False),
        ("rcpt", "554 Transaction failed", False),
        ("rcpt", "550 5.1.8 Sender address has no domain", False),
        ("mail", "550 5.1.0 Sender refused", False),
        ("mail", "553 Sender not owned", False),
        ("content", "550 Rejected by filter", False),
        ("content", "550 5.1.0 Rejected", False),
    ],
)
async def test_only_a_missing_mailbox_makes_the_recipient_unreachable(
    server: SmtpServer, line: SmtpLine, phases: Phases, stage: Stage, reply: str, *, gone: bool
) -> None:
    server.fail(stage, reply)

    with pytest.raises(Refused) as caught:
        await line.deliver(*LETTER, phase=phases)

    assert caught.value.unreachable is gone


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("connect", "421 4.7.0 Too many connections"),
        ("connect", "554 5.3.2 No service"),
        ("connect", Fault.CUT),
        ("connect", Fault.SILENT),
        ("connect", Fault.GARBAGE),
        ("ehlo", "421 4.7.0 Too many connections"),
        ("ehlo", Fault.CUT),
        ("ehlo", Fault.SILENT),
        ("ehlo", Fault.GARBAGE),
        ("mail", Fault.CUT),
        ("mail", Fault.SILENT),
        ("mail", Fault.GARBAGE),
    ],
)
async def test_failing_before_the_recipient_is_named_is_the_channels_fault(
    server: SmtpServer, phases: Phases, stage: Stage, fault: Fault | str
) -> None:
    server.fail(stage, fault)

    with pytest.raises(ChannelDown) as caught:
        await line_to(server, timeouts=waits(fault)).deliver(*LETTER, phase=phases)

    assert caught.value.retry_after is None
    assert (server.received, phases) == ([], [])


@pytest.mark.parametrize("host", ["127.0.0.1", "mail.invalid", "a..b", ""])
async def test_nobody_listening_and_unknown_hosts_are_the_channels_fault(phases: Phases, host: str) -> None:
    nowhere = SmtpServer()
    nowhere.port = 1

    with pytest.raises(ChannelDown, match=r"smtp\.host"):
        await line_to(nowhere, host=host).deliver(*LETTER, phase=phases)


async def test_a_server_that_knows_only_helo_is_served(server: SmtpServer, line: SmtpLine, phases: Phases) -> None:
    server.fail("ehlo", "502 5.5.1 What is EHLO?")

    await line.deliver(*LETTER, phase=phases)

    assert server.lines[:3] == ["EHLO [127.0.0.1]", "HELO [127.0.0.1]", "MAIL FROM:<a@example.com>"]


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.SILENT])
async def test_a_line_lost_before_the_content_means_surely_not_sent(
    server: SmtpServer, line: SmtpLine, phases: Phases, stage: Stage, fault: Fault
) -> None:
    server.fail(stage, fault)

    with pytest.raises(Postponed):
        await line_to(server, timeouts=waits(fault)).deliver(*LETTER, phase=phases)
    assert phases == []

    await line.deliver(*LETTER, phase=phases)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (Fault.CUT, 0),
        (Fault.KEPT_AND_CUT, 1),
        (Fault.SILENT, 0),
        (Fault.KEPT_AND_SILENT, 1),
        (Fault.GARBAGE, 0),
        (Fault.HALF, 0),
        ("354 Go on", 0),
    ],
)
async def test_no_final_reply_after_the_content_was_begun_is_unknown(
    server: SmtpServer, phases: Phases, fault: Fault | str, kept: int
) -> None:
    server.fail("content", fault)

    with pytest.raises(Unknown, match="may have arrived"):
        await line_to(server, timeouts=waits(fault)).deliver(*LETTER, phase=phases)

    assert phases == ["data"]
    assert len(server.received) == kept


async def test_a_hundred_lost_replies_lose_no_letter_and_double_only_under_the_same_id(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    for number in range(100):
        server.fail("content", (Fault.CUT, Fault.KEPT_AND_CUT)[number % 2])
        raw = RAW.replace(b"<1@", b"<%d@" % number)
        with pytest.raises(Unknown):
            await line.deliver("a@example.com", "b@example.com", raw, phase=phases)
        await line.deliver("a@example.com", "b@example.com", raw, phase=phases)

    ids = [mail.raw.split(b"Message-ID: ")[1].split(b"\r\n")[0] for mail in server.received]
    assert set(ids) == {b"<%d@example.com>" % number for number in range(100)}
    assert len(ids) == 150


@pytest.mark.parametrize(
    ("reply", "error"), [("552 5.3.4 Too big", Refused), ("421 4.3.0 Going down", Postponed), ("250 OK", Unknown)]
)
async def test_an_answer_in_the_middle_of_the_letter_counts(
    server: SmtpServer, line: SmtpLine, phases: Phases, reply: str, error: type[DeliveryError]
) -> None:
    server.fail("content", Early(reply=reply))

    with pytest.raises(error):
        await line.deliver("a@example.com", "b@example.com", LARGE, phase=phases)

    assert server.received == []


async def test_after_an_answer_in_the_middle_the_connection_is_not_used_again(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("content", Early(reply="552 5.3.4 Too big", cut=False))

    with pytest.raises(Refused):
        await line.deliver("a@example.com", "b@example.com", LARGE, phase=phases)
    await server.left()
    await line.deliver(*LETTER, phase=phases)

    assert (server.connections, [mail.raw for mail in server.received]) == (2, [RAW])


async def test_a_reply_that_makes_no_sense_ends_the_connection_and_blames_the_channel(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("data", "250 2.0.0 What was that?")

    with pytest.raises(ChannelDown, match="does not keep to SMTP"):
        await line.deliver(*LETTER, phase=phases)
    await line.deliver(*LETTER, phase=phases)

    assert (server.connections, phases) == (2, ["data"])


async def test_a_server_that_stops_reading_is_given_up_as_unknown(server: SmtpServer, phases: Phases) -> None:
    server.fail("content", Fault.DEAF)

    with pytest.raises(Unknown, match="no answer in time"):
        await line_to(server, timeouts=HASTY).deliver("a@example.com", "b@example.com", LARGE, phase=phases)


async def test_what_goes_wrong_after_the_final_yes_changes_nothing(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("after", Fault.CUT, "421 4.3.2 Closing")
    server.fail("quit", "500 5.5.1 What?")

    replies = [await line.deliver(*LETTER, phase=phases) for _ in range(3)]
    await line.close()

    assert replies == ["250 2.0.0 OK"] * 3
    assert len(server.received) == 3


async def test_nothing_is_sent_when_the_phase_could_not_be_committed(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    async def fenced(_name: str) -> None:
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError):
        await line.deliver(*LETTER, phase=fenced)
    assert server.received == []

    await line.deliver(*LETTER, phase=phases)
    assert len(server.received) == 1


async def test_a_line_cut_while_the_phase_is_committed_is_surely_not_sent(server: SmtpServer, line: SmtpLine) -> None:
    async def slow(_name: str) -> None:
        server.cut_all()
        await asyncio.sleep(0.1)

    with pytest.raises(Postponed):
        await line.deliver(*LETTER, phase=slow)

    assert server.received == []


async def test_words_about_a_reply_are_one_line_and_bounded(server: SmtpServer, line: SmtpLine, phases: Phases) -> None:
    server.fail("rcpt", "450-4.2.0 first\r\n450 " + "\x1b[31mred" * 300)

    with pytest.raises(Postponed) as caught:
        await line.deliver(*LETTER, phase=phases)

    assert not set(str(caught.value)) & {"\n", "\r", "\x1b"}
    assert len(str(caught.value)) < 600
