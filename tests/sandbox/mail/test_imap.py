"""The sandbox's IMAP side, looked at with an ordinary client library."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from okno.sandbox.mail import MailHost

DESK = "support@desk.test"
PASSWORD = 'пароль "с кавычками"'
RAW = b"Subject: hello\r\n\r\nHello.\r\n"


async def with_client(host: MailHost, work: Callable[[IMAPClient], Any]) -> Any:
    def run() -> Any:
        with IMAPClient(host.ports.host, host.ports.imap, ssl=False, timeout=10) as client:
            client.plain_login(DESK, PASSWORD)
            client.select_folder("INBOX")
            return work(client)

    return await asyncio.to_thread(run)


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        b"Subject: no body\r\n",
        b"no header at all",
        b"",
        b'Content-Type: multipart/mixed; boundary="\xff\xfe"\r\n\r\n--\xff\xfe\r\n\r\n\x00\r\n',
        b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    ],
    ids=["plain", "no body", "no header", "nothing", "broken", "nested"],
)
async def test_it_serves_every_byte_of_any_mail(host: MailHost, raw: bytes) -> None:
    uid = host.deliver(DESK, raw)

    fetched = await with_client(host, lambda client: client.fetch([uid], ["BODY.PEEK[]", "RFC822.SIZE"]))

    assert (fetched[uid][b"BODY[]"] or b"") == raw
    assert fetched[uid][b"RFC822.SIZE"] == len(raw)


async def test_it_announces_a_mail_in_idle(host: MailHost) -> None:
    entered = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait(client: IMAPClient) -> Any:
        client.idle()
        loop.call_soon_threadsafe(entered.set)
        told = client.idle_check(timeout=10)
        client.idle_done()
        return told

    waiting = asyncio.create_task(with_client(host, wait))
    await entered.wait()
    host.deliver(DESK, RAW)

    assert (1, b"EXISTS") in await waiting


async def test_it_announces_in_idle_what_came_just_before(host: MailHost) -> None:
    def wait(client: IMAPClient) -> Any:
        client.noop()
        loop.call_soon_threadsafe(host.deliver, DESK, RAW)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
        client.idle()
        told = client.idle_check(timeout=10)
        client.idle_done()
        return told

    loop = asyncio.get_running_loop()

    assert (1, b"EXISTS") in await with_client(host, wait)


async def test_it_keeps_uids_when_a_mail_goes(host: MailHost) -> None:
    uids = [host.deliver(DESK, RAW) for _ in range(3)]

    def remove(client: IMAPClient) -> Any:
        client.delete_messages([uids[1]])
        client.expunge()
        return client.search("ALL")

    assert await with_client(host, remove) == [uids[0], uids[2]]
    assert host.deliver(DESK, RAW) == uids[2] + 1


async def test_it_gives_each_user_their_own_inbox(host: MailHost) -> None:
    host.deliver("vera@client.test", RAW)

    assert await with_client(host, lambda client: client.search("ALL")) == []


async def test_it_refuses_a_wrong_password(host: MailHost) -> None:
    def run() -> None:
        with IMAPClient(host.ports.host, host.ports.imap, ssl=False, timeout=10) as client:
            client.login(DESK, "guess")

    with pytest.raises(LoginError):
        await asyncio.to_thread(run)


async def test_it_shows_a_new_uidvalidity_when_told_to(host: MailHost) -> None:
    before = await with_client(host, lambda client: client.folder_status("INBOX")[b"UIDVALIDITY"])

    fresh = host.mailboxes.renumber(DESK)

    after = await with_client(host, lambda client: client.folder_status("INBOX")[b"UIDVALIDITY"])
    assert after == fresh > before
