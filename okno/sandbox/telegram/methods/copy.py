"""Copies and forwards: of one message or of many, and what can be neither."""

from itertools import pairwise
from typing import Any

from okno.sandbox.telegram import access, contents, markup, messages, replies
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.entities import utf16
from okno.sandbox.telegram.methods.send import Place
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import Chat

Json = dict[str, Any]

CONTENT = (
    "text",
    "entities",
    "link_preview_options",
    "animation",
    "audio",
    "document",
    "photo",
    "sticker",
    "video",
    "video_note",
    "voice",
    "contact",
    "dice",
    "game",
    "poll",
    "venue",
    "location",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
)
KINDS = frozenset(CONTENT) - {"entities", "link_preview_options", "caption_entities", "has_media_spoiler"}
# Can be forwarded but never copied.
UNCOPIED = frozenset({"paid_media", "giveaway", "giveaway_winners", "invoice", "story"})
MOST = 100


def content_of(message: Json) -> Json:
    return {name: message[name] for name in CONTENT if name in message}


def can_copy(message: Json, bot_id: int) -> bool:
    quiz = message.get("poll", {}).get("type") == "quiz"
    if quiz and message.get("from", {}).get("id") != bot_id:
        return False
    return not messages.is_service(message) and not KINDS.isdisjoint(message) and UNCOPIED.isdisjoint(message)


def can_forward(message: Json) -> bool:
    return not messages.is_service(message) and not message.get("has_protected_content")


def copy(call: Call) -> Json:
    source = access.chat(call, "from_chat_id")
    found = access.message(source, call["message_id"], "message to copy")
    if not can_copy(found, call.bot.id):
        raise bad("message can't be copied")
    place = Place(call)
    content = content_of(found)
    if "caption" in call:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= contents.caption(call.cloud.world, call.params)
    if utf16(content.get("caption", "")) > contents.MOST_CAPTION:
        # People who pay may write longer captions than bots may.
        raise bad("message caption is too long")
    keyboard = markup.checked(place.chat, call.get("reply_markup"))
    if keyboard:
        content["reply_markup"] = keyboard
    markup.wear(place.chat, call.get("reply_markup"))
    return {"message_id": place.post(_fresh(call, content))["message_id"]}


def _fresh(call: Call, content: Json) -> Json:
    """A copied poll is a new poll."""
    if "poll" in content:
        return {**content, "poll": {**content["poll"], "id": call.cloud.number(), "total_voter_count": 0}}
    return content


def forward(call: Call) -> Json:
    source = access.chat(call, "from_chat_id")
    found = access.message(source, call["message_id"], "message to forward")
    if found.get("has_protected_content"):
        raise bad("message has protected content and can't be forwarded")
    if not can_forward(found):
        raise bad("message can't be forwarded")
    return Place(call).post(_carried(found), origin(call, source, found))


def _carried(found: Json) -> Json:
    """Everything a message shows, of kinds unknown here too, but nothing of where it stood."""
    return {name: value for name, value in found.items() if name not in STANDING}


STANDING = frozenset(
    {
        "message_id",
        "message_thread_id",
        "is_topic_message",
        "from",
        "sender_chat",
        "author_signature",
        "chat",
        "date",
        "edit_date",
        "forward_origin",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_sender_name",
        "forward_date",
        "reply_to_message",
        "external_reply",
        "quote",
        "media_group_id",
        "has_protected_content",
        "reply_markup",
    }
)


def origin(call: Call, source: Chat, found: Json) -> Json:
    """Fields that say where a forwarded message came from, the older names beside the new one."""
    known = found.get("forward_origin")
    if known is None:
        author = call.cloud.world.users.get(source.authors.get(found["message_id"], 0))
        known = replies.origin_of(found, hidden=author is not None and author.hides_forwards)
    return origin_fields(known)


def origin_fields(known: Json) -> Json:
    fields: Json = {"forward_origin": known, "forward_date": known["date"]}
    if known["type"] == "user":
        fields["forward_from"] = known["sender_user"]
    elif known["type"] == "hidden_user":
        fields["forward_sender_name"] = known["sender_user_name"]
    elif known["type"] == "chat":
        fields["forward_from_chat"] = known["sender_chat"]
    elif known["type"] == "channel":
        fields |= {"forward_from_chat": known["chat"], "forward_from_message_id": known["message_id"]}
    return fields


def copies(call: Call) -> list[Json]:
    """copyMessages: what cannot be copied is passed over; albums stay albums."""
    _, found = _several(call)
    able = [message for message in found if can_copy(message, call.bot.id)]
    if not able:
        raise bad("there are no messages to copy")
    place = Place(call, len(able))
    groups = _Groups(call)
    made = []
    for message in able:
        content = content_of(message)
        if call.get("remove_caption"):
            content = {name: value for name, value in content.items() if not name.startswith("caption")}
        made.append(place.post(_fresh(call, content), groups.of(message)))
    return [{"message_id": message["message_id"]} for message in made]


def forwards(call: Call) -> list[Json]:
    source, found = _several(call)
    able = [message for message in found if can_forward(message)]
    if not able:
        raise bad("there are no messages to forward")
    place = Place(call, len(able))
    groups = _Groups(call)
    made = [place.post(_carried(m), {**origin(call, source, m), **groups.of(m)}) for m in able]
    return [{"message_id": message["message_id"]} for message in made]


def _several(call: Call) -> tuple[Chat, list[Json]]:
    numbers: list[int] = call["message_ids"]
    if not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST:
        raise bad("too many message identifiers specified")
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    source = access.chat(call, "from_chat_id")
    return source, [source.messages[number] for number in numbers if number in source.messages]


class _Groups:
    """New album ids for old ones."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.made: dict[str, str] = {}

    def of(self, message: Json) -> Json:
        old = message.get("media_group_id")
        if old is None:
            return {}
        return {"media_group_id": self.made.setdefault(old, self.call.cloud.number())}
