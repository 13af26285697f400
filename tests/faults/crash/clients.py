"""Clients who write: new requests, more words, replies, albums and edits in Telegram; mails and replies to mails."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from okno.sandbox.mail.letters import Draft
from okno.sandbox.mail.reading import Reading, read
from tests.faults.crash.ledger import Edit, Ledger, Word
from tests.faults.crash.town import NOW_AND_THEN, Town
from tests.stories.studio import SUPPORT

Json = dict[str, Any]
_MAILS: Final = 0.3
# An edit is dated to the second: another one of the same message must be of another second.
_EDITS: Final = 0.12
_PHOTO: Final = b"\xff\xd8\xff\xe0 a photo of the broken page"


@dataclass
class Clients:
    """They write about `pace` messages a second."""

    town: Town
    ledger: Ledger
    pace: float

    async def write(self, least: int, over: asyncio.Event) -> None:
        """At least so many messages, edits beside them, and now and then one more until it is over."""
        while len(self.ledger.words) < least or not over.is_set():
            pace = self.pace if len(self.ledger.words) < least else NOW_AND_THEN
            await asyncio.sleep(self.town.random.expovariate(pace))
            await self._one()

    async def _one(self) -> None:
        chance = self.town.random
        if chance.random() < _MAILS:
            await self._mail(chance.choice(self.town.addresses))
            return
        user = chance.choice(self.town.users)
        match chance.choices(("say", "reply", "album"), (7, 2, 1))[0]:
            case "say":
                self._say(user)
            case "reply":
                self._reply(user)
            case _:
                self._album(user)
        if chance.random() < _EDITS:
            self._edit(user)

    def _say(self, user: int, reply_to: int | None = None) -> None:
        marker = self.ledger.marker("c")
        sent = self.town.telegram.people.say(user, f"Не работает корзина {marker}, посмотрите", reply_to=reply_to)
        self._note(user, marker, sent)

    def _reply(self, user: int) -> None:
        """To something the bot said, or to words of their own."""
        chat = self.town.telegram.look.messages(user, user=user)
        self._say(user, self.town.random.choice(chat)["message_id"] if chat else None)

    def _album(self, user: int) -> None:
        markers = [self.ledger.marker("c") for _ in range(self.town.random.randint(2, 3))]
        items: list[Json] = [{"kind": "photo", "file": _PHOTO, "caption": f"Фото {one}"} for one in markers]
        for marker, sent in zip(markers, self.town.telegram.people.album(user, items), strict=True):
            self._note(user, marker, sent)

    def _note(self, user: int, marker: str, sent: Json) -> None:
        first = next((one.root for one in self.ledger.words.values() if one.who == str(user)), marker)
        place = (user, int(sent["message_id"]))
        self.ledger.words[marker] = Word(marker=marker, channel="telegram", who=str(user), root=first, place=place)

    def _edit(self, user: int) -> None:
        edited = {one.of for one in self.ledger.edits}
        mine = [one for one in self.ledger.words.values() if one.who == str(user) and one.marker not in edited]
        if not mine:
            return
        word = self.town.random.choice(mine)
        assert word.place is not None
        marker = self.ledger.marker("e")
        old = self.town.telegram.look.message(user, word.place[1])
        text = f"Поправка {word.marker} {marker}"
        if "text" in old:
            self.town.telegram.people.edit(user, word.place[1], text=text)
        else:
            self.town.telegram.people.edit(user, word.place[1], caption=text)
        self.ledger.edits.append(Edit(marker=marker, of=word.marker))

    async def _mail(self, address: str) -> None:
        """A reply to a mail of ours half of the time, when there is one."""
        marker = self.ledger.marker("c")
        inbox = self.town.mail.messages(address)
        letter = read(self.town.random.choice(inbox).raw) if inbox and self.town.random.random() < 0.5 else None
        draft = Draft(
            sender=address, name="Клиент", to=() if letter else (SUPPORT,), answers=letter,
            subject="" if letter else f"Вопрос про сайт {marker}", text=f"Добрый день! {marker}\nЖду ответа.",
        )  # fmt: skip
        header = await self.town.mail.send(draft)
        root = self._thread(letter) if letter else marker
        self.ledger.words[marker] = Word(marker=marker, channel="email", who=address, root=root, id=header)

    def _thread(self, letter: Reading) -> str:
        """The request a mail of ours belongs to: the client sees its first mail at the end of the references."""
        known = {one.id: one.root for one in self.ledger.words.values() if one.id}
        named = [*letter.references.split()]
        return next(known[one] for one in named if one in known)
