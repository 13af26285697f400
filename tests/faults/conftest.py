"""A real mail server, started once for all tests that need one, and ways to reach it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import count

import pytest

from okno.config.values import ImapServer, Secret
from okno.intake.imap import ImapLink
from tests.servers.dovecot import Dovecot, User, binary
from tests.servers.proxy import Proxy

names = (f"desk{number}" for number in count())


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if binary("dovecot") is None:
        pytest.skip("no Dovecot on this machine; on Debian: apt-get install dovecot-imapd")
    with Dovecot() as server:
        yield server


@pytest.fixture
def user(dovecot: Dovecot) -> User:
    return dovecot.add_user(next(names))


@pytest.fixture
def server(dovecot: Dovecot, user: User) -> ImapServer:
    return ImapServer(
        host="127.0.0.1", port=dovecot.port, security="plain", username=user.name, password=Secret(user.password)
    )


@pytest.fixture
async def proxy(dovecot: Dovecot) -> AsyncIterator[Proxy]:
    async with Proxy(dovecot.host, dovecot.port) as proxy:
        yield proxy


@pytest.fixture
async def link(server: ImapServer) -> AsyncIterator[ImapLink]:
    link = ImapLink(server, timeout=10)
    yield link
    await link.close()


@pytest.fixture
async def shaky(server: ImapServer, proxy: Proxy) -> AsyncIterator[ImapLink]:
    """A link through the proxy."""
    link = ImapLink(replace(server, port=proxy.port), timeout=5)
    yield link
    await link.close()
