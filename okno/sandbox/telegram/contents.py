"""What a bot's send method puts into a message: text, media, place, contact, poll, dice."""

from collections.abc import Callable
from typing import Any

from okno.sandbox.telegram import media
from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.entities import marked, utf16
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.world import World

Json = dict[str, Any]

MOST_TEXT = 4096
MOST_CAPTION = 1024
DICE = {"🎲": 6, "🎯": 6, "🏀": 5, "⚽": 5, "🎳": 6, "🎰": 64}
POLL_OPTIONS = (1, 12)
QUESTION = 300


def people(world: World, entities: list[Json]) -> list[Json]:
    """Entities that mention a person without a name get that person; the unknown lose the mark."""
    found = []
    for entity in entities:
        if entity["type"] != "text_mention":
            found.append(entity)
            continue
        user = world.who(entity.get("user_id") or entity.get("user", {}).get("id", 0))
        if user is not None:
            kept = {key: value for key, value in entity.items() if key != "user_id"}
            found.append({**kept, "user": user.shown()})
    return found


def text(call: Call, too_long: str = "message is too long") -> Json:
    words, entities = marked(call.get("text", ""), call.get("parse_mode"), call.get("entities"))
    if not call.get("text"):
        raise bad("message text is empty")
    if not words:
        raise bad("text must be non-empty")
    if utf16(words) > MOST_TEXT:
        raise bad(too_long)
    content: Json = {"text": words}
    if entities:
        content["entities"] = people(call.cloud.world, entities)
    if call.get("link_preview_options"):
        content["link_preview_options"] = call["link_preview_options"]
    return content


def caption(world: World, given: Json, too_long: str = "message caption is too long") -> Json:
    """From the fields of a method or of an InputMedia."""
    words, entities = marked(given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"))
    if utf16(words) > MOST_CAPTION:
        raise bad(too_long)
    if not words:
        return {}
    content: Json = {"caption": words}
    if entities:
        content["caption_entities"] = people(world, entities)
    if given.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def medium(call: Call, kind: str, given: Json) -> Json:
    """A file with its caption, from the fields of a method or of an InputMedia."""
    value = given.get("media") or given.get(kind)
    if value is None:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    facts = {name: given[name] for name in media.FACTS if name in given}
    words = caption(call.cloud.world, given) if kind in media.CAPTIONED else {}
    file = media.taken(call.cloud.files, kind, call.file(value), facts)
    content = media.told(call.cloud.files, file.kind, file)
    if given.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return {**content, **words}


def _media(kind: str) -> Callable[[Call], Json]:
    return lambda call: medium(call, kind, call.params)


def location(call: Call) -> Json:
    return {"location": _point(call)}


def _point(call: Call) -> Json:
    latitude, longitude = float(call["latitude"]), float(call["longitude"])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        raise bad("wrong location specified")
    point: Json = {"latitude": latitude, "longitude": longitude}
    for name in ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius"):
        if name in call:
            point[name] = call[name]
    return point


def venue(call: Call) -> Json:
    shown: Json = {"location": _point(call), "title": call["title"], "address": call["address"]}
    for name in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if name in call:
            shown[name] = call[name]
    return {"venue": shown, "location": shown["location"]}


def contact(call: Call) -> Json:
    names = ("phone_number", "first_name", "last_name", "vcard")
    return {"contact": {name: call[name] for name in names if name in call}}


def dice(call: Call) -> Json:
    emoji = call.get("emoji", "🎲").removesuffix("\ufe0f")
    if emoji not in DICE:
        raise bad("wrong dice emoji specified")
    return {"dice": {"emoji": emoji, "value": call.cloud.random.randint(1, DICE[emoji])}}


def poll(call: Call) -> Json:
    least, most = POLL_OPTIONS
    options = call["options"]
    if not least <= len(options) <= most:
        raise bad(f"poll must have at least {least} option and at most {most}")
    kind = call.get("type", "regular")
    if kind not in {"regular", "quiz"}:
        raise bad("unsupported poll type specified")
    correct = call.get("correct_option_ids", [])
    if kind == "quiz" and not (correct and all(0 <= number < len(options) for number in correct)):
        raise bad("wrong correct option ID specified")
    question, entities = marked(call["question"], call.get("question_parse_mode"), call.get("question_entities"))
    shown: Json = {
        "id": call.cloud.number(),
        "question": question,
        "options": [_option(number, option) for number, option in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": call.get("is_closed", False),
        "is_anonymous": call.get("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": call.get("allows_multiple_answers", False),
        "allows_revoting": call.get("allows_revoting", kind == "regular"),
        "members_only": call.get("members_only", False),
    }
    if entities:
        shown["question_entities"] = entities
    if kind == "quiz":
        shown["correct_option_ids"] = correct
    if call.get("explanation"):
        shown["explanation"] = call["explanation"]
    return {"poll": shown}


def _option(number: int, option: Json | str) -> Json:
    words = option if isinstance(option, str) else option["text"]
    return {"persistent_id": str(number), "text": words, "voter_count": 0}


BUILDERS: dict[str, Callable[[Call], Json]] = {
    "sendMessage": text,
    "sendPhoto": _media("photo"),
    "sendDocument": _media("document"),
    "sendVideo": _media("video"),
    "sendAnimation": _media("animation"),
    "sendAudio": _media("audio"),
    "sendVoice": _media("voice"),
    "sendVideoNote": _media("video_note"),
    "sendSticker": _media("sticker"),
    "sendLocation": location,
    "sendVenue": venue,
    "sendContact": contact,
    "sendPoll": poll,
    "sendDice": dice,
}
