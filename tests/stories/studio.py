"""A studio for a day: the real service against the sandbox, and its people, who write, press and look.

Everything travels the real road: HTTP Bot API, IMAP, SMTP.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from okno.app import App, running
from okno.config.values import Config, Desk, ImapServer, Line, Mailbox, Secret, SmtpServer, Staff
from okno.config.values import Telegram as TelegramSettings
from okno.queue import tickets
from okno.queue.tickets import Ticket
from okno.sandbox.mail.host import MailHost
from okno.sandbox.mail.letters import Draft
from okno.sandbox.telegram.host import TOKEN, Telegram

T = TypeVar("T")
Json = dict[str, Any]
ROOM = -1001000000001
VERA, IGOR, MALLORY = 501, 502, 666
ANNA, BORIS, LENA = 1001, 1002, 1003
SUPPORT = "support@studio.example"
CLIENT = "clara@client.example"
PATIENCE = 15.0


class Clock:
    """The service's clock, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Studio:
    def __init__(self, telegram: Telegram, mail: MailHost, config: Config) -> None:
        self.clock = Clock()
        self.telegram = telegram
        self.mail = mail
        self.config = config
        self.app: App

    async def until(self, look: Callable[[], T | None], what: str = "") -> T:
        """What `look` finds, as soon as it finds it; fails loudly when it does not in time."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            found = look()
            if found:
                return found
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"never came: {what or look}\n{self.scene()}")
            await asyncio.sleep(0.02)

    def scene(self) -> str:
        """What everybody sees, for the reader of a failed test."""
        rows = []
        for chat in (VERA, ROOM, ANNA):
            try:
                rows += [f"{chat}: {_words(one)!r}" for one in self.telegram.look.messages(chat)]
            except Exception as error:  # noqa: BLE001 - a picture for a failed test, nothing more
                rows.append(f"{chat}: {error}")
        return "\n".join(rows)

    def says(self, user: int, text: str, **more: Any) -> Json:
        return self.telegram.people.say(user, text, **more)

    async def sees(self, chat: int, words: str, **more: Any) -> Json:
        """The newest message of the chat (a private one by its person) with these words."""
        return await self.until(lambda: self.find(chat, words, **more), f"{words!r} in {chat}")

    def find(
        self, chat: int, words: str, *, since: int = 0, mine: bool = False, topic: int | None = None
    ) -> Json | None:
        found = [
            one for one in self.telegram.look.messages(chat, user=chat if chat > 0 else None, since=since, topic=topic)
            if words.lower() in _words(one).lower() and (mine or not one["mine"])
        ]  # fmt: skip
        return found[-1] if found else None

    async def feed(self, words: str, *, topic: int | None = None) -> Json:
        """A client's words as the group shows them: not the card, which has buttons."""

        def look() -> Json | None:
            seen = self.telegram.look.messages(ROOM, topic=topic)
            found = [one for one in seen if words.lower() in _words(one).lower() and not labels(one) and _of_bot(one)]
            return found[-1] if found else None

        return await self.until(look, f"{words!r} in the feed")

    async def card(self, label: str) -> Json:
        """The newest message of the group that has this button."""

        def look() -> Json | None:
            return next((one for one in reversed(self.telegram.look.messages(ROOM)) if label in labels(one)), None)

        return await self.until(look, f"a card with {label!r}")

    async def presses(self, user: int, message: Json, label: str) -> Json:
        chat = message["chat"]["id"]
        where = {"chat": chat} if chat < 0 else {}
        return await self.telegram.people.press(user, message["message_id"], label=label, **where)

    async def topic(self, number: int) -> int:
        """The topic of a ticket."""

        def look() -> int | None:
            for one in self.telegram.look.topics(ROOM):
                if f"#{number}" in one["name"] and not one["deleted"]:
                    return int(one["message_thread_id"])
            return None

        return await self.until(look, f"topic of #{number}")

    async def writes_mail(self, subject: str, text: str, sender: str = CLIENT, **more: Any) -> None:
        await self.mail.send(Draft(sender=sender, name="Клара", to=(SUPPORT,), subject=subject, text=text, **more))

    async def gets_mail(self, words: str, address: str = CLIENT) -> Message:
        return await self.until(lambda: self.mail_with(words, address), f"mail with {words!r} to {address}")

    def mail_with(self, words: str, address: str = CLIENT) -> Message | None:
        for one in reversed(self.mail.messages(address)):
            mail = message_from_bytes(one.raw)
            if words in body(mail) or words in subject(mail):
                return mail
        return None

    async def ticket(self, number: int) -> Ticket:
        return await self.app.store.read(tickets.get, number)

    async def in_time(self, look: Callable[[], T | None], what: str = "", step: float = 0.5) -> T:
        """The same while the service's clock runs on by so many seconds a look: what was put off falls due."""

        def later() -> T | None:
            self.clock.ahead += timedelta(seconds=step)
            return look()

        return await self.until(later, what)

    async def struck(self) -> None:
        """Waits until every fault asked for has happened."""
        await self.until(lambda: all(one["hits"] for one in self.telegram.faults.shown()), "the faults")

    async def status(self, number: int, status: str) -> Ticket:
        """Waits until the ticket is in this state."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while (found := await self.ticket(number)).status != status:
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"#{number} is {found.status}, not {status}\n{self.scene()}")
            await asyncio.sleep(0.02)
        return found

    async def on_duty(self, *people: int) -> None:
        for one in people:
            self.telegram.people.start(one)
            await self.sees(one, "/help")


def subject(mail: Message) -> str:
    return str(make_header(decode_header(str(mail["Subject"]))))


def body(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    return "\n".join(_decoded(part) for part in parts)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode(part.get_content_charset() or "utf-8", "replace")


def _words(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _of_bot(message: Json) -> bool:
    return bool((message.get("from") or {}).get("is_bot"))


def labels(message: Json) -> list[str]:
    """The buttons under a message."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [one["text"] for row in rows for one in row]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def people(telegram: Telegram) -> None:
    cast = telegram.cast
    for number, name, language in (
        (VERA, "Вера", "ru"), (IGOR, "Igor", "en"), (MALLORY, "Мэллори", "ru"), (ANNA, "Анна", "ru"),
        (BORIS, "Борис", "ru"), (LENA, "Лена", "ru"),
    ):  # fmt: skip
        cast.add_user(number, name, language_code=language)
    cast.add_chat(ROOM, "Студия", "forum", owner=LENA, members=[ANNA, BORIS])


def settings(data_dir: Path, api_url: str, mail: MailHost) -> Config:
    ports = mail.ports
    imap = ImapServer(host=ports.host, port=ports.imap, security="plain", username=SUPPORT, password=Secret("s"))
    return Config(
        path=None, data_dir=data_dir, language="ru", timezone=ZoneInfo("Europe/Moscow"),
        telegram=TelegramSettings(token=Secret(TOKEN), api_url=api_url, staff_chat=ROOM),
        desk=Desk(recall=timedelta(0), settle=timedelta(seconds=0.2)),
        mailboxes=(
            Mailbox(
                name="support", address=SUPPORT, from_name="Студия «Север»", plus_address=True, take_old=True,
                imap=imap, smtp=SmtpServer(host=ports.host, port=ports.smtp, security="plain"),
            ),
        ),
        lines=(Line(name="desk", title=(("ru", "Поддержка"), ("en", "Support"))),),
        staff=(
            Staff(name="Анна", telegram_id=ANNA, lines=("desk",)),
            Staff(name="Борис", telegram_id=BORIS, lines=("desk",)),
            Staff(name="Лена", telegram_id=LENA, role="lead", lines=("desk",)),
        ),
    )  # fmt: skip


@asynccontextmanager
async def studio(data_dir: Path, **desk: Any) -> AsyncIterator[Studio]:
    """`desk` changes settings of the desk."""
    telegram, mail = Telegram(paced=False, seed=7), MailHost()
    for address in (SUPPORT, CLIENT, "mallory@evil.example"):
        mail.add_mailbox(address, "s")
    url = await telegram.start()
    await mail.start()
    people(telegram)
    config = settings(data_dir, url, mail)
    made = Studio(telegram, mail, replace(config, desk=replace(config.desk, **desk)))
    try:
        async with running(made.config, pace=0, now=made.clock.now) as app:
            made.app = app
            yield made
    finally:
        await mail.stop()
        await telegram.stop()
