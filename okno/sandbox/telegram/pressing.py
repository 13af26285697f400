"""Acts as a person at the buttons: under messages, under the input line, in polls. A part of people."""

import asyncio
from typing import Any

from okno.sandbox.telegram.cloud import Press
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.updates import CALLBACK_LIFE
from okno.sandbox.telegram.world import Bot, Chat
from okno.sandbox.telegram.writing import Writing

Json = dict[str, Any]

MOST_KEPT = 10_000


class Pressing(Writing):
    def tap(
        self,
        user: int,
        message_id: int,
        *,
        label: str | None = None,
        data: str | None = None,
        chat: int | None = None,
        bot: int | None = None,
    ) -> str:
        """Presses a button by its words; anybody in the chat may. The id of the query; does not wait for the answer.

        `data` without a label is sent as it is, on a button or on none: whoever writes their own app can do so, and
        also after the message is gone.
        """
        where = self.find.chat_of(user, chat, bot)
        found = where.messages.get(message_id)
        data = _data(found, label) if label is not None else data
        if data is None:
            raise Misuse("say which button: its label, or data")
        author = self.cloud.world.bots_by_id.get(where.authors.get(message_id, 0))
        return self._query(author or self.find.bot(bot), user, where, found, message_id, data)

    def _query(self, bot: Bot, user: int, where: Chat, found: Json | None, message_id: int, data: str) -> str:
        self._forget()
        press = Press(id=self.cloud.number(), bot=bot.id, user=user, data=data, at=self.cloud.clock.now())
        self.cloud.presses[press.id] = press
        payload = {
            "id": press.id,
            "from": self.find.person(user).shown(),
            "message": found or {"chat": where.shown(), "message_id": message_id, "date": 0},
            "chat_instance": str(-(where.id * 31 + bot.id)),
            "data": data,
        }
        self.cloud.feed.add(
            "press", id=press.id, chat=where.id, bot=bot.id, user=user, message_id=message_id, data=data
        )
        self.cloud.announce(bot, "callback_query", payload, f"press {user}", CALLBACK_LIFE)
        return press.id

    async def answer(self, query: str, wait: float = 10.0) -> Json:
        """What the bot said to a press: answered, text, show_alert, url; waits up to so many seconds for it."""
        press = self.cloud.presses.get(query)
        if press is None:
            raise Misuse(f"nobody pressed {query}")
        try:
            await asyncio.wait_for(press.answered.wait(), wait)
        except TimeoutError:
            return {"id": query, "answered": False, "text": "", "show_alert": False, "url": ""}
        return {"id": query, "answered": True, **(press.answer or {})}

    async def press(
        self,
        user: int,
        message_id: int,
        *,
        label: str | None = None,
        data: str | None = None,
        chat: int | None = None,
        bot: int | None = None,
        wait: float = 10.0,
    ) -> Json:
        """Like tap, and waits for what the bot answers."""
        return await self.answer(self.tap(user, message_id, label=label, data=data, chat=chat, bot=bot), wait)

    def key(self, user: int, label: str, *, chat: int | None = None, bot: int | None = None) -> Json:
        """Presses a key of the keyboard under the input line: sends its words, or the contact or place it asks for."""
        where = self.find.chat_of(user, chat, bot)
        rows: list[list[Json]] = (where.keyboard or {}).get("keyboard", [])
        keys = [key for row in rows for key in row if key["text"] == label]
        if not keys:
            raise Misuse(f'there is no key "{label}" under the input line')
        if (where.keyboard or {}).get("one_time_keyboard"):
            where.keyboard = None
        if keys[0].get("request_contact"):
            person = self.find.person(user)
            contact = {"phone_number": f"+7999{user:07d}", "first_name": person.first_name, "user_id": user}
            return self.send(user, "contact", content=contact, chat=chat, bot=bot)
        if keys[0].get("request_location"):
            return self.send(user, "location", chat=chat, bot=bot)
        return self.say(user, label, chat=chat, bot=bot)

    def vote(
        self, user: int, message_id: int, options: list[int], *, chat: int | None = None, bot: int | None = None
    ) -> None:
        """Votes in a bot's poll; it is told what the poll shows now, and in an open poll who voted."""
        where = self.find.chat_of(user, chat, bot)
        found = where.messages.get(message_id, {})
        author = self.cloud.world.bots_by_id.get(where.authors.get(message_id, 0))
        if "poll" not in found or author is None:
            raise Misuse(f"message {message_id} is no poll of a bot")
        old: Json = found["poll"]
        counted = [
            {**option, "voter_count": option["voter_count"] + (at in options)}
            for at, option in enumerate(old["options"])
        ]
        poll = {**old, "options": counted, "total_voter_count": old["total_voter_count"] + 1}
        where.messages[message_id] = {**found, "poll": poll}
        self.cloud.announce(author, "poll", poll, f"poll {poll['id']}")
        if not poll["is_anonymous"]:
            names = [old["options"][at]["persistent_id"] for at in options]
            voter = self.find.person(user).shown()
            payload = {"poll_id": poll["id"], "user": voter, "option_ids": options, "option_persistent_ids": names}
            self.cloud.announce(author, "poll_answer", payload, f"poll {poll['id']}")

    def _forget(self) -> None:
        """Old presses go when there are too many to keep."""
        presses = self.cloud.presses
        while len(presses) >= MOST_KEPT:
            del presses[next(iter(presses))]


def _data(found: Json | None, label: str) -> str:
    rows: list[list[Json]] = (found or {}).get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if button["text"] == label:
            if "callback_data" not in button:
                raise Misuse(f'the button "{label}" asks the bot nothing')
            data: str = button["callback_data"]
            return data
    raise Misuse(
        f'there is no button "{label}"; there are: {", ".join(button["text"] for button in buttons) or "none"}'
    )
