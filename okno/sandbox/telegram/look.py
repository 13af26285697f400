"""Looks at everything from outside: chats as a person sees them, files, the calls made, what waits, what changed."""

import json
from typing import Any

from okno.sandbox.telegram import topics
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.find import Find
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.world import PRESENT, Chat

Json = dict[str, Any]

LONGEST = 60


class Look:
    """Over HTTP: GET or POST /sandbox/<name>."""

    def __init__(self, cloud: Cloud, find: Find) -> None:
        self.cloud = cloud
        self.find = find

    def users(self) -> list[Json]:
        return [user.shown() for user in self.cloud.world.users.values()]

    def bots(self) -> list[Json]:
        return [bot.shown() for bot in self.cloud.world.bots_by_id.values()]

    def chats(self, user: int | None = None) -> list[Json]:
        """Every group and channel, or those this person is in, their chats with bots first."""
        world = self.cloud.world
        dialogs = [chat for chat in world.dialogs.values() if chat.messages and user in {None, chat.id}]
        groups = [chat for chat in world.chats.values() if user is None or chat.member(user).status in PRESENT]
        return [self._summary(chat) for chat in dialogs + groups]

    def _summary(self, chat: Chat) -> Json:
        last = chat.messages[max(chat.messages)] if chat.messages else None
        facts: Json = {"chat": chat.shown(), "bot": chat.bot, "last": last, "migrated_to": chat.migrated_to}
        if chat.person is not None:
            facts |= {"started": chat.started, "blocked": chat.blocked}
        return facts

    def chat(self, chat: int, *, bot: int | None = None) -> Json:
        """All there is to show of a chat beside its messages: topics, members, pins, keyboard, commands."""
        where = self.find.chat(chat, bot)
        names = self.cloud.world
        standing = {str(number): member.status for number, member in where.members.items()}
        commands = {key: kept for each in names.bots_in(where) for key, kept in each.commands.items()}
        return {
            **self._summary(where),
            "topics": [topics.status(topic) for topic in where.topics.values()],
            "members": standing,
            "pinned": list(where.pinned),
            "keyboard": where.keyboard,
            "commands": [{"scope": json.loads(key)[0], "commands": kept} for key, kept in commands.items()],
        }

    def messages(
        self,
        chat: int,
        *,
        user: int | None = None,
        topic: int | None = None,
        since: int = 0,
        limit: int = 200,
        bot: int | None = None,
    ) -> list[Json]:
        """The newest messages, oldest first, as the bot is shown them, and beside that: `mine` (this person wrote it),
        `reactions` by user id, `pinned`. `topic` 0 means General only.
        """
        where = self.find.chat(chat, bot)
        found = [self._seen(where, n, user) for n in where.messages if n > since and _inside(where, n, topic)]
        return found[-limit:]

    def _seen(self, where: Chat, number: int, user: int | None) -> Json:
        reactions = {str(who): shown for who, shown in where.reactions.get(number, {}).items()}
        mine = user is not None and where.authors.get(number) == user
        return {**where.messages[number], "mine": mine, "reactions": reactions, "pinned": number in where.pinned}

    def message(self, chat: int, message_id: int, *, bot: int | None = None) -> Json:
        where = self.find.chat(chat, bot)
        self.find.message(where, message_id)
        return self._seen(where, message_id, None)

    def topics(self, chat: int) -> list[Json]:
        """With closed, deleted and creator."""
        return [topics.status(topic) for topic in self.find.group(chat).topics.values()]

    def file(self, file_id: str) -> bytes:
        """The bytes, of any size. Over HTTP: GET /sandbox/file?file_id=…, the bytes themselves."""
        if file_id not in self.cloud.files.by_id:
            raise Misuse(f"there is no file {file_id}")
        return self.cloud.files.read(self.cloud.files.by_id[file_id])

    def lose_file(self, file_id: str) -> None:
        """From now on the server cannot find its bytes."""
        self.cloud.files.lose(file_id)

    def calls(self, *, method: str | None = None, since: int = 0, limit: int = 1000) -> list[Json]:
        """Calls made by bots: n, bot, method, params, at, and result or error (neither while it is being answered)."""
        return self.cloud.calls.since(since, method, limit)

    def counts(self) -> Json:
        """How often each method was called, and how often refused."""
        return {"calls": dict(self.cloud.calls.by_method), "failed": dict(self.cloud.calls.failed)}

    def pending(self, *, bot: int | None = None) -> list[Json]:
        """Updates not confirmed yet."""
        queue = self.cloud.queues[self.find.bot(bot).id]
        queue.expire()
        return [json.loads(update.text) for update in queue.waiting.values()]

    async def changes(self, since: int = 0, *, wait: float = 0.0, limit: int = 1000) -> Json:
        """What happened after change number `since`: {changes, next, missed}; waits up to so many seconds for any.

        Kinds: message, edited, deleted, reaction, pinned, topic, member, blocked, unblocked, press, answer, action,
        chat, user, commands. With `missed`, look at everything anew and go on from `next`.
        """
        return await self.cloud.feed.wait(since, min(wait, LONGEST), limit)


def _inside(where: Chat, number: int, topic: int | None) -> bool:
    if topic is None:
        return True
    message = where.messages[number]
    return (message["message_thread_id"] if message.get("is_topic_message") else 0) == topic
