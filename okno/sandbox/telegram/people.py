"""Acts as a person in Telegram's apps: writes, sends, edits, deletes, presses buttons, reacts, blocks, runs topics.

    telegram.cast.add_user(7, "Клара")
    telegram.people.start(7)                                     # /start in the private chat with the bot
    telegram.people.say(7, "Сайт не открывается")
    telegram.people.send(7, "photo", file=png, caption="вот")
    answer = await telegram.people.press(1, 15, label="Взять", chat=-100123)

`user` is who acts. `chat` is a group or channel; without it the private chat with the bot (`bot`: its id, or else the
first bot). `topic` is a topic's id; without it General. Messages come back as a bot is shown them. What an app would
not let a person do raises Misuse. Every method can be called over HTTP: POST /sandbox/<its name>, arguments as a JSON
object, bytes (`file`) as base64.
"""

from collections.abc import Sequence
from typing import Any

from okno.sandbox.telegram import members, messages, topics
from okno.sandbox.telegram.methods.reactions import put as put_reactions
from okno.sandbox.telegram.pressing import Pressing

Json = dict[str, Any]


class People(Pressing):
    def react(
        self, user: int, message_id: int, emoji: Sequence[str], *, chat: int | None = None, bot: int | None = None
    ) -> None:
        """These reactions instead of the old ones; none takes them back. A bot is told when it is an administrator."""
        where = self.find.chat_of(user, chat, bot)
        self.find.message(where, message_id)
        old = where.reactions.get(message_id, {}).get(user, [])
        new: list[Json] = [{"type": "emoji", "emoji": one} for one in emoji]
        put_reactions(where.reactions, message_id, user, new)
        head = messages.head(where, self.find.person(user))
        actor = {"actor_chat": head["sender_chat"]} if "sender_chat" in head else {"user": head["from"]}
        payload = {
            "chat": where.shown(),
            "message_id": message_id,
            **actor,
            "date": self.cloud.clock.date(),
            "old_reaction": old,
            "new_reaction": new,
        }
        facts = {"chat": where.id, "bot": where.bot, "message_id": message_id, "user": user}
        self.cloud.feed.add("reaction", **facts, reaction=new)
        for one in self.cloud.world.bots_in(where):
            if where.person is not None or where.member(one.id).status == "administrator":
                self.cloud.announce(one, "message_reaction", payload, f"reaction {where.id}")

    def pin(self, user: int, message_id: int, *, chat: int | None = None, bot: int | None = None) -> Json:
        where = self.find.chat_of(user, chat, bot)
        self.find.message(where, message_id)
        where.pinned.append(message_id)
        pinned = messages.answered(where.messages[message_id])
        topic = pinned.get("message_thread_id") if pinned.get("is_topic_message") else None
        return self._post(user, {"pinned_message": pinned}, chat=chat, topic=topic, bot=bot)

    def block(self, user: int, *, bot: int | None = None) -> None:
        """Stops the bot; it is told by my_chat_member."""
        members.switch(self.cloud, self.find.chat_of(user, None, bot), blocked=True)

    def unblock(self, user: int, *, bot: int | None = None) -> None:
        members.switch(self.cloud, self.find.chat_of(user, None, bot), blocked=False)

    def open_topic(self, user: int, name: str, *, chat: int, color: int | None = None, emoji: str = "") -> Json:
        where = self.find.chat_of(user, chat, None)
        return topics.create(self.cloud, where, self.find.person(user), name, color, emoji).shown()

    def edit_topic(
        self, user: int, topic: int, *, chat: int, name: str | None = None, emoji: str | None = None
    ) -> None:
        where = self.find.chat_of(user, chat, None)
        topics.edit(self.cloud, where, self.find.person(user), self.find.topic(where, topic), name, emoji)

    def close_topic(self, user: int, topic: int, *, chat: int) -> None:
        where = self.find.chat_of(user, chat, None)
        topics.switch(self.cloud, where, self.find.person(user), self.find.topic(where, topic), closed=True)

    def reopen_topic(self, user: int, topic: int, *, chat: int) -> None:
        where = self.find.chat_of(user, chat, None)
        topics.switch(self.cloud, where, self.find.person(user), self.find.topic(where, topic), closed=False)

    def delete_topic(self, user: int, topic: int, *, chat: int, error: str = "message thread not found") -> None:
        """With all its messages; no bot is told. `error` is what sends into it get; TOPIC_DELETED is seen too."""
        where = self.find.chat_of(user, chat, None)
        topics.delete(self.cloud, where, self.find.topic(where, topic), error)
