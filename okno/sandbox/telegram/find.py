"""Finds what whoever drives the sandbox names by id, or says that it is not there."""

from typing import Any

from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.world import Bot, Chat, Topic, User

Json = dict[str, Any]


class Find:
    def __init__(self, cloud: Cloud) -> None:
        self.world = cloud.world

    def person(self, user: int) -> User:
        found = self.world.users.get(user)
        if found is None:
            raise Misuse(f"there is no user {user}; add them first")
        return found

    def group(self, chat: int) -> Chat:
        """A group or channel."""
        found = self.world.chats.get(chat)
        if found is None:
            raise Misuse(f"there is no group or channel {chat}; add it first")
        return found

    def bot(self, bot: int | None) -> Bot:
        """The bot of this id, or the first when none is named."""
        if bot is None:
            return next(iter(self.world.bots_by_id.values()))
        found = self.world.bots_by_id.get(bot)
        if found is None:
            raise Misuse(f"there is no bot {bot}")
        return found

    def chat(self, chat: int, bot: int | None) -> Chat:
        """A group or channel, or the private chat of the person with this id."""
        if chat < 0:
            return self.group(chat)
        return self.world.dialog(self.bot(bot).id, self.person(chat).id)

    def chat_of(self, user: int, chat: int | None, bot: int | None) -> Chat:
        """A chat this person is in; without a name their private chat with the bot."""
        who = self.person(user)
        if chat is None or chat == user:
            return self.world.dialog(self.bot(bot).id, who.id)
        where = self.group(chat)
        if not where.has(user):
            raise Misuse(f"user {user} is not in chat {chat}; let them join first")
        return where

    def message(self, where: Chat, message_id: int) -> Json:
        found = where.messages.get(message_id)
        if found is None:
            raise Misuse(f"there is no message {message_id} in chat {where.id}")
        return found

    def topic(self, where: Chat, topic: int) -> Topic:
        found = where.topics.get(topic)
        if found is None or found.deleted:
            raise Misuse(f"there is no topic {topic} in chat {where.id}")
        return found

    def actor(self, where: Chat, user: int | None) -> User:
        """Who did what nobody is named for: the owner, or any member."""
        if user is not None:
            return self.person(user)
        people = [number for number in where.members if number in self.world.users]
        owners = [number for number in people if where.members[number].status == "creator"]
        for number in owners + people:
            return self.world.users[number]
        raise Misuse(f"somebody must do this: chat {where.id} has no people")
