"""What a raw message carries besides its words: files and typed facts. A kind nobody knows is named, never dropped."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from okno.desk.message import Fact, File, FileKind

Raw = Mapping[str, Any]
# Bot API, getFile: "The maximum file size to download is 20 MB".
FETCHABLE: Final = 20 << 20
_FILES: Final[tuple[FileKind, ...]] = (
    "animation", "document", "voice", "video", "video_note", "audio", "sticker",
)  # fmt: skip
_TYPES: Final[Mapping[str, str]] = {
    "photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "video_note": "video/mp4",
    "animation": "video/mp4", "sticker": "image/webp", "audio": "audio/mpeg",
}  # fmt: skip
# What every message has, and what describes another field; anything else is content.
_ENVELOPE: Final = frozenset(
    "message_id message_thread_id from sender_chat sender_boost_count sender_business_bot sender_tag chat"
    " date edit_date business_connection_id forward_origin is_topic_message is_automatic_forward"
    " reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id"
    " reply_to_poll_option_id via_bot has_protected_content is_from_offline is_paid_post media_group_id"
    " author_signature paid_star_count text entities link_preview_options suggested_post_info effect_id"
    " caption caption_entities show_caption_above_media has_media_spoiler reply_markup"
    " direct_messages_topic forward_from forward_from_chat forward_date forward_sender_name"
    " forward_signature forward_from_message_id receiver_user guest_bot_caller_user guest_query_id".split()
)


def files(message: Raw) -> tuple[File, ...]:
    """At most one a message: an album is as many messages."""
    photo = message.get("photo")
    if isinstance(photo, list) and photo and isinstance(photo[-1], dict):
        return (_file("photo", photo[-1]),)
    for kind in _FILES:
        raw = message.get(kind)
        if isinstance(raw, dict) and raw.get("file_id"):
            return (_file(kind, raw),)
    return ()


def _file(kind: FileKind, raw: Raw) -> File:
    size = raw.get("file_size") if isinstance(raw.get("file_size"), int) else None
    facts: dict[str, Any] = {
        name: raw[name] for name in ("duration", "width", "height", "emoji", "performer", "title") if name in raw
    }
    if size is not None and size > FETCHABLE:
        facts["too_big"] = True
    name = _clean(raw.get("file_name"))
    return File(
        kind=kind, name=name, type=str(raw.get("mime_type") or _TYPES.get(kind, "application/octet-stream")),
        size=size, remote_id=str(raw["file_id"]), facts=facts,
    )  # fmt: skip


def _clean(name: object) -> str:
    """A file name as a person may read it: no path, no control characters."""
    text = "".join(char for char in str(name or "") if char.isprintable())
    return text.replace("\\", "/").rsplit("/", 1)[-1][:120]


def facts(message: Raw) -> tuple[Fact, ...]:
    found: list[Fact] = []
    origin = message.get("forward_origin")
    if isinstance(origin, dict):
        found.append(_origin(origin))
    if isinstance(message.get("via_bot"), dict):
        found.append({"kind": "via_bot", "name": message["via_bot"].get("username", "")})
    if isinstance(message.get("external_reply"), dict):
        found.append({"kind": "reply_elsewhere", "name": _chat_name(message["external_reply"].get("chat"))})
    if "reply_to_story" in message:
        found.append({"kind": "reply_to_story"})
    found += [fact for kind, tell in _CONTENT.items() if kind in message and (fact := _told(kind, tell, message))]
    if not found and not files(message) and not _words(message):
        found += [{"kind": "unknown", "name": name} for name in sorted(set(message) - _ENVELOPE)[:5]]
    return tuple(found)


def _told(kind: str, tell: Callable[[Raw], Fact], message: Raw) -> Fact | None:
    # A venue comes with its location again, and the venue says more.
    if kind == "location" and "venue" in message:
        return None
    raw = message[kind]
    if not isinstance(raw, dict):
        return {"kind": kind}
    return tell(raw)


def _words(message: Raw) -> bool:
    return bool(message.get("text") or message.get("caption"))


def _origin(origin: Raw) -> Fact:
    kind = origin.get("type")
    if kind == "user":
        return {"kind": "forwarded", "name": person_name(origin.get("sender_user"))}
    if kind == "hidden_user":
        return {"kind": "forwarded_hidden", "name": str(origin.get("sender_user_name") or "")}
    if kind == "chat":
        return {"kind": "forwarded_chat", "name": _chat_name(origin.get("sender_chat"))}
    if kind == "channel":
        return {"kind": "forwarded_channel", "name": _chat_name(origin.get("chat"))}
    return {"kind": "forwarded"}


def person_name(user: object) -> str:
    if not isinstance(user, dict):
        return ""
    return " ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part)).strip()


def _chat_name(chat: object) -> str:
    return str(chat.get("title") or chat.get("username") or "") if isinstance(chat, dict) else ""


def _location(raw: Raw) -> Fact:
    kind = "live_location" if raw.get("live_period") else "location"
    return {"kind": kind, "latitude": raw.get("latitude"), "longitude": raw.get("longitude")}


def _contact(raw: Raw) -> Fact:
    return {"kind": "contact", "name": person_name(raw), "phone": str(raw.get("phone_number") or "")}


def _poll(raw: Raw) -> Fact:
    kind = "quiz" if raw.get("type") == "quiz" else "poll"
    options = [str(one.get("text", "")) for one in raw.get("options") or [] if isinstance(one, dict)]
    return {"kind": kind, "question": str(raw.get("question") or ""), "options": options}


def _checklist(raw: Raw) -> Fact:
    return {"kind": "checklist", "title": str(raw.get("title") or ""), "count": len(raw.get("tasks") or [])}


def _named(kind: str, *names: str) -> Callable[[Raw], Fact]:
    return lambda raw: {"kind": kind, **{name: raw[name] for name in names if name in raw}}


_CONTENT: Final[Mapping[str, Callable[[Raw], Fact]]] = {
    "location": _location,
    "venue": _named("venue", "title", "address"),
    "contact": _contact,
    "poll": _poll,
    "dice": _named("dice", "emoji", "value"),
    "game": _named("game", "title"),
    "story": lambda raw: {"kind": "story", "name": _chat_name(raw.get("chat"))},
    "checklist": _checklist,
    "paid_media": _named("paid_media"),
    "giveaway": _named("giveaway"),
    "giveaway_winners": _named("giveaway_winners"),
    "invoice": _named("invoice", "title"),
    "gift": _named("gift"),
    "unique_gift": _named("gift"),
    "rich_message": _named("rich_message"),
    "live_photo": _named("live_photo"),
}
