"""Forum topics as a bot handles them."""

from typing import Any

from okno.sandbox.telegram import access, messages, topics
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad

Json = dict[str, Any]


def create(call: Call) -> Json:
    chat = access.forum(call)
    if not access.may(call, chat, "can_manage_topics"):
        raise bad("not enough rights to create a topic")
    name = call["name"].strip()
    if not name:
        raise bad("TOPIC_TITLE_EMPTY")
    color = call.get("icon_color")
    if color is not None and color not in topics.COLORS:
        raise bad("invalid icon color specified")
    emoji = _emoji(call)
    call.cloud.pace.check(call.bot.id, chat)
    call.cloud.pace.count(call.bot.id, chat)
    return topics.create(call.cloud, chat, call.bot, name, color, emoji or "").shown()


def _emoji(call: Call) -> str | None:
    emoji: str | None = call.get("icon_custom_emoji_id")
    if emoji and emoji not in topics.ICONS:
        raise bad("DOCUMENT_INVALID")
    return emoji


def edit(call: Call) -> bool:
    chat = access.forum(call)
    topic = access.managed_topic(call, chat, "edit")
    emoji = _emoji(call)
    call.cloud.pace.check(call.bot.id, chat)
    if "name" not in call and emoji is None:
        return True
    if not topics.edit(call.cloud, chat, call.bot, topic, call.get("name"), emoji):
        raise bad("TOPIC_NOT_MODIFIED")
    call.cloud.pace.count(call.bot.id, chat)
    return True


def close(call: Call) -> bool:
    return _switch(call, closed=True)


def reopen(call: Call) -> bool:
    return _switch(call, closed=False)


def _switch(call: Call, *, closed: bool) -> bool:
    chat = access.forum(call)
    topic = access.managed_topic(call, chat, "close or open")
    if not topics.switch(call.cloud, chat, call.bot, topic, closed=closed):
        raise bad("TOPIC_NOT_MODIFIED")
    return True


def delete(call: Call) -> bool:
    chat = access.forum(call)
    found = chat.topics.get(call["message_thread_id"])
    if found is None or found.deleted:
        raise bad("TOPIC_ID_INVALID")
    if not access.may(call, chat, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    topics.delete(call.cloud, chat, found)
    return True


def general(call: Call) -> bool:
    """closeGeneralForumTopic, reopen, hide and unhide."""
    chat = access.forum(call)
    if not access.may(call, chat, "can_manage_topics"):
        raise bad("not enough rights to close or open the topic")
    field, value, content = GENERAL[call.method]
    if getattr(chat, field) == value:
        raise bad("TOPIC_NOT_MODIFIED")
    setattr(chat, field, value)
    if call.method == "hideGeneralForumTopic":
        chat.general_closed = True
    messages.post(call.cloud, chat, call.bot, {content: {}})
    return True


GENERAL = {
    "closeGeneralForumTopic": ("general_closed", True, "forum_topic_closed"),
    "reopenGeneralForumTopic": ("general_closed", False, "forum_topic_reopened"),
    "hideGeneralForumTopic": ("general_hidden", True, "general_forum_topic_hidden"),
    "unhideGeneralForumTopic": ("general_hidden", False, "general_forum_topic_unhidden"),
}


def icons(_call: Call) -> list[Json]:
    """`getForumTopicIconStickers`"""
    return [
        {
            "file_id": f"CA-icon-{number}",
            "file_unique_id": f"AQ-icon-{number}",
            "type": "custom_emoji",
            "width": 512,
            "height": 512,
            "is_animated": True,
            "is_video": False,
            "emoji": emoji,
            "set_name": "Topics",
            "custom_emoji_id": number,
        }
        for number, emoji in topics.ICONS.items()
    ]


def unpin_topic(call: Call) -> bool:
    """`unpinAllForumTopicMessages`"""
    chat = access.forum(call)
    topic = call["message_thread_id"]
    inside = {n for n in chat.pinned if chat.messages.get(n, {}).get("message_thread_id") == topic}
    chat.pinned = [number for number in chat.pinned if number not in inside]
    return True
