"""A fault server, a patient line to it, and what was committed on the way."""

from collections.abc import AsyncIterator

import pytest

from okno.notifier.mail.smtp import SmtpLine
from tests.notifier.mail.lines import Phases, line_to
from tests.servers.smtp import SmtpServer


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with SmtpServer() as running:
        yield running


@pytest.fixture
async def line(server: SmtpServer) -> AsyncIterator[SmtpLine]:
    made = line_to(server)
    yield made
    await made.close()


@pytest.fixture
def phases() -> Phases:
    return Phases()
