"""What the IMAP link makes of answers that are odd, poor or hostile; real ones stand in tests/faults."""

import asyncio
from datetime import UTC, datetime

import pytest

from okno.config.values import Secret
from okno.errors import ChannelDown
from okno.sandbox.mail import MailHost
from tests.intake.imap.scripted import heard, link_to
from tests.servers.script import Script

FETCHED = b'UID 5 INTERNALDATE "03-Feb-2026 04:05:06 +0300" RFC822.SIZE 4'


async def test_it_reads_a_list_in_any_form_and_never_names_a_charset() -> None:
    answer = b"* SEARCH 9 3 7\r\n* SEARCH 12 (MODSEQ 917162500)\r\n{tag} OK done\r\n"
    async with Script(("UID SEARCH", answer)) as script:
        link = link_to(script)
        await link.open()

        uids = await link.uids(3)
        await link.close()

    assert uids == [7, 9, 12]
    assert heard(script, b"SEARCH") == [b"UID SEARCH UID 4:*"]


async def test_it_reads_an_empty_list() -> None:
    async with Script(("UID SEARCH", b"* SEARCH\r\n{tag} OK done\r\n")) as script:
        link = link_to(script)
        await link.open()

        assert await link.uids(0) == []
        await link.close()


async def test_it_finds_the_mail_among_what_was_not_asked_for() -> None:
    answer = (
        b"* 1 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n* 3 FETCH (FLAGS () BODY[] {4}\r\nA: b "
        + FETCHED
        + b")\r\n* 9 FETCH (UID 77 FLAGS ())\r\n{tag} OK done\r\n"
    )
    async with Script(("UID FETCH", answer)) as script:
        link = link_to(script)
        await link.open()

        [mail] = await link.fetch([5])
        await link.close()

    assert mail.raw == b"A: b"
    assert mail.internaldate == datetime(2026, 2, 3, 1, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"* 3 FETCH (" + FETCHED + b")\r\n{tag} OK done\r\n", "gave no content for mail 5"),
        (b"{tag} NO [SERVERBUG] Cannot read it\r\n", "Cannot read it"),
        (b"* 3 FETCH (UID 5 BODY[] {4000}\r\nA: b)\r\n{tag} OK done\r\n", "no answer in time"),
        (b"* 3 FETCH (UID 5 BODY[] {900000000}\r\n", "wants to send 900000000 bytes"),
        (b"* 3 FETCH (UID 5 BODY[] {4}\r\nA: b\r\n{tag} OK done\r\n", "cannot be understood"),
        (b"* 3 FETCH (UID 5 BODY[] " + b"(" * 5000 + b"\r\n{tag} OK done\r\n", "RecursionError"),
    ],
    ids=["no content", "refusal", "short", "huge", "unclosed", "nested"],
)
async def test_it_gives_no_mail_when_the_answer_is_bad(answer: bytes, words: str) -> None:
    async with Script(("UID FETCH 5 .RFC822.SIZE", b"{tag} OK done\r\n"), ("UID FETCH", answer)) as script:
        link = link_to(script)
        await link.open()

        with pytest.raises(ChannelDown, match=words):
            await link.fetch([5])
        assert link.closed
        await link.close()


async def test_it_asks_for_many_mails_in_small_commands() -> None:
    async with Script(("UID FETCH", b"{tag} OK done\r\n")) as script:
        link = link_to(script)
        await link.open()

        mails = await link.fetch(list(range(1, 251)))
        await link.close()

    assert [mail.raw for mail in mails] == [None] * 250
    assert [line.count(b",") + 1 for line in heard(script, b"BODY.PEEK")] == [100, 100, 50]


async def test_it_polls_a_server_that_cannot_idle() -> None:
    async with Script(("NOOP", b"* 4 EXISTS\r\n{tag} OK done\r\n"), capabilities="IMAP4rev1") as script:
        link = link_to(script)
        folder = await link.open()
        await link.uids(0)

        assert not folder.idle
        assert await link.idle(30)
        await link.close()

    assert heard(script, b"IDLE") == []


async def test_it_comes_back_from_polling_when_the_time_is_over() -> None:
    async with Script(capabilities="IMAP4rev1") as script:
        link = link_to(script)
        await link.open()
        await link.uids(0)

        assert not await link.idle(0.05)
        await link.close()


async def test_it_ends_with_its_caller_while_it_polls() -> None:
    async with Script(capabilities="IMAP4rev1") as script:
        link = link_to(script)
        await link.open()
        await link.uids(0)
        waiting = asyncio.create_task(link.idle(60))
        await asyncio.sleep(0.1)

        waiting.cancel()
        await asyncio.wait([waiting])

        assert link.closed
        await link.close()


async def test_it_hears_what_is_announced_before_the_server_is_ready_to_idle() -> None:
    async with Script(("IDLE", b"* 4 EXISTS\r\n+ idling\r\n")) as script:
        link = link_to(script)
        await link.open()
        await link.uids(0)

        assert await asyncio.wait_for(link.idle(60), 5)
        await link.close()


async def test_it_says_so_when_the_server_refuses_to_idle() -> None:
    async with Script(("IDLE", b"{tag} NO not now\r\n")) as script:
        link = link_to(script)
        await link.open()
        await link.uids(0)

        with pytest.raises(ChannelDown, match="refused IDLE"):
            await link.idle(60)
        await link.close()


async def test_it_reads_a_folder_that_it_may_not_change() -> None:
    readonly = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-ONLY] done\r\n"
    async with Script(("SELECT", readonly), ("EXAMINE", readonly)) as script:
        link = link_to(script)
        folder = await link.open()
        await link.mark_seen([1])
        await link.close()

    assert not folder.writable
    assert heard(script, b"STORE") == []


async def test_it_moves_by_copying_and_leaves_foreign_deletions_alone() -> None:
    listed = b'* LIST () "/" "Done"\r\n{tag} OK done\r\n'
    async with Script(("LIST", listed), capabilities="IMAP4rev1") as script:
        link = link_to(script)
        await link.open()
        await link.move([1, 2], "Done")
        await link.close()

    assert heard(script, b"UID ") == [b'UID COPY 1,2 "Done"', b"UID STORE 1,2 +FLAGS.SILENT (\\Deleted)"]
    assert heard(script, b"EXPUNGE") == []


async def test_it_works_with_the_sandbox() -> None:
    host = MailHost()
    host.add_mailbox("desk@desk.test", "пароль")
    ports = await host.start()
    link = link_to(Script(), port=ports.imap, username="desk@desk.test", password=Secret("пароль"))
    await link.open()
    assert await link.uids(0) == []

    waiting = asyncio.create_task(link.idle(30))
    await asyncio.sleep(0.05)
    uid = host.deliver("desk@desk.test", b"Subject: hello\r\n\r\nHello.\r\n")
    assert await asyncio.wait_for(waiting, 5)
    [mail] = await link.fetch(await link.uids(0))
    await link.mark_seen([uid])
    await link.close()
    await host.stop()

    assert mail.raw == b"Subject: hello\r\n\r\nHello.\r\n"
    assert [mail.seen for mail in host.messages("desk@desk.test")] == [True]
