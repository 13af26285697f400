"""Chats as a bot asks for them: what they are, who is in them, what is pinned; and leaving."""

from typing import Any

from okno.sandbox.telegram import access, members, messages
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import Refusal, bad
from okno.sandbox.telegram.world import PRESENT, Bot, Chat, Member

Json = dict[str, Any]

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def chat(call: Call) -> Json:
    """`getChat`"""
    found = access.chat(call)
    answer = {
        **found.shown(),
        "accent_color_id": abs(found.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, found.type == "private"),
    }
    if found.username:
        answer["active_usernames"] = [found.username]
    if found.description:
        answer["description"] = found.description
    if found.type in {"group", "supergroup"}:
        answer["permissions"] = {**dict.fromkeys(members.PERMISSIONS, True), "can_manage_topics": False}
    if found.pinned:
        answer["pinned_message"] = messages.answered(found.messages[found.pinned[-1]])
    return answer


def member(call: Call) -> Json:
    """`getChatMember`"""
    found = access.chat(call)
    who = call.cloud.world.who(call["user_id"])
    if who is None:
        raise bad("PARTICIPANT_ID_INVALID")
    if found.person is not None:
        standing = Member() if who.id in {found.person.id, call.bot.id} else Member(status="left")
    else:
        standing = found.member(who.id)
    return members.shown(found, who.shown(), standing)


def administrators(call: Call) -> list[Json]:
    found = access.chat(call)
    if found.person is not None:
        raise bad("there are no administrators in the private chat")
    answer = []
    for user_id, standing in found.members.items():
        who = call.cloud.world.who(user_id)
        other_bot = isinstance(who, Bot) and who.id != call.bot.id
        if who is not None and not other_bot and standing.status in {"creator", "administrator"}:
            answer.append(members.shown(found, who.shown(), standing))
    return answer


def count(call: Call) -> int:
    found = access.chat(call)
    return 2 if found.person else sum(standing.status in PRESENT for standing in found.members.values())


def leave(call: Call) -> bool:
    found = access.chat(call, write=True)
    if found.person is not None:
        raise bad("chat member status can't be changed in private chats")
    messages.post(call.cloud, found, call.bot, {"left_chat_member": call.bot.shown()})
    members.put(call.cloud, found, call.bot, Member(status="left"), by=call.bot)
    return True


def pin(call: Call) -> bool:
    found = _pinnable(call)
    message = access.message(found, call["message_id"], "message to pin")
    if messages.is_service(message):
        raise bad("message can't be pinned")
    number = message["message_id"]
    if number in found.pinned:
        return True
    found.pinned.append(number)
    topic = found.topics.get(message.get("message_thread_id", 0))
    content = {"pinned_message": messages.answered(message)}
    messages.post(call.cloud, found, call.bot, content, topic=topic)
    call.cloud.feed.add("pinned", chat=found.id, bot=found.bot, message_ids=list(found.pinned))
    return True


def _pinnable(call: Call) -> Chat:
    found = access.chat(call, write=True)
    right = "can_edit_messages" if found.type == "channel" else "can_pin_messages"
    if not access.may(call, found, right):
        raise bad("not enough rights to manage pinned messages in the chat")
    return found


def unpin(call: Call) -> bool:
    found = _pinnable(call)
    number = call.get("message_id", found.pinned[-1] if found.pinned else 0)
    if number not in found.pinned:
        raise bad("message to unpin not found")
    found.pinned.remove(number)
    call.cloud.feed.add("pinned", chat=found.id, bot=found.bot, message_ids=list(found.pinned))
    return True


def unpin_all(call: Call) -> bool:
    found = _pinnable(call)
    found.pinned.clear()
    call.cloud.feed.add("pinned", chat=found.id, bot=found.bot, message_ids=[])
    return True


def title(call: Call) -> bool:
    """`setChatTitle`"""
    found = _changeable(call)
    found.title = call["title"].strip()
    messages.post(call.cloud, found, call.bot, {"new_chat_title": found.title})
    return True


def description(call: Call) -> bool:
    """`setChatDescription`"""
    found = _changeable(call)
    if found.description == call.get("description", ""):
        raise bad("chat description is not modified")
    found.description = call.get("description", "")
    return True


def _changeable(call: Call) -> Chat:
    found = access.chat(call, write=True)
    if found.person is not None:
        raise bad("method is available for supergroup and channel chats only")
    if not access.may(call, found, "can_change_info"):
        raise bad("not enough rights to change chat info")
    return found


def file(call: Call) -> Json:
    """getFile; the address is the bot's own and holds its token."""
    found = call.cloud.files.downloadable(call["file_id"])
    return {**found.shown(), "file_path": found.path}


def unknown(call: Call) -> Any:
    """Published and checked, but without a deed behind it."""
    raise Refusal(400, f"Bad Request: sandbox: method {call.method} is not built")
