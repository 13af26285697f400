"""What a message answers: `reply_parameters` of a bot and replies of people become the same fields of a message."""

from typing import Any

from okno.sandbox.telegram import access, messages
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.entities import marked, utf16
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import Chat

Json = dict[str, Any]

MOST_QUOTE = 1024


def asked(call: Call, chat: Chat) -> tuple[Json | None, Json | None]:
    """The message a call answers, if it does and may, and the fields saying so."""
    wanted: Json = call.get("reply_parameters") or {}
    if not wanted.get("message_id"):
        return None, None
    source = chat
    if "chat_id" in wanted and wanted["chat_id"] != call["chat_id"]:
        source = access.chat(_elsewhere(call, wanted))
    found = source.messages.get(wanted["message_id"])
    if found is None:
        if wanted.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    quote = _quote(wanted, found)
    if source is not chat:
        return None, {"external_reply": external(found), **quote}
    return found, {"reply_to_message": messages.answered(found), **quote}


def _elsewhere(call: Call, wanted: Json) -> Call:
    params = {"chat_id": wanted["chat_id"]}
    return Call(cloud=call.cloud, bot=call.bot, method=call.method, params=params, uploads={})


def _quote(wanted: Json, found: Json) -> Json:
    if not wanted.get("quote"):
        return {}
    text, entities = marked(wanted["quote"], wanted.get("quote_parse_mode"), wanted.get("quote_entities"))
    if utf16(text) > MOST_QUOTE:
        raise bad("QUOTE_TEXT_INVALID")
    return {"quote": quoted(found, text, entities, wanted.get("quote_position", 0))}


def quoted(found: Json, text: str, entities: list[Json], near: int = 0) -> Json:
    """A TextQuote; raises Refusal unless these exact words stand in the message. `near` is where to look first."""
    whole = found.get("text") or found.get("caption") or ""
    at = whole.find(text, _index(whole, near))
    if at < 0:
        at = whole.find(text)
    if at < 0 or not text:
        raise bad("QUOTE_TEXT_INVALID")
    quote: Json = {"text": text, "position": utf16(whole[:at]), "is_manual": True}
    return {**quote, "entities": entities} if entities else quote


def _index(text: str, offset: int) -> int:
    return len(text.encode("utf-16-le")[: offset * 2].decode("utf-16-le", "ignore"))


def external(found: Json) -> Json:
    """An answer to a message of another chat or topic."""
    kept = ("photo", "document", "video", "voice", "audio", "animation", "sticker", "contact", "location", "poll")
    origin = found.get("forward_origin") or origin_of(found)
    shown = {"origin": origin, "chat": found["chat"], "message_id": found["message_id"]}
    return {**shown, **{name: found[name] for name in kept if name in found}}


def origin_of(found: Json, *, hidden: bool = False) -> Json:
    """The MessageOrigin of a message that is forwarded or answered from elsewhere."""
    chat, sender_chat, date = found["chat"], found.get("sender_chat"), found["date"]
    if chat["type"] == "channel":
        return {"type": "channel", "date": date, "chat": chat, "message_id": found["message_id"]}
    if sender_chat is not None:
        return {"type": "chat", "date": date, "sender_chat": sender_chat}
    user = found["from"]
    if hidden:
        name = " ".join(filter(None, (user["first_name"], user.get("last_name"))))
        return {"type": "hidden_user", "date": date, "sender_user_name": name}
    return {"type": "user", "date": date, "sender_user": user}


def same_topic(chat: Chat, found: Json | None, thread: int | None) -> int | None:
    """The thread a message goes to: the one asked for, else that of the topic message it answers."""
    if thread is None and found is not None and chat.is_forum and found.get("is_topic_message"):
        number: int = found["message_thread_id"]
        return number
    return thread
