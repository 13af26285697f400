"""A mail host with the cast's mailboxes, its SMTP client and its HTTP control."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiosmtplib import SMTP

from okno.sandbox.mail import MailHost, control

DESK = "support@desk.test"
CLIENT = "vera@client.test"


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    host = MailHost()
    host.add_mailbox(DESK, 'пароль "с кавычками"')
    host.add_mailbox(CLIENT, "secret")
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
async def smtp(host: MailHost) -> AsyncIterator[SMTP]:
    client = SMTP(hostname=host.ports.host, port=host.ports.smtp, use_tls=False, start_tls=False, timeout=5)
    await client.connect()
    await client.ehlo()
    yield client
    client.close()


@pytest.fixture
async def page(host: MailHost) -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    app = web.Application()
    app.add_subapp("/sandbox/mail", control(host))
    async with TestClient(TestServer(app)) as client:
        yield client
