"""How the IMAP link opens and closes before servers that are odd, poor or hostile; real ones stand in tests/faults."""

import pytest

from okno.config.values import ImapServer, Secret
from okno.errors import ChannelDown
from okno.intake.imap import ImapLink
from tests.intake.imap.scripted import heard, link_to
from tests.servers.script import Script


async def test_it_says_no_password_to_a_server_without_starttls() -> None:
    async with Script() as script:
        link = link_to(script, security="starttls")

        with pytest.raises(ChannelDown, match=r"offers no STARTTLS; set imap\.security to tls"):
            await link.open()
        await link.close()

    assert heard(script, b"LOGIN") == heard(script, b"AUTHENTICATE") == []


async def test_it_takes_no_session_that_was_opened_before_tls() -> None:
    async with Script(greeting=b"* PREAUTH welcome\r\n") as script:
        link = link_to(script, security="starttls")

        with pytest.raises(ChannelDown, match="PREAUTH"):
            await link.open()
        await link.close()

    assert heard(script, b"SELECT") == []


async def test_it_says_no_password_to_a_server_that_wants_none_in_the_clear() -> None:
    async with Script(capabilities="IMAP4rev1 LOGINDISABLED") as script:
        link = link_to(script)

        with pytest.raises(ChannelDown, match="takes no password on this connection"):
            await link.open()
        await link.close()

    assert heard(script, b"LOGIN ") == []


@pytest.mark.parametrize(
    ("username", "password", "line"),
    [
        ("desk", "secret", b'LOGIN "desk" "secret"'),
        ("desk one", 'a"b\\c(', b'LOGIN "desk one" "a\\"b\\\\c("'),
    ],
)
async def test_it_quotes_name_and_password(username: str, password: str, line: bytes) -> None:
    async with Script() as script:
        link = link_to(script, username=username, password=Secret(password))
        await link.open()
        await link.close()

    assert heard(script, b"LOGIN") == [line]


@pytest.mark.parametrize(("code", "pause"), [("[AUTHENTICATIONFAILED]", 300), ("[UNAVAILABLE]", None)])
async def test_it_asks_for_a_long_pause_only_when_the_password_is_refused(code: str, pause: float | None) -> None:
    async with Script(("LOGIN", f"{{tag}} NO {code} no\r\n".encode())) as script:
        link = link_to(script)

        with pytest.raises(ChannelDown, match="refused the login of desk") as refused:
            await link.open()
        await link.close()

    assert refused.value.retry_after == pause


async def test_it_sends_what_is_not_ascii_as_literals_where_there_is_no_other_way() -> None:
    answers = ((r"LOGIN \{8\}$", b"+ go on\r\n"), (r".* \{12\}$", b"+ go on\r\n"))
    async with Script(*answers, capabilities="IMAP4rev1") as script:
        link = link_to(script, username="анна", password=Secret("пароль"))
        await link.open()
        await link.close()

    assert script.heard[2:4] == ["анна {12}".encode(), "пароль".encode()]


async def test_it_passes_on_what_the_server_says_at_the_door() -> None:
    async with Script(greeting=b"* BYE Too many connections from your address\r\n") as script:
        link = link_to(script)

        with pytest.raises(ChannelDown, match="Too many connections"):
            await link.open()
        await link.close()


async def test_it_gives_up_what_is_no_mail_server() -> None:
    async with Script(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as script:
        link = link_to(script)

        with pytest.raises(ChannelDown, match="unexpected response"):
            await link.open()
        await link.close()


async def test_it_says_so_when_nobody_listens() -> None:
    async with Script() as script:
        pass
    link = link_to(script)

    with pytest.raises(ChannelDown, match=r"IMAP 127\.0\.0\.1:\d+: nobody answers on this port"):
        await link.open()
    await link.close()


async def test_it_refuses_a_server_without_lasting_numbers() -> None:
    async with Script(("SELECT", b"* 3 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n")) as script:
        link = link_to(script)

        with pytest.raises(ChannelDown, match="keeps no lasting numbers"):
            await link.open()
        await link.close()


async def test_a_closed_link_says_so_and_stays_closed() -> None:
    async with Script() as script:
        link = link_to(script)
        await link.open()
        await link.close()

        with pytest.raises(ChannelDown, match="the link is closed"):
            await link.uids(0)
        with pytest.raises(ChannelDown, match="make a new one"):
            await link.open()
        await link.close()


async def test_it_can_be_closed_before_it_was_opened() -> None:
    link = ImapLink(ImapServer(host="127.0.0.1", port=1))

    await link.close()

    with pytest.raises(ChannelDown):
        await link.uids(0)
