"""Addresses and what a server says it can carry."""

import pytest

from okno.errors import Refused
from okno.notifier.mail.smtp import SmtpLine
from tests.notifier.mail.lines import LETTER, RAW, Phases, line_to
from tests.servers.smtp import SmtpServer


async def test_a_letter_too_large_for_the_server_is_refused_before_it_is_offered(phases: Phases) -> None:
    async with SmtpServer(extensions=("SIZE 1000",)) as server:
        line = line_to(server)

        with pytest.raises(Refused, match="takes 1000: send fewer or smaller files"):
            await line.deliver("a@example.com", "b@example.com", RAW + b"x" * 1000, phase=phases)
        await line.deliver(*LETTER, phase=phases)
        await line.close()

        assert [each for each in server.lines if each.startswith("MAIL")] == [
            f"MAIL FROM:<a@example.com> SIZE={len(RAW)}"
        ]


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE many"])
async def test_a_size_without_a_number_is_no_limit(phases: Phases, size: str) -> None:
    async with SmtpServer(extensions=(size,)) as server:
        line = line_to(server)

        await line.deliver(*LETTER, phase=phases)
        await line.close()

        assert len(server.received) == 1


async def test_eight_bit_lines_of_a_foreign_mail_are_announced(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    await line.deliver("a@example.com", "b@example.com", RAW + "Привет\r\n".encode(), phase=phases)

    assert server.lines[1].endswith(" BODY=8BITMIME")
    assert server.received[0].raw.endswith("Привет\r\n".encode())


async def test_an_address_outside_ascii_goes_to_a_server_that_carries_it(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    await line.deliver("a@example.com", "иван@пример.рф", RAW, phase=phases)

    assert server.lines[1].endswith(" SMTPUTF8")
    assert server.received[0].recipients == ("иван@xn--e1afmkfd.xn--p1ai",)


@pytest.mark.parametrize(
    ("sender", "recipient", "raw"),
    [
        ("a@example.com", "иван@пример.рф", RAW),
        ("анна@example.com", "b@example.com", RAW),
        ("a@example.com", "b@example.com", "Cc: анна@example.com\r\n".encode() + RAW),
    ],
)
async def test_an_address_outside_ascii_is_refused_where_nobody_carries_it(
    phases: Phases, sender: str, recipient: str, raw: bytes
) -> None:
    async with SmtpServer(extensions=("8BITMIME",)) as server:
        line = line_to(server)

        with pytest.raises(Refused, match="SMTPUTF8"):
            await line.deliver(sender, recipient, raw, phase=phases)
        await line.close()

        assert not [each for each in server.lines if each.startswith("MAIL")]


async def test_a_domain_outside_ascii_needs_nothing_of_the_server(phases: Phases) -> None:
    async with SmtpServer(extensions=()) as server:
        line = line_to(server)

        await line.deliver("a@example.com", "ivan@Пример.рф", RAW, phase=phases)
        await line.close()

        assert server.received[0].recipients == ("ivan@xn--e1afmkfd.xn--p1ai",)


async def test_a_null_return_path_is_sent_as_such(server: SmtpServer, line: SmtpLine, phases: Phases) -> None:
    await line.deliver("", "b@example.com", RAW, phase=phases)

    assert server.received[0].sender == ""
    assert server.lines[1].startswith("MAIL FROM:<> ")


@pytest.mark.parametrize(
    "address",
    [
        "b@example.com\r\nRCPT TO:<c@example.com",
        "b@example.com>\r\nDATA",
        "b@example.com\x00",
        "b@example.com\n",
        "b c@example.com",
        "<b@example.com>",
        "b@example.com> SIZE=1",
        "b",
        "@example.com",
        "b@",
        "b@exam ple.com",
        "b@-пример-.рф",
        "b@" + "ж" * 300 + ".рф",
        "b\u2028@example.com",
        "b\ud800@example.com",
        "b@\ud800.com",
        "b@example.com,c@example.com",
        "=?utf-8?q?b?=@example.com",
        "",
        "x" * 300 + "@example.com",
    ],
)
async def test_what_is_no_address_is_refused_without_a_word_to_the_server(
    server: SmtpServer, line: SmtpLine, phases: Phases, address: str
) -> None:
    with pytest.raises(Refused) as caught:
        await line.deliver("a@example.com", address, RAW, phase=phases)

    assert caught.value.unreachable
    assert server.connections == 0


async def test_a_bad_sender_does_not_blame_the_recipient(line: SmtpLine, phases: Phases) -> None:
    with pytest.raises(Refused) as caught:
        await line.deliver("a@example.com\r\n", "b@example.com", RAW, phase=phases)

    assert not caught.value.unreachable


@pytest.mark.parametrize(
    "address",
    [
        "john..doe.@docomo.ne.jp",
        "reply+" + "A" * 70 + "@reply.github.com",
        '"john doe"@example.com',
        "b@[192.0.2.1]",
        "o'neil@x_y.org",
    ],
)
async def test_unusual_addresses_that_really_exist_are_served(
    server: SmtpServer, line: SmtpLine, phases: Phases, address: str
) -> None:
    await line.deliver("a@example.com", address, RAW, phase=phases)

    assert server.received[0].recipients == (address,)
