"""The six cases that decided on the IMAP library (docs/decisions/007), and other bad lines, on a real Dovecot."""

import asyncio
import threading
from dataclasses import replace

import pytest

from okno.config.values import ImapServer
from okno.errors import ChannelDown
from okno.intake.imap import ImapLink
from tests.servers.dovecot import Dovecot, User
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.dovecot

RAW = b"From: vera@client.test\r\nSubject: hello\r\n\r\nHello.\r\n"


async def test_it_takes_an_answer_of_thousands_of_lines(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, *[RAW] * 2500)

    folder = await link.open()
    uids = await link.uids(0)
    sizes = await link.sizes(uids)

    assert folder.exists == 2500
    assert uids == list(range(1, 2501))
    assert sizes == dict.fromkeys(uids, len(RAW))


async def test_it_sees_at_once_that_the_server_says_bye_in_idle(shaky: ImapLink, proxy: Proxy) -> None:
    await shaky.open()
    await shaky.uids(0)
    waiting = asyncio.create_task(shaky.idle(60))
    await asyncio.sleep(0.2)

    proxy.say(b"* BYE Disconnected for inactivity.\r\n")

    with pytest.raises(ChannelDown, match="inactivity"):
        await asyncio.wait_for(waiting, 2)


async def test_it_sees_at_once_that_the_line_ends_in_idle(shaky: ImapLink, proxy: Proxy) -> None:
    await shaky.open()
    await shaky.uids(0)
    waiting = asyncio.create_task(shaky.idle(60))
    await asyncio.sleep(0.2)

    await proxy.cut()

    with pytest.raises(ChannelDown, match="connection"):
        await asyncio.wait_for(waiting, 2)


async def test_it_gives_no_half_mail_when_the_line_is_cut_in_the_middle(
    shaky: ImapLink, proxy: Proxy, dovecot: Dovecot, user: User
) -> None:
    dovecot.deliver(user, RAW + b"x" * 200_000)
    await shaky.open()
    await shaky.sizes([1])
    proxy.cut_after = 100_000

    with pytest.raises(ChannelDown, match="connection"):
        await asyncio.wait_for(shaky.fetch([1]), 2)
    assert shaky.closed


async def test_it_gives_up_a_silent_line_at_the_deadline(server: ImapServer, proxy: Proxy) -> None:
    link = ImapLink(replace(server, port=proxy.port), timeout=0.5)
    await link.open()
    proxy.hush()

    with pytest.raises(ChannelDown, match="no answer in time"):
        await asyncio.wait_for(link.uids(0), 5)
    proxy.mend()
    await link.close()


async def test_it_gives_up_a_dripping_line_at_the_deadline(server: ImapServer, proxy: Proxy) -> None:
    """A timeout on the socket starts anew at each byte and never ends."""
    link = ImapLink(replace(server, port=proxy.port), timeout=0.5)
    await link.open()
    proxy.drip = 0.1

    with pytest.raises(ChannelDown, match="no answer in time"):
        await asyncio.wait_for(link.uids(0), 5)
    await link.close()


async def test_it_gives_up_a_line_that_falls_silent_in_idle(server: ImapServer, proxy: Proxy) -> None:
    link = ImapLink(replace(server, port=proxy.port), timeout=0.5)
    await link.open()
    await link.uids(0)
    proxy.hush()

    with pytest.raises(ChannelDown, match="no answer in time"):
        await asyncio.wait_for(link.idle(0.3), 5)
    await link.close()


async def test_it_starts_tls_before_it_says_the_password(server: ImapServer, dovecot: Dovecot) -> None:
    link = ImapLink(replace(server, host="localhost", security="starttls"), tls=dovecot.trust())

    folder = await link.open()
    await link.close()

    assert folder.idle
    assert f"user=<{server.username}>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1" in dovecot.log
    assert "TLS" in dovecot.log.rsplit(f"Login: user=<{server.username}>", 1)[1].splitlines()[0]


async def test_it_opens_a_folder_with_a_cyrillic_name(server: ImapServer, dovecot: Dovecot, user: User) -> None:
    dovecot.make_folder(user, 'Заявки & "прочее"')
    dovecot.deliver(user, RAW, folder='Заявки & "прочее"')
    link = ImapLink(replace(server, folder='Заявки & "прочее"'))

    await link.open()
    [mail] = await link.fetch(await link.uids(0))
    await link.close()

    assert mail.raw == RAW


async def test_a_cancelled_caller_leaves_no_thread_and_no_line(shaky: ImapLink, proxy: Proxy) -> None:
    before = threading.active_count()
    await shaky.open()
    await shaky.uids(0)
    waiting = asyncio.create_task(shaky.idle(60))
    await asyncio.sleep(0.2)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await shaky.close()

    assert shaky.closed
    assert threading.active_count() <= before
    await asyncio.sleep(0.1)
    assert proxy.open_lines == 0
