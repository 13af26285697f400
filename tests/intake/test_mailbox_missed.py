"""The watcher of a mailbox before mails that cannot be had, and servers that fall short."""

from okno.config.values import ImapServer, Secret
from okno.intake.imap import LARGEST
from okno.intake.mailbox import Position
from tests.intake.keeper import Keeper, watching
from tests.servers.script import Script


def script_server(script: Script) -> ImapServer:
    return ImapServer(host=script.host, port=script.port, security="plain", username="desk", password=Secret("x"))


def whole(uid: int) -> bytes:
    return b"* 1 FETCH (UID %d RFC822.SIZE 4 BODY[] {4}\r\nA: %d)\r\n{tag} OK done\r\n" % (uid, uid)


async def test_one_mail_that_cannot_be_fetched_does_not_keep_the_others_waiting() -> None:
    answers = (
        ("UID SEARCH", b"* SEARCH 1 2 3\r\n{tag} OK done\r\n"),
        (r"UID FETCH [\d,]+ .RFC822.SIZE", b"{tag} OK done\r\n"),
        ("UID FETCH 1 ", whole(1)),
        ("UID FETCH 3 ", whole(3)),
        ("UID FETCH .*BODY", b"{tag} NO [SERVERBUG] mail 2 is broken\r\n"),
    )
    keeper = Keeper()

    async with Script(*answers) as script, watching(keeper, script_server(script)):
        await keeper.until(lambda: bool(keeper.troubles))

    assert keeper.raws == [b"A: 1", b"A: 3"]
    assert keeper.last == Position(uidvalidity=7, uid=3, missed=(2,))
    assert keeper.troubles[0][1].startswith("mails that cannot be fetched, by UID: 2;")


async def test_it_tries_a_missed_mail_again_later_and_says_when_it_has_it() -> None:
    answers = (
        ("UID SEARCH", b"* SEARCH 3\r\n{tag} OK done\r\n"),
        (r"UID FETCH [\d,]+ .RFC822.SIZE", b"{tag} OK done\r\n"),
        ("UID FETCH 2 ", whole(2)),
    )
    keeper = Keeper(last=Position(uidvalidity=7, uid=3, missed=(2,)))

    async with Script(*answers) as script, watching(keeper, script_server(script)) as watcher:
        await keeper.holds(1)
        await watcher.tried.wait()

    assert keeper.raws == [b"A: 2"]
    assert keeper.last == Position(uidvalidity=7, uid=3)
    assert watcher.trouble == ""


async def test_it_does_not_even_ask_for_a_mail_that_is_too_big() -> None:
    size = LARGEST + 1
    answers = (
        ("UID SEARCH", b"* SEARCH 1 2\r\n{tag} OK done\r\n"),
        (r"UID FETCH [\d,]+ .RFC822.SIZE", b"* 1 FETCH (UID 1 RFC822.SIZE %d)\r\n{tag} OK done\r\n" % size),
        ("UID FETCH 2 ", whole(2)),
    )
    keeper = Keeper()

    async with Script(*answers) as script, watching(keeper, script_server(script)):
        await keeper.until(lambda: bool(keeper.troubles))

    assert keeper.raws == [b"A: 2"]
    assert keeper.last.missed == (1,)
    assert not [line for line in script.heard if b"FETCH 1 " in line and b"BODY" in line]


async def test_it_passes_a_mail_that_went_away_before_it_was_fetched() -> None:
    answers = (("UID SEARCH", b"* SEARCH 1 2\r\n{tag} OK done\r\n"), ("UID FETCH .*BODY", whole(2)))
    keeper = Keeper()

    async with Script(*answers) as script, watching(keeper, script_server(script)):
        await keeper.holds(1)

    assert keeper.raws == [b"A: 2"]
    assert keeper.last == Position(uidvalidity=7, uid=2)


async def test_a_server_that_cannot_mark_is_not_asked_again_at_once() -> None:
    answers = (
        ("UID SEARCH UID 1:", b"* SEARCH 1\r\n{tag} OK done\r\n"),
        ("UID SEARCH UID 2:", b"* SEARCH 2\r\n{tag} OK done\r\n"),
        ("UID FETCH 1 .*BODY", whole(1)),
        ("UID FETCH 2 .*BODY", whole(2)),
        ("UID STORE", b"{tag} NO over quota\r\n"),
    )
    keeper = Keeper()

    async with Script(*answers) as script, watching(keeper, script_server(script)):
        await keeper.holds(2)

    assert keeper.raws == [b"A: 1", b"A: 2"]
    assert len([line for line in script.heard if b"STORE" in line]) == 1


async def test_it_looks_again_every_few_minutes_even_when_nothing_is_announced() -> None:
    answers = (("UID SEARCH", b"* SEARCH\r\n{tag} OK done\r\n"), ("IDLE", b"+ idling\r\n"))

    keeper = Keeper()

    async with Script(*answers) as script, watching(keeper, script_server(script), poll=0.05):
        await keeper.until(lambda: keeper.good_looks == 3)

    assert len([line for line in script.heard if b"SEARCH" in line]) == 3
