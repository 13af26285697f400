"""May this bot do this here: finds the chat, topic or message a call names, or refuses in the server's words."""

from typing import Any

from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import Refusal, bad, forbidden
from okno.sandbox.telegram.world import GENERAL, Chat, Topic

Json = dict[str, Any]

KIND = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


def chat(call: Call, name: str = "chat_id", *, write: bool = False) -> Chat:
    """The chat a field names. Writing asks more than reading: a migrated group can still be read."""
    value = call.get(name)
    if value is None:
        raise bad("chat_id is empty")
    found = _private(call, value) if isinstance(value, int) and value > 0 else _public(call, value)
    if found.person is not None:
        _check_person(found, write=write)
    else:
        _check_member(call, found, write=write)
    return found


def _private(call: Call, user_id: int) -> Chat:
    if user_id not in call.cloud.world.users:
        raise bad("chat not found")
    return call.cloud.world.dialog(call.bot.id, user_id)


def _public(call: Call, value: int | str) -> Chat:
    world = call.cloud.world
    found = world.by_username(value) if isinstance(value, str) else world.chats.get(value)
    if found is None or call.bot.id not in found.members:
        raise bad("chat not found")
    return found


def _check_person(found: Chat, *, write: bool) -> None:
    if not write:
        return
    assert found.person is not None
    if found.person.deactivated:
        raise forbidden("user is deactivated")
    if found.blocked:
        raise forbidden("bot was blocked by the user")
    if not found.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_member(call: Call, found: Chat, *, write: bool) -> None:
    if found.migrated_to and write:
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, words, migrate_to_chat_id=found.migrated_to)
    status = found.member(call.bot.id).status
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {KIND[found.type]} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {KIND[found.type]} chat")


def may(call: Call, where: Chat, right: str) -> bool:
    return where.person is not None or where.member(call.bot.id).may(right)


def posting(call: Call, where: Chat) -> None:
    """Members write in groups; in channels only who may post."""
    member = where.member(call.bot.id)
    if where.type == "channel" and not member.may("can_post_messages"):
        raise bad("need administrator rights in the channel chat")
    if member.status == "restricted" and not member.rights.get("can_send_messages", False):
        raise bad("not enough rights to send text messages to the chat")


def sending_topic(call: Call, where: Chat, thread: int | None) -> Topic | None:
    """The topic a message goes into; None for General and for chats without topics."""
    if not where.is_forum:
        if thread is not None and where.person is not None:
            raise bad("message thread not found")
        return None
    if thread is None:
        if where.general_closed and _kept_out(call, where, None):
            raise bad("TOPIC_CLOSED")
        return None
    found = where.topics.get(thread)
    if thread == GENERAL or found is None:
        raise bad("message thread not found")
    if found.deleted:
        raise bad(found.gone)
    if found.closed and _kept_out(call, where, found):
        raise bad("TOPIC_CLOSED")
    return found


def _kept_out(call: Call, where: Chat, topic: Topic | None) -> bool:
    own = topic is not None and topic.creator == call.bot.id
    return where.closed_to_admins or not (own or may(call, where, "can_manage_topics"))


def forum(call: Call) -> Chat:
    found = chat(call, write=True)
    if not found.is_forum:
        raise bad("the chat is not a forum")
    return found


def managed_topic(call: Call, where: Chat, deed: str) -> Topic:
    """A topic to be edited, closed or opened: with the right, or because the bot made it."""
    thread = call["message_thread_id"]
    found = where.topics.get(thread)
    if found is None or found.deleted:
        raise bad("TOPIC_ID_INVALID")
    if found.creator != call.bot.id and not may(call, where, "can_manage_topics"):
        raise bad(f"not enough rights to {deed} the topic")
    return found


def message(where: Chat, message_id: int, what: str) -> Json:
    """`what` is how the server calls it when it is not there: "message to edit"."""
    found = where.messages.get(message_id)
    if found is None:
        raise bad(f"{what} not found")
    return found
