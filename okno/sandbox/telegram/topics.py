"""Forum topics: made, renamed, closed, opened and deleted by people or by a bot. Rights are looked at elsewhere."""

from typing import Any

from okno.sandbox.telegram import messages
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.world import Bot, Chat, Topic, User

Json = dict[str, Any]

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
ICONS = {
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡️",
    "5377544228505134960": "❗️",
    "5418085807791545980": "🔝",
    "5370870893004203704": "📣",
    "5420216386448270341": "💬",
    "5379748062124056162": "✅",
    "5373251851074415873": "📝",
    "5357315181649076022": "📁",
    "5309965701241379366": "🔎",
    "5312241539987020022": "🔥",
    "5312138559556164615": "❓",
}
"""The made-up custom emoji a topic may wear, by id."""


def create(cloud: Cloud, chat: Chat, who: User | Bot, name: str, color: int | None, emoji: str) -> Topic:
    color = COLORS[len(chat.topics) % len(COLORS)] if color is None else color
    content: Json = {"name": name, "icon_color": color}
    if emoji:
        content["icon_custom_emoji_id"] = emoji
    topic = Topic(id=chat.last_id + 1, name=name, icon_color=color, icon_custom_emoji_id=emoji, creator=who.id)
    chat.topics[topic.id] = topic
    messages.post(cloud, chat, who, {"forum_topic_created": content}, topic=topic)
    cloud.feed.add("topic", chat=chat.id, topic=status(topic))
    return topic


def edit(cloud: Cloud, chat: Chat, who: User | Bot, topic: Topic, name: str | None, emoji: str | None) -> bool:
    """Whether anything changed."""
    edited: Json = {}
    if name is not None and name != topic.name:
        edited["name"] = topic.name = name
    if emoji is not None and emoji != topic.icon_custom_emoji_id:
        edited["icon_custom_emoji_id"] = topic.icon_custom_emoji_id = emoji
    if edited:
        messages.post(cloud, chat, who, {"forum_topic_edited": edited}, topic=topic)
        cloud.feed.add("topic", chat=chat.id, topic=status(topic))
    return bool(edited)


def switch(cloud: Cloud, chat: Chat, who: User | Bot, topic: Topic, *, closed: bool) -> bool:
    """Closes or reopens; whether anything changed."""
    if topic.closed == closed:
        return False
    topic.closed = closed
    messages.post(cloud, chat, who, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic=topic)
    cloud.feed.add("topic", chat=chat.id, topic=status(topic))
    return True


def delete(cloud: Cloud, chat: Chat, topic: Topic, gone: str = "") -> None:
    """Takes the topic and all its messages away; no bot is told."""
    topic.deleted = True
    topic.gone = gone or topic.gone
    inside = [n for n, message in chat.messages.items() if message.get("message_thread_id") == topic.id]
    messages.remove(cloud, chat, inside)
    cloud.feed.add("topic", chat=chat.id, topic=status(topic))


def status(topic: Topic) -> Json:
    return {**topic.shown(), "closed": topic.closed, "deleted": topic.deleted, "creator": topic.creator}
