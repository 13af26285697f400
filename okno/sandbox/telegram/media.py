"""Files inside messages: how a photo, document, video and the rest are told in a message, the same for all who send."""

from typing import Any

from okno.sandbox.telegram import images
from okno.sandbox.telegram.files import MOST_PHOTO, File, Files, Upload
from okno.sandbox.telegram.refusal import bad

Json = dict[str, Any]

DEFAULTS: dict[str, Json] = {
    "photo": {"width": 1280, "height": 960},
    "document": {},
    "video": {"width": 1280, "height": 720, "duration": 10},
    "animation": {"width": 480, "height": 360, "duration": 3},
    "audio": {"duration": 180},
    "voice": {"duration": 5},
    "video_note": {"length": 240, "duration": 5},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
MIMES = {
    "video": "video/mp4",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "document": "application/octet-stream",
}
NAMED = frozenset({"document", "video", "animation", "audio"})
CAPTIONED = frozenset({"photo", "document", "video", "animation", "audio", "voice"})
FACTS = frozenset({"width", "height", "duration", "length", "performer", "title", "emoji"})
# What the server calls each kind when one is sent as another.
TITLES = {"video_note": "VideoNote", "voice": "VoiceNote"}
MOST_SIDE = 10_000
MOST_RATIO = 20
THUMBNAIL = 90


def told(files: Files, kind: str, file: File) -> Json:
    """The fields of a message that carry this file."""
    facts = {**DEFAULTS[kind], **(file.facts or {})}
    if kind == "photo":
        return {"photo": _sizes(files, file, facts["width"], facts["height"])}
    shown: Json = {"file_id": file.id, "file_unique_id": file.unique_id, **facts}
    if kind in NAMED and file.name:
        shown["file_name"] = file.name
    if kind in MIMES:
        shown["mime_type"] = file.mime or MIMES[kind]
    shown["file_size"] = file.size
    if kind == "animation":
        document = {key: value for key, value in shown.items() if key not in {"width", "height", "duration"}}
        return {"animation": shown, "document": document}
    return {kind: shown}


def _sizes(files: Files, file: File, width: int, height: int) -> list[Json]:
    """A photo comes in sizes; the last is the largest. A small one has its own id."""
    whole = {**file.shown(), "width": width, "height": height}
    longest = max(width, height)
    if longest <= THUMBNAIL:
        return [whole]
    facts = file.facts = file.facts or {}
    small = files.by_id.get(facts.get("small", ""))
    if small is None:
        small = files.put("photo", files.blobs[file.blob], size=file.size)
        facts["small"] = small.id
    scaled = {"width": max(width * THUMBNAIL // longest, 1), "height": max(height * THUMBNAIL // longest, 1)}
    return [{**small.shown(), **scaled}, whole]


def taken(files: Files, kind: str, given: Upload | str, facts: Json) -> File:
    """The file a bot sends: an upload, or one it knows by id, which stays of its own kind. Raises Refusal."""
    if isinstance(given, Upload):
        return _uploaded(files, kind, given, facts)
    if given.startswith(("http://", "https://")):
        # The sandbox stays on its machine; to a bot it looks like an address that gives nothing.
        raise bad("failed to get HTTP URL content")
    found = files.get(given)
    if "photo" in {found.kind, kind} and found.kind != kind:
        raise bad(f"can't use file of type {_title(found.kind)} as {_title(kind)}")
    return found


def _title(kind: str) -> str:
    return TITLES.get(kind, kind.capitalize())


def _uploaded(files: Files, kind: str, upload: Upload, facts: Json) -> File:
    if not upload.data:
        raise bad("file must be non-empty")
    if kind == "photo":
        facts = {**facts, **_measured(upload.data)}
    return files.put(kind, upload.data, name=upload.name, mime=upload.mime, facts=facts or None)


def _measured(data: bytes) -> Json:
    if len(data) > MOST_PHOTO:
        raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MOST_PHOTO} bytes")
    size = images.size(data)
    if size is None or not all(size):
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > MOST_SIDE or max(size) > MOST_RATIO * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return {"width": width, "height": height}
