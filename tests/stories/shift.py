"""What the people of a studio do over and over in stories: answer, press what says so, read what has changed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from okno.app import running
from okno.config.values import Config, Line
from okno.sandbox.mail.host import MailHost
from okno.sandbox.telegram.host import Telegram
from tests.stories.studio import ANNA, BORIS, CLIENT, ROOM, SUPPORT, VERA, Json, Studio, labels, people, settings

BASKET, LOGO = "Не открывается корзина", "Поменяйте логотип на сайте"


def label(message: Json, words: str) -> str:
    """The button that has these words on it."""
    found = [one for one in labels(message) if words in one]
    assert found, f"no button with {words!r}, there are {labels(message)}"
    return found[0]


async def press(office: Studio, user: int, message: Json, words: str) -> Json:
    """Presses the button with these words on it; what the bot says to that."""
    return await office.presses(user, message, label(message, words))


async def shows(office: Studio, message: Json, words: str = "", *, button: str = "") -> Json:
    """The message as it is once it has these words and a button with those."""

    def look() -> Json | None:
        one = office.telegram.look.message(message["chat"]["id"], message["message_id"])
        fits = words in (one.get("text") or "") and (not button or any(button in each for each in labels(one)))
        return one if fits else None

    return await office.until(look, f"{words!r} {button!r} in message {message['message_id']}")


async def card(office: Studio, number: int, button: str) -> Json:
    """The card of a ticket in its topic, once it has this button."""
    topic = await office.topic(number)

    def look() -> Json | None:
        seen = office.telegram.look.messages(ROOM, topic=topic)
        return next((one for one in seen if button in labels(one)), None)

    return await office.until(look, f"the card of #{number} with {button!r}")


async def offers(office: Studio, chat: int, button: str, *, since: int = 0) -> Json:
    """The newest message of a chat with this button."""

    def look() -> Json | None:
        seen = office.telegram.look.messages(chat, since=since)
        return next((one for one in reversed(seen) if any(button in each for each in labels(one))), None)

    return await office.until(look, f"a button {button!r} in {chat}")


async def answers(office: Studio, number: int, under: str, text: str, who: int = ANNA) -> Json:
    """A member of staff answers a client's words in the topic; their own message, once it is marked as delivered."""
    topic = await office.topic(number)
    words = await office.feed(under, topic=topic)
    said = office.says(who, text, chat=ROOM, topic=topic, reply_to=words["message_id"])
    await marked(office, said, "👌")
    return said


async def marked(office: Studio, said: Json, mark: str) -> None:
    """Waits for the bot's reaction on somebody's own words."""
    place = said["chat"]["id"], said["message_id"]
    await office.until(lambda: mark in str(office.telegram.look.message(*place)["reactions"]), f"{mark} on {said}")


async def two_requests(office: Studio) -> None:
    """#1 about the basket, #2 about the logo, both Vera's."""
    await office.on_duty(ANNA)
    office.says(VERA, BASKET)
    await office.sees(VERA, "#1")
    office.says(VERA, f"/new {LOGO}")
    await office.sees(VERA, "#2")


async def listed(office: Studio, user: int = VERA, words: str = "Ваши заявки") -> Json:
    said = office.says(user, "/my")
    return await office.sees(user, words, since=said["message_id"])


async def told(office: Studio, user: int, text: str, words: str, *, topic: int | None = None) -> Json:
    """A command, in a topic or in private, and the answer that has these words."""
    chat = user if topic is None else ROOM
    where = {} if topic is None else {"chat": ROOM, "topic": topic}
    said = office.says(user, text, **where)
    return await office.sees(chat, words, since=said["message_id"], topic=topic)


@asynccontextmanager
async def arranged(data_dir: Path, change: Callable[[Config], Config]) -> AsyncIterator[Studio]:
    """A studio whose settings are other ones: more lines, no group."""
    telegram, mail = Telegram(paced=False, seed=7), MailHost()
    for address in (SUPPORT, CLIENT):
        mail.add_mailbox(address, "s")
    url = await telegram.start()
    await mail.start()
    people(telegram)
    made = Studio(telegram, mail, change(settings(data_dir, url, mail)))
    try:
        async with running(made.config, pace=0, now=made.clock.now) as app:
            made.app = app
            yield made
    finally:
        await mail.stop()
        await telegram.stop()


def two_lines(config: Config) -> Config:
    """Anna and Lena at support, Boris alone in development."""
    dev = Line(name="dev", title=(("ru", "Разработка"), ("en", "Development")))
    staff = tuple(replace(one, lines=("dev",)) if one.telegram_id == BORIS else one for one in config.staff)
    return replace(config, lines=(*config.lines, dev), staff=staff)
