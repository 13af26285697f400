"""A watched mailbox on a real Dovecot: cut lines, new numbers, people who meddle, outages; nothing lost or halved."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from okno.config.values import ImapServer
from tests.intake.keeper import Keeper, Pauses, mail, watching
from tests.servers.dovecot import Dovecot, User
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.dovecot


async def test_it_takes_everything_whole_when_the_line_is_cut_at_any_byte(
    dovecot: Dovecot, user: User, server: ImapServer
) -> None:
    mails = [mail(number, size=4000) for number in range(3)]
    dovecot.deliver(user, *mails)

    for offset in range(200, 14_000, 138):
        keeper = Keeper()
        async with Proxy(server.host, server.port) as proxy:
            proxy.cut_after = offset
            async with watching(keeper, replace(server, port=proxy.port)):
                await keeper.until(lambda: bool(keeper.troubles) or len(keeper.mails) == 3)  # noqa: B023
                proxy.mend()
                await keeper.holds(3)
        assert keeper.raws == mails, offset


async def test_it_takes_what_came_while_the_line_was_silent(dovecot: Dovecot, user: User, server: ImapServer) -> None:
    keeper = Keeper()
    async with (
        Proxy(server.host, server.port) as proxy,
        watching(keeper, replace(server, port=proxy.port), patience=0.5, poll=0.5) as watcher,
    ):
        await watcher.tried.wait()
        proxy.hush()
        dovecot.deliver(user, mail(0))
        await keeper.until(lambda: bool(keeper.troubles))
        proxy.mend()
        await keeper.holds(1)

    assert keeper.raws == [mail(0)]
    assert "no answer in time" in keeper.troubles[0][1]


async def test_it_comes_back_after_the_server_was_restarted(dovecot: Dovecot, user: User, server: ImapServer) -> None:
    keeper = Keeper()
    async with watching(keeper, server, patience=1.0) as watcher:
        await watcher.tried.wait()
        await asyncio.to_thread(dovecot.stop)
        dovecot.deliver(user, mail(0))
        await keeper.until(lambda: bool(keeper.troubles))
        await asyncio.to_thread(dovecot.start)
        await keeper.holds(1)

    assert keeper.raws == [mail(0)]


async def test_it_comes_back_after_it_was_thrown_out(dovecot: Dovecot, user: User, server: ImapServer) -> None:
    keeper, pauses = Keeper(), Pauses()
    async with watching(keeper, server, pauses) as watcher:
        await watcher.tried.wait()
        await asyncio.to_thread(dovecot.kick, user)
        dovecot.deliver(user, mail(0))
        await keeper.holds(1)

    assert keeper.raws == [mail(0)]
    assert keeper.troubles == []


async def test_it_loses_nothing_when_the_numbers_change_again_and_again(
    dovecot: Dovecot, user: User, server: ImapServer
) -> None:
    """Between the changes somebody reads, flags and removes mails in a webmail."""
    keeper = Keeper()
    async with watching(keeper, server, poll=0.2):
        for number in range(5):
            dovecot.deliver(user, mail(number))
            await keeper.until(lambda: mail(number) in keeper.raws)  # noqa: B023
            dovecot.doveadm("flags", "add", "-u", user.name, "\\Flagged", "mailbox", "INBOX", "all")
            if number == 2:
                dovecot.remove(user)
            await asyncio.to_thread(dovecot.new_uidvalidity, user, 1000 + number)

    assert set(keeper.raws) == {mail(number) for number in range(5)}
    once = Counter((arrived.uidvalidity, arrived.uid) for arrived in keeper.mails)
    assert set(once.values()) == {1}


async def test_it_takes_two_thousand_waiting_mails_in_order(dovecot: Dovecot, user: User, server: ImapServer) -> None:
    mails = [mail(number) for number in range(2000)]
    dovecot.deliver(user, *mails)
    keeper = Keeper()

    async with watching(keeper, server):
        await keeper.holds(2000)

    assert keeper.raws == mails
    assert max(len(batch) for batch in keeper.batches) == 100


async def test_it_takes_a_mail_of_25_megabytes(dovecot: Dovecot, user: User, server: ImapServer) -> None:
    big = mail(1) + (b"x" * 76 + b"\r\n") * 340_000
    dovecot.deliver(user, mail(0), big, mail(2))
    keeper = Keeper()

    async with watching(keeper, server):
        await keeper.holds(3)

    assert keeper.raws == [mail(0), big, mail(2)]


async def test_it_keeps_several_mailboxes_apart(dovecot: Dovecot, server: ImapServer) -> None:
    users = [dovecot.add_user(f"one{number}of5") for number in range(5)]
    keepers = [Keeper() for _ in users]
    for number, user in enumerate(users):
        dovecot.deliver(user, mail(number))

    async def take(user: User, keeper: Keeper) -> None:
        async with watching(keeper, replace(server, username=user.name)):
            await keeper.holds(1)

    await asyncio.gather(*map(take, users, keepers))

    assert [keeper.raws for keeper in keepers] == [[mail(number)] for number in range(5)]


@pytest.mark.slow
async def test_it_takes_twenty_thousand_waiting_mails_in_order(
    dovecot: Dovecot, user: User, server: ImapServer
) -> None:
    mails = [mail(number) for number in range(20_000)]
    await asyncio.to_thread(dovecot.deliver, user, *mails)
    keeper = Keeper()

    async with watching(keeper, server):
        await keeper.holds(20_000)

    assert keeper.raws == mails
