"""Messages: put into a chat, edited, taken out, and shown to the bots that may see them.

A stored message is what a bot is shown, and is never changed in place: an edit puts a new one in its stead.
"""

from typing import Any

from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.updates import DAY
from okno.sandbox.telegram.world import ANONYMOUS, Bot, Chat, Topic, User

Json = dict[str, Any]

SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "message_auto_delete_timer_changed",
        "video_chat_started",
        "video_chat_ended",
        "users_shared",
        "chat_shared",
        "write_access_allowed",
        "proximity_alert_triggered",
        "boost_added",
        "chat_background_set",
    }
)
# Of its own doings a bot is told only these.
TOLD_TO_ITSELF = frozenset(
    {
        "new_chat_title",
        "left_chat_member",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
    }
)


def head(chat: Chat, who: User | Bot) -> Json:
    """How a message names its author: a channel and an anonymous administrator do not say who."""
    if chat.type == "channel":
        return {"sender_chat": chat.shown()}
    if chat.type == "supergroup" and chat.member(who.id).anonymous:
        anonymous = {"id": ANONYMOUS, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        return {"from": anonymous, "sender_chat": chat.shown()}
    return {"from": who.shown()}


def is_service(message: Json) -> bool:
    return not SERVICE.isdisjoint(message)


def post(
    cloud: Cloud,
    chat: Chat,
    who: User | Bot,
    content: Json,
    *,
    topic: Topic | None = None,
    reply: Json | None = None,
    before: Json | None = None,
) -> Json:
    """Puts a message into the chat and shows it to the bots there.

    `reply` is what it answers, as fields of the message; `before` are fields that stand before the content.
    """
    message: Json = {
        "message_id": chat.next_id(),
        **head(chat, who),
        "chat": chat.shown(),
        "date": cloud.clock.date(),
        **place(chat, topic, reply),
        **(before or {}),
        **content,
    }
    number = message["message_id"]
    chat.messages[number] = message
    chat.authors[number] = who.id
    cloud.feed.add("message", chat=chat.id, bot=chat.bot, message=message)
    tell(cloud, chat, "message", message, author=who.id)
    return message


def place(chat: Chat, topic: Topic | None, reply: Json | None) -> Json:
    """The thread of a message: in a topic even a plain one answers the message that made the topic."""
    if topic is not None:
        root = chat.messages.get(topic.id)
        beneath: Json = {"reply_to_message": answered(root)} if root else {}
        return {"message_thread_id": topic.id, "is_topic_message": True, **beneath, **(reply or {})}
    if not reply:
        return {}
    replied = reply.get("reply_to_message")
    if replied and chat.type == "supergroup":
        # Telegram gives the thread of a reply here too; it is no topic and says so by not saying is_topic_message.
        return {"message_thread_id": replied.get("message_thread_id") or replied["message_id"], **reply}
    return reply


def answered(message: Json) -> Json:
    """A message as it stands inside a reply: one level deep."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def change(cloud: Cloud, chat: Chat, message_id: int, fields: Json, *, by: int, drop: tuple[str, ...] = ()) -> Json:
    """A message with some fields new and others gone; told to the bots as an edit, except to the one who did it."""
    old = chat.messages[message_id]
    kept = {key: value for key, value in old.items() if key not in drop}
    message = {**kept, "edit_date": cloud.clock.date(), **fields}
    chat.messages[message_id] = message
    cloud.feed.add("edited", chat=chat.id, bot=chat.bot, message=message)
    tell(cloud, chat, "edited_message", message, author=by)
    return message


def remove(cloud: Cloud, chat: Chat, message_ids: list[int]) -> None:
    """Takes messages away; no bot is ever told."""
    gone = [number for number in message_ids if chat.messages.pop(number, None) is not None]
    for number in gone:
        chat.authors.pop(number, None)
        chat.reactions.pop(number, None)
        if number in chat.pinned:
            chat.pinned.remove(number)
    if gone:
        cloud.feed.add("deleted", chat=chat.id, bot=chat.bot, message_ids=gone)


def tell(cloud: Cloud, chat: Chat, kind: str, message: Json, *, author: int) -> None:
    if chat.type == "channel":
        kind = kind.replace("message", "channel_post")
    born: int = message.get("edit_date") or message["date"]
    age = cloud.clock.now() - born
    for bot in cloud.world.bots_in(chat):
        if sees(chat, bot, message, author):
            cloud.announce(bot, kind, message, f"chat {chat.id}", DAY - age)


def sees(chat: Chat, bot: Bot, message: Json, author: int) -> bool:
    if author == bot.id:
        return not TOLD_TO_ITSELF.isdisjoint(message)
    if message.get("from", {}).get("is_bot") and "sender_chat" not in message and not is_service(message):
        return False
    if chat.type in {"private", "channel"} or not bot.privacy or chat.member(bot.id).status == "administrator":
        return True
    return is_service(message) or meant_for(bot, message)


def meant_for(bot: Bot, message: Json) -> bool:
    """What a bot in privacy mode is shown in a group: commands, answers to it, mentions of it."""
    text = message.get("text") or message.get("caption") or ""
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    if command and ("@" not in command or command.lower().endswith(f"@{bot.username.lower()}")):
        return True
    replied = message.get("reply_to_message", {})
    answers = replied.get("from", {}).get("id") == bot.id and "forum_topic_created" not in replied
    return answers or f"@{bot.username}".lower() in text.lower()
