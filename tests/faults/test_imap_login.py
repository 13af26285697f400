"""TLS, names and passwords on a real Dovecot: who is let in, who is not, and what is said about it."""

from dataclasses import replace

import pytest

from okno.config.values import ImapServer, Secret
from okno.errors import ChannelDown
from okno.intake.imap import ImapLink
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.dovecot


async def test_it_does_not_read_words_slipped_in_before_tls(server: ImapServer, proxy: Proxy, dovecot: Dovecot) -> None:
    """Whoever sits on the way may add to what is still in the clear (CVE-2021-38370 and its kin)."""
    proxy.slip_in = (b"Begin TLS negotiation now.\r\n", b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n")
    link = ImapLink(replace(server, host="localhost", port=proxy.port, security="starttls"), tls=dovecot.trust())

    with pytest.raises(ChannelDown, match="before TLS began"):
        await link.open()
    await link.close()


async def test_it_speaks_tls_from_the_start(server: ImapServer, dovecot: Dovecot) -> None:
    link = ImapLink(replace(server, host="localhost", port=dovecot.tls_port, security="tls"), tls=dovecot.trust())

    folder = await link.open()
    await link.close()

    assert folder.exists == 0


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_it_refuses_a_certificate_it_does_not_know(server: ImapServer, dovecot: Dovecot, security: str) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    link = ImapLink(replace(server, host="localhost", port=port, security=security))  # type: ignore[arg-type]

    with pytest.raises(ChannelDown, match="certificate is not trusted"):
        await link.open()
    await link.close()


async def test_it_refuses_a_certificate_for_another_name(server: ImapServer, dovecot: Dovecot) -> None:
    link = ImapLink(replace(server, host="127.1", port=dovecot.tls_port, security="tls"), tls=dovecot.trust())

    with pytest.raises(ChannelDown, match=r"certificate is not trusted: .*127\.1"):
        await link.open()
    await link.close()


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna b", 'se"cr\\et'), ('quo"te', "a(b)c {5} %*"), ("анна", "пароль с пробелом"), ("back\\slash", "]")],
)
async def test_it_logs_in_whatever_the_name_and_password_are_made_of(
    dovecot: Dovecot, server: ImapServer, name: str, password: str
) -> None:
    dovecot.add_user(name, password)
    link = ImapLink(replace(server, username=name, password=Secret(password)))

    folder = await link.open()
    await link.close()

    assert folder.exists == 0


async def test_it_says_what_to_check_when_the_login_is_refused(server: ImapServer) -> None:
    link = ImapLink(replace(server, password=Secret("guess")))

    with pytest.raises(ChannelDown, match=r"refused the login of desk\d+: .*AUTHENTICATIONFAILED.*check") as refused:
        await link.open()
    assert refused.value.retry_after == 300
    assert "guess" not in str(refused.value)
    await link.close()


async def test_it_says_which_folder_is_missing(server: ImapServer) -> None:
    link = ImapLink(replace(server, folder="Nowhere"))

    with pytest.raises(ChannelDown, match="folder Nowhere cannot be opened"):
        await link.open()
    await link.close()
