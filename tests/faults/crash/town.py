"""The world outside the service, which no crash touches: Telegram, the mail host, its people; the settings."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from okno.config.values import Config, Secret
from okno.sandbox.mail.host import MailHost
from okno.sandbox.telegram.host import Telegram
from tests.stories.studio import ANNA, BORIS, LENA, ROOM, SUPPORT, people, settings

Json = dict[str, Any]
STAFF: Final = (ANNA, BORIS, LENA)
# Telegram's minutes are 0.1 s here and its 20 messages a minute in a group 200 a second; both sides keep to it.
PACE: Final = 600.0
# A second: how often people still do something when they have done what was asked of them.
NOW_AND_THEN: Final = 3.0
_SHOWN: Final = ("send", "edit", "create", "setMessage")
_FIRST_CLIENT: Final = 5000


class Town:
    def __init__(self, telegram: Telegram, mail: MailHost, config: Config, seed: int) -> None:
        self.telegram = telegram
        self.mail = mail
        self.config = config
        self.random = random.Random(seed)
        self.users: list[int] = []
        self.addresses: list[str] = []

    def settle(self, users: int, addresses: int) -> None:
        """So many clients in Telegram and with a mailbox here."""
        for number in range(users):
            self.telegram.cast.add_user(_FIRST_CLIENT + number, f"Клиент {number}", language_code="ru")
            self.users.append(_FIRST_CLIENT + number)
        for number in range(addresses):
            self.addresses.append(f"client{number}@client.example")
            self.mail.add_mailbox(self.addresses[-1], "s")

    def told(self) -> int:
        """How often the bot has sent, edited or made something that people see."""
        counts = self.telegram.calls.by_method.items()
        return sum(number for method, number in counts if method.startswith(_SHOWN))

    def room(self, since: int = 0) -> list[Json]:
        """Messages of the staff's group after this one."""
        return self.telegram.look.messages(ROOM, since=since, limit=1_000_000)

    def chat(self, user: int) -> list[Json]:
        """What the bot wrote to this person."""
        found = self.telegram.look.messages(user, user=user, limit=1_000_000)
        return [one for one in found if not one["mine"]]


def said(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


@asynccontextmanager
async def town(data_dir: Path, seed: int, database_url: str = "") -> AsyncIterator[Town]:
    telegram, mail = Telegram(paced=True, seed=seed), MailHost()
    telegram.pace.speed = PACE
    mail.add_mailbox(SUPPORT, "s")
    url = await telegram.start()
    await mail.start()
    try:
        people(telegram)
        await asyncio.to_thread(data_dir.mkdir)
        config = settings(data_dir, url, mail)
        desk = replace(config.desk, recall=timedelta(0), settle=timedelta(seconds=0.05))
        yield Town(telegram, mail, replace(config, desk=desk, database_url=Secret(database_url)), seed)
    finally:
        await mail.stop()
        await telegram.stop()
