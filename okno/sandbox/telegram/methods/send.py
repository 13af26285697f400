"""Sending: every send method of one message, and albums."""

from typing import Any

from okno.sandbox.telegram import access, contents, markup, messages, replies
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad

Json = dict[str, Any]

ALBUM = (2, 10)
ALONE = {"audio": "Audio", "document": "Document"}
GROUPED = frozenset({"audio", "document", "photo", "video"})


class Place:
    """Where a message of this call goes: chat, topic and what it answers; refused when it may not."""

    def __init__(self, call: Call, count: int = 1) -> None:
        if not call.params.keys().isdisjoint({"ephemeral_message_parameters", "receiver_user_id"}):
            raise bad("sandbox: ephemeral messages are not built")
        if "business_connection_id" in call:
            raise bad("sandbox: business connections are not built")
        self.call = call
        self.count = count
        self.chat = access.chat(call, write=True)
        access.posting(call, self.chat)
        replied, self.reply = replies.asked(call, self.chat)
        thread = replies.same_topic(self.chat, replied, call.get("message_thread_id"))
        self.topic = access.sending_topic(call, self.chat, thread)
        if replied is not None and self.chat.is_forum and replied.get("message_thread_id") != thread:
            self.reply = {"external_reply": replies.external(replied)}
        call.cloud.pace.check(call.bot.id, self.chat, count)

    def post(self, content: Json, before: Json | None = None) -> Json:
        call = self.call
        call.cloud.pace.count(call.bot.id, self.chat)
        extra = dict(before or {})
        if call.get("protect_content"):
            extra["has_protected_content"] = True
        if call.get("message_effect_id"):
            extra["effect_id"] = call["message_effect_id"]
        return messages.post(call.cloud, self.chat, call.bot, content, topic=self.topic, reply=self.reply, before=extra)


def one(call: Call) -> Json:
    place = Place(call)
    keyboard = markup.checked(place.chat, call.get("reply_markup"))
    content = contents.BUILDERS[call.method](call)
    if keyboard:
        content["reply_markup"] = keyboard
    markup.wear(place.chat, call.get("reply_markup"))
    return place.post(content)


def album(call: Call) -> list[Json]:
    items: list[Json] = call["media"]
    least, most = ALBUM
    if not items:
        raise bad("there are no messages to send")
    if len(items) > most:
        raise bad("too many messages to send as an album")
    if len(items) < least:
        raise bad(f"sandbox: an album has {least}-{most} items, not {len(items)}")
    kinds = {item["type"] for item in items}
    if kinds - GROUPED:
        raise bad("can't use the media of the specified type in the album")
    for kind, title in ALONE.items():
        if kind in kinds and len(kinds) > 1:
            raise bad(f"{title} can't be mixed with other media types")
    place = Place(call, len(items))
    built = [contents.medium(call, item["type"], item) for item in items]
    together = {"media_group_id": call.cloud.number()}
    return [place.post(content, together) for content in built]


def action(call: Call) -> bool:
    """sendChatAction; it is shown to those who watch and counts for nothing."""
    chat = access.chat(call, write=True)
    if call["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    access.sending_topic(call, chat, call.get("message_thread_id"))
    facts = {"chat": chat.id, "bot": call.bot.id, "action": call["action"]}
    call.cloud.feed.add("action", **facts, topic=call.get("message_thread_id"))
    return True


ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
