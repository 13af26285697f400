"""What the watcher of a mailbox promises: everything is taken, whole and in order, and marked only after that."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from okno.config.values import ImapServer
from okno.errors import StoreError
from okno.intake.mailbox import Arrived, Position
from okno.sandbox.mail import MailHost
from tests.intake.keeper import DESK, Keeper, Pauses, mail, watching
from tests.servers.proxy import Proxy


async def test_it_takes_what_lies_there_oldest_first(host: MailHost, server: ImapServer) -> None:
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    uids = [host.deliver(DESK, mail(number), at=at) for number in range(3)]
    keeper = Keeper()

    async with watching(keeper, server):
        await keeper.holds(3)

    validity = host.mailboxes.inbox(DESK).uid_validity
    assert keeper.mails == [
        Arrived(uidvalidity=validity, uid=uid, at=at, raw=mail(number)) for number, uid in enumerate(uids)
    ]
    assert keeper.last == Position(uidvalidity=validity, uid=uids[-1])


async def test_it_takes_what_arrives_while_it_waits(host: MailHost, server: ImapServer) -> None:
    keeper = Keeper()

    async with watching(keeper, server) as watcher:
        await watcher.tried.wait()
        for number in range(3):
            host.deliver(DESK, mail(number))
            await keeper.holds(number + 1)

    assert keeper.raws == [mail(0), mail(1), mail(2)]
    assert keeper.troubles == []


async def test_it_goes_on_where_it_stopped(host: MailHost, server: ImapServer) -> None:
    uids = [host.deliver(DESK, mail(number)) for number in range(3)]
    keeper = Keeper(last=Position(uidvalidity=host.mailboxes.inbox(DESK).uid_validity, uid=uids[1]))

    async with watching(keeper, server):
        await keeper.holds(1)

    assert keeper.raws == [mail(2)]


async def test_it_lists_everything_anew_when_the_numbers_are_new(host: MailHost, server: ImapServer) -> None:
    keeper = Keeper()
    host.deliver(DESK, mail(0))
    async with watching(keeper, server):
        await keeper.holds(1)
        fresh = host.mailboxes.renumber(DESK)
        host.deliver(DESK, mail(1))
        await host.hang_up()
        await keeper.until(lambda: keeper.last.uidvalidity == fresh)

    assert mail(0) in keeper.raws[1:]
    assert mail(1) in keeper.raws


async def test_it_lists_everything_anew_when_the_mailbox_went_back(host: MailHost, server: ImapServer) -> None:
    """A mailbox restored from a backup gives used numbers to new mails."""
    host.deliver(DESK, mail(0))
    keeper = Keeper(last=Position(uidvalidity=host.mailboxes.inbox(DESK).uid_validity, uid=900))

    async with watching(keeper, server):
        await keeper.holds(1)

    assert keeper.last.uid == host.messages(DESK)[0].uid


async def test_it_marks_mails_read_once_they_are_kept(host: MailHost, server: ImapServer) -> None:
    host.deliver(DESK, mail(0))
    keeper = Keeper(failures=[StoreError("disk full")])
    seen_at_failure = []

    class Watched(Pauses):
        async def sleep(self, seconds: float) -> None:
            seen_at_failure.append(host.messages(DESK)[0].seen)
            await super().sleep(seconds)

    async with watching(keeper, server, Watched()) as watcher:
        await keeper.holds(1)
        await watcher.tried.wait()
        await asyncio.sleep(0.1)

    assert seen_at_failure == [False]
    assert host.messages(DESK)[0].seen
    assert keeper.raws == [mail(0)]


async def test_it_takes_what_somebody_has_already_read(host: MailHost, server: ImapServer) -> None:
    host.deliver(DESK, mail(0))
    first = Keeper()
    async with watching(first, server):
        await first.holds(1)
    again = Keeper()

    async with watching(again, server):
        await again.holds(1)

    assert again.raws == [mail(0)]


async def test_it_loses_and_halves_nothing_when_the_line_is_cut_anywhere(host: MailHost, server: ImapServer) -> None:
    mails = [mail(number, size=3000) for number in range(5)]
    for raw in mails:
        host.deliver(DESK, raw)

    for offset in range(100, 18_000, 900):
        keeper = Keeper()
        async with Proxy(server.host, server.port) as proxy:
            proxy.cut_after = offset
            async with watching(keeper, replace(server, port=proxy.port)):
                await keeper.until(lambda: bool(keeper.troubles) or len(keeper.mails) == 5)  # noqa: B023
                proxy.mend()
                await keeper.holds(5)
        assert keeper.raws == mails, offset


async def test_it_takes_a_mailbox_in_pieces_that_memory_can_hold(host: MailHost, server: ImapServer) -> None:
    sizes = [3_000_000, 3_000_000, 3_000_000, 9_000_000, 10, 10]
    for number, size in enumerate(sizes):
        host.deliver(DESK, mail(number, size=size))
    keeper = Keeper()

    async with watching(keeper, server):
        await keeper.holds(6)

    assert [len(batch) for batch in keeper.batches] == [2, 1, 1, 2]
