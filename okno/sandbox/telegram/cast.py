"""Who there is: adds people and chats, gives them their standing, moves and ends them. Nobody speaks here."""

from collections.abc import Sequence
from typing import Any

from okno.sandbox.telegram import members as standings
from okno.sandbox.telegram import messages
from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.find import Find
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.world import Chat, Member, User

Json = dict[str, Any]

KINDS = {"group": "group", "supergroup": "supergroup", "forum": "supergroup", "channel": "channel"}
# What an administrator is not given unless somebody says so.
WITHHELD = frozenset({"can_promote_members"})
STATUSES = frozenset({"creator", "administrator", "member", "restricted", "left", "kicked"})


class Cast:
    """Every method can be called over HTTP as POST /sandbox/<its name> with its arguments as a JSON object."""

    def __init__(self, cloud: Cloud, find: Find) -> None:
        self.cloud = cloud
        self.find = find
        self.world = cloud.world

    def add_bot(self, token: str, *, username: str, first_name: str = "Bot", privacy: bool = True) -> Json:
        """Another bot with its own token; it is in no group until set_bot_standing puts it there."""
        made = self.cloud.add_bot(token, username=username, first_name=first_name, privacy=privacy)
        return made.shown()

    def add_user(
        self,
        id: int,  # noqa: A002 - the Bot API's own name for it
        first_name: str,
        *,
        last_name: str = "",
        username: str = "",
        language_code: str = "",
        is_premium: bool = False,
        hides_forwards: bool = False,
    ) -> Json:
        """A person; the same id again changes them. A bot may not write to them before they wrote or pressed Start."""
        made = User(
            id=id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
            is_premium=is_premium,
            hides_forwards=hides_forwards,
        )
        for chat in self.world.dialogs.values():
            if chat.id == id:
                chat.person = made
        self.world.users[id] = made
        self.cloud.feed.add("user", user=made.shown())
        return made.shown()

    def add_chat(  # noqa: PLR0913 - one keyword for each thing that may be said
        self,
        id: int,  # noqa: A002
        title: str,
        kind: str = "forum",
        *,
        owner: int | None = None,
        admins: Sequence[int] = (),
        members: Sequence[int] = (),
        username: str = "",
        bot: str = "administrator",
        rights: dict[str, bool] | None = None,
    ) -> Json:
        """A "forum", "supergroup", basic "group" or "channel". The id is negative: -100… except for a basic group.

        `bot` is the standing of every bot there; `rights` is what differs from an administrator's usual rights.
        It has always been there: no update tells of it.
        """
        if kind not in KINDS:
            raise Misuse(f'no such kind of chat "{kind}"; there are {", ".join(KINDS)}')
        if id >= 0 or id in self.world.chats:
            raise Misuse(f"{id} cannot be the id of a new chat: it must be negative and not taken")
        made = Chat(id=id, type=KINDS[kind], title=title, username=username, is_forum=kind == "forum")
        # A forum's first message is its own creation, which is why its General topic has the id 1.
        made.last_id = 1 if kind == "forum" else 0
        people = [(owner, "creator")] if owner is not None else []
        people += [(user, "administrator") for user in admins] + [(user, "member") for user in members]
        for user, status in people:
            made.members[self.find.person(user).id] = self._standing(made, status, None)
        for each in self.world.bots_by_id.values():
            made.members[each.id] = self._standing(made, bot, rights)
        self.world.chats[id] = made
        self.cloud.feed.add("chat", chat=made.shown())
        return made.shown()

    def set_bot(self, *, bot: int | None = None, privacy: bool | None = None, first_name: str | None = None) -> Json:
        """Changes a bot's own settings: without privacy it sees everything in groups."""
        found = self.find.bot(bot)
        found.privacy = found.privacy if privacy is None else privacy
        found.first_name = first_name or found.first_name
        return found.shown()

    def set_bot_standing(
        self,
        chat: int,
        status: str,
        *,
        rights: dict[str, bool] | None = None,
        by: int | None = None,
        bot: int | None = None,
    ) -> None:
        """Adds, promotes, demotes or throws out the bot: told as my_chat_member. `rights` as in add_chat."""
        where, who = self.find.group(chat), self.find.bot(bot)
        standings.put(self.cloud, where, who, self._standing(where, status, rights), by=self.find.actor(where, by))

    def set_member(
        self,
        chat: int,
        user: int,
        status: str = "member",
        *,
        rights: dict[str, bool] | None = None,
        anonymous: bool = False,
        by: int | None = None,
    ) -> None:
        """Gives a person a standing, without a word in the chat; bots that watch members are told."""
        where, who = self.find.group(chat), self.find.person(user)
        standing = self._standing(where, status, rights)
        standing.anonymous = anonymous
        standings.put(self.cloud, where, who, standing, by=who if by is None else self.find.person(by))

    def join(self, user: int, chat: int) -> None:
        where, who = self.find.group(chat), self.find.person(user)
        standings.put(self.cloud, where, who, Member(), by=who)
        if where.type != "channel":
            messages.post(self.cloud, where, who, {"new_chat_members": [who.shown()]})

    def leave(self, user: int, chat: int) -> None:
        where, who = self.find.group(chat), self.find.person(user)
        if where.type != "channel":
            messages.post(self.cloud, where, who, {"left_chat_member": who.shown()})
        standings.put(self.cloud, where, who, Member(status="left"), by=who)

    def set_forum(self, chat: int, *, on: bool) -> None:
        """Switches the topics of a supergroup on or off."""
        where = self.find.group(chat)
        if where.type != "supergroup":
            raise Misuse("only a supergroup can have topics")
        where.is_forum = on
        self.cloud.feed.add("chat", chat=where.shown())

    def set_closed_topics(self, chat: int, *, refuse_admins: bool) -> None:
        """Whether a closed topic refuses the bot even when it may manage topics. It does, unless told otherwise."""
        self.find.group(chat).closed_to_admins = refuse_admins

    def migrate(self, chat: int, *, to: int, forum: bool = False) -> Json:
        """A basic group becomes a supergroup: a service message in each, and sends to the old id are refused."""
        old = self.find.group(chat)
        if old.type != "group" or old.migrated_to or to in self.world.chats:
            raise Misuse("only a basic group can become a supergroup, once, and under an id not taken")
        new = Chat(id=to, type="supergroup", title=old.title, is_forum=forum, members=dict(old.members))
        self.world.chats[to] = new
        actor = self.find.actor(old, None)
        messages.post(self.cloud, old, actor, {"migrate_to_chat_id": to})
        old.migrated_to = to
        messages.post(self.cloud, new, actor, {"migrate_from_chat_id": old.id})
        self.cloud.feed.add("chat", chat=new.shown())
        return new.shown()

    def deactivate(self, user: int) -> None:
        """The person deletes their account: nobody is told, sends to them are refused."""
        self.find.person(user).deactivated = True

    def _standing(self, chat: Chat, status: str, rights: dict[str, bool] | None) -> Member:
        if status not in STATUSES:
            raise Misuse(f'no such standing "{status}"; there are {", ".join(sorted(STATUSES))}')
        known = standings.rights_of(chat)
        unknown = set(rights or {}) - set(known) - set(standings.PERMISSIONS)
        if unknown:
            raise Misuse(f"no such rights: {', '.join(sorted(unknown))}")
        usual = {right: right not in WITHHELD for right in known} if status in {"creator", "administrator"} else {}
        return Member(status=status, rights={**usual, **(rights or {})})
