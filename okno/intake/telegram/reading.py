"""A raw update turned into what the drain needs: whose lane, what kind, and for a client's words an Incoming."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from okno.desk.message import Incoming, Sender
from okno.errors import Unreadable
from okno.intake.telegram import content

Raw = Mapping[str, Any]
# What we ask Telegram for, whatever handlers there are: a kind left out is dropped by Telegram, not kept.
ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
_MESSAGES: Final = ("message", "edited_message", "channel_post", "edited_channel_post", "business_message")
# Messages a chat makes of itself: nobody's words.
_SERVICE: Final = frozenset(
    "new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created"
    " supergroup_chat_created channel_chat_created message_auto_delete_timer_changed pinned_message forum_topic_created"
    " forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden"
    " general_forum_topic_unhidden video_chat_scheduled video_chat_started video_chat_ended"
    " video_chat_participants_invited write_access_allowed connected_website boost_added chat_background_set"
    " proximity_alert_triggered users_shared chat_shared successful_payment refunded_payment".split()
)


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What can be told of an update without trusting it: where and from whom. Anything may be missing."""

    kind: str
    chat: int | None
    chat_type: str
    user: int | None
    service: bool
    date: datetime | None


def lane(update: Raw) -> str:
    """What must stay in order: one chat's updates, a person's presses with their own chat's."""
    seen = sight(update)
    return f"telegram:{seen.chat if seen.chat is not None else seen.user or 0}"


def digest(update: Raw) -> bytes:
    """Of the content without its update id: Telegram numbers anew after a quiet week."""
    plain = {key: value for key, value in update.items() if key != "update_id"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=True).encode()).digest()


def sight(update: Raw) -> Sighting:
    kind = next((key for key in update if key != "update_id"), "")
    body = update.get(kind)
    if not isinstance(body, dict):
        return Sighting(kind=kind, chat=None, chat_type="", user=None, service=False, date=None)
    message = body.get("message") if kind == "callback_query" else body
    chat = message.get("chat") if isinstance(message, dict) else None
    chat = chat if isinstance(chat, dict) else {}
    user = body.get("from") if isinstance(body.get("from"), dict) else {}
    return Sighting(
        kind=kind,
        chat=_number(chat.get("id")),
        chat_type=str(chat.get("type") or ""),
        user=_number(user.get("id")) if user else None,
        service=kind in _MESSAGES and not _SERVICE.isdisjoint(body),
        date=_instant(body.get("date")),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _instant(value: object) -> datetime | None:
    number = _number(value)
    return datetime.fromtimestamp(number, UTC) if number and 0 < number < 1 << 32 else None


def migration(update: Raw) -> tuple[int, int] | None:
    """(old id, new id) when the update says that a group became a supergroup."""
    body = update.get("message")
    if not isinstance(body, dict) or not isinstance(body.get("chat"), dict):
        return None
    here = _number(body["chat"].get("id"))
    to, came = _number(body.get("migrate_to_chat_id")), _number(body.get("migrate_from_chat_id"))
    if here is None:
        return None
    if to is not None:
        return here, to
    return (came, here) if came is not None else None


def command(update: Raw) -> str:
    """The command a message begins with, without slash and bot name; "" when it begins with none."""
    body = update.get("message") or update.get("edited_message")
    text = body.get("text") if isinstance(body, dict) else None
    return command_of(text) if isinstance(text, str) else ""


def command_of(text: str) -> str:
    words = text[1:].split(maxsplit=1) if text.startswith("/") else []
    return words[0].partition("@")[0].lower() if words and not text[1:2].isspace() else ""


def incoming(update: Raw, account: int, recorded_at: datetime) -> Incoming:
    """A client's message. Raises Unreadable when it has no chat, sender or number; the raw update is kept by then."""
    seen = sight(update)
    message = update.get(seen.kind)
    if not isinstance(message, dict) or seen.chat is None:
        raise Unreadable(f"an update of kind {seen.kind!r} without a chat")
    number = _number(message.get("message_id"))
    if number is None:
        raise Unreadable("a message without a number")
    text = cleaned(message.get("text") or message.get("caption") or "")
    entities = message.get("entities") or message.get("caption_entities") or []
    reply = message.get("reply_to_message")
    quote = message.get("quote")
    edited = seen.kind.startswith("edited_")
    return Incoming(
        channel="telegram",
        account=account,
        sender=_sender(message, seen),
        external_id=str(number),
        happened_at=seen.date or recorded_at,
        text=text,
        full_text=text,
        files=content.files(message),
        facts=content.facts(message),
        entities=tuple(one for one in entities if isinstance(one, dict)),
        chat=seen.chat,
        album=str(message["media_group_id"]) if message.get("media_group_id") else None,
        reply_to=_number(reply.get("message_id")) if isinstance(reply, dict) else None,
        quote=cleaned(quote.get("text") or "") if isinstance(quote, dict) else "",
        edited_at=(_instant(message.get("edit_date")) or recorded_at) if edited else None,
    )


def _sender(message: Raw, seen: Sighting) -> Sender:
    user = message.get("from")
    user = user if isinstance(user, dict) else {}
    return Sender(
        kind="telegram",
        address=str(seen.user if seen.user is not None else seen.chat),
        name=cleaned(content.person_name(user)),
        username=str(user.get("username") or ""),
        language=_language(user.get("language_code")),
    )


def _language(code: object) -> Literal["ru", "en", ""]:
    """Russian for those who most likely read it; everybody else who says something reads English."""
    begins = str(code or "").lower().partition("-")[0]
    if begins in {"ru", "be", "uk", "kk"}:
        return "ru"
    return "en" if begins else ""


def cleaned(text: object) -> str:
    """NUL and lone surrogates cannot stand in a database; the raw update keeps them."""
    whole = str(text).replace("\0", "\u2400")
    return whole.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if not whole.isascii() else whole


def in_part(update: Raw, account: int, recorded_at: datetime) -> Incoming:
    """What can be read of an update that cannot be understood, marked as shown in part. Raises Unreadable."""
    seen = sight(update)
    if seen.chat is None or seen.user is None:
        raise Unreadable("no chat or sender can be read")
    body = update.get(seen.kind)
    message = body if isinstance(body, dict) else {}
    text = message.get("text") or message.get("caption")
    return Incoming(
        channel="telegram", account=account, sender=_sender(message, seen), chat=seen.chat,
        external_id=str(message.get("message_id") or f"update-{update.get('update_id')}"),
        happened_at=seen.date or recorded_at, text=cleaned(text) if isinstance(text, str) else "",
        full_text=cleaned(text) if isinstance(text, str) else "", facts=({"kind": "shown_in_part"},),
    )  # fmt: skip
