"""What the watcher of a mailbox does and says while the server cannot be reached."""

import asyncio
from dataclasses import replace

import pytest

from okno.config.values import ImapServer, Secret
from okno.errors import FenceLost
from okno.sandbox.mail import MailHost
from tests.intake.keeper import DESK, START, Keeper, Pauses, mail, watcher_of, watching
from tests.servers.proxy import Proxy


async def test_it_waits_longer_after_each_failure_and_tells_how_long_it_lasts(server: ImapServer) -> None:
    keeper, pauses = Keeper(), Pauses()

    async with watching(keeper, replace(server, port=1), pauses):
        await keeper.until(lambda: len(keeper.troubles) == 12)

    assert pauses.asked[:11] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert {since for since, _ in keeper.troubles} == {START}
    assert "nobody answers on this port" in keeper.troubles[0][1]


async def test_it_tells_when_the_trouble_is_over(host: MailHost, server: ImapServer) -> None:
    keeper = Keeper()
    await host.stop()

    async with watching(keeper, server) as watcher:
        await keeper.until(lambda: bool(keeper.troubles))
        assert watcher.trouble
        await host.start(imap_port=server.port)
        await keeper.until(lambda: keeper.troubles[-1] == (None, ""))

        assert watcher.trouble == ""


async def test_a_line_that_breaks_once_is_no_trouble(host: MailHost, server: ImapServer) -> None:
    keeper, pauses = Keeper(), Pauses()

    async with watching(keeper, server, pauses) as watcher:
        await watcher.tried.wait()
        await host.hang_up()
        host.deliver(DESK, mail(0))
        await keeper.holds(1)

    assert pauses.asked == [1]
    assert keeper.troubles == []


async def test_it_waits_as_long_as_a_refused_login_asks_for(server: ImapServer) -> None:
    keeper, pauses = Keeper(), Pauses()

    async with watching(keeper, replace(server, password=Secret("guess")), pauses):
        await keeper.until(lambda: len(keeper.troubles) == 2)

    assert pauses.asked[0] == 300
    assert "check imap.username" in keeper.troubles[0][1]


async def test_it_says_that_it_has_tried_even_when_that_failed(server: ImapServer) -> None:
    async with watching(Keeper(), replace(server, port=1)) as watcher:
        await asyncio.wait_for(watcher.tried.wait(), 5)

    assert "nobody answers" in watcher.trouble


async def test_it_stops_when_the_mailbox_is_another_workers(host: MailHost, server: ImapServer) -> None:
    host.deliver(DESK, mail(0))
    keeper = Keeper(failures=[FenceLost()])

    with pytest.raises(FenceLost):
        await asyncio.wait_for(watcher_of(keeper, server, Pauses()).run(), 5)

    assert keeper.mails == []


async def test_it_leaves_no_line_open_when_it_is_stopped(server: ImapServer) -> None:
    async with Proxy(server.host, server.port) as proxy:
        async with watching(Keeper(), replace(server, port=proxy.port)) as watcher:
            await watcher.tried.wait()
            assert proxy.open_lines == 1
        await asyncio.sleep(0.1)

        assert proxy.open_lines == 0
