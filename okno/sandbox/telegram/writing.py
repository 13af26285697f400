"""Acts as a person who writes: text, files, albums, forwards, edits, and anything raw. A part of people."""

from collections.abc import Sequence
from typing import Any

from okno.sandbox.telegram import media, members, messages, replies
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.contents import MOST_CAPTION, MOST_TEXT
from okno.sandbox.telegram.entities import marked, settle, utf16
from okno.sandbox.telegram.find import Find
from okno.sandbox.telegram.methods.copy import origin_fields
from okno.sandbox.telegram.refusal import Misuse, Refusal
from okno.sandbox.telegram.samples import FILE, SAMPLES
from okno.sandbox.telegram.world import Chat, Topic, User

Json = dict[str, Any]
Entities = Sequence[Json]

ITEM = frozenset({"kind", "file", "size", "name", "mime", "content", "caption", "caption_entities"})


class Writing:
    def __init__(self, cloud: Cloud, find: Find) -> None:
        self.cloud = cloud
        self.find = find

    def start(self, user: int, payload: str = "", *, bot: int | None = None) -> Json:
        """Presses Start, as behind a deep link when there is a payload; unblocks the bot."""
        dialog = self.find.chat_of(user, None, bot)
        members.switch(self.cloud, dialog, blocked=False)
        return self.say(user, f"/start {payload}".strip(), bot=bot)

    def say(  # noqa: PLR0913 - one keyword for each thing that may be said
        self,
        user: int,
        text: str,
        *,
        chat: int | None = None,
        topic: int | None = None,
        entities: Entities | None = None,
        html: bool = False,
        reply_to: int | None = None,
        quote: str | None = None,
        bot: int | None = None,
    ) -> Json:
        """Text; with `html` its marks are written as HTML. Links, commands and mentions are marked by themselves."""
        words, found = _marked(text, entities, MOST_TEXT, html=html)
        if not words:
            raise Misuse("an empty text cannot be sent")
        content: Json = {"text": words, "entities": found} if found else {"text": words}
        return self._post(user, content, chat=chat, topic=topic, reply_to=reply_to, quote=quote, bot=bot)

    def send(  # noqa: PLR0913 - one keyword for each thing that may be said
        self,
        user: int,
        kind: str,
        *,
        chat: int | None = None,
        topic: int | None = None,
        file: bytes | None = None,
        size: int | None = None,
        name: str = "",
        mime: str = "",
        caption: str = "",
        caption_entities: Entities | None = None,
        content: Json | None = None,
        reply_to: int | None = None,
        quote: str | None = None,
        bot: int | None = None,
    ) -> Json:
        """Anything else. A kind with a file (photo, document, video, animation, audio, voice, video_note, sticker)
        takes `file`, or only a `size` for one too big to make; `content` are further facts (width, duration, emoji).

        Any other kind (location, venue, contact, poll, dice, story, and such as no library knows) takes `content`
        as the message is to show it; the usual kinds have a sample for when none is given.
        """
        shown = self._content(kind, file=file, size=size, name=name, mime=mime, content=content)
        if caption:
            words, found = _marked(caption, caption_entities, self._caption_room(user))
            shown |= {"caption": words, "caption_entities": found} if found else {"caption": words}
        return self._post(user, shown, chat=chat, topic=topic, reply_to=reply_to, quote=quote, bot=bot)

    def album(
        self,
        user: int,
        items: Sequence[Json],
        *,
        chat: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        bot: int | None = None,
    ) -> list[Json]:
        """Several photos, videos, documents or audios at once; each item: kind and what send() takes."""
        group = self.cloud.number()
        made = []
        for item in items:
            unknown = item.keys() - ITEM
            if unknown or "kind" not in item:
                raise Misuse(
                    f"an item of an album has a kind and may have {', '.join(sorted(ITEM))}, not {item.keys()}"
                )
            facts = dict(item)
            caption, marks = facts.pop("caption", ""), facts.pop("caption_entities", None)
            shown = {"media_group_id": group, **self._content(facts.pop("kind"), **facts)}
            if caption:
                words, found = _marked(caption, marks, self._caption_room(user))
                shown |= {"caption": words, "caption_entities": found} if found else {"caption": words}
            made.append(self._post(user, shown, chat=chat, topic=topic, reply_to=reply_to, bot=bot))
        return made

    def forward(
        self,
        user: int,
        origin: Json,
        content: Json,
        *,
        chat: int | None = None,
        topic: int | None = None,
        bot: int | None = None,
    ) -> Json:
        """Forwards something from elsewhere: `origin` is a MessageOrigin (user, hidden_user, chat, channel; `date` may
        be left out), `content` the fields of the message, as {"text": "…"}.
        """
        known = {"date": self.cloud.clock.date() - 3600, **origin}
        return self._post(user, {**origin_fields(known), **content}, chat=chat, topic=topic, bot=bot)

    def raw(
        self,
        user: int,
        fields: Json,
        *,
        chat: int | None = None,
        topic: int | None = None,
        bot: int | None = None,
    ) -> Json:
        """A message with exactly these fields beside the usual head; nothing is checked."""
        return self._post(user, fields, chat=chat, topic=topic, bot=bot)

    def update(self, kind: str, payload: Any, *, bot: int | None = None, lane: str = "raw") -> int | None:
        """Puts any update into a bot's queue as it is; its id, or None when the bot does not want this kind."""
        return self.cloud.announce(self.find.bot(bot), kind, payload, lane)

    def edit(
        self,
        user: int,
        message_id: int,
        *,
        text: str | None = None,
        caption: str | None = None,
        entities: Entities | None = None,
        content: Json | None = None,
        chat: int | None = None,
        bot: int | None = None,
    ) -> Json:
        """Changes one's own message: its text, its caption, or any fields."""
        where = self.find.chat_of(user, chat, bot)
        self._own(where, user, message_id)
        fields, drop = dict(content or {}), tuple(content or ())
        for name, marks, words in (("text", "entities", text), ("caption", "caption_entities", caption)):
            if words is not None:
                shown, found = _marked(words, entities, MOST_TEXT)
                fields |= {name: shown, marks: found} if found else {name: shown}
                drop += (name, marks)
        return messages.change(self.cloud, where, message_id, fields, by=user, drop=drop)

    def delete(
        self, user: int, message_ids: int | Sequence[int], *, chat: int | None = None, bot: int | None = None
    ) -> None:
        """For everybody; no bot is told. Administrators may delete what others wrote."""
        where = self.find.chat_of(user, chat, bot)
        wanted = [message_ids] if isinstance(message_ids, int) else list(message_ids)
        for number in wanted:
            if where.person is None and not where.member(user).may("can_delete_messages"):
                self._own(where, user, number)
            self.find.message(where, number)
        messages.remove(self.cloud, where, wanted)

    def _content(
        self,
        kind: str,
        *,
        file: bytes | None = None,
        size: int | None = None,
        name: str = "",
        mime: str = "",
        content: Json | None = None,
    ) -> Json:
        if kind not in media.DEFAULTS:
            if content is None and kind not in SAMPLES:
                raise Misuse(f'there is no sample of "{kind}"; give its content')
            shown = dict(SAMPLES.get(kind, {})) if content is None else dict(content)
            return {**shown.pop("beside", {}), kind: shown}
        facts = dict(content or {})
        data = file if file is not None else FILE
        made = self.cloud.files.put(kind, data, name=name, mime=mime, size=size, facts=facts or None)
        return media.told(self.cloud.files, kind, made)

    def _post(
        self,
        user: int,
        content: Json,
        *,
        chat: int | None,
        topic: int | None = None,
        reply_to: int | None = None,
        quote: str | None = None,
        bot: int | None = None,
    ) -> Json:
        who = self.find.person(user)
        where = self.find.chat_of(user, chat, bot)
        self._may_write(where, who)
        inside = self._topic(where, user, topic)
        reply = None
        if reply_to is not None:
            replied = self.find.message(where, reply_to)
            reply = {"reply_to_message": messages.answered(replied), **_quoted(replied, quote)}
            thread = replied.get("message_thread_id", 0) if replied.get("is_topic_message") else 0
            inside = inside or where.topics.get(thread)
        if "force_reply" in (where.keyboard or {}):
            where.keyboard = None
        return messages.post(self.cloud, where, who, content, topic=inside, reply=reply)

    def _caption_room(self, user: int) -> int:
        return MOST_TEXT if self.find.person(user).is_premium else MOST_CAPTION

    def _may_write(self, where: Chat, who: User) -> None:
        if where.blocked:
            raise Misuse(f"user {who.id} has blocked the bot; unblock it first")
        if where.migrated_to:
            raise Misuse(f"chat {where.id} has become {where.migrated_to}")
        if where.type == "channel" and not where.member(who.id).may("can_post_messages"):
            raise Misuse(f"user {who.id} may not post in channel {where.id}")
        if where.person is not None:
            where.started = True

    def _topic(self, where: Chat, user: int, topic: int | None) -> Topic | None:
        if not where.is_forum or not topic:
            return None
        found = self.find.topic(where, topic)
        if found.closed and not where.member(user).may("can_manage_topics"):
            raise Misuse(f"topic {topic} is closed for user {user}")
        return found

    def _own(self, where: Chat, user: int, message_id: int) -> None:
        self.find.message(where, message_id)
        if where.authors.get(message_id) != user:
            raise Misuse(f"message {message_id} is not by user {user}")


def _marked(text: str, entities: Entities | None, most: int, *, html: bool = False) -> tuple[str, list[Json]]:
    try:
        words, found = marked(text, "html", None) if html else settle(text, [dict(one) for one in entities or ()])
    except Refusal as refusal:
        raise Misuse(refusal.description) from refusal
    if utf16(words) > most:
        raise Misuse(f"{utf16(words)} characters are too many for one message, {most} fit")
    return words, found


def _quoted(replied: Json, quote: str | None) -> Json:
    if quote is None:
        return {}
    try:
        return {"quote": replies.quoted(replied, quote, [])}
    except Refusal as refusal:
        raise Misuse(f'"{quote}" does not stand in message {replied["message_id"]}') from refusal
