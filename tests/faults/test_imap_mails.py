"""Mails, flags, folders and IDLE through the link on a real Dovecot."""

import asyncio
from datetime import UTC, datetime

import pytest

from okno.intake.imap import ImapLink
from tests.servers.dovecot import Dovecot, User

pytestmark = pytest.mark.dovecot

RAW = b"From: vera@client.test\r\nSubject: hello\r\n\r\nHello.\r\n"


async def test_it_fetches_big_mails_whole(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    big = RAW + (b"x" * 76 + b"\r\n") * 340_000
    dovecot.deliver(user, RAW, big, RAW)

    await link.open()
    mails = await link.fetch(await link.uids(0))

    assert [mail.size for mail in mails] == [len(RAW), len(big), len(RAW)]
    assert mails[1].raw == big


async def test_it_tells_a_mail_that_is_gone_from_an_empty_one(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, RAW, b"", RAW)
    await link.open()
    await link.uids(0)
    dovecot.remove(user)

    assert [mail.raw for mail in await link.fetch([1, 2, 3, 99])] == [None, b"", RAW, None]


async def test_it_takes_the_instant_from_the_server(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    at = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    dovecot.deliver(user, RAW, at=at)

    await link.open()
    [mail] = await link.fetch([1])

    assert mail.internaldate == at


async def test_it_leaves_mails_unread_until_told_to_mark_them(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, RAW, RAW)
    await link.open()
    await link.fetch([1, 2])

    unread = dovecot.uids(user, "unseen")
    await link.mark_seen([2])

    assert unread == [1, 2]
    assert dovecot.uids(user, "unseen") == [1]


async def test_it_moves_and_deletes(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, RAW, RAW, RAW)
    await link.open()

    await link.move([1], "Готово")
    await link.delete([2])

    assert await link.uids(0) == [3]
    assert dovecot.uids(user, folder="Готово") == [1]


async def test_it_gives_only_uids_above_the_last_one(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    """`n:*` names the last mail even when its UID is below n."""
    dovecot.deliver(user, RAW, RAW)
    await link.open()

    assert await link.uids(1) == [2]
    assert await link.uids(2) == []


async def test_it_hears_of_a_mail_that_arrives_in_idle(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    await link.open()
    await link.uids(0)
    waiting = asyncio.create_task(link.idle(30))
    await asyncio.sleep(0.2)

    dovecot.deliver(user, RAW)

    assert await asyncio.wait_for(waiting, 10)
    assert await link.uids(0) == [1]


async def test_it_does_not_miss_a_mail_announced_during_another_command(
    link: ImapLink, dovecot: Dovecot, user: User
) -> None:
    await link.open()
    await link.uids(0)
    dovecot.deliver(user, RAW)
    await link.sizes([1])

    assert await asyncio.wait_for(link.idle(30), 5)


async def test_it_hears_of_a_mail_that_came_after_idle(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    await link.open()
    await link.uids(0)

    assert not await link.idle(0.2)
    dovecot.deliver(user, RAW)
    assert await asyncio.wait_for(link.idle(30), 10)
    assert await link.uids(0) == [1]


@pytest.mark.slow
async def test_it_lists_a_folder_of_twenty_thousand_mails(link: ImapLink, dovecot: Dovecot, user: User) -> None:
    dovecot.deliver(user, *[RAW] * 20_000)

    await link.open()
    uids = await link.uids(0)
    sizes = await link.sizes(uids)

    assert len(uids) == len(sizes) == 20_000
    assert await link.uids(19_999) == [20_000]
