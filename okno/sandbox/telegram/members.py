"""Who belongs to a chat and with which rights, as the Bot API tells it, and the updates when that changes."""

from typing import Any

from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.world import CHANNEL_RIGHTS, GROUP_RIGHTS, RIGHTS, Bot, Chat, Member, User

Json = dict[str, Any]

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def rights_of(chat: Chat) -> tuple[str, ...]:
    return RIGHTS + (CHANNEL_RIGHTS if chat.type == "channel" else GROUP_RIGHTS)


def shown(chat: Chat, user: Json, member: Member) -> Json:
    """A ChatMember, with every field that a strict reader asks for."""
    answer: Json = {"status": member.status, "user": user}
    if member.status == "creator":
        answer["is_anonymous"] = member.anonymous
    elif member.status == "administrator":
        answer |= {"can_be_edited": False, "is_anonymous": member.anonymous}
        answer |= {right: member.rights.get(right, False) for right in rights_of(chat)}
    elif member.status == "restricted":
        answer |= {"is_member": True, "until_date": 0}
        answer |= {right: member.rights.get(right, False) for right in PERMISSIONS}
    elif member.status == "kicked":
        answer["until_date"] = 0
    return answer


def put(cloud: Cloud, chat: Chat, who: User | Bot, member: Member, *, by: User | Bot) -> None:
    """Gives somebody a new standing in a group or channel and tells the bots that care."""
    old = chat.member(who.id)
    chat.members[who.id] = member
    payload = {
        "chat": chat.shown(),
        "from": by.shown(),
        "date": cloud.clock.date(),
        "old_chat_member": shown(chat, who.shown(), old),
        "new_chat_member": shown(chat, who.shown(), member),
    }
    cloud.feed.add("member", chat=chat.id, user=who.id, status=member.status)
    if isinstance(who, Bot):
        cloud.announce(who, "my_chat_member", payload, f"my {chat.id}")
    for bot in cloud.world.bots_in(chat):
        if bot.id != who.id and chat.member(bot.id).status == "administrator":
            cloud.announce(bot, "chat_member", payload, f"member {who.id}")


def switch(cloud: Cloud, chat: Chat, *, blocked: bool) -> None:
    """A person blocks or unblocks the bot of their private chat."""
    person, bot = chat.person, cloud.world.bots_by_id[chat.bot]
    if person is None or chat.blocked == blocked:
        return
    chat.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    payload = {
        "chat": chat.shown(),
        "from": person.shown(),
        "date": cloud.clock.date(),
        "old_chat_member": shown(chat, bot.shown(), Member(status=before)),
        "new_chat_member": shown(chat, bot.shown(), Member(status=after)),
    }
    cloud.feed.add("blocked" if blocked else "unblocked", chat=chat.id, bot=bot.id)
    cloud.announce(bot, "my_chat_member", payload, f"my {chat.id}")
