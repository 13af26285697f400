"""A mail host of the sandbox with one mailbox, and how to reach it."""

from collections.abc import AsyncIterator

import pytest

from okno.config.values import ImapServer, Secret
from okno.sandbox.mail import MailHost
from tests.intake.keeper import DESK


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    host = MailHost()
    host.add_mailbox(DESK, "secret")
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
def server(host: MailHost) -> ImapServer:
    return ImapServer(
        host="127.0.0.1", port=host.ports.imap, security="plain", username=DESK, password=Secret("secret")
    )
