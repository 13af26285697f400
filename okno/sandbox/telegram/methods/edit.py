"""Editing and deleting what stands in a chat."""

from typing import Any

from okno.sandbox.telegram import access, contents, markup, media, messages
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import Chat

Json = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TEXT = ("text", "entities", "link_preview_options")
CAPTION = ("caption", "caption_entities", "show_caption_above_media")
DELETE_WITHIN = 48 * 3600
MOST_IDS = 100


def text(call: Call) -> Json:
    chat, old = _editable(call)
    if "rich_message" in call:
        raise bad("sandbox: rich messages are not built")
    if "text" not in old:
        raise bad("there is no text in the message to edit")
    return _change(call, chat, old, TEXT, contents.text(call, "MESSAGE_TOO_LONG"))


def caption(call: Call) -> Json:
    chat, old = _editable(call)
    if media.CAPTIONED.isdisjoint(old):
        raise bad("there is no caption in the message to edit")
    return _change(call, chat, old, CAPTION, contents.caption(call.cloud.world, call.params, "MEDIA_CAPTION_TOO_LONG"))


def medium(call: Call) -> Json:
    chat, old = _editable(call)
    item: Json = call["media"]
    if media.CAPTIONED.isdisjoint(old) and "text" not in old:
        raise bad("message can't be edited")
    if item["type"] not in media.CAPTIONED:
        raise bad("sandbox: this kind of media is not built in editMessageMedia")
    return _change(call, chat, old, (*TEXT, *CAPTION, *media.CAPTIONED), contents.medium(call, item["type"], item))


def keyboard(call: Call) -> Json:
    chat, old = _editable(call)
    return _change(call, chat, old, (), {})


def _editable(call: Call) -> tuple[Chat, Json]:
    if "inline_message_id" in call:
        raise bad("sandbox: inline messages are not built")
    if "message_id" not in call:
        raise bad("message identifier is not specified")
    chat = access.chat(call, write=True)
    old = access.message(chat, call["message_id"], "message to edit")
    own = chat.authors.get(old["message_id"]) == call.bot.id
    in_channel = chat.type == "channel" and chat.member(call.bot.id).may("can_edit_messages")
    if messages.is_service(old) or "forward_origin" in old or not (own or in_channel):
        raise bad("message can't be edited")
    return chat, old


def _change(call: Call, chat: Chat, old: Json, replaced: tuple[str, ...], content: Json) -> Json:
    """An edit without a keyboard takes the keyboard away, as the real server does."""
    shown = markup.inline(call.get("reply_markup"))
    new = {**content, "reply_markup": shown} if shown else content
    names = (*replaced, "reply_markup")
    if {name: old[name] for name in names if name in old} == new:
        raise bad(NOT_MODIFIED)
    call.cloud.pace.check(call.bot.id, chat)
    call.cloud.pace.count(call.bot.id, chat)
    return messages.change(call.cloud, chat, old["message_id"], new, by=call.bot.id, drop=names)


def delete(call: Call) -> bool:
    chat = access.chat(call)
    found = access.message(chat, call["message_id"], "message to delete")
    _check_deletable(call, chat, found)
    messages.remove(call.cloud, chat, [found["message_id"]])
    return True


def deletes(call: Call) -> bool:
    """deleteMessages: what is not there is passed over."""
    chat = access.chat(call)
    if len(call["message_ids"]) > MOST_IDS:
        raise bad("too many message identifiers specified")
    found = [chat.messages[number] for number in call["message_ids"] if number in chat.messages]
    for message in found:
        _check_deletable(call, chat, message)
    messages.remove(call.cloud, chat, [message["message_id"] for message in found])
    return True


def _check_deletable(call: Call, chat: Chat, found: Json) -> None:
    own = chat.authors.get(found["message_id"]) == call.bot.id
    if "forum_topic_created" in found or "supergroup_chat_created" in found:
        raise bad("message can't be deleted")
    if not (own or access.may(call, chat, "can_delete_messages")):
        raise bad("message can't be deleted")
    late = call.cloud.clock.now() - found["date"] > DELETE_WITHIN
    if late and chat.type in {"private", "group"}:
        raise bad("message can't be deleted for everyone")
