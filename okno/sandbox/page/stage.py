"""The demo's people in both sandboxes: put there, named in a language, and the first things they write."""

import asyncio
from typing import Any, Final

from okno.sandbox.mail.host import MailHost
from okno.sandbox.mail.letters import Draft
from okno.sandbox.mail.reading import Attached
from okno.sandbox.page import picture, scene
from okno.sandbox.page.scene import ANNA, BORIS, CLIENTS, LENA, NEWS, ROLES, ROOM, STAFF, SUPPORT, VERA, WRITERS
from okno.sandbox.telegram.host import Telegram
from okno.sandbox.telegram.topics import ICONS

Json = dict[str, Any]

PASSWORD: Final = "sandbox"  # noqa: S105 - opens nothing but this sandbox
BREATH: Final = 0.7
PATIENCE: Final = 10.0


class Stage:
    def __init__(self, telegram: Telegram, mail: MailHost) -> None:
        self.telegram = telegram
        self.mail = mail
        self.scene: scene.Scene

    def dress(self, language: str) -> None:
        """Everybody has their name in this language; who is not there yet is added."""
        self.scene = scene.load(language)
        for number, name in self.scene.called(CLIENTS | STAFF).items():
            self.telegram.cast.add_user(number, name, language_code=language)
        self._chat(ROOM, self.scene.room, "forum")
        self._chat(NEWS, self.scene.news, "channel")
        for address in (SUPPORT, *WRITERS):
            self.mail.add_mailbox(address, PASSWORD)

    def _chat(self, number: int, title: str, kind: str) -> None:
        known = self.telegram.cloud.world.chats.get(number)
        if known is not None:
            known.title = title
            return
        watching = [ANNA, BORIS, *(CLIENTS if kind == "channel" else ())]
        self.telegram.cast.add_chat(number, title, kind, owner=LENA, members=watching)

    async def play(self, breath: float = BREATH) -> None:
        """Staff and one client press Start, the others write; with a breath between, so that it can be watched."""
        people = self.telegram.people
        for number in (*STAFF, VERA):
            people.start(number)
        people.say(LENA, self.scene.post, chat=NEWS)
        # A ticket written before the staff are on duty would find nobody to tell.
        await asyncio.gather(*(self._answered(number) for number in STAFF))
        for line in self.scene.lines:
            await asyncio.sleep(breath)
            await (self._mails(line) if line.subject else self._says(line))

    async def _answered(self, person: int) -> None:
        """Waits until the bot has said something to them, but not for ever: the demo goes on without."""
        for _ in range(int(PATIENCE / 0.05)):
            if any(not one["mine"] for one in self.telegram.look.messages(person, user=person)):
                return
            await asyncio.sleep(0.05)

    async def _says(self, line: scene.Line) -> None:
        number = next(number for number, name in CLIENTS.items() if name == line.who)
        people = self.telegram.people
        people.start(number)
        await asyncio.sleep(BREATH / 4)
        if not line.picture:
            people.say(number, line.text)
            return
        facts = {"width": picture.WIDTH, "height": picture.HEIGHT}
        people.send(number, "photo", file=picture.drawn(), caption=line.text, content=facts)

    async def _mails(self, line: scene.Line) -> None:
        address = next(address for address, name in WRITERS.items() if name == line.who)
        attached: tuple[Attached, ...] = ()
        if line.file is not None:
            name, text = line.file
            attached = (Attached(name=name, type="text/csv", inline=False, data=text.encode("utf-8-sig")),)
        await self.mail.send(
            Draft(
                sender=address,
                name=self.scene.names[line.who],
                to=(SUPPORT,),
                subject=line.subject,
                text=line.text.strip(),
                attachments=attached,
            )
        )

    def facts(self) -> Json:
        """What the page must know to show it."""
        bot = self.telegram.bot.shown()
        return {
            "language": self.scene.language,
            "studio": self.scene.studio,
            "bot": {"id": bot["id"], "name": bot["first_name"]},
            "clients": _people(self.scene.called(CLIENTS)),
            "staff": [{**one, "role": ROLES[one["id"]]} for one in _people(self.scene.called(STAFF))],
            "room": {"id": ROOM, "title": self.scene.room},
            "news": {"id": NEWS, "title": self.scene.news, "author": LENA},
            "support": SUPPORT,
            "writers": [{"address": key, "name": name} for key, name in self.scene.called(WRITERS).items()],
            "icons": ICONS,
            "telegram": self.telegram.cloud.feed.last,
            "mail": self.mail.number,
        }


def _people(names: dict[int, str]) -> list[Json]:
    return [{"id": number, "name": name} for number, name in names.items()]
