"""Connections shared by senders: reused while they live, replaced unnoticed when they do not."""

import asyncio
from dataclasses import replace

import pytest

from okno.config.values import SmtpServer as Settings
from okno.errors import Refused
from okno.notifier.mail.session import Timeouts
from okno.notifier.mail.smtp import SmtpLine
from tests.notifier.mail.lines import LETTER, PATIENT, RAW, Phases, line_to, waits
from tests.servers.smtp import Fault, SmtpServer, trusting


async def test_one_connection_serves_letters_that_follow_each_other(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    for _ in range(5):
        await line.deliver(*LETTER, phase=phases)

    assert (server.connections, len(server.received)) == (1, 5)
    assert "RSET" not in server.lines


async def test_after_a_refused_letter_the_connection_is_cleaned_and_used_again(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    server.fail("rcpt", "550 5.1.1 No such user")

    with pytest.raises(Refused):
        await line.deliver(*LETTER, phase=phases)
    await line.deliver(*LETTER, phase=phases)

    assert server.connections == 1
    assert server.lines.count("RSET") == 1


async def test_no_more_connections_than_allowed_are_opened(server: SmtpServer, phases: Phases) -> None:
    line = line_to(server, concurrency=3)

    await asyncio.gather(*(line.deliver(*LETTER, phase=phases) for _ in range(20)))
    await line.close()

    assert len(server.received) == 20
    assert 1 <= server.connections <= 3
    assert server.lines.count("QUIT") == server.connections


async def test_a_server_restarted_between_letters_is_not_noticed(
    server: SmtpServer, line: SmtpLine, phases: Phases
) -> None:
    await line.deliver(*LETTER, phase=phases)
    server.cut_all()
    await line.deliver(*LETTER, phase=phases)

    assert (server.connections, len(server.received)) == (2, 2)


@pytest.mark.parametrize("fault", ["421 4.4.2 Idle too long", "503 5.5.1 Nested MAIL", Fault.CUT, Fault.SILENT])
async def test_a_connection_that_turns_out_dead_is_replaced_within_the_same_delivery(
    server: SmtpServer, phases: Phases, fault: Fault | str
) -> None:
    line = line_to(server, timeouts=waits(fault))
    await line.deliver(*LETTER, phase=phases)
    server.fail("mail", fault)

    await line.deliver(*LETTER, phase=phases)
    await line.close()

    assert (server.connections, len(server.received)) == (2, 2)
    assert phases == ["data", "data"]


@pytest.mark.parametrize(("fault", "connections"), [("250 OK", 1), (Fault.CUT, 2), (Fault.SILENT, 2), ("421 Bye", 2)])
async def test_a_rested_connection_is_asked_before_it_is_used(
    server: SmtpServer, phases: Phases, fault: Fault | str, connections: int
) -> None:
    line = line_to(server, timeouts=replace(waits(fault), probe_after=0))
    await line.deliver(*LETTER, phase=phases)
    server.fail("rset", fault)

    await line.deliver(*LETTER, phase=phases)
    await line.close()

    assert (server.connections, len(server.received)) == (connections, 2)
    assert "RSET" in server.lines


async def test_a_connection_that_rested_too_long_is_let_go(server: SmtpServer, phases: Phases) -> None:
    line = line_to(server, timeouts=replace(PATIENT, idle_limit=-1))

    await line.deliver(*LETTER, phase=phases)
    await line.deliver(*LETTER, phase=phases)
    await line.close()

    assert (server.connections, len(server.received)) == (2, 2)


async def test_a_delivery_that_is_cancelled_gives_its_place_and_connection_back(
    server: SmtpServer, phases: Phases
) -> None:
    line = line_to(server, concurrency=1)
    server.fail("content", Fault.SILENT)
    begun = asyncio.Event()

    async def phase(_name: str) -> None:
        begun.set()

    task = asyncio.create_task(line.deliver(*LETTER, phase=phase))
    await begun.wait()

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await server.left()
    server.received.clear()
    await line.deliver(*LETTER, phase=phases)
    await line.close()

    assert (server.connections, len(server.received)) == (2, 1)


async def test_the_late_reply_to_a_cancelled_delivery_is_never_taken_for_the_next_one(
    server: SmtpServer, phases: Phases
) -> None:
    line = line_to(server, concurrency=1)
    server.fail("rcpt", Fault.SILENT)
    task = asyncio.create_task(line.deliver(*LETTER, phase=phases))
    while not [each for each in server.lines if each.startswith("RCPT")]:  # noqa: ASYNC110 - the server has no bell
        await asyncio.sleep(0.01)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await server.left()
    await line.deliver(*LETTER, phase=phases)
    await line.close()

    assert (server.connections, len(server.received)) == (2, 1)


async def test_a_large_letter_arrives_whole_over_tls(phases: Phases) -> None:
    async with SmtpServer(secured="implicit") as server:
        line = line_to(server, security="tls", host="localhost", tls=trusting())
        raw = RAW + b"".join(b"%d .\r\n.%d\r\n" % (number, number) for number in range(100_000))

        await line.deliver("a@example.com", "b@example.com", raw, phase=phases)
        await line.close()

        assert server.received[0].raw == raw


def test_the_wait_after_the_dot_is_ten_minutes_unless_told_otherwise() -> None:
    assert Timeouts().end >= 600
    assert SmtpLine(Settings(host="mail.example.com"))._timeouts == Timeouts()
