"""`okno check` against a Telegram and a mail host on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from okno.sandbox.mail import MailHost
from okno.sandbox.telegram import TOKEN, Telegram
from tests.cli.conftest import Office
from tests.cli.terminal import Said
from tests.store.cast import ANNA, BORIS, ROOM

NEWS = -1001000000003
MAIL = """
[[mailbox]]
name = "support"
address = "support@desk.test"
plus_address = true
imap = {{ host = "127.0.0.1", port = {imap}, security = "plain", username = "support@desk.test", password = "secret" }}
smtp = {{ host = "127.0.0.1", port = {smtp}, security = "plain" }}
"""

Check = Callable[..., Awaitable["Checked"]]


class Checked:
    def __init__(self, said: Said) -> None:
        self.said = said
        self.found: list[dict[str, Any]] = json.loads(said.out)

    def of(self, what: str) -> list[dict[str, Any]]:
        return [one for one in self.found if one["what"] == what]

    def wrong(self) -> list[tuple[str, str]]:
        return [(one["what"], one["problem"]) for one in self.found if not one["ok"]]


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Anna and Boris pressed Start; the bot is an administrator in the staff's forum and in the channel."""
    host = Telegram(paced=False)
    await host.start()
    for key, name in ((ANNA, "Анна"), (BORIS, "Борис")):
        host.cast.add_user(key, name)
        host.people.start(key)
    host.cast.add_chat(ROOM, "Desk", "forum", owner=ANNA)
    host.cast.add_chat(NEWS, "News", "channel", owner=ANNA, username="news")
    yield host
    await host.stop()


@pytest.fixture
async def mail() -> AsyncIterator[MailHost]:
    host = MailHost()
    host.add_mailbox("support@desk.test", "secret")
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
def check(on_sqlite: Office) -> Check:
    """The findings for a configuration."""

    async def checked(text: str, *options: str) -> Checked:
        on_sqlite.configure(text)
        return Checked(await asyncio.to_thread(on_sqlite.okno, "check", "--json", *options))

    return checked


def settings(host: Telegram, more: str = "") -> str:
    return (
        f'language = "en"\ntimezone = "UTC"\n[telegram]\ntoken = "{TOKEN}"\napi_url = "{host.url}"\n{more}\n'
        f'[[staff]]\nname = "Анна"\ntelegram_id = {ANNA}\nrole = "admin"\n'
    )


def boxes(host: MailHost) -> str:
    return MAIL.format(imap=host.ports.imap, smtp=host.ports.smtp)
