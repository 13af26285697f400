"""Who and what there is: people, bots, chats, members, topics. State only; what may happen to it stands elsewhere."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ANONYMOUS = 1087968824
"""The id of GroupAnonymousBot, in whose name every anonymous administrator writes."""
GENERAL = 1
RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(slots=True, kw_only=True)
class User:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False
    hides_forwards: bool = False
    """Forwards of their messages name them without their id."""
    deactivated: bool = False

    def shown(self) -> Json:
        return _shown(self, is_bot=False)


@dataclass(slots=True, kw_only=True)
class Bot:
    token: str
    id: int
    first_name: str
    username: str
    last_name: str = ""
    language_code: str = ""
    is_premium: bool = False
    privacy: bool = True
    """In groups it sees only what is meant for it, unless it is an administrator."""
    logged_out: bool = False
    commands: dict[str, list[Json]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """Name, description and short description by kind and language."""
    menus: dict[str, Json] = field(default_factory=dict)
    default_rights: dict[str, Json] = field(default_factory=dict)

    def shown(self) -> Json:
        return _shown(self, is_bot=True)


def _shown(who: User | Bot, *, is_bot: bool) -> Json:
    shown: Json = {"id": who.id, "is_bot": is_bot, "first_name": who.first_name}
    if who.last_name:
        shown["last_name"] = who.last_name
    if who.username:
        shown["username"] = who.username
    if who.language_code:
        shown["language_code"] = who.language_code
    if who.is_premium:
        shown["is_premium"] = True
    return shown


@dataclass(slots=True, kw_only=True)
class Member:
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    anonymous: bool = False

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))


@dataclass(slots=True, kw_only=True)
class Topic:
    id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str = ""
    creator: int = 0
    closed: bool = False
    deleted: bool = False
    gone: str = "message thread not found"
    """What a send into it is told once it is deleted; Telegram has three ways to say it."""

    def shown(self) -> Json:
        shown: Json = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        if self.icon_custom_emoji_id:
            shown["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return shown


@dataclass(slots=True, kw_only=True)
class Chat:
    id: int
    type: str
    title: str = ""
    username: str = ""
    description: str = ""
    bot: int = 0
    """Of a private chat: the bot at its other end. Each bot has its own private chat with a person."""
    person: User | None = None
    is_forum: bool = False
    closed_to_admins: bool = True
    """A closed topic refuses administrators too, as Telegram has been seen to do; False: only those without rights."""
    general_closed: bool = False
    general_hidden: bool = False
    started: bool = False
    blocked: bool = False
    migrated_to: int = 0
    last_id: int = 0
    messages: dict[int, Json] = field(default_factory=dict)
    authors: dict[int, int] = field(default_factory=dict)
    """Who really wrote each message: anonymous administrators and channels do not say."""
    reactions: dict[int, dict[int, list[Json]]] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    keyboard: Json | None = None
    """The reply keyboard under the input line, as the last message that carried one left it."""
    sent: deque[float] = field(default_factory=deque)
    """When the bots last wrote here, for the pace."""

    def shown(self) -> Json:
        if self.person is not None:
            person = self.person
            shown: Json = {"id": person.id, "first_name": person.first_name}
            if person.last_name:
                shown["last_name"] = person.last_name
            if person.username:
                shown["username"] = person.username
            shown["type"] = "private"
            return shown
        shown = {"id": self.id, "title": self.title}
        if self.username:
            shown["username"] = self.username
        shown["type"] = self.type
        if self.is_forum:
            shown["is_forum"] = True
        return shown

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id) or Member(status="left")

    def has(self, user_id: int) -> bool:
        return self.member(user_id).status in PRESENT

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id


class World:
    """Everybody and everything by id; raises KeyError for who is not there."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.bots: dict[str, Bot] = {}
        self.bots_by_id: dict[int, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.dialogs: dict[tuple[int, int], Chat] = {}

    def add_bot(self, bot: Bot) -> Bot:
        self.bots[bot.token] = bot
        self.bots_by_id[bot.id] = bot
        return bot

    def dialog(self, bot_id: int, user_id: int) -> Chat:
        """The private chat of this bot and this person; it exists as soon as both do."""
        found = self.dialogs.get((bot_id, user_id))
        if found is None:
            person = self.users[user_id]
            found = Chat(id=user_id, type="private", bot=bot_id, person=person)
            self.dialogs[bot_id, user_id] = found
        return found

    def bots_in(self, chat: Chat) -> list[Bot]:
        if chat.bot:
            return [self.bots_by_id[chat.bot]]
        return [bot for bot in self.bots_by_id.values() if chat.has(bot.id)]

    def by_username(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if chat.username and chat.username.lower() == wanted), None)

    def who(self, user_id: int) -> User | Bot | None:
        return self.users.get(user_id) or self.bots_by_id.get(user_id)
