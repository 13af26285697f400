"""Staff at work in their group: answers to clients' words and by the button's prompt, notes, presses."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Final

from tests.faults.crash.ledger import Ledger, Note, Press, Reply
from tests.faults.crash.town import NOW_AND_THEN, STAFF, Town, said
from tests.faults.crash.waiting import until
from tests.stories.studio import ROOM

Json = dict[str, Any]
CLIENT: Final = re.compile(r"qc\d{5}z")
_NUMBER: Final = re.compile(r"#(\d+)")
_PRIORITIES: Final = ("low", "normal", "high", "urgent")
_PROMPT: Final = "Ответьте на это сообщение"
# How long somebody waits for the bot's prompt before they press again: it is not promised to survive a crash.
_PATIENCE: Final = 2.0


@dataclass
class Staff:
    """They act on what they see in the group."""

    town: Town
    ledger: Ledger
    _seen: int = 0
    _shown: list[Json] = field(default_factory=list)
    _cards: dict[int, Json] = field(default_factory=dict)

    async def come(self) -> None:
        """On duty: they press Start, so that tickets are handed out and alerts reach them."""
        for one in STAFF:
            self.town.telegram.people.start(one)
            came = await until(lambda one=one: any("/help" in said(each) for each in self.town.chat(one)))  # type: ignore[misc]
            assert came, "the bot does not greet who presses Start"

    async def work(self, least: int, pace: float, over: asyncio.Event) -> None:
        """At least so many deeds, about `pace` a second, and now and then one more until it is over."""
        done = 0
        async with asyncio.TaskGroup() as group:
            while done < least or not over.is_set():
                await asyncio.sleep(self.town.random.expovariate(pace if done < least else NOW_AND_THEN))
                self._look()
                if self._shown and self._cards:
                    group.create_task(self._act())
                    done += 1

    def _look(self) -> None:
        for message in self.town.room(self._seen):
            self._seen = message["message_id"]
            if not message["from"]["is_bot"]:
                continue
            keyboard = "inline_keyboard" in message.get("reply_markup", {})
            if keyboard and (number := _NUMBER.search(said(message))):
                self._cards[int(number[1])] = message
            elif not keyboard and CLIENT.search(said(message)):
                self._shown.append(message)

    async def _act(self) -> None:
        member = self.town.random.choice(STAFF)
        deed = self.town.random.choices(("answer", "prompt", "note", "take", "priority"), (10, 2, 3, 2, 2))[0]
        match deed:
            case "answer":
                self._answer(member, self.town.random.choice(self._shown[-40:]))
            case "prompt":
                await self._by_prompt(member)
            case "note":
                self._note(member, self.town.random.choice(self._shown))
            case _:
                self._press(member, deed)

    def _answer(self, member: int, shown: Json) -> None:
        marker = self.ledger.marker("a")
        number = self._says(member, f"Отвечаю: {marker}", shown["message_thread_id"], shown["message_id"])
        to = CLIENT.findall(said(shown))[0]
        self.ledger.replies[marker] = Reply(marker=marker, to=to, place=(ROOM, number))

    def _note(self, member: int, shown: Json) -> None:
        marker = self.ledger.marker("n")
        number = self._says(member, f"Для своих: {marker}", shown["message_thread_id"])
        self.ledger.notes[marker] = Note(marker=marker, place=(ROOM, number))

    def _says(self, member: int, text: str, topic: int, reply_to: int | None = None) -> int:
        sent = self.town.telegram.people.say(member, text, chat=ROOM, topic=topic, reply_to=reply_to)
        return int(sent["message_id"])

    def _press(self, member: int, deed: str) -> None:
        ticket = self.town.random.choice(list(self._cards))
        verb = f"take:{ticket}" if deed == "take" else f"set:{ticket}:{self.town.random.choice(_PRIORITIES)}"
        self._tap(member, ticket, verb)
        self.ledger.presses.append(Press(ticket=ticket, verb=verb.partition(":")[0], by=member))

    def _tap(self, member: int, ticket: int, data: str) -> None:
        self.town.telegram.people.tap(member, self._cards[ticket]["message_id"], data=data, chat=ROOM)

    async def _by_prompt(self, member: int) -> None:
        """Press Answer until the prompt is there, and reply to it."""
        ticket = self.town.random.choice(list(self._cards))
        topic = self._cards[ticket]["message_thread_id"]
        while (prompt := await self._prompt(member, ticket, topic)) is None:
            continue
        to = next((CLIENT.findall(said(one))[0] for one in self._shown if one["message_thread_id"] == topic), None)
        if to is None:
            return
        marker = self.ledger.marker("a")
        number = self._says(member, f"По кнопке: {marker}", topic, prompt)
        self.ledger.replies[marker] = Reply(marker=marker, to=to, place=(ROOM, number))

    async def _prompt(self, member: int, ticket: int, topic: int) -> int | None:
        before = self.town.room()[-1]["message_id"]
        self._tap(member, ticket, f"answer:{ticket}")
        found: list[int] = []

        def look() -> bool:
            new = self.town.telegram.look.messages(ROOM, topic=topic, since=before)
            found.extend(message["message_id"] for message in new if _PROMPT in said(message))
            return bool(found)

        await until(look, _PATIENCE)
        return found[0] if found else None
